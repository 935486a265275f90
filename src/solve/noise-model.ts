import { activationTaylor, floatCoefficients, type KktSystem } from "../equations/system.ts";

/**
 * Variance of each scaled row from rounding alone: of the known side, of the nodes where they are weights themselves
 * (`kkt`), and of the sums that the training computed.
 *
 * Rounding is taken as independent and uniform within half an ulp, hence the factor 1/3; the sums are rounded at the
 * size of their terms.
 *
 * @param unitRoundoff - half an ulp, relative
 * @returns one variance per row, in the square of scaled units
 * Source: proofs/error-bound.md, section "Noise".
 */
export function rowVariances(system: KktSystem, unknowns: Float64Array, unitRoundoff: number): Float64Array {
  const { shape, rowScale, targetSize } = system;
  const variance = targetSize.map((size) => size * size);
  const { inputDim: d, outputs, width: m } = shape;
  const samples = unknowns.length / (d + outputs);
  for (let j = 0; j < m; j++) addNeuron(system, { unknowns, samples, j }, variance);
  if (shape.trained.has("output-bias")) {
    for (let c = 0; c < outputs; c++) {
      const row = variance.length - outputs + c;
      for (let i = 0; i < samples; i++) variance[row]! += unknowns[i * (d + outputs) + c]! ** 2;
    }
  }
  return variance.map((value, r) => (value * (unitRoundoff * rowScale[r]!) ** 2) / 3);
}

interface Neuron {
  readonly unknowns: Float64Array;
  readonly samples: number;
  readonly j: number;
}

/** Adds the squares of the terms of each row of neuron j, and what rounding of its node does to them. */
function addNeuron(system: KktSystem, { unknowns, samples, j }: Neuron, variance: Float64Array): void {
  const { shape, weights, bias, output } = system;
  const { inputDim: d, outputs, width: m, trained, setting } = shape;
  const { hidden, biasTrained, outputTrained } = {
    hidden: trained.has("hidden"),
    biasTrained: trained.has("bias"),
    outputTrained: trained.has("output"),
  };
  const coefficients = floatCoefficients(shape);
  const taylor = new Float64Array(3);
  const rows = (hidden ? d : 0) + (biasTrained ? 1 : 0) + (outputTrained ? outputs : 0);
  const byNode = new Float64Array(rows * (d + 1)); // derivative of each row by (w_j, b_j)
  for (let i = 0; i < samples; i++) {
    const at = i * (d + outputs);
    const x = unknowns.subarray(at + outputs, at + outputs + d);
    let z = bias[j]!;
    for (let e = 0; e < d; e++) z += weights[j * d + e]! * x[e]!;
    activationTaylor(coefficients, z, taylor);
    let ga = 0;
    for (let c = 0; c < outputs; c++) ga += unknowns[at + c]! * output[c * m + j]!;
    let row = 0;
    const add = (term: number, slope: number): void => {
      variance[j * rows + row]! += term * term;
      for (let f = 0; f <= d; f++) byNode[row * (d + 1) + f]! += slope * (f < d ? x[f]! : 1);
      row++;
    };
    if (hidden) for (let e = 0; e < d; e++) add(ga * taylor[1]! * x[e]!, ga * taylor[2]! * x[e]!);
    if (biasTrained) add(ga * taylor[1]!, ga * taylor[2]!);
    if (outputTrained)
      for (let c = 0; c < outputs; c++) add(unknowns[at + c]! * taylor[0]!, unknowns[at + c]! * taylor[1]!);
  }
  if (setting !== "kkt") return;
  for (let row = 0; row < rows; row++) {
    for (let f = 0; f <= d; f++) {
      const node = f < d ? weights[j * d + f]! : bias[j]!;
      variance[j * rows + row]! += (byNode[row * (d + 1) + f]! * node) ** 2;
    }
  }
}
