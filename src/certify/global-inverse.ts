import { type IntervalMatrix, scaleRows } from "../interval/interval-matrix.ts";
import { regularThroughout } from "../interval/regular.ts";

/** The matrix whose entries are these doubles. */
export function pointMatrix(mid: Float64Array, rows: number, cols: number): IntervalMatrix {
  return { rows, cols, mid, rad: new Float64Array(rows * cols) };
}

/**
 * An approximate left inverse, cols×rows, of a matrix of doubles (rows ≥ cols): a choice about which nothing is proved.
 *
 * @returns null where the columns are dependent to working precision
 */
export function approximateInverse(A: Float64Array, rows: number, cols: number): Float64Array | null {
  const regularity = regularThroughout(pointMatrix(A, rows, cols));
  if (regularity === null) return null;
  const inverse = { rows: cols, cols: rows, mid: regularity.inverse, rad: new Float64Array(rows * cols) };
  return scaleRows(inverse, regularity.columnScale).mid;
}
