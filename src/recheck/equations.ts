import { dot, evaluate, type Ring } from "./numbers.ts";
import type { Layer, Problem } from "./problem.ts";
import { degreesSeen } from "./shape.ts";

/** A neuron: w, b (0 without a bias) and a. */
export interface Neuron<T> {
  readonly w: readonly T[];
  readonly b: T;
  readonly a: readonly T[];
}

/** A sample: x and g. */
export interface Sample<T> {
  readonly x: readonly T[];
  readonly g: readonly T[];
}

/** A row of a matrix as a function of its columns. */
export type Row<T> = (column: number) => T;

/** One equation: the derivative of P by w_e, b or a_c of a neuron, or Σ_i g_ic; what does not apply is −1. */
export interface Equation {
  readonly layer: Layer;
  readonly neuron: number;
  /** e, for hidden. */
  readonly coordinate: number;
  /** c, for output and output-bias. */
  readonly output: number;
}

export function list<T>(length: number, entry: (k: number) => T): T[] {
  return Array.from({ length }, (_, k) => entry(k));
}

/** The equations in their order: neuron by neuron hidden (d), bias (1), output (C); then the output bias (C). */
export function listEquations(
  { trained, outputs, width }: Problem,
  inputDim: number,
  neurons: number = width,
): Equation[] {
  const none = { coordinate: -1, output: -1 };
  const of = (layer: Layer, count: number, entry: (k: number) => Omit<Equation, "layer">): Equation[] =>
    list(trained.has(layer) ? count : 0, (k) => ({ layer, ...entry(k) }));
  const ofNeuron = (neuron: number): Equation[] => [
    ...of("hidden", inputDim, (coordinate) => ({ ...none, neuron, coordinate })),
    ...of("bias", 1, () => ({ ...none, neuron })),
    ...of("output", outputs, (output) => ({ ...none, neuron, output })),
  ];
  return [
    ...list(neurons, ofNeuron).flat(),
    ...of("output-bias", outputs, (output) => ({ ...none, neuron: -1, output })),
  ];
}

/** A sample at a neuron: σ and σ′ at w·x + b, and a·g; σ may be multiplied by a number, `unit` is what 1 becomes. */
export interface Meeting<T> extends Sample<T> {
  readonly sigma: T;
  readonly slope: T;
  readonly ag: T;
  readonly unit: T;
}

/** Where a neuron meets a sample: the polynomials given are σ and σ′. */
export function meet<T>(
  ring: Ring<T>,
  { w, b, a }: Neuron<T>,
  { x, g }: Sample<T>,
  [sigma, slope, unit]: readonly [readonly T[], readonly T[], T],
): Meeting<T> {
  const z = ring.add(dot(ring, w, x), b);
  return { x, g, sigma: evaluate(ring, sigma, z), slope: evaluate(ring, slope, z), ag: dot(ring, a, g), unit };
}

/** What a sample adds to an equation: (a·g) σ′ x_e, (a·g) σ′, g_c σ or g_c. */
export function termOf<T>(ring: Ring<T>, { layer, coordinate, output }: Equation, meeting: Meeting<T>): T {
  const { x, g, sigma, slope, ag, unit } = meeting;
  if (layer === "output") return ring.multiply(g[output]!, sigma);
  if (layer === "output-bias") return ring.multiply(g[output]!, unit);
  const byBias = ring.multiply(ag, slope);
  return layer === "bias" ? byBias : ring.multiply(byBias, x[coordinate]!);
}

/** A monomial x^α: its degree |α|, and |α|!/α!, the number of its places in the symmetric tensor. */
export interface Monomial {
  /** α. */
  readonly exponents: readonly number[];
  /** The variables with a positive exponent, ascending. */
  readonly variables: readonly number[];
  readonly degree: number;
  readonly places: number;
}

/** The monomials of one degree in lexicographic order, x_1^degree first. */
export function monomialsOfDegree(variables: number, degree: number): Monomial[] {
  return exponentsOfDegree(variables, degree).map((exponents) => {
    const used = [...exponents.keys()].filter((v) => exponents[v]! > 0);
    let [places, left] = [1, degree];
    for (const v of used) {
      places *= binomial(left, exponents[v]!);
      left -= exponents[v]!;
    }
    return { exponents, variables: used, degree, places };
  });
}

function exponentsOfDegree(variables: number, degree: number): number[][] {
  if (variables === 1) return [[degree]];
  return list(degree + 1, (k) => degree - k).flatMap((first) =>
    exponentsOfDegree(variables - 1, degree - first).map((rest) => [first, ...rest]),
  );
}

/** C(n, k) for n ≤ 12: far below 2⁵³. */
function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - i + 1)) / i;
  return value;
}

/** A moment coordinate Σ_i g_ic x_i^α. */
export interface Moment {
  readonly output: number;
  readonly monomial: Monomial;
}

/** Moment coordinates: output by output, these degrees ascending, monomials in lexicographic order. */
export function listMoments(
  problem: Problem,
  inputDim: number,
  degrees: readonly number[] = degreesSeen(problem),
): Moment[] {
  const monomials = degrees.flatMap((degree) => monomialsOfDegree(inputDim, degree));
  return list(problem.outputs, (output) => monomials.map((monomial) => ({ output, monomial }))).flat();
}

/** 1, z, z², …, z^highest for every coordinate z of a vector. */
export function powersOf<T>(ring: Ring<T>, vector: readonly T[], highest: number): T[][] {
  return vector.map((z) => {
    const powers = [ring.integer(1), z];
    for (let k = 2; k <= highest; k++) powers.push(ring.multiply(powers[k - 1]!, z));
    return powers;
  });
}

/** x^α, or its derivative by the coordinates `by`, from the powers of the coordinates. */
export function monomialValue<T>(
  ring: Ring<T>,
  powers: readonly (readonly T[])[],
  { exponents, variables }: Monomial,
  by: readonly number[],
): T {
  if (by.some((e) => exponents[e] === 0)) return ring.integer(0);
  let factor = 1;
  let value: T | null = null;
  for (const v of variables) {
    let left = exponents[v]!;
    for (const e of by) if (e === v) factor *= left--;
    if (left <= 0) continue;
    const power = powers[v]![left]!;
    value = value === null ? power : ring.multiply(value, power);
  }
  if (value === null || factor === 0) return ring.integer(factor);
  return factor === 1 ? value : ring.multiply(ring.integer(factor), value);
}

/**
 * The coefficients of the equations in the moment coordinates, with σ given by c_0 … c_p.
 *
 * P(w, b, a) has the coefficient a_c s_l(b) (l!/α!) w^α at Σ_i g_ic x_i^α, |α| = l, with s_l(b) = Σ_k c_k C(k, l) b^{k−l}. The
 * equations are its derivatives by w_e, b and a_c, with ∂s_l/∂b = (l + 1) s_{l+1}, and Σ_i g_ic.
 */
export function hermiteCoefficients<T>(
  ring: Ring<T>,
  neurons: readonly Neuron<T>[],
  sigma: readonly T[],
): (equation: Equation, moment: Moment) => T {
  const taylor = sigma.map((_, l) => sigma.slice(l).map((c, k) => ring.multiply(c, ring.integer(binomial(k + l, l)))));
  const powers = neurons.map(({ w }) => powersOf(ring, w, sigma.length - 1));
  const s = neurons.map(({ b }) => [...taylor.map((list) => evaluate(ring, list, b)), ring.integer(0)]);
  return ({ layer, neuron, coordinate, output }, { output: c, monomial }) => {
    const own = ring.integer(output === c ? 1 : 0);
    const l = monomial.degree;
    if (layer === "output-bias") return l === 0 ? own : ring.integer(0);
    const factor = layer === "output" ? own : neurons[neuron]!.a[c]!;
    const weight = layer === "bias" ? ring.multiply(ring.integer(l + 1), s[neuron]![l + 1]!) : s[neuron]![l]!;
    const value = monomialValue(ring, powers[neuron]!, monomial, layer === "hidden" ? [coordinate] : []);
    return ring.multiply(ring.multiply(factor, weight), ring.multiply(ring.integer(monomial.places), value));
  };
}
