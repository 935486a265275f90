/**
 * Cholesky factor L of a symmetric positive definite matrix, A = L Lᵀ.
 *
 * @param A - n×n, row-major; the lower triangle is read
 * @param L - n×n, row-major; the lower triangle is written
 * @returns false if A + rounding is not positive definite; L is then unfinished
 * Source: Golub & Van Loan, Matrix Computations, 4th ed. (2013), algorithm 4.2.1.
 */
export function factorCholesky(A: Float64Array, L: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = A[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= L[i * n + k]! * L[j * n + k]!;
      if (i === j) {
        if (!(sum > 0) || !Number.isFinite(sum)) return false;
        L[i * n + i] = Math.sqrt(sum);
      } else {
        L[i * n + j] = sum / L[j * n + j]!;
      }
    }
  }
  return true;
}

/** y ← L⁻¹ y, in place. */
export function solveLower(L: Float64Array, y: Float64Array): Float64Array {
  const n = y.length;
  for (let i = 0; i < n; i++) {
    let sum = y[i]!;
    for (let k = 0; k < i; k++) sum -= L[i * n + k]! * y[k]!;
    y[i] = sum / L[i * n + i]!;
  }
  return y;
}

/** y ← L⁻ᵀ y, in place. */
export function solveLowerTransposed(L: Float64Array, y: Float64Array): Float64Array {
  const n = y.length;
  for (let i = n - 1; i >= 0; i--) {
    let sum = y[i]!;
    for (let k = i + 1; k < n; k++) sum -= L[k * n + i]! * y[k]!;
    y[i] = sum / L[i * n + i]!;
  }
  return y;
}
