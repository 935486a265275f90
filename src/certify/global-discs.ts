import { HALF_ULP, type Interval, lowerBound, upperBound } from "../interval/interval.ts";
import { entryOf, type IntervalMatrix, sumBound } from "../interval/interval-matrix.ts";
import type { Pencil } from "./global-pencil.ts";

/** One sample of every data set: the eigenvalues of all M_e at one common eigenvector y with y_h = 1. */
export interface JointEigenvalue {
  /** x_e/s − x̂_he/ŝ_h for each coordinate e. */
  readonly deviations: readonly Interval[];
  /** Bounds of |y_j|; 1 at h. */
  readonly components: Float64Array;
}

const SHARPENINGS = 4;

/**
 * Proves that the samples of every data set are one to each row h, and encloses them.
 *
 * At the common eigenvector P_i let h be the place of the largest component: the Gershgorin disc of row h of every M_e then
 * holds x_ie/s_i. If for each h some Σ_e c_e M_e has its disc h apart from all others, exactly one sample belongs to h.
 *
 * @param forms - further combinations c to tell samples apart, k×v
 * @returns null where discs touch
 * Source: Horn & Johnson, Matrix Analysis, 2nd ed. (2013), theorem 6.1.1; proofs/global-error.md.
 */
export function jointEigenvalues(pencil: Pencil, forms: Float64Array): JointEigenvalue[] | null {
  const { samples: n, differences } = pencil;
  const v = differences.length;
  const units = Array.from({ length: v }, (_, e) => Float64Array.from({ length: v }, (_, k) => (k === e ? 1 : 0)));
  const others = Array.from({ length: forms.length / v }, (_, i) => forms.subarray(i * v, (i + 1) * v));
  const matrices = [...units, ...others].map((form) => combine(pencil, form));
  const found: JointEigenvalue[] = [];
  for (let h = 0; h < n; h++) {
    if (!matrices.some((M) => isApart(M, h))) return null;
    let components: Float64Array = new Float64Array(n).fill(1);
    for (let step = 0; step < SHARPENINGS; step++) components = sharpen(matrices, h, components);
    const deviations = differences.map((difference) => {
      const { mid, rad } = entryOf(difference, h, h);
      return { mid, rad: upperBound(rad + discRadius(difference, h, components)) };
    });
    found.push({ deviations, components });
  }
  return found;
}

/** Σ_e c_e M_e. */
function combine({ printed, differences, samples: n }: Pencil, form: Float64Array): IntervalMatrix {
  const v = form.length;
  const mid = new Float64Array(n * n);
  const rad = new Float64Array(n * n);
  for (let at = 0; at < mid.length; at++) {
    const isDiagonal = at % (n + 1) === 0;
    let [size, spread] = [0, 0];
    for (let e = 0; e < v; e++) {
      const difference = differences[e]!;
      const base = isDiagonal ? form[e]! * printed[(at / (n + 1)) * v + e]! : 0;
      const term = form[e]! * difference.mid[at]!;
      mid[at]! += base + term;
      size += Math.abs(base) + Math.abs(term);
      spread += Math.abs(form[e]!) * difference.rad[at]!;
    }
    // 2v products and as many sums: each is off by at most half an ulp of the sum of all sizes, itself rounded.
    rad[at] = sumBound(spread + 4 * (v + 1) * HALF_ULP * size, 4 * (v + 1));
  }
  return { rows: n, cols: n, mid, rad };
}

/** Σ_{j ≠ h} |m_hj| y_j, rounded up. */
function discRadius({ mid, rad, cols }: IntervalMatrix, row: number, components: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < cols; j++) {
    if (j !== row) sum += (Math.abs(mid[row * cols + j]!) + rad[row * cols + j]!) * components[j]!;
  }
  return sumBound(sum, 2 * cols);
}

/** Radii are doubled, so that a checker with somewhat wider intervals comes to the same conclusion. */
const MARGIN = 2;

/** Whether the disc of row h has no point in common with another one, by a margin. */
function isApart(M: IntervalMatrix, h: number): boolean {
  const ones = new Float64Array(M.cols).fill(1);
  const own = MARGIN * discRadius(M, h, ones);
  for (let j = 0; j < M.cols; j++) {
    if (j !== h && !(distance(M, h, j, own) > MARGIN * discRadius(M, j, ones))) return false;
  }
  return true;
}

/** A lower bound of |λ − m_jj| for |λ − m_hh| ≤ own; at most 0 where there is none. */
function distance(M: IntervalMatrix, h: number, j: number, own: number): number {
  const [a, b] = [entryOf(M, h, h), entryOf(M, j, j)];
  const between = lowerBound(Math.abs(a.mid - b.mid));
  return between - upperBound(a.rad + b.rad + own + 2 * HALF_ULP * between);
}

/** y_j |λ − m_jj| ≤ Σ_{l ≠ j} |m_jl| y_l for every combination, so each gives a bound of each component. */
function sharpen(matrices: readonly IntervalMatrix[], h: number, components: Float64Array): Float64Array {
  return components.map((bound, j) => {
    if (j === h) return 1;
    let least = bound;
    for (const M of matrices) {
      const gap = distance(M, h, j, discRadius(M, h, components));
      if (gap > 0) least = Math.min(least, upperBound(discRadius(M, j, components) / lowerBound(gap)));
    }
    return least;
  });
}
