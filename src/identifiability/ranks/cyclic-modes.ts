import { multiply, type Rational, rational } from "../../algebra/rational.ts";
import { evaluatePolynomial } from "../../algebra/ring.ts";
import type { PrimeField } from "../../modular/prime-field.ts";
import { primeRing } from "./prime-ring.ts";

/** One neuron of an orbit under the cyclic group, or a neuron that the group leaves in place. */
export interface CyclicNode {
  readonly weights: readonly number[];
  readonly bias: number;
  readonly output: readonly number[];
  readonly fixed: boolean;
}

/** One sample of a free orbit. */
export interface CyclicSample {
  readonly point: readonly number[];
  readonly multipliers: readonly number[];
}

/**
 * Nodes and samples that the cyclic group of order h permutes: its generator moves coordinate o·h + t to
 * o·h + (t + 1 mod h), for o = 0 … inputDim/h − 1. A neuron keeps its bias and output weights, a sample its multipliers.
 */
export interface CyclicConfiguration {
  readonly coefficients: readonly Rational[];
  readonly inputDim: number;
  readonly outputs: number;
  /** h, a divisor of inputDim. */
  readonly order: number;
  readonly layers: { readonly output: boolean; readonly outputBias: boolean };
  /** The points are (x, 1) in other coordinates, so that their coordinates sum to 1 and their derivatives to 0. */
  readonly affine: boolean;
  readonly nodes: readonly CyclicNode[];
  readonly samples: readonly CyclicSample[];
}

/** A matrix over a prime field, row-major. */
export interface ModularMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly entries: Float64Array;
}

/**
 * The Jacobian on derivatives that the generator multiplies by ζ^k: sample s of an orbit has the multiplier derivative
 * ζ^{ks} γ and the point derivative ζ^{ks} (ξ moved s times).
 *
 * Rows: of one neuron per orbit all inputDim hidden equations, of a neuron in place those of the coordinates o·h; then of
 * either the C output equations, for a neuron in place only if k = 0; at the end, if k = 0, the C equations of the output
 * bias. Columns: orbit by orbit γ (C), then ξ (inputDim, without its first coordinate if `affine`).
 * Source: proofs/unit-points.md, section "Cyclic points".
 *
 * @param root - ζ, of order h in the field
 */
export function modeMatrix(field: PrimeField, setup: CyclicConfiguration, root: number, mode: number): ModularMatrix {
  const { inputDim, outputs, order, layers, nodes, samples } = setup;
  const cols = samples.length * (outputs + inputDim);
  const powers = rootPowers(field, root, order, mode);
  const rows: Float64Array[] = [];
  for (const node of nodes) {
    const { hidden, values } = rowsOfNode(field, setup, node, powers);
    rows.push(...(node.fixed ? hidden.filter((_, coordinate) => coordinate % order === 0) : hidden));
    if (layers.output && (!node.fixed || mode === 0)) rows.push(...values);
  }
  if (layers.outputBias && mode === 0) rows.push(...outputBiasRows(setup, cols));
  const kept = setup.affine ? rows.map((row) => withoutCommonShift(field, setup, row)) : rows;
  const width = kept[0]?.length ?? 0;
  const entries = new Float64Array(kept.length * width);
  for (const [i, row] of kept.entries()) entries.set(row, i * width);
  return { rows: kept.length, cols: width, entries };
}

/** 1, ζ^k, ζ^{2k}, …, ζ^{(h−1)k}. */
function rootPowers(field: PrimeField, root: number, order: number, mode: number): number[] {
  let step = 1;
  for (let k = 0; k < mode; k++) step = field.mul(step, root);
  const powers = [1];
  while (powers.length < order) powers.push(field.mul(powers.at(-1)!, step));
  return powers;
}

interface NodeRows {
  readonly hidden: Float64Array[];
  readonly values: Float64Array[];
}

/** All hidden and output equations of one neuron, each a sum over the samples of every orbit. */
function rowsOfNode(
  field: PrimeField,
  setup: CyclicConfiguration,
  node: CyclicNode,
  powers: readonly number[],
): NodeRows {
  const { inputDim, outputs, samples } = setup;
  const cols = samples.length * (outputs + inputDim);
  const blank = (count: number): Float64Array[] => Array.from({ length: count }, () => new Float64Array(cols));
  const rows = { hidden: blank(inputDim), values: blank(setup.layers.output ? outputs : 0) };
  const sigma = activationAt(field, setup.coefficients);
  samples.forEach(({ point, multipliers }, orbit) => {
    const offset = orbit * (outputs + inputDim);
    const support = point.flatMap((value, f) => (value === 0 ? [] : [{ f, value }]));
    powers.forEach((power, shift) => {
      const x = support.map(({ f, value }) => ({ f: moved(f, shift, setup.order), value }));
      const argument = x.reduce((z, { f, value }) => field.add(z, field.mul(value, node.weights[f]!)), node.bias);
      addSample(field, setup, node, rows, { offset, shift, power, x, multipliers, s: sigma(argument) });
    });
  });
  return rows;
}

interface MovedSample {
  /** First column of its orbit. */
  readonly offset: number;
  readonly shift: number;
  readonly power: number;
  readonly x: readonly { readonly f: number; readonly value: number }[];
  readonly multipliers: readonly number[];
  /** σ, σ′, σ″ at w·x + b. */
  readonly s: readonly [number, number, number];
}

/** Adds ζ^{ks} times the derivatives by one sample to the rows of one neuron. */
function addSample(
  field: PrimeField,
  { inputDim, outputs, order }: CyclicConfiguration,
  { weights, output }: CyclicNode,
  { hidden, values }: NodeRows,
  { offset, shift, power, x, multipliers, s }: MovedSample,
): void {
  const add = (row: Float64Array, column: number, value: number): void => {
    row[column] = field.add(row[column]!, value);
  };
  const factor = output.reduce((sum, a, c) => field.add(sum, field.mul(a, multipliers[c]!)), 0);
  const [value, slope, bend] = s.map((entry) => field.mul(power, entry)) as [number, number, number];
  const [first, second] = [field.mul(factor, slope), field.mul(factor, bend)];
  const back = order - shift;
  for (let f = 0; f < inputDim; f++) {
    const column = offset + outputs + moved(f, back, order);
    add(hidden[f]!, column, first);
    const bent = field.mul(second, weights[f]!);
    for (const at of x) add(hidden[at.f]!, column, field.mul(bent, at.value));
    for (const [c, row] of values.entries()) {
      add(row, column, field.mul(field.mul(multipliers[c]!, slope), weights[f]!));
    }
  }
  for (const [c, a] of output.entries()) {
    for (const at of x) add(hidden[at.f]!, offset + c, field.mul(field.mul(a, slope), at.value));
  }
  for (const [c, row] of values.entries()) add(row, offset + c, value);
}

/** Where the generator's power `shift` moves a coordinate. */
function moved(coordinate: number, shift: number, order: number): number {
  const place = coordinate % order;
  return coordinate - place + ((place + shift) % order);
}

/** Σ_i δg_ic: h times the multiplier of each orbit, since k = 0. */
function outputBiasRows({ inputDim, outputs, order, samples }: CyclicConfiguration, cols: number): Float64Array[] {
  return Array.from({ length: outputs }, (_, c) => {
    const row = new Float64Array(cols);
    for (let orbit = 0; orbit < samples.length; orbit++) row[orbit * (outputs + inputDim) + c] = order;
    return row;
  });
}

/** The row on derivatives ξ with Σ_f ξ_f = 0, by the coordinates after the first. */
function withoutCommonShift(field: PrimeField, setup: CyclicConfiguration, row: Float64Array): Float64Array {
  const { inputDim, outputs, samples } = setup;
  const kept = new Float64Array(samples.length * (outputs + inputDim - 1));
  let column = 0;
  for (let orbit = 0; orbit < samples.length; orbit++) {
    const offset = orbit * (outputs + inputDim);
    const first = row[offset + outputs]!;
    for (let c = 0; c < outputs; c++) kept[column++] = row[offset + c]!;
    for (let f = 1; f < inputDim; f++) kept[column++] = field.sub(row[offset + outputs + f]!, first);
  }
  return kept;
}

function activationAt(field: PrimeField, coefficients: readonly Rational[]): (z: number) => [number, number, number] {
  const ring = primeRing(field);
  const derivative = (list: readonly Rational[]): Rational[] =>
    list.slice(1).map((c, k) => multiply(c, rational(BigInt(k + 1))));
  const slope = derivative(coefficients);
  const bend = derivative(slope);
  return (z) => [
    evaluatePolynomial(ring, coefficients, z),
    evaluatePolynomial(ring, slope, z),
    evaluatePolynomial(ring, bend, z),
  ];
}
