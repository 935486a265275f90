import type { Activation } from "../algebra/activation.ts";

/** Where the equations come from: theory in proofs/moment-expansion.md, section "Three settings". */
export type Setting = "kkt" | "ntk" | "gradient";

/** A layer that gives equations. */
export type TrainedLayer = "hidden" | "bias" | "output" | "output-bias";

export const TRAINED_LAYERS: readonly ["hidden", "bias", "output", "output-bias"] = [
  "hidden",
  "bias",
  "output",
  "output-bias",
];

/**
 * What the equations depend on besides numbers.
 *
 * `bias` is "trained" when the hidden bias gives equations, "frozen" when it is a known nonzero shift, else "none".
 */
export interface EquationShape {
  readonly setting: Setting;
  readonly activation: Activation;
  /** d, length of a training point. */
  readonly inputDim: number;
  /** m, hidden neurons. */
  readonly width: number;
  /** C, network outputs; a multiplier has C entries. */
  readonly outputs: number;
  readonly trained: ReadonlySet<TrainedLayer>;
  readonly bias: "none" | "frozen" | "trained";
}

/** Equations that one neuron gives: d (hidden), 1 (bias), C (output). */
export function equationsPerNeuron({ trained, inputDim, outputs }: EquationShape): number {
  return (trained.has("hidden") ? inputDim : 0) + (trained.has("bias") ? 1 : 0) + (trained.has("output") ? outputs : 0);
}

/** All equations: the neurons', then C for a trained output bias. */
export function equationCount(shape: EquationShape): number {
  return shape.width * equationsPerNeuron(shape) + (shape.trained.has("output-bias") ? shape.outputs : 0);
}

/** n(d + C) unknowns: a point and its multiplier per sample. */
export function unknownCount({ inputDim, outputs }: EquationShape, samples: number): number {
  return samples * (inputDim + outputs);
}

/**
 * Degrees l of the moment tensors T_l that some equation sees, ascending.
 *
 * Without a bias these are the degrees of the activation, with T_0 where an equation sees the constant; any nonzero
 * bias brings all lower degrees. Source: proofs/moment-expansion.md.
 */
export function momentDegrees(shape: EquationShape): number[] {
  const { activation, trained, bias } = shape;
  const seen = new Set<number>();
  const hidden = bias === "none" ? activation.support : range(1, activation.degree);
  if (trained.has("hidden") || trained.has("output")) for (const l of hidden) seen.add(l);
  if (trained.has("bias")) for (const l of range(0, activation.degree - 1)) seen.add(l);
  if (seesConstant(shape)) seen.add(0);
  return [...seen].sort((a, b) => a - b);
}

/** Whether some equation contains T_0 = Σ g_i. */
function seesConstant({ activation, trained, bias }: EquationShape): boolean {
  if (trained.has("bias") || trained.has("output-bias")) return true;
  if (!trained.has("output")) return false;
  return bias !== "none" || activation.coefficients[0]!.numerator !== 0n;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

/** Binomial coefficient as a double, exact below 2⁵³. */
export function binomial(n: number, k: number): number {
  if (k === 0) return 1;
  if (k < 0 || k > n) return 0;
  let value = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) value = Math.round((value * (n - i + 1)) / i);
  return value;
}

/** N_k = C(d+k−1, k), coordinates of a symmetric tensor of degree k in d variables. */
export function symmetricDimension(inputDim: number, degree: number): number {
  return binomial(inputDim + degree - 1, degree);
}

/** Columns of the Hermite matrix: C times the sum of N_l over {@link momentDegrees}. */
export function momentColumnCount(shape: EquationShape): number {
  return momentDegrees(shape).reduce((sum, l) => sum + symmetricDimension(shape.inputDim, l), 0) * shape.outputs;
}
