/**
 * A nonlinear least-squares problem: minimise F(x) = ½‖r(x)‖², r: ℝⁿ → ℝᵐ with n = `unknowns` and m = `rows`; m < n is
 * allowed. A solver hands over the arrays to fill and uses what is returned, usually the same array.
 */
export interface LeastSquaresProblem {
  readonly unknowns: number;
  readonly rows: number;
  /** r(x), length m. Entries that are not finite mark a point that cannot be used. */
  residual(x: Float64Array, out: Float64Array): Float64Array;
  /** J(x) = ∂r/∂x, rows×unknowns, row-major. */
  jacobian(x: Float64Array, out: Float64Array): Float64Array;
  /**
   * Σ_e weights_e ∇²r_e(x) v, length n: with the residual as weights, what JᵀJ lacks of the Hessian of F. Only Newton's
   * method asks for it; see {@link withDifferencedCurvature} for problems that do not have it.
   */
  curvature?(x: Float64Array, weights: Float64Array, v: Float64Array, out: Float64Array): Float64Array;
}

/** r(x) in `out` itself, whichever array the problem returns. */
export function evaluateResidual(problem: LeastSquaresProblem, x: Float64Array, out: Float64Array): Float64Array {
  const r = problem.residual(x, out);
  if (r !== out) out.set(r);
  return out;
}

/** J(x) in `out` itself, whichever array the problem returns. */
export function evaluateJacobian(problem: LeastSquaresProblem, x: Float64Array, out: Float64Array): Float64Array {
  const J = problem.jacobian(x, out);
  if (J !== out) out.set(J);
  return out;
}
