/** Eigenvalues of a symmetric matrix, ascending, with orthonormal eigenvectors. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  /** Row i belongs to values[i]: n×n. */
  readonly vectors: Float64Array;
}

const SWEEPS = 40;

/**
 * Cyclic Jacobi on a symmetric n×n matrix; only meant for small n.
 *
 * @param A - row-major, symmetric; not changed
 * @remarks About 12n³ flops. Source: Golub & Van Loan, Matrix Computations, 4th ed. (2013), section 8.5.
 */
export function symmetricEigen(A: Float64Array, n: number): SymmetricEigen {
  const work = A.slice();
  const rotations = new Float64Array(n * n);
  for (let i = 0; i < n; i++) rotations[i * n + i] = 1;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let rotated = false;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) rotated = annihilate(work, rotations, { p, q, n }) || rotated;
    }
    if (!rotated) break;
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => work[i * n + i]! - work[j * n + j]!);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    vectors.set(rotations.subarray(from * n, (from + 1) * n), to * n);
  });
  return { values: Float64Array.from(order, (i) => work[i * n + i]!), vectors };
}

interface Pair {
  readonly p: number;
  readonly q: number;
  readonly n: number;
}

/** Rotates rows and columns p, q so that A[p, q] vanishes; false where it is rounding already. */
function annihilate(A: Float64Array, rotations: Float64Array, { p, q, n }: Pair): boolean {
  const pp = A[p * n + p]!;
  const qq = A[q * n + q]!;
  const pq = A[p * n + q]!;
  const negligible = Number.EPSILON * Math.min(Math.abs(pp), Math.abs(qq));
  if (pq === 0 || Math.abs(pq) <= Math.max(negligible, Number.EPSILON ** 2 * Math.max(Math.abs(pp), Math.abs(qq)))) {
    A[p * n + q] = 0;
    A[q * n + p] = 0;
    return false;
  }
  const zeta = (qq - pp) / (2 * pq);
  const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const c = 1 / Math.hypot(1, t);
  const s = c * t;
  for (let k = 0; k < n; k++) {
    rotate(A, k * n + p, k * n + q, c, s);
    rotate(rotations, p * n + k, q * n + k, c, s);
  }
  for (let k = 0; k < n; k++) rotate(A, p * n + k, q * n + k, c, s);
  A[p * n + q] = 0;
  A[q * n + p] = 0;
  return true;
}

function rotate(values: Float64Array, i: number, j: number, ...[c, s]: readonly [number, number]): void {
  const x = values[i]!;
  const y = values[j]!;
  values[i] = c * x - s * y;
  values[j] = s * x + c * y;
}
