import { norm2 } from "../linalg/dense.ts";
import { computeSvd } from "../linalg/svd.ts";

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
  const scaled = scaleColumns(A, rows, cols);
  const { S } = computeSvd(scaled, rows, cols);
  return rankOfSpectrum(S, 10 * entryError * (1 + Math.sqrt(cols)) * (S[0] ?? 0));
}

/** The rank that `tolerance` gives to a spectrum. */
export function rankOfSpectrum(singularValues: Float64Array, tolerance: number): NumericalRank {
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
      (largestDropped === null || largestDropped * GAP < tolerance),
  };
}

function scaleColumns(A: Float64Array, rows: number, cols: number): Float64Array {
  const scaled = A.slice();
  const column = new Float64Array(rows);
  for (let c = 0; c < cols; c++) {
    for (let r = 0; r < rows; r++) column[r] = A[r * cols + c]!;
    const norm = norm2(column);
    if (norm > 0) for (let r = 0; r < rows; r++) scaled[r * cols + c]! /= norm;
  }
  return scaled;
}
