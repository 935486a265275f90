/** Columns of the narrowest block, which is eliminated one column at a time; also the padding unit of columns. */
export const BAND_WIDTH: number = 8;

/** Rows and columns of the register tile of the block product. */
export const TILE: number = 4;

/** Terms packed at once by the block product. */
export const PACKED_DEPTH: number = 256;

/** Rows and columns of the packed operands of the block product; multiples of {@link TILE}. */
export const PACKED_ROWS: number = 64;
export const PACKED_COLUMNS: number = 1024;

/** What an elimination leaves behind; see `eliminatePlain` for the meaning of `matrix`. */
export interface Elimination {
  readonly rank: number;
  /** Original number of the row that ended up in each position; length rows. */
  readonly rowOrder: Int32Array;
  /** Increasing; length rank. */
  readonly pivotColumns: Int32Array;
  /** Row-major with `stride` entries a row, centred residues. */
  readonly matrix: Float64Array;
  readonly stride: number;
}

/** Sizes of the padded copy on which both implementations work. */
export interface PaddedShape {
  /** Columns rounded up to a multiple of {@link BAND_WIDTH}: padding columns are zero and never become pivots. */
  readonly paddedColumns: number;
  /** Entries from one row to the next: an odd multiple of 8, so that rows do not fall into the same cache sets, or 0. */
  readonly stride: number;
  /** Entries of the padded copy; three spare zero rows let every register tile be whole. */
  readonly length: number;
}

export function paddedShape(rows: number, cols: number): PaddedShape {
  const bands = Math.ceil(cols / BAND_WIDTH);
  const stride = (bands > 0 && bands % 2 === 0 ? bands + 1 : bands) * BAND_WIDTH;
  return { paddedColumns: bands * BAND_WIDTH, stride, length: (rows + TILE - 1) * stride };
}
