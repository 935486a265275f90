/**
 * A reconstruction objective F = ½‖R‖² with R(u) = D(Σ_i φ(x_i) g_i − G): every sample enters through the same φ.
 *
 * One sample is a block u_i = (g_i, x_i) of C multipliers and d coordinates. The equations of a network are one such
 * objective, in any metric; an objective of your own needs this interface and nothing else (docs/objectives.md).
 * Vectors are flat; `at` is the offset of a block, of a point or of a row where that is said.
 */
export interface SampleObjective {
  /** C, multipliers of one sample. */
  readonly outputs: number;
  /** d, coordinates of one point. */
  readonly inputDim: number;
  /** Length of R. */
  readonly rows: number;
  /** The known side G, length `rows`. */
  readonly targets: Float64Array;
  /**
   * The diagonal of D, which makes the rows dimensionless; null for the identity. It is applied last, so that exact sums
   * stay exact: everything below is without it.
   */
  readonly rowScale: Float64Array | null;
  /** Writes φ(x) for the point at `at`: C columns of length `rows`, one after the other. */
  image(points: Float64Array, at: number, out: Float64Array): Float64Array;
  /** Adds φ(x) g of the block at `at` to `out`. */
  addValue(u: Float64Array, at: number, out: Float64Array): void;
  /** Writes the derivative of φ(x) g by its block (g, x): row r goes to `out[offset + r·stride …]`, C + d entries. */
  fillJacobian(u: Float64Array, at: number, out: Float64Array, layout: BlockLayout): void;
  /** Adds that derivative times `v` (length C + d) to `out`; without it the filled Jacobian is used. */
  addJacobianVector?(u: Float64Array, at: number, v: Float64Array, out: Float64Array): void;
  /** Adds its transpose times `weights` (length `rows`) to `out`, length C + d; as above. */
  addTransposedJacobianVector?(u: Float64Array, at: number, weights: Float64Array, out: Float64Array): void;
  /** The second derivative of Σ_e weights_e (φ(x) g)_e by one block, for these weights. */
  curvature(weights: Float64Array): SampleCurvature;
}

/** Where the rows of one block go in a row-major matrix. */
export interface BlockLayout {
  readonly stride: number;
  readonly offset: number;
}

/** Adds the second derivative at the block at `at` times `v` (length C + d) to `out` (length C + d). */
export type SampleCurvature = (u: Float64Array, at: number, v: Float64Array, out: Float64Array) => void;

/** Equations that each sample has to itself, such as a known norm: they follow the rows of the objective. */
export interface SampleEquations {
  readonly rowsPerSample: number;
  /** Writes the residuals of sample `i`, whose block is at `at`, to `out[row …]`. */
  value(u: Float64Array, sample: SampleAddress, out: Float64Array, row: number): void;
  /** Writes their derivatives by the block, C + d entries a row. */
  fillJacobian(u: Float64Array, sample: SampleAddress, out: Float64Array, layout: BlockLayout): void;
  /** Adds Σ_e weights_e ∇²r_e v over the rows of this sample to `out`; `weights` has `rowsPerSample` entries. */
  addCurvature(u: Float64Array, sample: SampleAddress, weights: Float64Array, vectors: CurvatureVectors): void;
}

export interface SampleAddress {
  readonly index: number;
  readonly at: number;
}

export interface CurvatureVectors {
  readonly v: Float64Array;
  readonly out: Float64Array;
}
