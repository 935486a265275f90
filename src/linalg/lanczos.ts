import { InternalError } from "../errors.ts";
import type { Random } from "../random.ts";
import { dot, maxAbs, norm2 } from "./dense.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

/** A symmetric operator: writes A v to `out`; both have length n. */
export type SymmetricOperator = (v: Float64Array, out: Float64Array) => void;

export interface LanczosOptions {
  /** Draws the start vector. */
  readonly random: Random;
  /** Products at most, without the one that checks the residual; n by default. */
  readonly maxSteps?: number;
  /** Residual ‖A v − λ v‖ to stop at, relative to the largest Ritz value; 1e-10 by default. */
  readonly tolerance?: number;
}

/** A Ritz pair of a symmetric operator. */
export interface Eigenpair {
  readonly value: number;
  /** Unit vector. */
  readonly vector: Float64Array;
  /** ‖A v − λ v‖, computed from a product of its own: an eigenvalue of A lies within this distance of `value`. */
  readonly residualNorm: number;
  /** Products with A. */
  readonly products: number;
  /**
   * Whether the residual is within the tolerance. That no smaller eigenvalue was missed is not proved by it: it holds
   * for every start that is not orthogonal to the eigenvector sought, which a random one is with probability one.
   */
  readonly converged: boolean;
}

/**
 * Smallest eigenpair of a symmetric operator by Lanczos with full reorthogonalisation.
 *
 * @param n - dimension, at least 1
 * @remarks k steps: k products, about 4nk² flops and nk numbers of memory.
 * Source: Parlett, The Symmetric Eigenvalue Problem (1998), chapter 13; the residual of a Ritz pair is β_k |s_k|.
 */
export function smallestEigenpair(apply: SymmetricOperator, n: number, options: LanczosOptions): Eigenpair {
  if (!(n >= 1)) throw new InternalError(`eigenpair of an operator of dimension ${n}`);
  const { random, maxSteps = n, tolerance = 1e-10 } = options;
  const basis: Float64Array[] = [];
  const alpha: number[] = [];
  const beta: number[] = [];
  const w = new Float64Array(n);
  let next = unit(Float64Array.from({ length: n }, () => random.normal()));
  for (;;) {
    basis.push(next);
    apply(next, w);
    alpha.push(dot(next, w));
    orthogonalise(w, basis);
    beta.push(norm2(w));
    const last = beta.at(-1)!;
    const full = basis.length >= Math.min(n, Math.max(1, maxSteps));
    if (full || !(last > 0) || due(basis.length)) {
      const ritz = leastRitz(alpha, beta);
      const small = !(last * Math.abs(ritz.coordinates.at(-1)!) > tolerance * ritz.scale);
      if (full || small) return check(apply, basis, ritz, tolerance);
    }
    next = unit(w);
  }
}

/** The small eigenproblem is solved at every step at first, then at every fifth. */
function due(steps: number): boolean {
  return steps <= 10 || steps % 5 === 0;
}

interface Ritz {
  readonly value: number;
  /** In the Lanczos basis. */
  readonly coordinates: Float64Array;
  /** Largest |Ritz value|, an estimate of ‖A‖. */
  readonly scale: number;
}

function leastRitz(alpha: readonly number[], beta: readonly number[]): Ritz {
  const k = alpha.length;
  const T = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    T[i * k + i] = alpha[i]!;
    if (i + 1 < k) T[i * k + i + 1] = T[(i + 1) * k + i] = beta[i]!;
  }
  const { values, vectors } = symmetricEigen(T, k);
  return { value: values[0]!, coordinates: vectors.slice(0, k), scale: maxAbs(values) };
}

function check(
  apply: SymmetricOperator,
  basis: readonly Float64Array[],
  { value, coordinates, scale }: Ritz,
  tolerance: number,
): Eigenpair {
  const sum = new Float64Array(basis[0]!.length);
  basis.forEach((q, k) => {
    for (let i = 0; i < sum.length; i++) sum[i]! += coordinates[k]! * q[i]!;
  });
  const vector = unit(sum);
  const image = new Float64Array(sum.length);
  apply(vector, image);
  const residualNorm = norm2(image.map((entry, i) => entry - value * vector[i]!));
  // Below the rounding of the product itself no residual can be asked for.
  const attainable = Math.max(tolerance, sum.length * Number.EPSILON) * scale;
  return { value, vector, residualNorm, products: basis.length + 1, converged: residualNorm <= attainable };
}

/** Twice is enough (Parlett 1998, section 6.9). */
function orthogonalise(w: Float64Array, basis: readonly Float64Array[]): void {
  for (let pass = 0; pass < 2; pass++) {
    for (const q of basis) {
      const share = dot(q, w);
      for (let i = 0; i < w.length; i++) w[i]! -= share * q[i]!;
    }
  }
}

function unit(v: Float64Array): Float64Array {
  const length = norm2(v);
  return v.map((value) => value / length);
}
