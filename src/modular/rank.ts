import { leastResidue, reduced, termsPerReduction } from "./centred-residues.ts";
import { type EliminationOptions, eliminate } from "./elimination.ts";
import type { Elimination } from "./elimination-layout.ts";
import { inverseModulo } from "./prime-field.ts";

/** Rank of a matrix modulo p with the position of a nonsingular minor of that size. */
export interface RankProfile {
  readonly rank: number;
  /** Length rank, increasing. */
  readonly pivotRows: Int32Array;
  /** Length rank, increasing. */
  readonly pivotColumns: Int32Array;
}

/**
 * Rank and column rank profile: `pivotColumns` are the lexicographically first independent columns, so for every k the
 * first k columns have rank #{pivotColumns < k}. The minor on `pivotRows` x `pivotColumns` is nonsingular; the rows are
 * some independent rows, not the first ones (see {@link rowRankProfile}).
 *
 * @param entries - rows x cols, row-major, integers in [0, p); not changed
 * @param p - prime below 2^25
 * @throws {@link UsageError} if `p` is not a prime below 2^25
 * @throws {@link DimensionMismatchError} if `entries.length !== rows * cols`
 * @throws {@link InternalError} if an entry is not an integer in [0, p), or a size not a non-negative integer
 * @throws {@link ResourceLimitError} if there is no memory for a copy of the matrix
 * @remarks About 2/3 n^3 operations for square input and 8 bytes of working memory per entry; fewer than
 * eight columns count as eight.
 */
export function rankProfile(
  entries: Float64Array,
  rows: number,
  cols: number,
  p: number,
  options: EliminationOptions = {},
): RankProfile {
  const { rank, rowOrder, pivotColumns } = eliminate({ entries, rows, cols, p }, options);
  return { rank, pivotRows: rowOrder.slice(0, rank).sort(), pivotColumns: pivotColumns.slice() };
}

/**
 * Rank and row rank profile: `pivotRows` are the lexicographically first independent rows, so for every k the first k
 * rows have rank #{pivotRows < k}. The minor on `pivotRows` x `pivotColumns` is nonsingular; the columns are some
 * independent columns. Arguments, errors and cost as for {@link rankProfile}, plus one transposed copy.
 */
export function rowRankProfile(
  entries: Float64Array,
  rows: number,
  cols: number,
  p: number,
  options: EliminationOptions = {},
): RankProfile {
  const transposed = new Float64Array(entries.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) transposed[j * rows + i] = entries[i * cols + j]!;
  }
  const { rank, pivotRows, pivotColumns } = rankProfile(transposed, cols, rows, p, options);
  return { rank, pivotRows: pivotColumns, pivotColumns: pivotRows };
}

/**
 * A basis of the right kernel {v : A v = 0} modulo p: one vector of length cols with entries in [0, p) for every column
 * that is not a pivot, in order of those columns. The vector of column j is 1 at j, 0 at the other non-pivot columns
 * and 0 behind j, so the basis is the reduced one and does not depend on the backend.
 *
 * Arguments and errors as for {@link rankProfile}.
 * @remarks After the elimination rank^2 / 2 multiply-adds per vector, without WebAssembly.
 */
export function nullspace(
  entries: Float64Array,
  rows: number,
  cols: number,
  p: number,
  options: EliminationOptions = {},
): Float64Array[] {
  const elimination = eliminate({ entries, rows, cols, p }, options);
  const { matrix, stride, pivotColumns } = elimination;
  const negatedInverses = Float64Array.from(pivotColumns, (column, i) => {
    return -inverseModulo(leastResidue(matrix[i * stride + column]!, p), p);
  });
  const basis: Float64Array[] = [];
  let pivots = 0;
  for (let column = 0; column < cols; column++) {
    if (pivotColumns[pivots] === column) pivots++;
    else basis.push(kernelVector(elimination, { column, pivots, negatedInverses, p }, new Float64Array(cols)));
  }
  return basis;
}

interface FreeColumn {
  readonly column: number;
  /** Number of pivot columns before `column`. */
  readonly pivots: number;
  /** -1/u modulo p for the pivots u. */
  readonly negatedInverses: Float64Array;
  readonly p: number;
}

/** Back substitution in the pivot columns before `column`: fills and returns the zeroed `vector`. */
function kernelVector(elimination: Elimination, free: FreeColumn, vector: Float64Array): Float64Array {
  const { matrix, stride, pivotColumns } = elimination;
  const { column, pivots, negatedInverses, p } = free;
  const reciprocal = 1 / p;
  const terms = termsPerReduction(p);
  vector[column] = 1;
  for (let i = pivots - 1; i >= 0; i--) {
    const start = i * stride;
    let sum = matrix[start + column]!;
    for (let k = i + 1; k < pivots; ) {
      const end = Math.min(k + terms, pivots);
      for (; k < end; k++) sum += matrix[start + pivotColumns[k]!]! * vector[pivotColumns[k]!]!;
      sum = reduced(sum, p, reciprocal);
    }
    vector[pivotColumns[i]!] = reduced(sum * negatedInverses[i]!, p, reciprocal);
  }
  for (let j = 0; j < column; j++) vector[j] = leastResidue(vector[j]!, p);
  return vector;
}
