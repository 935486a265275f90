import { type LevenbergMarquardtOptions, levenbergMarquardt } from "../least-squares/levenberg-marquardt.ts";
import type { LeastSquaresProblem } from "../least-squares/problem.ts";

/** Where a descent ended. */
export interface Descent {
  readonly x: Float64Array;
  readonly residualNorm: number;
  readonly iterations: number;
}

const STAGE_ITERATIONS = 25;
const LEAST_STAGES = 2;
/** A stage that leaves more than this share of ‖r‖ is the last: the descent has settled at a wrong fit. */
const STAGNATION = 0.97;
/** Share of ‖r‖² that a single step must gain for the stage to go on. */
const COST_TOLERANCE = 1e-6;

/**
 * Levenberg–Marquardt in stages, given up when a stage brings next to nothing.
 *
 * A descent that ends at a solution is there within a few stages; one that does not creeps towards a wrong fit, often
 * at infinity, for as long as it is allowed to. Of starts on real networks that succeeded, fewer than one in ten had a
 * stage this slow before (bench/results/strategies.md).
 */
export function descend(
  problem: LeastSquaresProblem,
  start: Float64Array,
  options: Pick<
    LevenbergMarquardtOptions,
    "maxIterations" | "targetResidual" | "stepTolerance" | "shouldStop" | "onIterate"
  >,
): Descent {
  let [x, residualNorm, iterations] = [start, Number.POSITIVE_INFINITY, 0];
  for (let stage = 1; iterations < options.maxIterations; stage++) {
    const maxIterations = Math.min(STAGE_ITERATIONS, options.maxIterations - iterations);
    const part = levenbergMarquardt(problem, x, { ...options, maxIterations, costTolerance: COST_TOLERANCE });
    const stagnant = stage > LEAST_STAGES && part.residualNorm > STAGNATION * residualNorm;
    x = part.x;
    residualNorm = part.residualNorm;
    iterations += part.iterations;
    if (part.status !== "iteration-limit" || stagnant) break;
  }
  return { x, residualNorm, iterations };
}
