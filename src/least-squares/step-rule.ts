import type { LinearModel } from "./linear-model.ts";

/** How a step that was tried did. */
export interface StepOutcome {
  /** Actual over predicted decrease of ‖r‖²; −∞ where the residual is not finite or no decrease is predicted. */
  gain: number;
  /** ‖r‖ after over before; ∞ where it is not finite. */
  costRatio: number;
  /** rᵀJp / ‖r‖², negative for a descent direction. */
  slope: number;
  /** ‖s‖ of the step proposed. */
  length: number;
  accepted: boolean;
}

/**
 * What distinguishes the methods: which step to try from a linearised point, and what to learn from how it did.
 * Everything else (evaluation, acceptance, stopping) is the iteration's.
 */
export interface StepRule {
  /** A step is taken if the cost falls and the gain is at least this. */
  readonly leastGain: number;
  /** Called once at every new point, after the linearisation; `pointNorm` is ‖D x‖. False if it could not be done. */
  begin(model: LinearModel, at: Readonly<{ x: Float64Array; r: Float64Array; pointNorm: number }>): boolean;
  /** Writes the scaled step s = D p. False when there is no shorter step left to try. */
  propose(model: LinearModel, s: Float64Array): boolean;
  /** Predicted (‖r‖² − new ‖r‖²) / ‖r‖² for the step, by the rule's own model; the linear model's if absent. */
  predictedDecrease?(model: LinearModel, s: Float64Array): number;
  learn(outcome: Readonly<StepOutcome>): void;
  /** The step that the last proposal would have been for other leading entries of Qᵀr; damped rules only. */
  solveAgain?(rotated: Float64Array, s: Float64Array): void;
}
