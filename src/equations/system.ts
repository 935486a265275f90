import { toNumber } from "../algebra/rational.ts";
import { type EquationShape, equationCount } from "./shape.ts";

/**
 * The equations Σ_i φ(x_i) g_i = G of theory (proofs/moment-expansion.md) at given nodes, in doubles.
 *
 * Unknowns are laid out sample by sample: C multipliers, then d coordinates. Rows are laid out neuron by neuron
 * (hidden d, bias 1, output C), then C rows of a trained output bias. Residuals are dimensionless: each row is divided
 * by the largest entry of the tensor it belongs to.
 */
export interface KktSystem {
  readonly shape: EquationShape;
  /** Nodes w_j, m×d. */
  readonly weights: Float64Array;
  /** Hidden bias, length m; zeros without a bias. */
  readonly bias: Float64Array;
  /** Output weights, C×m. */
  readonly output: Float64Array;
  /** Known side G, one entry per row. */
  readonly targets: Float64Array;
  /** Factor of each row: one over the largest entry of its tensor. */
  readonly rowScale: Float64Array;
  /**
   * Size of the numbers whose rounding enters each row of the known side: the entry itself, or for a displacement the
   * two weights that it is the difference of. Times the unit roundoff it is the rounding error of the row.
   */
  readonly targetSize: Float64Array;
}

/** Number of rows M. */
export function rowCount(system: KktSystem): number {
  return equationCount(system.shape);
}

/** σ, σ′, σ″ and, where `out` has room for it, σ‴ at z. */
export function activationDerivatives(coefficients: Float64Array, z: number, out: Float64Array): Float64Array {
  let value = 0;
  let slope = 0;
  let half = 0;
  let sixth = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) {
    sixth = sixth * z + half;
    half = half * z + slope;
    slope = slope * z + value;
    value = value * z + coefficients[k]!;
  }
  out[0] = value;
  out[1] = slope;
  out[2] = 2 * half;
  if (out.length > 3) out[3] = 6 * sixth;
  return out;
}

/** Activation coefficients as the nearest doubles, index = degree. */
export function floatCoefficients({ activation }: EquationShape): Float64Array {
  return Float64Array.from(activation.coefficients, toNumber);
}

/** Rows that each layer gives per neuron; 0 where it gives none. */
export function rowsPerNeuron({ trained, inputDim, outputs }: EquationShape): {
  readonly hidden: number;
  readonly bias: number;
  readonly output: number;
} {
  return {
    hidden: trained.has("hidden") ? inputDim : 0,
    bias: trained.has("bias") ? 1 : 0,
    output: trained.has("output") ? outputs : 0,
  };
}

/** Interleaves multipliers (n×C) and points (n×d) into the unknown vector. */
export function packUnknowns(
  { inputDim: d, outputs }: EquationShape,
  points: Float64Array,
  multipliers: Float64Array,
): Float64Array {
  const samples = points.length / d;
  const u = new Float64Array(samples * (d + outputs));
  for (let i = 0; i < samples; i++) {
    u.set(multipliers.subarray(i * outputs, (i + 1) * outputs), i * (d + outputs));
    u.set(points.subarray(i * d, (i + 1) * d), i * (d + outputs) + outputs);
  }
  return u;
}

/** The inverse of {@link packUnknowns}. */
export function unpackUnknowns(
  { inputDim: d, outputs }: EquationShape,
  u: Float64Array,
): { points: Float64Array; multipliers: Float64Array } {
  const samples = u.length / (d + outputs);
  const points = new Float64Array(samples * d);
  const multipliers = new Float64Array(samples * outputs);
  for (let i = 0; i < samples; i++) {
    const at = i * (d + outputs);
    multipliers.set(u.subarray(at, at + outputs), i * outputs);
    points.set(u.subarray(at + outputs, at + outputs + d), i * d);
  }
  return { points, multipliers };
}
