import type { LeastSquaresProblem } from "../least-squares/problem.ts";
import { norm2 } from "../linalg/dense.ts";
import type { Svd } from "../linalg/svd.ts";

/** Where and how the error of a fit was propagated. */
interface Linearisation {
  readonly problem: LeastSquaresProblem;
  readonly unknowns: Float64Array;
  /** Of the Jacobian with columns of norm one. */
  readonly svd: Svd;
  /** Singular values that the propagation uses. */
  readonly used: number;
  /** One over the norm of each column. */
  readonly columnScale: Float64Array;
  /** Of each row. */
  readonly standardDeviations: Float64Array;
}

/** Directions looked at, the weakest ones. */
const DIRECTIONS = 3;
/** Standard deviations that a bound stands for. */
const DEVIATIONS = 10;
/** Step of the second difference, relative to the point: far above rounding, far below the size of the data. */
const STEP = 1e-3;

/**
 * How far the equations bend over the set of data that the noise allows: the second-order displacement over the
 * first-order one, along the weakest directions.
 *
 * A displacement δ of ten standard deviations along a singular vector changes the residual by J δ + c/2 with c the second
 * derivative along δ, and J⁺(c/2) is what a Newton step would correct. Where that is not clearly shorter than δ the data
 * that fit are no ellipsoid around the point, and first-order errors say nothing: two samples that nearly coincide, or a
 * sample with a tiny multiplier. Source: proofs/error-bound.md, section "Where the first order ends".
 */
export function nonlinearityAt({
  problem,
  unknowns: u,
  svd,
  used,
  columnScale,
  standardDeviations,
}: Linearisation): number {
  const { rows, cols: n, S, Vt, Ut } = svd;
  const point = norm2(u.map((value, k) => (columnScale[k]! > 0 ? value / columnScale[k]! : 0)));
  const evaluate = (at: Float64Array): Float64Array => problem.residual(at, new Float64Array(rows)).slice();
  const centre = evaluate(u);
  let largest = 0;
  for (let s = Math.max(0, used - DIRECTIONS); s < used; s++) {
    let variance = 0;
    for (let r = 0; r < rows; r++) variance += (Ut[s * rows + r]! * standardDeviations[r]!) ** 2;
    const length = (DEVIATIONS * Math.sqrt(variance)) / S[s]!;
    const step = Math.max(length, STEP * point);
    const moved = (sign: number): Float64Array =>
      evaluate(u.map((value, k) => value + sign * step * Vt[s * n + k]! * columnScale[k]!));
    const [ahead, behind] = [moved(1), moved(-1)];
    const bend = centre.map((value, r) => (0.5 * (ahead[r]! + behind[r]! - 2 * value)) / step ** 2);
    largest = Math.max(largest, norm2(correction(svd, used, bend)) * length);
  }
  return largest;
}

/** J⁺ c in scaled coordinates, in the basis of the right singular vectors. */
function correction({ rows, S, Ut }: Svd, used: number, c: Float64Array): Float64Array {
  return Float64Array.from({ length: used }, (_, k) => {
    let along = 0;
    for (let r = 0; r < rows; r++) along += Ut[k * rows + r]! * c[r]!;
    return along / S[k]!;
  });
}
