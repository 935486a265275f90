import { norm2 } from "../linalg/dense.ts";
import { applyQTransposed, factorQr, type QrFactors } from "../linalg/qr.ts";
import { computeSvd } from "../linalg/svd.ts";
import type { Domain } from "./domain.ts";
import { evaluateJacobian, type LeastSquaresProblem } from "./problem.ts";

/**
 * What an iteration keeps of the column norms of the ones before. With 1, Moré's choice, one point with a monstrous
 * Jacobian scales all that follow (Chebyquad from 100 x₀); with 1/2 a column that vanishes on the way takes its unknown
 * to infinity (Osborne 1 from 100 x₀). Of the 84 runs in test/least-squares/more-garbow-hillstrom.test.ts trust-region
 * steps alone end at a known minimum in 74 with 1, 77 from 0.95 to 0.97, and 72 with 1/2.
 */
const MEMORY = 0.96;

/**
 * The linear model r + J p of the residual at a point, as a Householder QR factorisation of J D⁻¹; never the normal
 * equations. D holds the running column norms of J, so that the model does not depend on the units of the unknowns.
 * Steps are in scaled coordinates s = D p unless said otherwise.
 *
 * Source: Moré (1978), sections 2 and 6.
 */
export class LinearModel {
  /** Number of step coordinates. */
  readonly n: number;
  readonly rows: number;
  /** Jacobian in step coordinates, rows×n, row-major. */
  readonly J: Float64Array;
  /** The running norms of the columns; 0 for one that was always zero, whose unknown has no unit to be measured in. */
  readonly columnNorms: Float64Array;
  /** D: the running norms, 1 in the place of 0. */
  readonly scale: Float64Array;
  /** R, column-major n×n. */
  readonly upper: Float64Array;
  /** The leading n entries of Qᵀr. */
  readonly rotated: Float64Array;
  /** Rᵀ Qᵀ r = D⁻¹ Jᵀ r: the gradient of ½‖r‖² in scaled coordinates. */
  readonly gradient: Float64Array;
  /** Largest |cosine| between r and a column of J. */
  gradientCosine = 0;
  private residualNorm = 0;
  private readonly problem: LeastSquaresProblem;
  private readonly domain: Domain;
  private readonly full: Float64Array;
  private readonly columns: Float64Array;
  private readonly norms: Float64Array;
  private readonly image: Float64Array;
  private readonly tall: Float64Array;
  private factors: QrFactors | undefined;

  constructor(problem: LeastSquaresProblem, domain: Domain) {
    const { rows, unknowns } = problem;
    const n = domain.dimension;
    this.problem = problem;
    this.domain = domain;
    this.n = n;
    this.rows = rows;
    this.full = new Float64Array(rows * unknowns);
    this.J = n === unknowns ? this.full : new Float64Array(rows * n);
    this.scale = new Float64Array(n).fill(1);
    this.columnNorms = new Float64Array(n);
    this.norms = new Float64Array(n);
    this.upper = new Float64Array(n * n);
    this.rotated = new Float64Array(n);
    this.gradient = new Float64Array(n);
    this.image = new Float64Array(n);
    this.tall = new Float64Array(Math.max(rows, n));
    this.columns = new Float64Array(this.tall.length * n);
  }

  /** Evaluates J(x) and factorises it. False if it is not finite: the model is then of no use. */
  linearise(x: Float64Array, r: Float64Array): boolean {
    if (!this.measure(x, r)) return false;
    this.factors = factorQr(this.scaledColumns(), this.tall.length, this.n);
    this.copyUpper(this.factors);
    this.rotate(r, this.rotated);
    return true;
  }

  /** J D⁻¹, column-major, with rows of zeros if there are fewer than columns. */
  private scaledColumns(): Float64Array {
    const { n, rows, J, scale, columns } = this;
    const m = this.tall.length;
    if (m > rows) columns.fill(0);
    for (let k = 0; k < n; k++) {
      const inverse = 1 / scale[k]!;
      for (let i = 0, from = k, to = k * m; i < rows; i++, from += n, to++) columns[to] = J[from]! * inverse;
    }
    return columns;
  }

  private copyUpper({ m, columns, diagonal }: QrFactors): void {
    const { n, upper } = this;
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < j; i++) upper[j * n + i] = columns[j * m + i]!;
      upper[j * n + j] = diagonal[j]!;
    }
  }

  /** Evaluates J(x), its column norms and the gradient, without a factorisation. False if it is not finite. */
  measure(x: Float64Array, r: Float64Array): boolean {
    evaluateJacobian(this.problem, x, this.full);
    this.domain.restrict(x, r, this.full, this.J);
    if (!this.updateScale()) return false;
    this.updateGradient(r);
    return true;
  }

  /** The leading n entries of Qᵀv in `out`. */
  rotate(v: Float64Array, out: Float64Array): Float64Array {
    const { tall, n } = this;
    tall.set(v);
    if (tall.length > v.length) tall.fill(0, v.length);
    applyQTransposed(this.factors!, tall);
    for (let k = 0; k < n; k++) out[k] = tall[k]!;
    return out;
  }

  /** (‖r‖² − ‖r + J p‖²) / ‖r‖² for s = D p, without cancellation for short steps. */
  predictedDecrease(s: Float64Array): number {
    const { n, gradient, residualNorm } = this;
    if (residualNorm === 0) return 0;
    let slope = 0;
    for (let k = 0; k < n; k++) slope += (gradient[k]! / residualNorm) * (s[k]! / residualNorm);
    let square = 0;
    for (const value of this.applyUpper(s, this.image)) square += (value / residualNorm) ** 2;
    return -2 * slope - square;
  }

  /** R s, of the same length as J p. */
  applyUpper(s: Float64Array, out: Float64Array): Float64Array {
    const { n, upper } = this;
    out.fill(0);
    for (let j = 0; j < n; j++) for (let i = 0; i <= j; i++) out[i]! += upper[j * n + i]! * s[j]!;
    return out;
  }

  /** J p, length rows, for p in step coordinates without scaling. */
  apply(p: Float64Array, out: Float64Array): Float64Array {
    const { n, rows, J } = this;
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += J[i * n + k]! * p[k]!;
      out[i] = sum;
    }
    return out;
  }

  /** Singular values of J with columns of unit length; zero columns stay. */
  singularValues(): Float64Array {
    const { n, rows, J, norms } = this;
    const unit = J.map((value, at) => (norms[at % n]! > 0 ? value / norms[at % n]! : value));
    return computeSvd(unit, rows, n).S;
  }

  private updateScale(): boolean {
    const { n, rows, J, norms, columnNorms, scale } = this;
    norms.fill(0);
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < n; k++) norms[k]! += J[i * n + k]! * J[i * n + k]!;
    }
    for (let k = 0; k < n; k++) {
      const square = norms[k]!;
      // Where squares overflow or vanish the norm is taken with care.
      norms[k] = square > 1e-280 && square < 1e300 ? Math.sqrt(square) : norm2(columnOf(J, k, n));
      if (!Number.isFinite(norms[k])) return false;
    }
    for (let k = 0; k < n; k++) {
      columnNorms[k] = this.domain.fixedCoordinates ? Math.max(MEMORY * columnNorms[k]!, norms[k]!) : norms[k]!;
      scale[k] = columnNorms[k]! > 0 ? columnNorms[k]! : 1;
    }
    return true;
  }

  private updateGradient(r: Float64Array): void {
    const { n, rows, J, gradient, scale, norms } = this;
    this.residualNorm = norm2(r);
    this.gradientCosine = 0;
    gradient.fill(0);
    if (this.residualNorm === 0) return;
    for (let i = 0; i < rows; i++) {
      const value = r[i]! / this.residualNorm;
      for (let k = 0; k < n; k++) gradient[k]! += J[i * n + k]! * value;
    }
    for (let k = 0; k < n; k++) {
      if (norms[k]! > 0) this.gradientCosine = Math.max(this.gradientCosine, Math.abs(gradient[k]!) / norms[k]!);
      gradient[k] = (gradient[k]! / scale[k]!) * this.residualNorm;
    }
  }
}

function columnOf(J: Float64Array, k: number, n: number): Float64Array {
  return Float64Array.from({ length: J.length / n }, (_, i) => J[i * n + k]!);
}
