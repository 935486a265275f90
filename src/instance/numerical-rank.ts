import { norm2 } from "../linalg/dense.ts";
import { singularValues } from "../linalg/svd.ts";

/** A rank read off singular values, with the gap it rests on. */
export interface NumericalRank {
  readonly rank: number;
  /** Singular values of the matrix with columns of norm one, descending. */
  readonly singularValues: Float64Array;
  /** Values at most this are counted as zero, absolute. */
  readonly tolerance: number;
  /** Smallest value kept and largest dropped; null where there is none. */
  readonly smallestKept: number | null;
  readonly largestDropped: number | null;
  /** Whether the values around the cut are a factor ten away from the tolerance on both sides. */
  readonly clear: boolean;
}

const GAP = 10;

/**
 * Numerical rank of `A` after scaling its columns to norm one.
 *
 * @param entryError - relative error of an entry; errors of that size move a singular value by about its product with
 * √(rows) + √(cols) columns of norm one, and ten times that is the tolerance
 */
export function numericalRank(A: Float64Array, rows: number, cols: number, entryError: number): NumericalRank {
  return numericalRankUnder(A, A, { rows, cols, entryError });
}

const DISTURBANCE_MARGIN = 3;

/**
 * Numerical rank of `A` when its entries are functions of data that are off by `entryError`: the tolerance covers what a
 * random disturbance of that size does to the scaled matrix, which in weakly excited columns is far more than the error
 * of an entry.
 *
 * @param disturbed - the matrix of the disturbed data, same shape
 */
export function numericalRankUnder(
  A: Float64Array,
  disturbed: Float64Array,
  { rows, cols, entryError }: { readonly rows: number; readonly cols: number; readonly entryError: number },
): NumericalRank {
  const scale = columnScales(A, rows, cols);
  const scaled = A.map((value, at) => value * scale[at % cols]!);
  const change = norm2(disturbed.map((value, at) => (value - A[at]!) * scale[at % cols]!));
  const S = singularValues(scaled, rows, cols);
  const rounding = 10 * entryError * (1 + Math.sqrt(cols)) * (S[0] ?? 0);
  return rankOfSpectrum(S, Math.max(rounding, DISTURBANCE_MARGIN * change), rounding);
}

/**
 * The rank that `tolerance` gives to a spectrum.
 *
 * @param zero - what counts as clearly zero; at most the tolerance
 */
export function rankOfSpectrum(
  singularValues: Float64Array,
  tolerance: number,
  zero: number = tolerance,
): NumericalRank {
  let rank = 0;
  while (rank < singularValues.length && singularValues[rank]! > tolerance) rank++;
  const smallestKept = rank > 0 ? singularValues[rank - 1]! : null;
  const largestDropped = rank < singularValues.length ? singularValues[rank]! : null;
  return {
    rank,
    singularValues,
    tolerance,
    smallestKept,
    largestDropped,
    clear:
      (smallestKept === null || smallestKept > GAP * tolerance) &&
      (largestDropped === null || largestDropped * GAP < zero),
  };
}

/** One over the norm of each column, 1 for a zero column. */
function columnScales(A: Float64Array, rows: number, cols: number): Float64Array {
  const column = new Float64Array(rows);
  return Float64Array.from({ length: cols }, (_, c) => {
    for (let r = 0; r < rows; r++) column[r] = A[r * cols + c]!;
    return 1 / (norm2(column) || 1);
  });
}
