import { centred, reduced, termsPerReduction } from "./centred-residues.ts";
import { BAND_WIDTH, type Elimination, PACKED_COLUMNS, PACKED_DEPTH, PACKED_ROWS, TILE } from "./elimination-layout.ts";
import { inverseModulo } from "./prime-field.ts";

interface Workspace {
  readonly matrix: Float64Array;
  readonly rows: number;
  readonly stride: number;
  readonly p: number;
  readonly reciprocal: number;
  readonly terms: number;
  readonly rowOrder: Int32Array;
  readonly pivots: Int32Array;
  readonly packedLeft: Float64Array;
  readonly packedRight: Float64Array;
  rank: number;
  /** Terms in the operands packed last. */
  depth: number;
}

/** A block of rows [row, rowEnd) and columns [column, columnEnd). */
interface Block {
  readonly row: number;
  readonly rowEnd: number;
  readonly column: number;
  readonly columnEnd: number;
}

/**
 * Recursive elimination P A = L E without WebAssembly: the same steps, and so the same pivots, as the kernel.
 *
 * @param matrix - padded copy of A, centred residues, overwritten. Afterwards row i < rank holds row i of the echelon
 *   form E from column `pivotColumns[i]` on, and column `pivotColumns[i]` below row i holds column i of the unit lower
 *   triangular L. No other entry has a meaning.
 * @param shape - rows, the padded number of columns, and the entries from row to row
 * @remarks Source: Jeannerod, Pernet & Storjohann, Rank-profile revealing Gaussian elimination and the CUP matrix
 *   decomposition, J. Symbolic Comput. 56 (2013), 46-68. About 2/3 n^3 operations for a square matrix.
 */
export function eliminatePlain(
  matrix: Float64Array,
  shape: { readonly rows: number; readonly paddedColumns: number; readonly stride: number },
  p: number,
): Elimination {
  const { rows, paddedColumns, stride } = shape;
  const workspace: Workspace = {
    matrix,
    rows,
    stride,
    p,
    reciprocal: 1 / p,
    terms: termsPerReduction(p),
    rowOrder: Int32Array.from({ length: rows }, (_, row) => row),
    pivots: new Int32Array(Math.min(rows, paddedColumns)),
    packedLeft: new Float64Array(PACKED_ROWS * PACKED_DEPTH),
    packedRight: new Float64Array(PACKED_DEPTH * Math.min(PACKED_COLUMNS, paddedColumns)),
    rank: 0,
    depth: 0,
  };
  if (paddedColumns > 0) eliminateColumns(workspace, 0, paddedColumns);
  const { rank, rowOrder, pivots } = workspace;
  return { rank, rowOrder, pivotColumns: pivots.slice(0, rank), matrix, stride };
}

function eliminateColumns(workspace: Workspace, column: number, columnEnd: number): void {
  if (workspace.rank === workspace.rows) return;
  if (columnEnd - column <= BAND_WIDTH) {
    eliminateBand(workspace, column, columnEnd);
    return;
  }
  const middle = splitAt(column, columnEnd);
  const first = workspace.rank;
  eliminateColumns(workspace, column, middle);
  const last = workspace.rank;
  if (last > first) {
    solveUnitLower(workspace, { row: first, rowEnd: last, column: middle, columnEnd });
    subtractProduct(workspace, { row: last, rowEnd: workspace.rows, column: middle, columnEnd }, first, last);
  }
  eliminateColumns(workspace, middle, columnEnd);
}

/** The middle, rounded down to a multiple of the band width and never equal to an end. */
function splitAt(start: number, end: number): number {
  return start + Math.ceil((end - start) / (2 * BAND_WIDTH)) * BAND_WIDTH;
}

function eliminateBand(workspace: Workspace, column: number, columnEnd: number): void {
  for (let pivotColumn = column; pivotColumn < columnEnd && workspace.rank < workspace.rows; pivotColumn++) {
    const pivotRow = findPivot(workspace, pivotColumn);
    if (pivotRow < 0) continue;
    swapRows(workspace, pivotRow, workspace.rank);
    eliminateBelow(workspace, pivotColumn, columnEnd);
    workspace.pivots[workspace.rank++] = pivotColumn;
  }
}

function findPivot({ matrix, rank, rows, stride }: Workspace, column: number): number {
  for (let row = rank; row < rows; row++) if (matrix[row * stride + column] !== 0) return row;
  return -1;
}

function swapRows({ matrix, stride, rowOrder }: Workspace, i: number, j: number): void {
  if (i === j) return;
  const saved = matrix.slice(i * stride, (i + 1) * stride);
  matrix.copyWithin(i * stride, j * stride, (j + 1) * stride);
  matrix.set(saved, j * stride);
  const order = rowOrder[i]!;
  rowOrder[i] = rowOrder[j]!;
  rowOrder[j] = order;
}

function eliminateBelow(workspace: Workspace, pivotColumn: number, columnEnd: number): void {
  const { matrix, rows, stride, p, reciprocal, rank } = workspace;
  const pivotStart = rank * stride;
  const pivot = matrix[pivotStart + pivotColumn]!;
  const inverse = centred(inverseModulo(pivot < 0 ? pivot + p : pivot, p), p);
  for (let start = pivotStart + stride; start < rows * stride; start += stride) {
    if (matrix[start + pivotColumn] === 0) continue;
    const factor = reduced(matrix[start + pivotColumn]! * inverse, p, reciprocal);
    matrix[start + pivotColumn] = factor;
    for (let j = pivotColumn + 1; j < columnEnd; j++) {
      matrix[start + j] = reduced(matrix[start + j]! - factor * matrix[pivotStart + j]!, p, reciprocal);
    }
  }
}

/** Solves L X = B in place for the rows of `block`; L is unit lower triangular in the pivot columns of those rows. */
function solveUnitLower(workspace: Workspace, block: Block): void {
  const { row, rowEnd, column, columnEnd } = block;
  if (rowEnd - row > BAND_WIDTH) {
    const middle = splitAt(row, rowEnd);
    solveUnitLower(workspace, { row, rowEnd: middle, column, columnEnd });
    subtractProduct(workspace, { row: middle, rowEnd, column, columnEnd }, row, middle);
    solveUnitLower(workspace, { row: middle, rowEnd, column, columnEnd });
    return;
  }
  const { matrix, stride, p, reciprocal, pivots } = workspace;
  for (let i = row + 1; i < rowEnd; i++) {
    for (let j = column; j < columnEnd; j++) {
      let sum = matrix[i * stride + j]!;
      for (let k = row; k < i; k++) sum -= matrix[i * stride + pivots[k]!]! * matrix[k * stride + j]!;
      matrix[i * stride + j] = reduced(sum, p, reciprocal);
    }
  }
}

/**
 * Block minus L[rows of the block, pivots first..last) * rows first..last of the block's columns.
 * A tile may reach up to three rows past the block: the packed factors are zero there, so nothing changes.
 */
function subtractProduct(workspace: Workspace, block: Block, first: number, last: number): void {
  const { row, rowEnd, column, columnEnd } = block;
  for (let k = first; k < last; k += PACKED_DEPTH) {
    const kEnd = Math.min(k + PACKED_DEPTH, last);
    workspace.depth = kEnd - k;
    for (let j = column; j < columnEnd; j += PACKED_COLUMNS) {
      const jEnd = Math.min(j + PACKED_COLUMNS, columnEnd);
      packRight(workspace, { row: k, rowEnd: kEnd, column: j, columnEnd: jEnd });
      for (let i = row; i < rowEnd; i += PACKED_ROWS) {
        const iEnd = Math.min(i + PACKED_ROWS, rowEnd);
        packLeft(workspace, { row: i, rowEnd: iEnd, column: k, columnEnd: kEnd });
        subtractPacked(workspace, { row: i, rowEnd: iEnd, column: j, columnEnd: jEnd });
      }
    }
  }
}

/** Panels of four columns, each depth x 4. */
function packRight({ matrix, stride, packedRight }: Workspace, { row, rowEnd, column, columnEnd }: Block): void {
  let to = 0;
  for (let j = column; j < columnEnd; j += TILE) {
    for (let k = row; k < rowEnd; k++) {
      for (let t = 0; t < TILE; t++) packedRight[to++] = matrix[k * stride + j + t]!;
    }
  }
}

/** Panels of four rows, each depth x 4; the columns of `block` count pivots, and rows past its end become zero. */
function packLeft({ matrix, stride, pivots, packedLeft }: Workspace, block: Block): void {
  const { row, rowEnd, column, columnEnd } = block;
  let to = 0;
  for (let i = row; i < rowEnd; i += TILE) {
    for (let k = column; k < columnEnd; k++) {
      const from = pivots[k]!;
      for (let t = i; t < i + TILE; t++) packedLeft[to++] = t < rowEnd ? matrix[t * stride + from]! : 0;
    }
  }
}

function subtractPacked(workspace: Workspace, block: Block): void {
  const { depth } = workspace;
  const { row, rowEnd, column, columnEnd } = block;
  for (let j = column, right = 0; j < columnEnd; j += TILE, right += TILE * depth) {
    for (let i = row, left = 0; i < rowEnd; i += TILE, left += TILE * depth) {
      for (let t = 0; t < TILE; t += 2) subtractTile(workspace, i * workspace.stride + j + t, left, right + t);
    }
  }
}

/** Half a tile, four rows by two columns: eight sums are what the registers hold without spilling. */
function subtractTile(workspace: Workspace, target: number, left: number, right: number): void {
  const { matrix, stride, p, reciprocal, terms, packedLeft, packedRight, depth } = workspace;
  for (let done = 0; done < depth; ) {
    const end = Math.min(done + terms, depth);
    let s00 = 0;
    let s01 = 0;
    let s10 = 0;
    let s11 = 0;
    let s20 = 0;
    let s21 = 0;
    let s30 = 0;
    let s31 = 0;
    for (let k = TILE * done; k < TILE * end; k += TILE) {
      const b0 = packedRight[right + k]!;
      const b1 = packedRight[right + k + 1]!;
      const a0 = packedLeft[left + k]!;
      s00 += a0 * b0;
      s01 += a0 * b1;
      const a1 = packedLeft[left + k + 1]!;
      s10 += a1 * b0;
      s11 += a1 * b1;
      const a2 = packedLeft[left + k + 2]!;
      s20 += a2 * b0;
      s21 += a2 * b1;
      const a3 = packedLeft[left + k + 3]!;
      s30 += a3 * b0;
      s31 += a3 * b1;
    }
    let at = target;
    matrix[at] = reduced(matrix[at]! - s00, p, reciprocal);
    matrix[at + 1] = reduced(matrix[at + 1]! - s01, p, reciprocal);
    at += stride;
    matrix[at] = reduced(matrix[at]! - s10, p, reciprocal);
    matrix[at + 1] = reduced(matrix[at + 1]! - s11, p, reciprocal);
    at += stride;
    matrix[at] = reduced(matrix[at]! - s20, p, reciprocal);
    matrix[at + 1] = reduced(matrix[at + 1]! - s21, p, reciprocal);
    at += stride;
    matrix[at] = reduced(matrix[at]! - s30, p, reciprocal);
    matrix[at + 1] = reduced(matrix[at + 1]! - s31, p, reciprocal);
    done = end;
  }
}
