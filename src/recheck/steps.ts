import type { Claim } from "./claim.ts";
import type { Fact } from "./facts.ts";
import type { NetworkSystem } from "./network-system.ts";
import type { Problem } from "./problem.ts";
import { reject, require } from "./rejection.ts";
import type { JsonObject } from "./strict-json.ts";

/** A step before it is checked: its fields, and the facts of the steps it uses. */
export interface StepInput {
  readonly problem: Problem;
  /** Null for a shape. */
  readonly network: NetworkSystem | null;
  readonly claim: Claim;
  readonly fields: JsonObject;
  readonly used: readonly Fact[];
}

/** A fact and a sentence that says it. */
export interface StepResult {
  readonly fact: Fact;
  readonly sentence: string;
}

/** The dimension of the space a step is about: the problem's, or that of the one reduction it uses. */
export function spaceOf({ problem, used }: StepInput): number {
  if (used.length === 0) return problem.inputDim;
  return soleFact(used, "reduction").dimension;
}

/**
 * The one fact of this kind that a step uses.
 *
 * @throws {@link Rejection} if the step uses anything else, or nothing
 */
export function soleFact<K extends Fact["is"]>(used: readonly Fact[], kind: K): Extract<Fact, { is: K }> {
  const [fact] = used;
  if (used.length !== 1 || fact === undefined || fact.is !== kind) return reject(`should use exactly one ${kind}`);
  return fact as Extract<Fact, { is: K }>;
}

/** @throws {@link Rejection} if the step uses other steps */
export function requireNoUses(used: readonly Fact[]): void {
  require(used.length === 0, "should use no other step");
}
