import type { Ring } from "../../algebra/ring.ts";

/** A data set over a ring, as one vector of unknowns: sample by sample, C multipliers before d coordinates. */
export interface Frame<T> {
  readonly ring: Ring<T>;
  readonly inputDim: number;
  readonly outputs: number;
  readonly samples: number;
  /** Degree of the top moment that is seen; the weight of the scale gauge. */
  readonly degree: number;
  readonly unknowns: readonly T[];
}

/** Position of the first multiplier of sample i. */
export function multiplierAt({ inputDim, outputs }: Frame<unknown>, i: number): number {
  return i * (inputDim + outputs);
}

/** Position of the first coordinate of sample i. */
export function pointAt({ inputDim, outputs }: Frame<unknown>, i: number): number {
  return i * (inputDim + outputs) + outputs;
}

/** Entries of a vector that belong to the multiplier of sample i. */
export function multiplierOf<T>(frame: Frame<T>, vector: readonly T[], i: number): T[] {
  const at = multiplierAt(frame, i);
  return vector.slice(at, at + frame.outputs);
}

/** Entries of a vector that belong to the point of sample i. */
export function pointOf<T>(frame: Frame<T>, vector: readonly T[], i: number): T[] {
  const at = pointAt(frame, i);
  return vector.slice(at, at + frame.inputDim);
}

/** Σ a_k b_k. */
export function innerProduct<T>(ring: Ring<T>, a: readonly T[], b: readonly T[]): T {
  return a.reduce((sum, value, k) => ring.add(sum, ring.multiply(value, b[k]!)), ring.zero);
}
