import { InternalError } from "../errors.ts";

/** @throws {@link InternalError} where a figure holds a number that has no place in a picture */
export function requireFinite(value: number, field: string): void {
  if (!Number.isFinite(value)) throw new InternalError(`figure: ${field}: expected a finite number, got ${value}`);
}

/** As {@link requireFinite}, for lengths, errors and residuals. */
export function requireNonnegative(value: number, field: string): void {
  requireFinite(value, field);
  if (value < 0) throw new InternalError(`figure: ${field}: expected a number ≥ 0, got ${value}`);
}

/** @throws {@link InternalError} if an index does not name one of `count` things */
export function requireIndex(value: number, count: number, field: string): void {
  if (!Number.isInteger(value) || value < 0 || value >= count) {
    throw new InternalError(`figure: ${field}: expected an index below ${count}, got ${value}`);
  }
}
