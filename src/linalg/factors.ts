/**
 * Householder QR of a tall matrix, kept in factored form.
 *
 * `columns` is column-major m×n: below the diagonal the Householder vectors, on and above it R without its diagonal,
 * which stands in `diagonal`.
 */
export interface QrFactors {
  readonly m: number;
  readonly n: number;
  readonly columns: Float64Array;
  readonly diagonal: Float64Array;
}

/**
 * QR factors of (R; √λ I), R upper triangular: what one damping factor λ costs once R is known.
 *
 * The reflector of column k touches row k of R and the first k + 1 rows of the lower block, nothing else.
 */
export interface DampedFactors {
  readonly n: number;
  /** Column-major n×n: the new triangle above its diagonal. */
  readonly upper: Float64Array;
  readonly diagonal: Float64Array;
  /** Column-major n×n: the part of reflector k in the lower block is in rows 0…k of column k. */
  readonly reflectors: Float64Array;
  /** The part of each reflector in its row of R; 0 where there is nothing to reflect. */
  readonly pivots: Float64Array;
}
