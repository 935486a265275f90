import { wholeSpace } from "./domain.ts";
import { iterate, type LeastSquaresOptions } from "./iterate.ts";
import { multiplicativeDamping } from "./multiplicative-damping.ts";
import type { LeastSquaresProblem } from "./problem.ts";
import type { LeastSquaresSolution } from "./status.ts";
import { TrustRegionDamping } from "./trust-region-damping.ts";

export interface LevenbergMarquardtOptions extends LeastSquaresOptions {
  /** Second-order correction of the step along the geodesic (Transtrum & Sethna 2012); one more residual a step. */
  readonly geodesic?: boolean;
  /**
   * How λ is found: "multiplicative" (×3 after a failed, ÷5 after a successful step) or "trust-region" (from the length
   * of the step, Moré 1978).
   */
  readonly damping?: "multiplicative" | "trust-region";
  /** First λ of the multiplicative rule, in units of squared norms of scaled columns; 1e-3 by default. */
  readonly initialDamping?: number;
}

/**
 * Levenberg–Marquardt on Householder QR of [J D⁻¹; √λ I], D the running column norms of J; never the normal equations.
 *
 * @param start - initial point, length `unknowns`; not changed
 * @returns the best point met; not converging is a status, not an error
 * @remarks An iteration costs 2mn² flops for the factorisation and ⅔n³ for every damping tried.
 * Source: Moré, "The Levenberg–Marquardt algorithm: implementation and theory" (1978); {@link multiplicativeDamping},
 * {@link TrustRegionDamping} and `GeodesicCorrection` name theirs.
 */
export function levenbergMarquardt(
  problem: LeastSquaresProblem,
  start: Float64Array,
  options: LevenbergMarquardtOptions,
): LeastSquaresSolution {
  const { geodesic = false, damping = "multiplicative", initialDamping = 1e-3 } = options;
  const n = problem.unknowns;
  const rule = damping === "multiplicative" ? multiplicativeDamping(n, initialDamping) : new TrustRegionDamping(n);
  return iterate({ problem, domain: wholeSpace(n), rule, geodesic }, start, options);
}
