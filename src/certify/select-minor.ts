import type { IntervalMatrix } from "../interval/interval-matrix.ts";
import { dot, norm2 } from "../linalg/dense.ts";

/** Rows and columns of a minor, ascending. */
export interface MinorChoice {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/**
 * Rows and columns of a well-conditioned minor of the midpoint: rows by Gram–Schmidt with pivoting, then columns of these
 * rows likewise. Any choice is allowed; a bad one only fails to prove anything.
 *
 * @returns null where the midpoint has a smaller rank
 * Source: Golub & Van Loan, Matrix Computations, 4th ed. (2013), section 5.4.2.
 */
export function selectMinor({ rows, cols, mid }: IntervalMatrix, size: number): MinorChoice | null {
  if (size > Math.min(rows, cols)) return null;
  const rowVectors = Array.from({ length: rows }, (_, i) => mid.slice(i * cols, (i + 1) * cols));
  const chosenRows = pivots(rowVectors, size);
  if (chosenRows === null) return null;
  const columnVectors = Array.from({ length: cols }, (_, c) =>
    Float64Array.from(chosenRows, (row) => mid[row * cols + c]!),
  );
  const chosenColumns = pivots(columnVectors, size);
  return chosenColumns === null ? null : { rows: chosenRows, columns: chosenColumns };
}

/** Indices of `count` vectors, each the longest one after the directions of those before are taken off; ascending. */
function pivots(vectors: readonly Float64Array[], count: number): number[] | null {
  const left = vectors.map((vector) => vector.slice());
  const chosen: number[] = [];
  for (let step = 0; step < count; step++) {
    const lengths = left.map(norm2);
    const longest = lengths.reduce((best, length, i) => (length > lengths[best]! ? i : best), 0);
    const length = lengths[longest]!;
    if (!(length > 0)) return null;
    chosen.push(longest);
    const direction = left[longest]!.map((value) => value / length);
    for (const vector of left) {
      const along = dot(vector, direction);
      for (let e = 0; e < vector.length; e++) vector[e]! -= along * direction[e]!;
    }
    left[longest]!.fill(0);
  }
  return chosen.toSorted((a, b) => a - b);
}
