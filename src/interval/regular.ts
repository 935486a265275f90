import { norm2, transpose } from "../linalg/dense.ts";
import { applyQToColumns, factorQr, type QrFactors } from "../linalg/qr.ts";
import { HALF_ULP, lowerBound, upperBound } from "./interval.ts";
import { allFinite, enclosePreconditioned, type IntervalMatrix, scaleColumns, sumBound } from "./interval-matrix.ts";

/** A proof that every matrix of a box has full column rank. */
export interface Regularity {
  /** q with ‖I − A·H‖ ≤ q ≤ 1/2 for every H of the box, in the norm max_i |x_i|/v_i. */
  readonly contraction: number;
  /** Lower bound of the least singular value of every matrix of the box after its columns are scaled to norm about 1. */
  readonly leastSingularValue: number;
  /** Approximate left inverse A of the scaled midpoint, cols×rows. */
  readonly inverse: Float64Array;
  /** Bounds of |I − A·H|, entry by entry, cols×cols. */
  readonly defect: Float64Array;
  /** The positive numbers v_i of the norm. */
  readonly weights: Float64Array;
  /** The powers of two that scale the columns. */
  readonly columnScale: Float64Array;
}

/**
 * Larger contractions are not taken for a proof, although all below 1 are one: whoever repeats the computation in another
 * order, with somewhat wider intervals, must come to the same answer.
 */
const LARGEST_CONTRACTION = 0.5;

/**
 * Tries to prove that every matrix of a box (rows ≥ cols) has full column rank: A ≈ H⁺ of the midpoint in doubles, then
 * ‖I − A·H‖ < 1 for the whole box, since H x = 0 would give x = (I − A·H)x.
 *
 * @returns null where nothing is proved; that says nothing about the rank
 * Source: Rump, Acta Numerica 19 (2010), section 10.1; proofs/instance-certificates.md.
 */
export function regularThroughout(matrix: IntervalMatrix): Regularity | null {
  const { rows, cols } = matrix;
  if (rows < cols || cols === 0 || !allFinite(matrix)) return null;
  const columnScale = powersOfTwo(columnNorms(matrix.mid, rows, cols));
  const scaled = scaleColumns(matrix, columnScale);
  const inverse = leftInverse(scaled.mid, rows, cols);
  if (inverse === null) return null;
  const defect = defectOf(enclosePreconditioned(inverse, cols, scaled));
  const { weights, contraction } = contractionOf(defect, cols);
  if (!(contraction <= LARGEST_CONTRACTION)) return null;
  const leastSingularValue = singularValueBound(inverse, rows, weights, contraction);
  return { contraction, leastSingularValue, inverse, defect, weights, columnScale };
}

function columnNorms(mid: Float64Array, rows: number, cols: number): Float64Array {
  const columns = transpose(mid, rows, cols);
  return Float64Array.from({ length: cols }, (_, c) => norm2(columns.subarray(c * rows, (c + 1) * rows)));
}

/** Powers of two that bring the sizes to about 1. */
export function powersOfTwo(sizes: Float64Array): Float64Array {
  return sizes.map((size) => (size > 0 ? 2 ** -Math.max(-1000, Math.min(1000, Math.round(Math.log2(size)))) : 1));
}

/** R⁻¹Qᵀ of the midpoint, cols×rows; null where a pivot vanishes. */
function leftInverse(mid: Float64Array, rows: number, cols: number): Float64Array | null {
  const factors = factorQr(transpose(mid, rows, cols), rows, cols);
  if (factors.diagonal.some((pivot) => pivot === 0)) return null;
  const inverse = new Float64Array(cols * rows);
  for (let k = 0; k < cols; k++) inverse[k * rows + k] = 1;
  applyQToColumns(factors, inverse);
  solveRows(factors, inverse);
  return inverse;
}

/** Solves R·X = B for a right side of n rows of length m, in place, by whole rows. */
function solveRows({ m, n, columns, diagonal }: QrFactors, B: Float64Array): void {
  for (let k = n - 1; k >= 0; k--) {
    const row = B.subarray(k * m, (k + 1) * m);
    for (let j = k + 1; j < n; j++) {
      const factor = columns[j * m + k]!;
      if (factor === 0) continue;
      for (let i = 0; i < m; i++) row[i]! -= factor * B[j * m + i]!;
    }
    for (let i = 0; i < m; i++) row[i]! /= diagonal[k]!;
  }
}

/** Upper bounds of |I − P| for all P of the box, entry by entry. */
function defectOf({ mid, rad, cols }: IntervalMatrix): Float64Array {
  return mid.map((value, at) => {
    const difference = Math.abs((at % (cols + 1) === 0 ? 1 : 0) - value);
    return upperBound(difference * (1 + 2 * HALF_ULP) + rad[at]!);
  });
}

const POWER_STEPS = 4;
/** Weights stay above this share of the largest: a component that nothing reaches still needs a unit. */
const LEAST_WEIGHT = 1e-3;

/** max_i (E v)_i / v_i, rounded up, for positive weights v that a few power steps choose. */
function contractionOf(defect: Float64Array, n: number): { weights: Float64Array; contraction: number } {
  let weights: Float64Array = new Float64Array(n).fill(1);
  let best = { weights, contraction: Number.POSITIVE_INFINITY };
  for (let step = 0; step <= POWER_STEPS; step++) {
    const image = applyBound(defect, weights);
    const contraction = image.reduce((largest, value, i) => Math.max(largest, upperBound(value / weights[i]!)), 0);
    if (contraction < best.contraction) best = { weights, contraction };
    const size = image.reduce((largest, value) => Math.max(largest, value), 0);
    if (!(size > 0) || !Number.isFinite(size)) break;
    weights = image.map((value) => Math.max(LEAST_WEIGHT, value / size));
  }
  return best;
}

/** Upper bounds of E·v for nonnegative E (n×n) and v. */
export function applyBound(E: Float64Array, v: Float64Array): Float64Array {
  const n = v.length;
  return Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += E[i * n + j]! * v[j]!;
    return sumBound(sum, n);
  });
}

/**
 * (1 − q) / (‖v‖ · max_i ‖A_i‖/v_i), rounded down: ‖A H x‖_v ≥ (1 − q)‖x‖_v ≥ (1 − q)‖x‖₂/‖v‖₂, and
 * |(A H x)_i| ≤ ‖A_i‖₂‖H x‖₂.
 */
function singularValueBound(inverse: Float64Array, rows: number, weights: Float64Array, contraction: number): number {
  let gain = 0;
  weights.forEach((weight, i) => {
    gain = Math.max(gain, norm2(inverse.subarray(i * rows, (i + 1) * rows)) / weight);
  });
  const length = rows + weights.length;
  return lowerBound(lowerBound(1 - contraction) / sumBound(sumBound(norm2(weights) * gain, length), length));
}
