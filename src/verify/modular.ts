import { derivativeCoefficients } from "../algebra/activation.ts";
import { evaluatePolynomial, type Ring } from "../algebra/ring.ts";
import { hermiteMatrix } from "../equations/hermite.ts";
import { jacobianMatrix } from "../equations/jacobian.ts";
import { monomialsOfDegree } from "../equations/monomials.ts";
import type { DataPoints, Nodes, RingMatrix } from "../equations/ring-tools.ts";
import { type EquationShape, momentColumnCount, momentDegrees, unknownCount } from "../equations/shape.ts";
import { momentJacobian } from "../identifiability/ranks/moment-jacobian.ts";
import { primeRing, randomData, randomNodes } from "../identifiability/ranks/prime-ring.ts";
import type { PrimeField } from "../modular/prime-field.ts";
import { nullspace, rankProfile } from "../modular/rank.ts";
import type { Draw } from "./experiment.ts";

/**
 * Left sides of the equations from the definition, without any expansion: derivatives of Σ_i g_i·f(x_i) by the trained
 * parameters, row by row as in a system. Source: proofs/moment-expansion.md, equations (1)–(4).
 */
export function leftSides<T>(ring: Ring<T>, shape: EquationShape, nodes: Nodes<T>, data: DataPoints<T>): T[] {
  const { outputs, width, trained } = shape;
  const neurons = Array.from({ length: width }, (_, j) => sidesOfNeuron(ring, shape, neuronAt(shape, nodes, j), data));
  if (!trained.has("output-bias")) return neurons.flat();
  const sums = Array.from({ length: outputs }, (_, c) => sumOver(ring, shape, data, (_, g) => g[c]!));
  return [...neurons.flat(), ...sums];
}

interface Neuron<T> {
  readonly w: readonly T[];
  readonly b: T;
  readonly a: readonly T[];
}

function neuronAt<T>({ inputDim: d, width, outputs }: EquationShape, nodes: Nodes<T>, j: number): Neuron<T> {
  return {
    w: nodes.weights.slice(j * d, (j + 1) * d),
    b: nodes.bias[j]!,
    a: Array.from({ length: outputs }, (_, c) => nodes.output[c * width + j]!),
  };
}

/** Equations (1) to (3) of one neuron. */
function sidesOfNeuron<T>(ring: Ring<T>, shape: EquationShape, { w, b, a }: Neuron<T>, data: DataPoints<T>): T[] {
  const { inputDim, outputs, trained, activation } = shape;
  const slope = derivativeCoefficients(activation);
  const dot = (u: readonly T[], v: readonly T[], start: T): T =>
    u.reduce((sum, value, k) => ring.add(sum, ring.multiply(value, v[k]!)), start);
  const back = (x: readonly T[], g: readonly T[]): T =>
    ring.multiply(dot(a, g, ring.zero), evaluatePolynomial(ring, slope, dot(w, x, b)));
  const value = (x: readonly T[], factor: T): T =>
    ring.multiply(factor, evaluatePolynomial(ring, activation.coefficients, dot(w, x, b)));
  const sides = (count: number, term: (k: number) => Term<T>): T[] =>
    Array.from({ length: count }, (_, k) => sumOver(ring, shape, data, term(k)));
  return [
    ...sides(trained.has("hidden") ? inputDim : 0, (e) => (x, g) => ring.multiply(back(x, g), x[e]!)),
    ...sides(trained.has("bias") ? 1 : 0, () => back),
    ...sides(trained.has("output") ? outputs : 0, (c) => (x, g) => value(x, g[c]!)),
  ];
}

type Term<T> = (x: readonly T[], g: readonly T[]) => T;

/** The sum of a term over the samples. */
function sumOver<T>(
  ring: Ring<T>,
  { inputDim: d, outputs }: EquationShape,
  { points, multipliers }: DataPoints<T>,
  term: Term<T>,
): T {
  let total = ring.zero;
  for (let i = 0; i < multipliers.length / outputs; i++) {
    const x = points.slice(i * d, (i + 1) * d);
    total = ring.add(total, term(x, multipliers.slice(i * outputs, (i + 1) * outputs)));
  }
  return total;
}

/** All monomials of one degree at a point, in the order of the Hermite columns. */
export function powersOf<T>(ring: Ring<T>, x: readonly T[], degree: number): T[] {
  const { count, starts, variables, exponents } = monomialsOfDegree(x.length, degree);
  return Array.from({ length: count }, (_, i) => {
    let value = ring.one;
    for (let s = starts[i]!; s < starts[i + 1]!; s++) {
      for (let k = 0; k < exponents[s]!; k++) value = ring.multiply(value, x[variables[s]!]!);
    }
    return value;
  });
}

/** The coordinates Σ_i g_i x_i^α of all moments that a shape sees, in the order of the Hermite columns. */
export function momentsOf<T>(ring: Ring<T>, shape: EquationShape, data: DataPoints<T>): T[] {
  const { inputDim: d, outputs } = shape;
  const samples = data.multipliers.length / outputs;
  const degrees = momentDegrees(shape);
  const monomials = Array.from({ length: samples }, (_, i) =>
    degrees.flatMap((degree) => powersOf(ring, data.points.slice(i * d, (i + 1) * d), degree)),
  );
  return Array.from({ length: momentColumnCount(shape) }, (_, column) => {
    const perOutput = monomials[0]!.length;
    const c = Math.floor(column / perOutput);
    return monomials.reduce(
      (sum, values, i) => ring.add(sum, ring.multiply(data.multipliers[i * outputs + c]!, values[column % perOutput]!)),
      ring.zero,
    );
  });
}

/** A matrix times a vector. */
export function productOf<T>(ring: Ring<T>, { rows, cols, entries }: RingMatrix<T>, v: readonly T[]): T[] {
  return Array.from({ length: rows }, (_, r) =>
    v.reduce((sum, value, c) => ring.add(sum, ring.multiply(entries[r * cols + c]!, value)), ring.zero),
  );
}

/** Rank of a list of rows modulo the prime of the field. */
export function rankOf(field: PrimeField, rows: readonly (readonly number[])[]): number {
  if (rows.length === 0) return 0;
  return rankProfile(Float64Array.from(rows.flat()), rows.length, rows[0]!.length, field.p).rank;
}

/** A basis of {v : Σ_k v_k columns_k = 0}. */
export function relationsOf(field: PrimeField, vectors: readonly (readonly number[])[]): number[][] {
  const length = vectors[0]!.length;
  const entries = new Float64Array(length * vectors.length);
  vectors.forEach((vector, k) => {
    vector.forEach((value, r) => {
      entries[r * vectors.length + k] = value;
    });
  });
  return nullspace(entries, length, vectors.length, field.p).map((vector) => Array.from(vector));
}

/**
 * Rank of the Hermite matrix at random nodes.
 *
 * @param repeat - [j, k]: neuron j is replaced by a copy of neuron k
 */
export function hermiteRank(
  { field, random }: Draw,
  shape: EquationShape,
  repeat: readonly [number, number] | null = null,
): number {
  const general = randomNodes(field, shape, random);
  const nodes = repeat === null ? general : withRepeatedNeuron(shape, general, repeat);
  const { rows, cols, entries } = hermiteMatrix(primeRing(field), shape, nodes);
  return rankProfile(Float64Array.from(entries), rows, cols, field.p).rank;
}

/** The nodes with neuron j replaced by neuron k. */
function withRepeatedNeuron<T>(
  { inputDim: d, width: m }: EquationShape,
  { weights, bias, output }: Nodes<T>,
  [j, k]: readonly [number, number],
): Nodes<T> {
  return {
    weights: weights.toSpliced(j * d, d, ...weights.slice(k * d, (k + 1) * d)),
    bias: bias.with(j, bias[k]!),
    output: output.map((value, at) => (at % m === j ? output[at - j + k]! : value)),
  };
}

/** Rank of the Jacobian of the equations at random nodes and random data, or at these data. */
export function jacobianRank(draw: Draw, shape: EquationShape, samples: number, data?: DataPoints<number>): number {
  const { field, random } = draw;
  const nodes = randomNodes(field, shape, random);
  const at = data ?? randomData(field, shape, samples, random);
  const { rows, cols, entries } = jacobianMatrix(primeRing(field), shape, nodes, at);
  return rankProfile(Float64Array.from(entries), rows, cols, field.p).rank;
}

/** Rank of the derivative of all moments at random data (Terracini), or at these data. */
export function dataSideRank(draw: Draw, shape: EquationShape, samples: number, data?: DataPoints<number>): number {
  const { field, random } = draw;
  const at = data ?? randomData(field, shape, samples, random);
  const entries = momentJacobian(field, shape, at);
  return rankProfile(entries, unknownCount(shape, samples), momentColumnCount(shape), field.p).rank;
}

/** `count` random field elements, none of them zero. */
export function units({ field, random }: Draw, count: number): number[] {
  return Array.from({ length: count }, () => 1 + (field.random(random) % (field.p - 1)));
}

/** `count` random vectors. */
export function randomVectors(draw: Draw, count: number, length: number): number[][] {
  return Array.from({ length: count }, () => Array.from({ length }, () => draw.field.random(draw.random)));
}
