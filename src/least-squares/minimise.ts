import { DimensionMismatchError, UsageError } from "../errors.ts";
import { type Bounds, box } from "./bounds.ts";
import { Dogleg } from "./dogleg.ts";
import { type Domain, wholeSpace } from "./domain.ts";
import { iterate, type LeastSquaresOptions } from "./iterate.ts";
import { multiplicativeDamping } from "./multiplicative-damping.ts";
import { NewtonSteps } from "./newton.ts";
import { polish } from "./polish.ts";
import type { LeastSquaresProblem } from "./problem.ts";
import { type SphereBlock, spheres } from "./sphere.ts";
import type { LeastSquaresSolution } from "./status.ts";
import type { StepRule } from "./step-rule.ts";
import { TrustRegionDamping } from "./trust-region-damping.ts";

/**
 * - "automatic": trust-region Levenberg–Marquardt, with rounds of Newton's method where it has not converged after a
 *   few hundred steps, as it does not where the residual is large; the default.
 * - "trust-region": Levenberg–Marquardt with the damping from a trust region (Moré 1978).
 * - "geodesic": Levenberg–Marquardt with geodesic acceleration and multiplicative damping; follows narrow canyons in
 *   fewer linearisations, at two to three residuals each.
 * - "dogleg": Powell's dogleg.
 * - "newton": with the whole Hessian; for large residuals. No constraints.
 */
export type LeastSquaresMethod = "automatic" | "trust-region" | "geodesic" | "dogleg" | "newton";

export interface MinimiseOptions extends Partial<LeastSquaresOptions> {
  readonly method?: LeastSquaresMethod;
  /** Gauss–Newton steps at the minimum for the digits that the cost cannot show; true by default. */
  readonly polish?: boolean;
  readonly bounds?: Bounds;
  readonly spheres?: readonly SphereBlock[];
}

/** Iterations of one round of each method in turn. */
const ROUND = { gaussNewton: 300, newton: 50 } as const;

const CONVERGED: ReadonlySet<string> = new Set([
  "gradient-converged",
  "step-converged",
  "cost-converged",
  "damping-limit",
]);

/**
 * Minimises ½‖r(x)‖² with settings that were measured on the problems of Moré, Garbow & Hillstrom and of NIST
 * (`bench/results/nist.md`): the front door of this folder.
 *
 * @param start - initial point, length `unknowns`, not changed; the nearest point of the domain is used
 * @returns the best point met; not converging is a status, not an error
 * @throws {@link DimensionMismatchError} if `start` or the bounds do not fit the problem
 * @throws {@link UsageError} for constraints that the method does not know, or that exclude each other
 */
export function minimise(
  problem: LeastSquaresProblem,
  start: Float64Array,
  options: MinimiseOptions = {},
): LeastSquaresSolution {
  const { method = "automatic", polish: polished = true } = options;
  if (start.length !== problem.unknowns) throw new DimensionMismatchError("start", problem.unknowns, start.length);
  const domain = domainOf(problem, options);
  const limits = { maxIterations: 1000, costTolerance: Number.EPSILON, ...options };
  const constrained = options.bounds !== undefined || options.spheres !== undefined;
  const solution =
    method === "automatic" && !constrained
      ? alternate(problem, start, limits)
      : solveWith(method, { problem, domain, start, limits });
  return polished && CONVERGED.has(solution.status) ? polish(problem, solution, domain) : solution;
}

interface Stage {
  readonly problem: LeastSquaresProblem;
  readonly domain: Domain;
  readonly start: Float64Array;
  readonly limits: LeastSquaresOptions;
}

function solveWith(method: LeastSquaresMethod, { problem, domain, start, limits }: Stage): LeastSquaresSolution {
  const rule = ruleOf(problem, domain, method);
  return iterate({ problem, domain, rule, geodesic: method === "geodesic" }, start, limits);
}

/** Rounds of Levenberg–Marquardt and of Newton's method from where the other ended, until one converges. */
function alternate(
  problem: LeastSquaresProblem,
  start: Float64Array,
  limits: LeastSquaresOptions,
): LeastSquaresSolution {
  const domain = wholeSpace(problem.unknowns);
  const round = (method: LeastSquaresMethod, from: Float64Array, most: number): LeastSquaresSolution =>
    solveWith(method, { problem, domain, start: from, limits: { ...limits, maxIterations: most } });
  let solution = round("trust-region", start, Math.min(ROUND.gaussNewton, limits.maxIterations));
  for (let turn = 1; solution.status === "iteration-limit" && solution.iterations < limits.maxIterations; turn++) {
    const [method, most] =
      turn % 2 === 1 ? (["newton", ROUND.newton] as const) : (["trust-region", ROUND.gaussNewton] as const);
    const next = round(method, solution.x, Math.min(most, limits.maxIterations - solution.iterations));
    // A Hessian that is not finite ends the round, not the solve.
    const status = method === "newton" && next.status === "nonfinite-jacobian" ? "iteration-limit" : next.status;
    solution = {
      ...next,
      status,
      iterations: solution.iterations + next.iterations,
      evaluations: {
        residual: solution.evaluations.residual + next.evaluations.residual,
        jacobian: solution.evaluations.jacobian + next.evaluations.jacobian,
      },
    };
  }
  return solution;
}

function domainOf({ unknowns }: LeastSquaresProblem, { method, bounds, spheres: blocks }: MinimiseOptions): Domain {
  if (bounds === undefined && blocks === undefined) return wholeSpace(unknowns);
  if (method === "newton") throw new UsageError("the method newton knows no constraints", "use trust-region");
  if (bounds !== undefined && blocks !== undefined) throw new UsageError("bounds and spheres exclude each other");
  if (blocks !== undefined) return spheres(unknowns, blocks);
  if (bounds!.lower.length !== unknowns) throw new DimensionMismatchError("bounds", unknowns, bounds!.lower.length);
  return box(bounds!);
}

function ruleOf(problem: LeastSquaresProblem, { dimension }: Domain, method: LeastSquaresMethod): StepRule {
  if (method === "newton") return new NewtonSteps(problem);
  if (method === "dogleg") return new Dogleg(dimension);
  return method === "geodesic" ? multiplicativeDamping(dimension, 1e-3) : new TrustRegionDamping(dimension);
}
