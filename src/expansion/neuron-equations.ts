import { one, type Rational } from "../algebra/rational.ts";
import { evaluatePolynomial } from "../algebra/ring.ts";
import type { EquationShape, TrainedLayer } from "../equations/shape.ts";
import { derivative, type Polynomial, polynomialRing, variable } from "./polynomial.ts";

/** The coordinate Σ_i g_{i,output} x_i^exponents of the moment tensor of one degree; outputs count from 0. */
export interface Moment {
  readonly degree: number;
  readonly exponents: readonly number[];
  readonly output: number;
}

/** A monomial in the parameters of one neuron: exponents of w_1..w_d and of b, and the output c of a factor a_c or null. */
interface NodeMonomial {
  readonly weights: readonly number[];
  readonly bias: number;
  readonly output: number | null;
}

/** coefficient · monomial(w, b, a) · moment. */
export interface EquationTerm {
  readonly coefficient: Rational;
  readonly monomial: NodeMonomial;
  readonly moment: Moment;
}

/** One scalar equation of one neuron, or of the output bias: its known side equals the sum of the terms. */
export interface CoordinateEquation {
  readonly layer: TrainedLayer;
  /** Coordinate of w (hidden) or output (output, output-bias), from 0; 0 for the bias. */
  readonly index: number;
  /** By output, degree and moment as the columns of the Hermite matrix, then by ascending power of b. */
  readonly terms: readonly EquationTerm[];
}

type NeuronShape = Pick<EquationShape, "activation" | "inputDim" | "outputs" | "trained" | "bias">;

/**
 * The equations of one neuron in the coordinates of the moment tensors, then those of a trained output bias.
 *
 * One sample contributes the derivatives of Σ_c a_c g_c σ(w·x + b) by the trained parameters. σ(w·x + b) is multiplied
 * out and differentiated, and in the sum over the samples each g_c x^α becomes a moment. Source: proofs/moment-expansion.md.
 *
 * @remarks No multinomial formula enters: the factors arise from the multiplication.
 */
export function neuronEquations(shape: NeuronShape): CoordinateEquation[] {
  const { inputDim: d, outputs, trained } = shape;
  const value = expandedActivation(shape);
  const weighted = (parameter: number): EquationTerm[] => {
    const slope = readTerms(derivative(value, parameter), d);
    return range(outputs).flatMap((output) => slope.map((term) => ofOutput(term, output, output)));
  };
  const valueTerms = trained.has("output") ? readTerms(value, d) : [];
  return [
    ...(trained.has("hidden") ? range(d).map((e) => equation("hidden", e, weighted(e))) : []),
    ...(trained.has("bias") ? [equation("bias", 0, weighted(d))] : []),
    ...(trained.has("output")
      ? range(outputs).map((c) =>
          equation(
            "output",
            c,
            valueTerms.map((term) => ofOutput(term, c, null)),
          ),
        )
      : []),
    ...(trained.has("output-bias")
      ? range(outputs).map((c) => equation("output-bias", c, [sumOfMultipliers(d, c)]))
      : []),
  ];
}

const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k);

const equation = (layer: TrainedLayer, index: number, terms: readonly EquationTerm[]): CoordinateEquation => ({
  layer,
  index,
  terms,
});

/** σ(w·x + b) in the variables w_1..w_d, b, x_1..x_d; b is missing where there is none. */
function expandedActivation({ activation, inputDim: d, bias }: NeuronShape): Polynomial {
  const ring = polynomialRing(2 * d + 1);
  const symbol = (index: number): Polynomial => variable(2 * d + 1, index);
  const argument = range(d).reduce(
    (sum, e) => ring.add(sum, ring.multiply(symbol(e), symbol(d + 1 + e))),
    bias === "none" ? ring.zero : symbol(d),
  );
  return evaluatePolynomial(ring, activation.coefficients, argument);
}

/** A term before it is known which output it belongs to. */
interface SharedTerm {
  readonly coefficient: Rational;
  readonly weights: readonly number[];
  readonly bias: number;
  readonly degree: number;
  readonly exponents: readonly number[];
}

/** By degree, graded lexicographic in x, then by ascending power of b. */
function readTerms(polynomial: Polynomial, d: number): SharedTerm[] {
  const terms = [...polynomial.values()].map(({ coefficient, exponents: all }): SharedTerm => {
    const exponents = all.slice(d + 1);
    const degree = exponents.reduce((sum, exponent) => sum + exponent, 0);
    return { coefficient, weights: all.slice(0, d), bias: all[d]!, degree, exponents };
  });
  return terms.sort(byMoment);
}

function byMoment(a: SharedTerm, b: SharedTerm): number {
  if (a.degree !== b.degree) return a.degree - b.degree;
  const differing = a.exponents.findIndex((exponent, e) => exponent !== b.exponents[e]);
  return differing < 0 ? a.bias - b.bias : b.exponents[differing]! - a.exponents[differing]!;
}

function ofOutput(
  { coefficient, weights, bias, degree, exponents }: SharedTerm,
  output: number,
  outputWeight: number | null,
): EquationTerm {
  return { coefficient, monomial: { weights, bias, output: outputWeight }, moment: { degree, exponents, output } };
}

/** T_0 of one output. */
function sumOfMultipliers(d: number, output: number): EquationTerm {
  const exponents = new Array<number>(d).fill(0);
  return ofOutput({ coefficient: one, weights: exponents, bias: 0, degree: 0, exponents }, output, null);
}
