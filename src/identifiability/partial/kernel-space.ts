import type { Frame } from "./frame.ts";
import type { Quantity } from "./quantities.ts";

/** Whether a quantity stays to first order along some velocities; "undecided" only in floating point. */
export type Judgement = "determined" | "free" | "undecided";

/**
 * The null space of the Jacobian at one data set, with the questions that naming and partial answers ask of it. Over a
 * prime field every answer is exact at that point; in doubles it rests on a tolerance.
 */
export interface KernelSpace<T> {
  readonly frame: Frame<T>;
  /** A basis of the null space. */
  readonly basis: readonly (readonly T[])[];
  contains(velocity: readonly T[]): boolean;
  /** Indices of the vectors that do not depend on those before them. */
  independent(vectors: readonly (readonly T[])[]): number[];
  /** A basis of the null vectors that move no sample outside `samples`. */
  supportedOn(samples: readonly number[]): T[][];
  /** Velocities that stand for all combinations of those given. */
  probes(velocities: readonly (readonly T[])[]): readonly (readonly T[])[];
  /** Whether a quantity stays along all of the velocities. */
  judge(quantity: Quantity, velocities: readonly (readonly T[])[]): Judgement;
}
