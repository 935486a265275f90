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

/** The parts of a sample's equations at one neuron: σ, σ′, σ″ at z = w·x + b. */
export function activationTaylor(coefficients: Float64Array, z: number, out: Float64Array): Float64Array {
  let value = 0;
  let slope = 0;
  let halfBend = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) {
    halfBend = halfBend * z + slope;
    slope = slope * z + value;
    value = value * z + coefficients[k]!;
  }
  out[0] = value;
  out[1] = slope;
  out[2] = 2 * halfBend;
  return out;
}

/** Activation coefficients as the nearest doubles, index = degree. */
export function floatCoefficients({ activation }: EquationShape): Float64Array {
  return Float64Array.from(activation.coefficients, toNumber);
}

/** Residual and Jacobian of a {@link KktSystem} for a fixed number of samples, with all work space allocated once. */
export interface KktResidual {
  readonly samples: number;
  readonly unknowns: number;
  readonly rows: number;
  /** Writes (Σ_i φ(x_i) g_i − G)·rowScale, length `rows`. */
  residual(unknowns: Float64Array, out: Float64Array): Float64Array;
  /** Writes its Jacobian, rows×unknowns row-major. */
  jacobian(unknowns: Float64Array, out: Float64Array): Float64Array;
}

/** Source: proofs/moment-expansion.md, equations (1)–(4). */
export function createResidual(system: KktSystem, samples: number): KktResidual {
  const { shape, targets, rowScale } = system;
  const rows = rowCount(system);
  const unknowns = samples * (shape.inputDim + shape.outputs);
  const evaluateNeuron = createNeuronEvaluation(system);
  return {
    samples,
    unknowns,
    rows,
    residual(u, out) {
      for (let r = 0; r < rows; r++) out[r] = -targets[r]!;
      for (let i = 0; i < samples; i++) addSample(system, evaluateNeuron, u, i, out);
      for (let r = 0; r < rows; r++) out[r]! *= rowScale[r]!;
      return out;
    },
    jacobian(u, out) {
      out.fill(0);
      for (let i = 0; i < samples; i++) fillSampleJacobian(system, evaluateNeuron, u, i, out, unknowns);
      for (let r = 0; r < rows; r++) {
        const scale = rowScale[r]!;
        for (let k = r * unknowns; k < (r + 1) * unknowns; k++) out[k]! *= scale;
      }
      return out;
    },
  };
}

/** Fills s = (σ, σ′, σ″) at neuron j and the sample at offset `at`, and returns g·a_j. */
type NeuronEvaluation = (j: number, unknowns: Float64Array, at: number) => number;

interface Evaluation {
  readonly s: Float64Array;
  readonly run: NeuronEvaluation;
}

function createNeuronEvaluation({ shape, weights, bias, output }: KktSystem): Evaluation {
  const { inputDim: d, outputs, width: m } = shape;
  const coefficients = floatCoefficients(shape);
  const s = new Float64Array(3);
  return {
    s,
    run(j, u, at) {
      let z = bias[j]!;
      for (let e = 0; e < d; e++) z += weights[j * d + e]! * u[at + outputs + e]!;
      activationTaylor(coefficients, z, s);
      let ga = 0;
      for (let c = 0; c < outputs; c++) ga += u[at + c]! * output[c * m + j]!;
      return ga;
    },
  };
}

function addSample({ shape }: KktSystem, { s, run }: Evaluation, u: Float64Array, i: number, out: Float64Array): void {
  const { inputDim: d, outputs, width: m, trained } = shape;
  const counts = rowsPerNeuron(shape);
  const at = i * (d + outputs);
  let row = 0;
  for (let j = 0; j < m; j++) {
    const slope = run(j, u, at) * s[1]!;
    for (let e = 0; e < counts.hidden; e++) out[row++]! += slope * u[at + outputs + e]!;
    if (counts.bias > 0) out[row++]! += slope;
    for (let c = 0; c < counts.output; c++) out[row++]! += u[at + c]! * s[0]!;
  }
  if (trained.has("output-bias")) for (let c = 0; c < outputs; c++) out[row++]! += u[at + c]!;
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

function fillSampleJacobian(
  system: KktSystem,
  { s, run }: Evaluation,
  u: Float64Array,
  i: number,
  out: Float64Array,
  cols: number,
): void {
  const { shape } = system;
  const { inputDim: d, outputs, width: m, trained } = shape;
  const counts = rowsPerNeuron(shape);
  const at = i * (d + outputs);
  let row = at; // offset of the current row's block for this sample
  for (let j = 0; j < m; j++) {
    const point: NeuronPoint = { j, ga: run(j, u, at), s, u, at };
    for (let e = 0; e < counts.hidden; e++, row += cols) {
      fillRow(system, point, { factor: u[at + outputs + e]!, unit: e }, out, row);
    }
    if (counts.bias > 0) {
      fillRow(system, point, { factor: 1, unit: -1 }, out, row);
      row += cols;
    }
    for (let c = 0; c < counts.output; c++, row += cols) {
      out[row + c] = s[0]!;
      const slope = u[at + c]! * s[1]!;
      for (let f = 0; f < d; f++) out[row + outputs + f] = slope * system.weights[j * d + f]!;
    }
  }
  if (trained.has("output-bias")) for (let c = 0; c < outputs; c++, row += cols) out[row + c] = 1;
}

interface NeuronPoint {
  readonly j: number;
  readonly ga: number;
  readonly s: Float64Array;
  readonly u: Float64Array;
  readonly at: number;
}

/** A row (g·a_j) σ′(z) · factor, whose factor is the coordinate x_unit (hidden row) or the constant 1 (bias row). */
function fillRow(
  { shape, weights, output }: KktSystem,
  { j, ga, s }: NeuronPoint,
  { factor, unit }: { readonly factor: number; readonly unit: number },
  out: Float64Array,
  row: number,
): void {
  const { inputDim: d, outputs, width: m } = shape;
  for (let c = 0; c < outputs; c++) out[row + c] = output[c * m + j]! * s[1]! * factor;
  const bend = ga * s[2]! * factor;
  for (let f = 0; f < d; f++) out[row + outputs + f] = bend * weights[j * d + f]!;
  if (unit >= 0) out[row + outputs + unit]! += ga * s[1]!;
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
