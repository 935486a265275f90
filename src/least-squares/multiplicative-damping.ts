import { DampedFactor } from "./damped-factor.ts";
import type { LinearModel } from "./linear-model.ts";
import type { StepOutcome, StepRule } from "./step-rule.ts";

/** Damping limits, in units of squared norms of scaled columns; below the floor the step is Gauss–Newton. */
const DAMPING_LIMIT = 1e16;
const DAMPING_FLOOR = 1e-28;

/**
 * Levenberg–Marquardt steps, minimising ‖r + J p‖² + λ‖D p‖², with a damping λ that a failure multiplies by three and a
 * success divides by five; a step is taken whenever the cost falls.
 *
 * Source: Marquardt, J. SIAM 11 (1963); the unequal factors: Transtrum & Sethna, arXiv 1201.5885, section 2 (delayed
 * gratification), which keep the path at the bottom of narrow canyons.
 */
export function multiplicativeDamping(n: number, initialDamping: number): StepRule {
  const factor = new DampedFactor(n);
  let damping = initialDamping;
  const solveAgain = (rotated: Float64Array, s: Float64Array): void => {
    factor.solve(rotated, s);
    for (let k = 0; k < n; k++) s[k] = -s[k]!;
  };
  return {
    leastGain: Number.NEGATIVE_INFINITY,
    begin: () => true,
    propose(model: LinearModel, s: Float64Array): boolean {
      if (!(damping <= DAMPING_LIMIT)) return false;
      factor.factorise(model.upper, damping);
      solveAgain(model.rotated, s);
      return true;
    },
    learn({ accepted }: StepOutcome): void {
      if (!accepted) damping = Math.max(3 * damping, DAMPING_FLOOR);
      else damping = damping > DAMPING_FLOOR ? damping / 5 : 0;
    },
    solveAgain,
  };
}
