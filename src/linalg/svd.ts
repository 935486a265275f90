import { maxAbs, norm2, transpose } from "./dense.ts";
import { isKernelSupported, orthogonaliseInKernel } from "./dense-wasm.ts";
import { orthogonalisePlain } from "./jacobi-plain.ts";
import { applyQToColumns, factorQr, type QrFactors, upperFactor } from "./qr.ts";

/** Thin singular value decomposition A = U diag(S) Vᵀ, k = min(rows, cols), S descending. */
export interface Svd {
  readonly rows: number;
  readonly cols: number;
  readonly k: number;
  /** Singular values, length k, descending. */
  readonly S: Float64Array;
  /** Right singular vectors as rows: k×cols, row i belongs to S[i]. */
  readonly Vt: Float64Array;
  /** Left singular vectors as rows: k×rows, row i belongs to S[i]. */
  readonly Ut: Float64Array;
}

/**
 * One-sided Jacobi SVD of `A` (rows×cols, row-major), after two Householder QR that leave it little to do.
 *
 * Keeps high relative accuracy of small singular values where the grading allows it, which a bidiagonal SVD does not,
 * down to 1e-140 of the largest entry. An entry that is not finite makes the whole result NaN.
 * Source: Drmač & Veselić, SIAM J. Matrix Anal. Appl. 29 (2008), algorithms 1 to 3, with sorting in place of pivoting;
 * Demmel & Veselić, SIAM J. Matrix Anal. Appl. 13 (1992).
 * @remarks About 20·min³ flops, less for graded matrices, after 4·rows·cols·min for the QR and the left vectors.
 */
export function computeSvd(A: Float64Array, rows: number, cols: number): Svd {
  if (rows < cols) {
    const other = computeSvd(transpose(A, rows, cols), cols, rows);
    return { rows, cols, k: other.k, S: other.S, Vt: other.Ut, Ut: other.Vt };
  }
  const n = cols;
  const empty = {
    rows,
    cols,
    k: n,
    S: new Float64Array(n),
    Vt: new Float64Array(n * n),
    Ut: new Float64Array(n * rows),
  };
  if (n === 0) return empty;
  const size = maxAbs(A);
  if (!Number.isFinite(size)) {
    for (const part of [empty.S, empty.Vt, empty.Ut]) part.fill(Number.NaN);
    return empty;
  }
  const prepared = prepare(A, size, rows, n);
  return assemble(prepared, diagonalise(prepared.core, n), size);
}

/**
 * The singular values that {@link computeSvd} finds, in half the time.
 *
 * @returns a new vector of length min(rows, cols), descending
 */
export function singularValues(A: Float64Array, rows: number, cols: number): Float64Array {
  if (rows < cols) return singularValues(transpose(A, rows, cols), cols, rows);
  if (cols === 0) return new Float64Array(0);
  const size = maxAbs(A);
  if (!Number.isFinite(size)) return new Float64Array(cols).fill(Number.NaN);
  const { core } = prepare(A, size, rows, cols);
  const { values } = diagonalise(core, cols, { vectors: false });
  return values.map((value) => value * size).sort((a, b) => b - a);
}

/** A P = Q₁ R₁ and R₁ᵀ = Q₂ R₂ for the unit multiple of A: what is left is the SVD of R₂ᵀ. */
interface Prepared {
  readonly outer: QrFactors;
  readonly inner: QrFactors;
  /** The column of A that stands in each place: from the longest to the shortest. */
  readonly order: readonly number[];
  /** R₂, row-major n×n: its rows are the columns of R₂ᵀ, nearly orthogonal already. */
  readonly core: Float64Array;
}

/** Squares of entries must neither overflow nor vanish, so the largest one becomes 1. */
function prepare(A: Float64Array, size: number, rows: number, n: number): Prepared {
  const columns = transpose(size > 0 ? A.map((value) => value / size) : A, rows, n);
  const column = (j: number): Float64Array => columns.subarray(j * rows, (j + 1) * rows);
  const lengths = Float64Array.from({ length: n }, (_, j) => norm2(column(j)));
  const order = Array.from(lengths.keys()).sort((i, j) => lengths[j]! - lengths[i]! || i - j);
  const sorted = new Float64Array(rows * n);
  order.forEach((j, place) => {
    sorted.set(column(j), place * rows);
  });
  const outer = factorQr(sorted, rows, n);
  // R₁ by rows is R₁ᵀ by columns.
  const inner = factorQr(upperFactor(outer), n, n);
  return { outer, inner, order, core: upperFactor(inner) };
}

interface Diagonal {
  /** Singular values in no order. */
  readonly values: Float64Array;
  /** Row i is the left vector of values[i], or zeros where that is negligible. */
  readonly left: Float64Array;
  /** Row i is the right vector of values[i]. */
  readonly right: Float64Array | undefined;
}

/** Squares of lengths below this are negligible, in units of the largest entry. */
const NEGLIGIBLE_SQUARE = 1e-290;
/** Numbers in a vector from which the WebAssembly kernel is faster than the loops here (bench linalg). */
const KERNEL_LENGTH = 8;

/** The SVD of the matrix whose columns are the rows of `core`, n×n. */
function diagonalise(core: Float64Array, n: number, { vectors = true }: { vectors?: boolean } = {}): Diagonal {
  const total = vectors ? 2 * n : n;
  const rotated = new Float64Array(n * total);
  for (let i = 0; i < n; i++) {
    rotated.set(core.subarray(i * n, (i + 1) * n), i * total);
    if (vectors) rotated[i * total + n + i] = 1;
  }
  const options = { head: n, tolerance: Number.EPSILON * Math.sqrt(n), negligible: NEGLIGIBLE_SQUARE };
  const orthogonalise = n >= KERNEL_LENGTH && isKernelSupported() ? orthogonaliseInKernel : orthogonalisePlain;
  orthogonalise(rotated, n, options);
  const values = new Float64Array(n);
  const left = new Float64Array(n * n);
  const right = vectors ? new Float64Array(n * n) : undefined;
  for (let i = 0; i < n; i++) {
    const head = rotated.subarray(i * total, i * total + n);
    const value = norm2(head);
    values[i] = value;
    if (value * value >= NEGLIGIBLE_SQUARE) for (let k = 0; k < n; k++) left[i * n + k] = head[k]! / value;
    right?.set(rotated.subarray(i * total + n, (i + 1) * total), i * n);
  }
  return { values, left, right };
}

/** R₂ᵀ = U Σ Jᵀ gives A = (Q₁ U) Σ (P Q₂ J)ᵀ; sorts by descending value. */
function assemble({ outer, inner, order }: Prepared, core: Diagonal, size: number): Svd {
  const { m: rows, n } = outer;
  const { values } = core;
  const places = Array.from(values.keys()).sort((i, j) => values[j]! - values[i]! || i - j);
  const right = applyQToColumns(inner, core.right!);
  const Ut = new Float64Array(n * rows);
  const Vt = new Float64Array(n * n);
  places.forEach((from, to) => {
    Ut.set(core.left.subarray(from * n, (from + 1) * n), to * rows);
    for (let k = 0; k < n; k++) Vt[to * n + order[k]!] = right[from * n + k]!;
  });
  completeBasis(Ut, rows, n);
  applyQToColumns(outer, Ut);
  return { rows, cols: n, k: n, S: Float64Array.from(places, (from) => values[from]! * size), Vt, Ut };
}

/** Replaces the rows of zeros, which come last, so that the first n numbers of the rows are an orthonormal basis. */
function completeBasis(Ut: Float64Array, stride: number, n: number): void {
  const row = (i: number): Float64Array => Ut.subarray(i * stride, i * stride + n);
  let known = n;
  while (known > 0 && row(known - 1).every((value) => value === 0)) known--;
  if (known === n) return;
  const columns = new Float64Array(n * known);
  for (let i = 0; i < known; i++) columns.set(row(i), i * n);
  const missing = new Float64Array(n * (n - known));
  for (let i = known; i < n; i++) missing[(i - known) * n + i] = 1;
  // The last columns of the orthogonal factor are orthogonal to all that was factored.
  applyQToColumns(factorQr(columns, n, known), missing);
  for (let i = known; i < n; i++) row(i).set(missing.subarray((i - known) * n, (i - known + 1) * n));
}

/**
 * Minimum-norm least-squares solution A⁺ b truncated to the leading `rank` singular values.
 *
 * @param b - right side, length rows
 * @returns a new vector of length cols
 */
export function solveTruncated({ rows, cols, S, Vt, Ut }: Svd, b: Float64Array, rank: number): Float64Array {
  const x = new Float64Array(cols);
  for (let i = 0; i < rank; i++) {
    let s = 0;
    for (let r = 0; r < rows; r++) s += Ut[i * rows + r]! * b[r]!;
    s /= S[i]!;
    for (let c = 0; c < cols; c++) x[c]! += s * Vt[i * cols + c]!;
  }
  return x;
}
