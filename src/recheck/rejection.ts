import { ToolError } from "../errors.ts";

/** The text is no JSON at all. */
export class NotJsonError extends ToolError {
  readonly code = "not-json";
}

/** The certificate proves less than it claims, or is not in the format of docs/certificates.md. */
export class Rejection extends ToolError {
  readonly code = "rejected";
}

/** @throws {@link Rejection} with the reason, always */
export function reject(reason: string): never {
  throw new Rejection(reason);
}

/** @throws {@link Rejection} with the reason unless the condition holds */
export function require(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new Rejection(reason);
}
