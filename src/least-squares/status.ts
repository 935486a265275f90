/**
 * Which test ended a solve.
 *
 * - "target-reached": ‖r‖ is at most `targetResidual`.
 * - "gradient-converged": the residual is orthogonal to every column of J, to `gradientTolerance`.
 * - "step-converged": the last step, scaled, is below `stepTolerance` times the point, scaled.
 * - "cost-converged": the relative decrease of ‖r‖², predicted and actual, is below `costTolerance`.
 * - "damping-limit": no step, however short, lowered the cost.
 * - "iteration-limit": `maxIterations` linearisations were used up.
 * - "stopped": `shouldStop` returned true.
 * - "nonfinite-residual", "nonfinite-jacobian": not a finite number at the start, or at the point reached.
 */
export type LeastSquaresStatus =
  | "target-reached"
  | "gradient-converged"
  | "step-converged"
  | "cost-converged"
  | "damping-limit"
  | "iteration-limit"
  | "stopped"
  | "nonfinite-residual"
  | "nonfinite-jacobian";

/** Evaluations of the problem by the iteration. Products with the curvature, differenced or not, are not counted. */
interface EvaluationCounts {
  readonly residual: number;
  readonly jacobian: number;
}

/** What every method of this folder returns: the best point met and how it was left. Not converging is a status. */
export interface LeastSquaresSolution {
  readonly x: Float64Array;
  /** ‖r(x)‖; the cost is half its square. */
  readonly residualNorm: number;
  readonly status: LeastSquaresStatus;
  /** Linearisations from which a step was tried. */
  readonly iterations: number;
  readonly evaluations: EvaluationCounts;
  /**
   * Largest |cosine| of the angle between r(x) and a column of J(x): 0 at a stationary point, whatever the units of the
   * residual and of the unknowns (Moré 1978, section 7). With constraints, the columns are those of the free directions.
   */
  readonly gradientNorm: number;
  /** ‖D p‖ of the last step p tried, D the running column norms of J. */
  readonly stepNorm: number;
  /**
   * Numerical rank of J(x) with columns of unit length: singular values above max(rows, unknowns)·ε times the largest.
   * Computed when first asked for, by one-sided Jacobi.
   */
  rank(): number;
  /** Largest over smallest singular value of J(x) with columns of unit length; ∞ if rank-deficient by a zero. */
  conditionNumber(): number;
}
