import { DimensionMismatchError } from "../errors.ts";

/**
 * Householder QR of a tall matrix, kept in factored form.
 *
 * `columns` is column-major m×n: below the diagonal the Householder vectors, on and above it R without its diagonal,
 * which stands in `diagonal`.
 */
export interface QrFactors {
  readonly m: number;
  readonly n: number;
  readonly columns: Float64Array;
  readonly diagonal: Float64Array;
}

/**
 * Householder QR without pivoting; overwrites `columns` (column-major, m×n, m ≥ n).
 *
 * @throws {@link DimensionMismatchError} if the array does not hold m·n entries or m < n
 * @remarks 2mn² flops, no allocation beyond the diagonal.
 * Source: Golub & Van Loan, Matrix Computations, 4th ed. (2013), algorithm 5.2.1.
 */
export function factorQr(columns: Float64Array, m: number, n: number): QrFactors {
  if (columns.length !== m * n) throw new DimensionMismatchError("columns", m * n, columns.length);
  if (m < n) throw new DimensionMismatchError("rows of a tall matrix", n, m);
  const diagonal = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const start = k * m;
    let norm = 0;
    for (let i = k; i < m; i++) norm = Math.max(norm, Math.abs(columns[start + i]!));
    if (norm === 0) continue;
    let sum = 0;
    for (let i = k; i < m; i++) {
      const t = columns[start + i]! / norm;
      sum += t * t;
    }
    norm *= Math.sqrt(sum);
    if (columns[start + k]! < 0) norm = -norm;
    for (let i = k; i < m; i++) columns[start + i]! /= norm;
    columns[start + k]! += 1;
    for (let j = k + 1; j < n; j++) applyReflector(columns, start, k, m, columns, j * m);
    diagonal[k] = -norm;
  }
  return { m, n, columns, diagonal };
}

/** target ← (I − v vᵀ / v_k) target for the reflector v in `columns` at `start`. */
function applyReflector(
  columns: Float64Array,
  start: number,
  k: number,
  m: number,
  target: Float64Array,
  offset: number,
): void {
  const pivot = columns[start + k]!;
  if (pivot === 0) return;
  let s = 0;
  for (let i = k; i < m; i++) s += columns[start + i]! * target[offset + i]!;
  s = -s / pivot;
  for (let i = k; i < m; i++) target[offset + i]! += s * columns[start + i]!;
}

/** b ← Qᵀ b, in place (length m). */
export function applyQTransposed({ m, n, columns }: QrFactors, b: Float64Array): Float64Array {
  for (let k = 0; k < n; k++) applyReflector(columns, k * m, k, m, b, 0);
  return b;
}

/** b ← Q b, in place (length m). */
export function applyQ({ m, n, columns }: QrFactors, b: Float64Array): Float64Array {
  for (let k = n - 1; k >= 0; k--) applyReflector(columns, k * m, k, m, b, 0);
  return b;
}

/**
 * Solves R x = b for the leading n entries of `b` and writes x into `x`.
 * A zero pivot gives that coordinate the value 0, so that a deficient factor yields a finite basic solution.
 */
export function solveUpper({ m, n, columns, diagonal }: QrFactors, b: Float64Array, x: Float64Array): Float64Array {
  for (let k = n - 1; k >= 0; k--) {
    let t = b[k]!;
    for (let j = k + 1; j < n; j++) t -= columns[j * m + k]! * x[j]!;
    x[k] = diagonal[k] === 0 ? 0 : t / diagonal[k]!;
  }
  return x;
}

/** R as an n×n row-major upper triangular matrix. */
export function upperFactor({ m, n, columns, diagonal }: QrFactors): Float64Array {
  const R = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < j; i++) R[i * n + j] = columns[j * m + i]!;
    R[j * n + j] = diagonal[j]!;
  }
  return R;
}
