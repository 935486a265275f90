import { DimensionMismatchError } from "../errors.ts";
import { multiply } from "../linalg/dense.ts";
import { HALF_ULP, type Interval, UNDERFLOW, upperBound } from "./interval.ts";

/** All matrices with |A − mid| ≤ rad, entry by entry; row-major rows×cols. */
export interface IntervalMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly mid: Float64Array;
  readonly rad: Float64Array;
}

/**
 * The matrix with these entries, row-major.
 *
 * @throws {@link DimensionMismatchError} if there are not rows·cols of them
 */
export function matrixOf(entries: readonly Interval[], rows: number, cols: number): IntervalMatrix {
  if (entries.length !== rows * cols) throw new DimensionMismatchError("entries", rows * cols, entries.length);
  return {
    rows,
    cols,
    mid: Float64Array.from(entries, ({ mid }) => mid),
    rad: Float64Array.from(entries, ({ rad }) => rad),
  };
}

/** Entry (row, col). */
export function entryOf({ mid, rad, cols }: IntervalMatrix, row: number, col: number): Interval {
  return { mid: mid[row * cols + col]!, rad: rad[row * cols + col]! };
}

/** Whether every midpoint and radius is a finite number. */
export function allFinite(matrix: IntervalMatrix): boolean {
  return matrix.mid.every(Number.isFinite) && matrix.rad.every(Number.isFinite);
}

/** The minor with the given rows and columns. */
export function minorOf(matrix: IntervalMatrix, rows: readonly number[], cols: readonly number[]): IntervalMatrix {
  return matrixOf(
    rows.flatMap((row) => cols.map((col) => entryOf(matrix, row, col))),
    rows.length,
    cols.length,
  );
}

export function transposeInterval(matrix: IntervalMatrix): IntervalMatrix {
  const rows = Array.from({ length: matrix.cols }, (_, col) => col);
  const entries = rows.flatMap((col) => Array.from({ length: matrix.rows }, (_, row) => entryOf(matrix, row, col)));
  return matrixOf(entries, matrix.cols, matrix.rows);
}

/**
 * Multiplies row i by `scale[i]`, a power of two: exact but for what underflows. Rows and columns are scaled one after the
 * other, so that the error of an underflow is scaled with the rest.
 */
export function scaleRows(matrix: IntervalMatrix, scale: Float64Array): IntervalMatrix {
  return scaleEntries(matrix, (at) => scale[Math.floor(at / matrix.cols)]!);
}

/** Multiplies column i by `scale[i]`, a power of two. */
export function scaleColumns(matrix: IntervalMatrix, scale: Float64Array): IntervalMatrix {
  return scaleEntries(matrix, (at) => scale[at % matrix.cols]!);
}

function scaleEntries({ rows, cols, mid, rad }: IntervalMatrix, factor: (at: number) => number): IntervalMatrix {
  return {
    rows,
    cols,
    mid: mid.map((value, at) => value * factor(at)),
    rad: rad.map((value, at) => upperBound(value * factor(at))),
  };
}

/**
 * Encloses A·B for all B in a box, A a matrix of doubles (rows×B.rows): with k = B.rows,
 * |fl(A·mid) − A·B| ≤ |A|(rad + γ_k|mid|) + k·2^−1074, γ_k = k·u/(1 − k·u).
 *
 * Source: Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed. (2002), section 3.5; valid for any order of
 * summation, and for underflow by the last term.
 */
export function enclosePreconditioned(A: Float64Array, rows: number, B: IntervalMatrix): IntervalMatrix {
  const { rows: k, cols } = B;
  if (A.length !== rows * k) throw new DimensionMismatchError("left factor", rows * k, A.length);
  const sizes = { rows, cols: k, width: cols };
  const gamma = dotError(k);
  const spread = B.rad.map((rad, at) => upperBound(rad + gamma * Math.abs(B.mid[at]!)));
  const rad = multiply(A.map(Math.abs), spread, sizes);
  return { rows, cols, mid: multiply(A, B.mid, sizes), rad: rad.map((value) => sumBound(value, k)) };
}

/** γ_k, rounded up: a dot product of k terms is off by at most this share of the sum of the absolute values. */
function dotError(k: number): number {
  return upperBound((k * HALF_ULP) / (1 - k * HALF_ULP));
}

/** An upper bound of a sum of k products of nonnegative numbers, from its computed value. */
export function sumBound(computed: number, k: number): number {
  return upperBound(computed * (1 + 2 * (k + 2) * HALF_ULP) + 2 * (k + 1) * UNDERFLOW);
}
