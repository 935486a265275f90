import { floatCoefficients, type KktSystem, rowCount, rowsPerNeuron } from "../equations/system.ts";
import { DoubleDouble } from "../linalg/double-double.ts";
import type { SideRows } from "../objective/side-facts.ts";

/**
 * The residual of a system evaluated in double-double and rounded once: its rounding error is that of the numbers in
 * the file, not of the evaluation. Same layout and scaling as the plain residual.
 *
 * @param unknowns - high-order part of the point
 * @param correction - low-order part: the point is unknowns + correction
 * @param side - side equations, whose rows follow
 */
export function preciseResidual(
  system: KktSystem,
  unknowns: Float64Array,
  correction: Float64Array,
  side: SideRows | null = null,
): Float64Array {
  const { shape, targets, rowScale } = system;
  const block = shape.inputDim + shape.outputs;
  const sums = Array.from({ length: rowCount(system) }, (_, r) => new DoubleDouble().set(-targets[r]!));
  const neuron = createNeuron(system, unknowns, correction);
  for (let at = 0; at < unknowns.length; at += block) addSample(system, neuron, { unknowns, correction, at }, sums);
  const rows = sums.length;
  const residual = new Float64Array(rows + (side === null ? 0 : (unknowns.length / block) * side.rowsPerSample));
  for (const [r, sum] of sums.entries()) residual[r] = sum.value * rowScale[r]!;
  for (let at = 0, index = 0; side !== null && at < unknowns.length; at += block, index++) {
    side.preciseValue(unknowns, correction, { index, at }, residual, rows + index * side.rowsPerSample);
  }
  return residual;
}

interface PreciseSample {
  readonly unknowns: Float64Array;
  readonly correction: Float64Array;
  readonly at: number;
}

function addSample(
  { shape }: KktSystem,
  neuron: PreciseNeuron,
  { unknowns, correction, at }: PreciseSample,
  sums: readonly DoubleDouble[],
): void {
  const counts = rowsPerNeuron(shape);
  const term = new DoubleDouble();
  let row = 0;
  const addProduct = (factor: DoubleDouble, k: number): void => {
    term.copy(factor).multiply(unknowns[k]!, correction[k]!);
    sums[row++]!.add(term.hi, term.lo);
  };
  for (let j = 0; j < shape.width; j++) {
    neuron.evaluate(j, at);
    for (let e = 0; e < counts.hidden; e++) addProduct(neuron.weightedSlope, at + shape.outputs + e);
    if (counts.bias > 0) sums[row++]!.add(neuron.weightedSlope.hi, neuron.weightedSlope.lo);
    for (let c = 0; c < counts.output; c++) addProduct(neuron.value, at + c);
  }
  if (!shape.trained.has("output-bias")) return;
  for (let c = 0; c < shape.outputs; c++) sums[row++]!.add(unknowns[at + c]!, correction[at + c]!);
}

interface PreciseNeuron {
  /** σ(z). */
  readonly value: DoubleDouble;
  /** (g·a_j) σ′(z). */
  readonly weightedSlope: DoubleDouble;
  evaluate(j: number, at: number): void;
}

function createNeuron(
  { shape, weights, bias, output }: KktSystem,
  unknowns: Float64Array,
  correction: Float64Array,
): PreciseNeuron {
  const { inputDim: d, outputs, width: m } = shape;
  const coefficients = floatCoefficients(shape);
  const z = new DoubleDouble();
  const value = new DoubleDouble();
  const slope = new DoubleDouble();
  const weightedSlope = new DoubleDouble();
  return {
    value,
    weightedSlope,
    evaluate(j, at) {
      z.set(bias[j]!);
      for (let e = 0; e < d; e++) {
        z.addProduct(weights[j * d + e]!, unknowns[at + outputs + e]!);
        z.addProduct(weights[j * d + e]!, correction[at + outputs + e]!);
      }
      horner(coefficients, z, value, slope);
      weightedSlope.set(0);
      for (let c = 0; c < outputs; c++) {
        weightedSlope.addProduct(output[c * m + j]!, unknowns[at + c]!);
        weightedSlope.addProduct(output[c * m + j]!, correction[at + c]!);
      }
      weightedSlope.multiply(slope.hi, slope.lo);
    },
  };
}

/** σ(z) and σ′(z) together. */
function horner(coefficients: Float64Array, z: DoubleDouble, value: DoubleDouble, slope: DoubleDouble): void {
  value.set(0);
  slope.set(0);
  for (let k = coefficients.length - 1; k >= 0; k--) {
    slope.multiply(z.hi, z.lo).add(value.hi, value.lo);
    value.multiply(z.hi, z.lo).add(coefficients[k]!);
  }
}
