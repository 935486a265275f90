import { activationDerivatives, floatCoefficients, type KktSystem, rowsPerNeuron } from "../equations/system.ts";

/**
 * Variance of each scaled row from rounding alone: of the known side, of the nodes where they are weights themselves
 * (`kkt`), and of the sums that the training computed.
 *
 * Rounding is taken as independent and uniform within half an ulp, hence the factor 1/3; the sums are rounded at the
 * size of their terms. A gradient or a displacement was computed from the nodes, so that each term carries the rounding
 * of about p operations, p the degree; a stationary point is what the weights are, whatever its search computed.
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
  const { shape, weights, bias } = system;
  const { inputDim: d, outputs } = shape;
  const counts = rowsPerNeuron(shape);
  const rows = counts.hidden + counts.bias + counts.output;
  const operations = shape.setting === "kkt" ? 1 : shape.activation.degree;
  const byNode = new Float64Array(rows * (d + 1)); // derivative of each row by (w_j, b_j)
  for (let i = 0; i < samples; i++) {
    const at = i * (d + outputs);
    const x = unknowns.subarray(at + outputs, at + outputs + d);
    rowTerms(system, j, unknowns.subarray(at, at + outputs), x).forEach(({ term, slope }, row) => {
      variance[j * rows + row]! += (operations * term) ** 2;
      for (let f = 0; f < d; f++) byNode[row * (d + 1) + f]! += slope * x[f]!;
      byNode[row * (d + 1) + d]! += slope;
    });
  }
  if (shape.setting !== "kkt") return;
  for (let row = 0; row < rows; row++) {
    for (let f = 0; f <= d; f++) {
      const node = f < d ? weights[j * d + f]! : bias[j]!;
      variance[j * rows + row]! += (byNode[row * (d + 1) + f]! * node) ** 2;
    }
  }
}

/** What one sample adds to each row of neuron j, and the derivative of that by z = w·x + b. */
function rowTerms(
  { shape, weights, bias, output }: KktSystem,
  j: number,
  g: Float64Array,
  x: Float64Array,
): { term: number; slope: number }[] {
  const { inputDim: d, width: m } = shape;
  const counts = rowsPerNeuron(shape);
  let z = bias[j]!;
  for (let e = 0; e < d; e++) z += weights[j * d + e]! * x[e]!;
  const [value, first, second] = activationDerivatives(floatCoefficients(shape), z, new Float64Array(3)) as unknown as [
    number,
    number,
    number,
  ];
  const ga = g.reduce((sum, multiplier, c) => sum + multiplier * output[c * m + j]!, 0);
  const byPoint = (factor: number) => ({ term: ga * first * factor, slope: ga * second * factor });
  return [
    ...Array.from(x.subarray(0, counts.hidden), byPoint),
    ...(counts.bias > 0 ? [byPoint(1)] : []),
    ...Array.from(g.subarray(0, counts.output), (multiplier) => ({
      term: multiplier * value,
      slope: multiplier * first,
    })),
  ];
}
