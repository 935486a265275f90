import { type MonomialTable, monomialsOfDegree } from "../equations/monomials.ts";
import { levenbergMarquardt } from "../least-squares/levenberg-marquardt.ts";
import type { LeastSquaresProblem } from "../least-squares/problem.ts";
import { dot, norm2 } from "../linalg/dense.ts";
import { realEigenpairs } from "../linalg/eigen.ts";
import { applyQTransposed, factorQr, solveUpper } from "../linalg/qr.ts";
import { computeSvd } from "../linalg/svd.ts";
import type { Random } from "../random.ts";
import { symmetricPower } from "./moment-tensors.ts";

/** Vectors that span the same space as x_1^{⊗k}, …, x_n^{⊗k}. */
export interface PowerSpan {
  readonly table: MonomialTable;
  /** n×N_k row-major, in Bombieri coordinates. */
  readonly vectors: Float64Array;
  readonly samples: number;
}

const PENCILS = 8;

/**
 * The directions x_i of a span of x_i ⊗ x_i with independent x_i: the eigenvectors of A B⁻¹ for two general matrices A, B
 * of the span, as A = X diag(α) Xᵀ and B = X diag(β) Xᵀ. No starts.
 *
 * @param random - picks the two matrices; the second is the best conditioned of a few
 * @returns n unit vectors of length d, or null where there are more samples than dimensions or B is singular
 * Source: Leurgans, Ross & Abel (1993), the algorithm known as Jennrich's; proofs/kernel-criterion.md for what it decides.
 */
export function pencilDirections({ table, vectors, samples: n }: PowerSpan, random: Random): Float64Array[] | null {
  const d = table.inputDim;
  if (n > d || table.degree !== 2) return null;
  const matrices = Array.from({ length: n }, (_, i) =>
    symmetricMatrix(table, vectors.subarray(i * table.count, (i + 1) * table.count)),
  );
  const range = commonRange(matrices, d, n);
  const small = matrices.map((S) => compress(S, range, d, n));
  const combine = (): Float64Array => {
    const sum = new Float64Array(n * n);
    for (const S of small) {
      const factor = random.normal();
      for (let k = 0; k < sum.length; k++) sum[k]! += factor * S[k]!;
    }
    return sum;
  };
  const A = combine();
  const B = Array.from({ length: PENCILS }, combine).reduce((best, next) =>
    leastPivot(next, n) > leastPivot(best, n) ? next : best,
  );
  const M = divideSymmetric(A, B, n);
  if (M === null) return null;
  return realEigenpairs(M, n).map(({ vector }) => lift(vector, range, d, n));
}

/** The d×d matrix with these Bombieri coordinates of degree 2. */
function symmetricMatrix(table: MonomialTable, v: Float64Array): Float64Array {
  const d = table.inputDim;
  const S = new Float64Array(d * d);
  for (let i = 0; i < table.count; i++) {
    const at = table.starts[i]!;
    const a = table.variables[at]!;
    const b = table.starts[i + 1]! - at === 1 ? a : table.variables[at + 1]!;
    const value = a === b ? v[i]! : v[i]! / Math.SQRT2;
    S[a * d + b] = value;
    S[b * d + a] = value;
  }
  return S;
}

/** n orthonormal rows that span the columns of all matrices best, n×d. */
function commonRange(matrices: readonly Float64Array[], d: number, n: number): Float64Array {
  const stacked = new Float64Array(matrices.length * d * d);
  for (const [i, S] of matrices.entries()) stacked.set(S, i * d * d);
  return computeSvd(stacked, matrices.length * d, d).Vt.slice(0, n * d);
}

/** U S Uᵀ for U n×d. */
function compress(S: Float64Array, U: Float64Array, d: number, n: number): Float64Array {
  const small = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let a = 0; a < d; a++) for (let b = 0; b < d; b++) sum += U[i * d + a]! * S[a * d + b]! * U[j * d + b]!;
      small[i * n + j] = sum;
    }
  }
  return small;
}

function leastPivot(B: Float64Array, n: number): number {
  const { diagonal } = factorQr(B.slice(), n, n);
  return Math.min(...diagonal.map(Math.abs)) / (norm2(B) || 1);
}

/** A B⁻¹ for symmetric matrices: the transpose of B⁻¹ A. Null where B is singular. */
function divideSymmetric(A: Float64Array, B: Float64Array, n: number): Float64Array | null {
  const factors = factorQr(B.slice(), n, n);
  if (factors.diagonal.some((pivot) => pivot === 0 || !Number.isFinite(pivot))) return null;
  const M = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const column = applyQTransposed(factors, A.slice(j * n, (j + 1) * n));
    M.set(solveUpper(factors, column, new Float64Array(n)), j * n);
  }
  return M;
}

function lift(y: Float64Array, U: Float64Array, d: number, n: number): Float64Array {
  const x = new Float64Array(d);
  for (let i = 0; i < n; i++) for (let e = 0; e < d; e++) x[e]! += y[i]! * U[i * d + e]!;
  const length = norm2(x) || 1;
  return x.map((value) => value / length);
}

/** Power steps that lead into a basin, steps that end the ascent there, and starts per sample. */
const POWER_STEPS = 40;
const POLISH_STEPS = 40;
const ASCENTS_PER_SAMPLE = 15;
/** Length of the part of x^{⊗k} outside the span, ‖x‖ = 1, at which x counts as found … */
const OUTSIDE = 1e-3;
/** … and directions nearer than this, as the sine of their angle, as the same one. */
const SAME_DIRECTION = 1e-3;
/** Multiple of x added in a power step, which keeps the ascent monotone. */
const SHIFT = 0.3;

/**
 * Directions x with x^{⊗k} in the span, found by the power method on ‖P x^{⊗k}‖², P the projector on the span: x is
 * replaced by P x^{⊗k} contracted k−1 times with x, plus a multiple of x; Levenberg–Marquardt on the part outside the
 * span ends what the power steps, which converge linearly, began. Distinct limits are collected over random starts.
 *
 * @returns n unit vectors and the starts made, or null where fewer were found
 * Source: Kileel & Pereira (2019), arXiv 1912.04007, algorithm 1; restarts in the place of its deflation, which needs the
 * flattening of one tensor, while the span here may come from several.
 */
export function subspacePower(
  span: PowerSpan,
  random: Random,
  shouldStop: () => boolean,
): { readonly directions: Float64Array[]; readonly starts: number } | null {
  const { table, samples } = span;
  const N = table.count;
  const padded = new Float64Array(N * N);
  padded.set(span.vectors.subarray(0, samples * N));
  const { Vt } = computeSvd(padded, N, N);
  const basis = Vt.subarray(0, samples * N);
  const contract = contractionOf(table);
  const outside = outsideProblem(table, Vt.subarray(samples * N), contract);
  const directions: Float64Array[] = [];
  for (let starts = 1; starts <= ASCENTS_PER_SAMPLE * samples && !shouldStop(); starts++) {
    const near = ascend(table, basis, contract, unitVector(table.inputDim, random));
    const { x, residualNorm } = levenbergMarquardt(outside, near, {
      maxIterations: POLISH_STEPS,
      targetResidual: 1e-13,
    });
    const length = norm2(x);
    const unit = x.map((value) => value / length);
    const found = residualNorm <= OUTSIDE && directions.every((other) => sine(other, unit) > SAME_DIRECTION);
    if (found) directions.push(unit);
    if (directions.length === samples) return { directions, starts };
  }
  return null;
}

/** The part of x^{⊗k} outside the span, in an orthonormal basis of the complement, and ‖x‖² − 1. */
function outsideProblem(table: MonomialTable, complement: Float64Array, contract: Contraction): LeastSquaresProblem {
  const { count: N, inputDim: d, degree } = table;
  const free = complement.length / N;
  return {
    unknowns: d,
    rows: free + 1,
    residual(x, out) {
      const power = symmetricPower(table, x);
      for (let r = 0; r < free; r++) out[r] = dot(complement.subarray(r * N, (r + 1) * N), power);
      out[free] = dot(x, x) - 1;
      return out;
    },
    jacobian(x, out) {
      for (let r = 0; r < free; r++) {
        const row = contract(complement.subarray(r * N, (r + 1) * N), x);
        for (let e = 0; e < d; e++) out[r * d + e] = degree * row[e]!;
      }
      for (let e = 0; e < d; e++) out[free * d + e] = 2 * x[e]!;
      return out;
    },
  };
}

/** Writes v contracted k−1 times with x. */
type Contraction = (v: Float64Array, x: Float64Array) => Float64Array;

function ascend(table: MonomialTable, basis: Float64Array, contract: Contraction, start: Float64Array): Float64Array {
  let x = start;
  for (let step = 0; step < POWER_STEPS; step++) {
    const pull = contract(project(symmetricPower(table, x), basis), x);
    const next = pull.map((value, e) => value + SHIFT * x[e]!);
    const length = norm2(next);
    x = next.map((value) => value / length);
  }
  return x;
}

/** P v; `basis` has orthonormal rows. */
function project(v: Float64Array, basis: Float64Array): Float64Array {
  const N = v.length;
  const projected = new Float64Array(N);
  for (let at = 0; at < basis.length; at += N) {
    const along = dot(basis.subarray(at, at + N), v);
    for (let k = 0; k < N; k++) projected[k]! += along * basis[at + k]!;
  }
  return projected;
}

/** ∇⟨v, x^{⊗k}⟩/k: v contracted with x in all places but one. */
function contractionOf(table: MonomialTable): Contraction {
  const { count, starts, variables, exponents, multinomials, inputDim, degree } = table;
  return (v, x) => {
    const out = new Float64Array(inputDim);
    for (let i = 0; i < count; i++) {
      const factor = (v[i]! * Math.sqrt(multinomials[i]!)) / degree;
      for (let s = starts[i]!; s < starts[i + 1]!; s++) {
        let value = factor * exponents[s]! * x[variables[s]!]! ** (exponents[s]! - 1);
        for (let t = starts[i]!; t < starts[i + 1]!; t++) if (t !== s) value *= x[variables[t]!]! ** exponents[t]!;
        out[variables[s]!]! += value;
      }
    }
    return out;
  };
}

function unitVector(d: number, random: Random): Float64Array {
  const x = Float64Array.from({ length: d }, () => random.normal());
  const length = norm2(x) || 1;
  return x.map((value) => value / length);
}

/** Sine of the angle between two lines. */
function sine(a: Float64Array, b: Float64Array): number {
  const difference = (sign: number): number => norm2(a.map((value, e) => value - sign * b[e]!));
  return Math.min(difference(1), difference(-1));
}

/** The span of the leading n left singular vectors of a matrix of rows x^{⊗k}; null where its rank is smaller. */
export function leadingSpan(
  matrix: Float64Array,
  { degree, inputDim }: { readonly degree: number; readonly inputDim: number },
  samples: number,
): PowerSpan | null {
  const table = monomialsOfDegree(inputDim, degree);
  const columns = matrix.length / table.count;
  if (Math.min(table.count, columns) < samples) return null;
  const { S, Ut } = computeSvd(matrix, table.count, columns);
  if (!(S[samples - 1]! > 1e-14 * S[0]!)) return null;
  return { table, vectors: Ut.slice(0, samples * table.count), samples };
}
