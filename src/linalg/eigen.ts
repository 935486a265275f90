import { norm2 } from "./dense.ts";
import { applyQTransposed, factorQr, solveUpper } from "./qr.ts";

/** A real eigenvalue, or the real part of a pair of complex ones, with a vector that A maps closest to its multiple. */
export interface RealEigenpair {
  readonly value: number;
  /** Norm one. */
  readonly vector: Float64Array;
}

const SWEEPS_PER_VALUE = 60;

/**
 * Eigenvalues of a small real matrix by the shifted QR iteration on its Hessenberg form, and vectors by inverse iteration.
 *
 * @param A - n×n, row-major; not changed
 * @remarks For matrices whose eigenvalues are real and simple; of a complex pair both entries get the real part.
 * Source: Golub & Van Loan, Matrix Computations, 4th ed. (2013), sections 7.4 and 7.6.
 */
export function realEigenpairs(A: Float64Array, n: number): RealEigenpair[] {
  const values = eigenvalues(hessenberg(A, n), n);
  return Array.from(values, (value, k) => ({ value, vector: inverseIteration(A, n, value, k) }));
}

/** Reduction to Hessenberg form by Gauss transformations with pivoting: a new n×n matrix. */
function hessenberg(A: Float64Array, n: number): Float64Array {
  const H = A.slice();
  for (let k = 1; k < n - 1; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(H[i * n + k - 1]!) > Math.abs(H[pivot * n + k - 1]!)) pivot = i;
    swapSymmetrically(H, n, k, pivot);
    if (H[k * n + k - 1] !== 0) for (let i = k + 1; i < n; i++) eliminate(H, n, k, i);
  }
  return H;
}

/** Clears entry (i, k−1) with row k, and makes up for it in column k. */
function eliminate(H: Float64Array, n: number, k: number, i: number): void {
  const factor = H[i * n + k - 1]! / H[k * n + k - 1]!;
  if (factor === 0) return;
  for (let j = 0; j < n; j++) H[i * n + j]! -= factor * H[k * n + j]!;
  for (let j = 0; j < n; j++) H[j * n + k]! += factor * H[j * n + i]!;
}

function swapSymmetrically(H: Float64Array, n: number, a: number, b: number): void {
  if (a === b) return;
  for (let j = 0; j < n; j++) [H[a * n + j], H[b * n + j]] = [H[b * n + j]!, H[a * n + j]!];
  for (let j = 0; j < n; j++) [H[j * n + a], H[j * n + b]] = [H[j * n + b]!, H[j * n + a]!];
}

/** Real parts of the eigenvalues of a Hessenberg matrix, which is overwritten. */
function eigenvalues(H: Float64Array, n: number): Float64Array {
  const values = new Float64Array(n);
  let last = n - 1;
  let sweeps = 0;
  while (last >= 0) {
    const first = activeStart(H, n, last);
    if (first === last) {
      values[last] = H[last * n + last]!;
      last--;
      sweeps = 0;
      continue;
    }
    const [near, far] = trailingPair(H, n, last);
    if (first === last - 1 || sweeps > SWEEPS_PER_VALUE) {
      values[last] = near;
      values[last - 1] = far;
      last -= 2;
      sweeps = 0;
      continue;
    }
    sweeps++;
    qrStep(H, n, { first, last, shift: sweeps % 11 === 10 ? near + Math.abs(H[last * n + last - 1]!) : near });
  }
  return values;
}

/** First row of the unreduced block that ends in row `last`. */
function activeStart(H: Float64Array, n: number, last: number): number {
  for (let k = last; k > 0; k--) {
    const size = Math.abs(H[k * n + k]!) + Math.abs(H[(k - 1) * n + k - 1]!);
    if (Math.abs(H[k * n + k - 1]!) <= Number.EPSILON * size) return k;
  }
  return 0;
}

/** Real parts of the eigenvalues of the trailing 2×2 block, the one closer to its last entry first. */
function trailingPair(H: Float64Array, n: number, last: number): readonly [number, number] {
  const a = H[(last - 1) * n + last - 1]!;
  const d = H[last * n + last]!;
  const half = (a - d) / 2;
  const discriminant = half * half + H[(last - 1) * n + last]! * H[last * n + last - 1]!;
  const mean = (a + d) / 2;
  if (!(discriminant > 0)) return [mean, mean];
  const root = half > 0 ? -Math.sqrt(discriminant) : Math.sqrt(discriminant);
  return [mean + root, mean - root];
}

/** One QR step with a real shift on the rows `first` … `last`, by plane rotations. */
function qrStep(
  H: Float64Array,
  n: number,
  { first, last, shift }: { readonly first: number; readonly last: number; readonly shift: number },
): void {
  const rotations: (readonly [number, number])[] = [];
  for (let k = first; k <= last; k++) H[k * n + k]! -= shift;
  for (let k = first; k < last; k++) {
    const x = H[k * n + k]!;
    const y = H[(k + 1) * n + k]!;
    const length = Math.hypot(x, y);
    const [c, s] = length === 0 ? [1, 0] : [x / length, y / length];
    rotations.push([c, s]);
    for (let j = k; j <= last; j++) {
      const [u, v] = [H[k * n + j]!, H[(k + 1) * n + j]!];
      H[k * n + j] = c * u + s * v;
      H[(k + 1) * n + j] = c * v - s * u;
    }
  }
  for (const [offset, [c, s]] of rotations.entries()) {
    const k = first + offset;
    for (let i = first; i <= Math.min(last, k + 1); i++) {
      const [u, v] = [H[i * n + k]!, H[i * n + k + 1]!];
      H[i * n + k] = c * u + s * v;
      H[i * n + k + 1] = c * v - s * u;
    }
  }
  for (let k = first; k <= last; k++) H[k * n + k]! += shift;
}

/** A vector of norm one that A − value shrinks most; `seed` varies the start. */
function inverseIteration(A: Float64Array, n: number, value: number, seed: number): Float64Array {
  const columns = new Float64Array(n * n);
  const size = norm2(A) || 1;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) columns[j * n + i] = A[i * n + j]! - (i === j ? value + size * Number.EPSILON : 0);
  }
  const factors = factorQr(columns, n, n);
  const { diagonal } = factors;
  for (let k = 0; k < n; k++) if (Math.abs(diagonal[k]!) < size * 1e-300) diagonal[k] = size * 1e-300;
  let vector = Float64Array.from({ length: n }, (_, i) => Math.cos(1 + i * (seed + 2)));
  for (let round = 0; round < 3; round++) {
    const next = solveUpper(factors, applyQTransposed(factors, vector.slice()), new Float64Array(n));
    const length = norm2(next);
    if (!(length > 0) || !Number.isFinite(length)) break;
    vector = next.map((entry) => entry / length) as Float64Array<ArrayBuffer>;
  }
  const length = norm2(vector);
  return vector.map((entry) => entry / length);
}
