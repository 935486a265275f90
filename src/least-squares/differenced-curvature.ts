import { evaluateJacobian, type LeastSquaresProblem } from "./problem.ts";

/** A problem that has its curvature. */
export type DifferencedProblem = LeastSquaresProblem & Required<Pick<LeastSquaresProblem, "curvature">>;

/** Step of a central difference of exact first derivatives, relative: the cube root of ε. */
const DIFFERENCE = Math.cbrt(Number.EPSILON);

/**
 * The problem with Σ weights_e ∇²r_e v from a central difference of Jᵀ weights along v, unless it has its own; about ten
 * digits. Two evaluations of J a product.
 */
export function withDifferencedCurvature(problem: LeastSquaresProblem): DifferencedProblem {
  if (problem.curvature !== undefined) return problem as DifferencedProblem;
  const { rows, unknowns: n } = problem;
  const J = new Float64Array(rows * n);
  const point = new Float64Array(n);
  const addTransposed = (x: Float64Array, weights: Float64Array, factor: number, out: Float64Array): void => {
    evaluateJacobian(problem, x, J);
    for (let i = 0; i < rows; i++) {
      const weight = weights[i]! * factor;
      for (let k = 0; k < n; k++) out[k]! += J[i * n + k]! * weight;
    }
  };
  return {
    unknowns: n,
    rows,
    residual: (x, out) => problem.residual(x, out),
    jacobian: (x, out) => problem.jacobian(x, out),
    curvature(x, weights, v, out) {
      let h = Number.POSITIVE_INFINITY;
      for (let k = 0; k < n; k++) {
        if (v[k] !== 0) h = Math.min(h, (DIFFERENCE * (Math.abs(x[k]!) || 1)) / Math.abs(v[k]!));
      }
      out.fill(0);
      if (h === Number.POSITIVE_INFINITY) return out;
      for (const sign of [1, -1]) {
        for (let k = 0; k < n; k++) point[k] = x[k]! + sign * h * v[k]!;
        addTransposed(point, weights, sign / (2 * h), out);
      }
      return out;
    },
  };
}
