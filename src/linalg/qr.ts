import { DimensionMismatchError } from "../errors.ts";
import { applyInKernel, factorInKernel, isKernelSupported } from "./dense-wasm.ts";
import type { QrFactors } from "./factors.ts";
import { applyReflector, factorPlain } from "./qr-plain.ts";

export type { QrFactors } from "./factors.ts";

/** Multiply-adds from which the WebAssembly kernel is faster than the loops here, copies included (bench linalg). */
const KERNEL_WORK = 4000;

/**
 * Householder QR without pivoting; overwrites `columns` (column-major, m×n, m ≥ n).
 *
 * @throws {@link DimensionMismatchError} if the array does not hold m·n entries or m < n
 * @throws {@link ResourceLimitError} if there is no memory for a copy
 * @remarks 2mn² flops, in panels by the WebAssembly kernel unless the matrix is small or there is no SIMD.
 * Source: Golub & Van Loan, Matrix Computations, 4th ed. (2013), algorithm 5.2.1.
 */
export function factorQr(columns: Float64Array, m: number, n: number): QrFactors {
  if (columns.length !== m * n) throw new DimensionMismatchError("columns", m * n, columns.length);
  if (m < n) throw new DimensionMismatchError("rows of a tall matrix", n, m);
  if (m * n * n < KERNEL_WORK || !isKernelSupported()) return factorPlain(columns, m, n);
  return factorInKernel(columns, m, n);
}

/** b ← Qᵀ b, in place (length m). */
export function applyQTransposed({ m, n, columns }: QrFactors, b: Float64Array): Float64Array {
  for (let k = 0; k < n; k++) applyReflector(columns, m, k, b, 0);
  return b;
}

/** b ← Q b, in place (length m). */
export function applyQ({ m, n, columns }: QrFactors, b: Float64Array): Float64Array {
  for (let k = n - 1; k >= 0; k--) applyReflector(columns, m, k, b, 0);
  return b;
}

/** B ← Q B, in place, for columns of length m one after the other: {@link applyQ} for many vectors at once. */
export function applyQToColumns(factors: QrFactors, B: Float64Array): Float64Array {
  const { m, n, columns } = factors;
  if (n * B.length >= KERNEL_WORK && isKernelSupported()) {
    applyInKernel(factors, B);
    return B;
  }
  for (let at = 0; at < B.length; at += m) {
    for (let k = n - 1; k >= 0; k--) applyReflector(columns, m, k, B, at);
  }
  return B;
}

/**
 * Solves R x = b for the leading n entries of `b` and writes x into `x`.
 * A zero pivot gives that coordinate the value 0, so that a deficient factor yields a finite basic solution.
 */
export function solveUpper({ m, n, columns, diagonal }: QrFactors, b: Float64Array, x: Float64Array): Float64Array {
  for (let k = 0; k < n; k++) x[k] = b[k]!;
  // Column by column, in the order of memory.
  for (let k = n - 1; k >= 0; k--) {
    const value = diagonal[k] === 0 ? 0 : x[k]! / diagonal[k]!;
    x[k] = value;
    const start = k * m;
    for (let i = 0; i < k; i++) x[i]! -= columns[start + i]! * value;
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
