import type { Ring } from "../../algebra/ring.ts";
import type { DataPoints, Nodes } from "../../equations/ring-tools.ts";
import type { EquationShape } from "../../equations/shape.ts";
import type { PrimeField } from "../../modular/prime-field.ts";
import type { Random } from "../../random.ts";

/** A prime field as a ring that the equations can be instantiated over. */
export function primeRing(field: PrimeField): Ring<number> {
  return {
    zero: 0,
    one: 1,
    add: (a, b) => field.add(a, b),
    multiply: (a, b) => field.mul(a, b),
    fromRational: ({ numerator, denominator }) => field.fromRational(numerator, denominator),
  };
}

/**
 * Nodes with independent uniform entries: weights, bias (zeros where the shape has none) and output weights of
 * `shape.width` neurons.
 *
 * @remarks Drawn neuron by neuron, so that the same source gives the narrower network as a prefix of the wider one.
 */
export function randomNodes(field: PrimeField, shape: EquationShape, random: Random): Nodes<number> {
  const { inputDim: d, width: m, outputs, bias } = shape;
  const weights: number[] = [];
  const shifts: number[] = [];
  const output = new Array<number>(outputs * m).fill(0);
  for (let j = 0; j < m; j++) {
    for (let e = 0; e < d; e++) weights.push(field.random(random));
    shifts.push(bias === "none" ? 0 : field.random(random));
    for (let c = 0; c < outputs; c++) output[c * m + j] = field.random(random);
  }
  return { weights, bias: shifts, output };
}

/** Data with independent uniform entries, drawn sample by sample: C multipliers, then d coordinates. */
export function randomData(
  field: PrimeField,
  { inputDim: d, outputs }: EquationShape,
  samples: number,
  random: Random,
): DataPoints<number> {
  const points: number[] = [];
  const multipliers: number[] = [];
  for (let i = 0; i < samples; i++) {
    for (let c = 0; c < outputs; c++) multipliers.push(field.random(random));
    for (let e = 0; e < d; e++) points.push(field.random(random));
  }
  return { points, multipliers };
}
