import { norm2 } from "../linalg/dense.ts";
import { DampedFactor } from "./damped-factor.ts";
import { type Domain, wholeSpace } from "./domain.ts";
import { LinearModel } from "./linear-model.ts";
import { evaluateResidual, type LeastSquaresProblem } from "./problem.ts";
import { solutionAt } from "./solution.ts";
import type { LeastSquaresSolution } from "./status.ts";

/** A step longer than this times the one before does not come closer any more: what is left is rounding. */
const CONTRACTION = 0.9;
const MOST_STEPS = 60;
/** Rise of ‖r‖ allowed, relative: residuals are differences, and what they lost to cancellation is not known here. */
const COST_SLACK = 2 ** -26;

/**
 * Gauss–Newton steps from a minimum, taken as long as they shrink.
 *
 * A descent ends where the cost is level, which is half the digits early: a step δ changes ½‖r‖² by O(‖δ‖²), below its
 * rounding as soon as ‖δ‖ < √ε. The Gauss–Newton step itself is known to about ε times the condition number, so its
 * length tells what the cost cannot. Of the points met, the one with the shortest step is returned.
 *
 * @param solution - where a descent ended; returned unchanged if no step shrinks
 * Source: Björck, Numerical Methods for Least Squares Problems (1996), section 9.2.1, on the local convergence of
 * Gauss–Newton.
 */
export function polish(
  problem: LeastSquaresProblem,
  solution: LeastSquaresSolution,
  domain: Domain = wholeSpace(problem.unknowns),
): LeastSquaresSolution {
  const { rows } = problem;
  const n = domain.dimension;
  const model = new LinearModel(problem, domain);
  const factor = new DampedFactor(n);
  const ceiling = solution.residualNorm * (1 + COST_SLACK);
  const evaluations = { ...solution.evaluations };
  const r = new Float64Array(rows);
  const s = new Float64Array(n);
  const x = solution.x.slice();
  let best = solution.x;
  let residualNorm = solution.residualNorm;
  let shortest = Number.POSITIVE_INFINITY;
  let steps = 0;
  for (; steps < MOST_STEPS; steps++) {
    const cost = norm2(evaluateResidual(problem, x, r));
    evaluations.residual++;
    if (!(cost <= ceiling)) break;
    evaluations.jacobian++;
    if (!model.linearise(x, r)) break;
    factor.factorise(model.upper, 0);
    factor.solve(model.rotated, s);
    const length = norm2(s);
    if (!(length <= CONTRACTION * shortest)) break;
    shortest = length;
    residualNorm = cost;
    best = x.slice();
    if (length <= Number.EPSILON * domain.scaledNorm(x, model.columnNorms) * 0.25) break;
    for (let k = 0; k < n; k++) s[k] = -s[k]! / model.scale[k]!;
    domain.move(best, s, x);
  }
  if (best === solution.x) return solution;
  evaluations.residual++;
  evaluations.jacobian++;
  model.measure(best, evaluateResidual(problem, best, r));
  return solutionAt(model, {
    ...{ x: best, residualNorm, status: solution.status, evaluations, stepNorm: shortest },
    iterations: solution.iterations + steps,
  });
}
