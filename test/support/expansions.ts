import { add, multiply, one, type Rational, rational, zero } from "../../src/algebra/rational.ts";
import { rationalRing } from "../../src/algebra/ring.ts";
import type { CoordinateEquation, EquationTerm, Moment } from "../../src/expansion/neuron-equations.ts";
import { leftSide } from "./definition.ts";
import type { ExactSystem } from "./systems.ts";

export function power(base: Rational, exponent: number): Rational {
  let value = one;
  for (let k = 0; k < exponent; k++) value = multiply(value, base);
  return value;
}

const sum = (values: readonly Rational[]): Rational => values.reduce(add, zero);
const product = (values: readonly Rational[]): Rational => values.reduce(multiply, one);

/** Parameters of one neuron. */
export interface ExactNeuron {
  readonly w: readonly Rational[];
  readonly b: Rational;
  readonly a: readonly Rational[];
}

export function neuronAt({ shape, nodes }: ExactSystem, j: number): ExactNeuron {
  const { inputDim: d, width: m, outputs } = shape;
  return {
    w: nodes.weights.slice(j * d, (j + 1) * d),
    b: nodes.bias[j]!,
    a: Array.from({ length: outputs }, (_, c) => nodes.output[c * m + j]!),
  };
}

/** Σ_i g_ic x_i^α by its definition. */
function momentAt({ shape, data, samples }: ExactSystem, { exponents, output }: Moment): Rational {
  const { inputDim: d, outputs } = shape;
  return sum(
    Array.from({ length: samples }, (_, i) =>
      product([data.multipliers[i * outputs + output]!, ...exponents.map((k, e) => power(data.points[i * d + e]!, k))]),
    ),
  );
}

/** What a term multiplies its moment by. */
export function factorAt({ coefficient, monomial }: EquationTerm, { w, b, a }: ExactNeuron): Rational {
  const { weights, bias, output } = monomial;
  return product([
    coefficient,
    ...weights.map((k, e) => power(w[e]!, k)),
    power(b, bias),
    output === null ? one : a[output]!,
  ]);
}

/** The values of the equations at every neuron, then of the output bias: rows as documented for a system. */
export function valuesAt(equations: readonly CoordinateEquation[], system: ExactSystem): Rational[] {
  const moments = new Map<string, Rational>();
  const moment = (of: Moment): Rational => {
    const key = `${of.output};${of.exponents.join(",")}`;
    if (!moments.has(key)) moments.set(key, momentAt(system, of));
    return moments.get(key)!;
  };
  const value = ({ terms }: CoordinateEquation, neuron: ExactNeuron): Rational =>
    sum(terms.map((term) => multiply(factorAt(term, neuron), moment(term.moment))));
  const ofNeuron = equations.filter(({ layer }) => layer !== "output-bias");
  const ofOutputBias = equations.filter(({ layer }) => layer === "output-bias");
  const neurons = Array.from({ length: system.shape.width }, (_, j) => neuronAt(system, j));
  return [
    ...neurons.flatMap((neuron) => ofNeuron.map((equation) => value(equation, neuron))),
    ...ofOutputBias.map((equation) => value(equation, neurons[0]!)),
  ];
}

/** The known sides by their definition, derivatives taken with dual numbers. */
export function definedValues({ shape, nodes, data }: ExactSystem): Rational[] {
  return leftSide(rationalRing, shape, nodes, data);
}

/** k!/α!, the number of positions of a coordinate in its tensor. */
export function multinomial({ exponents }: Moment): bigint {
  const factorial = (n: number): bigint => (n < 2 ? 1n : BigInt(n) * factorial(n - 1));
  return exponents.reduce((rest, k) => rest / factorial(k), factorial(exponents.reduce((s, k) => s + k, 0)));
}

/** The equations with one coefficient divided by the multinomial factor of its moment. */
export function withoutMultinomial(equations: readonly CoordinateEquation[], at: EquationTerm): CoordinateEquation[] {
  const factor = rational(1n, multinomial(at.moment));
  return equations.map((equation) => ({
    ...equation,
    terms: equation.terms.map((term) =>
      term === at ? { ...term, coefficient: multiply(term.coefficient, factor) } : term,
    ),
  }));
}
