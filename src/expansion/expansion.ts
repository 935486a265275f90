import { isZero, type Rational } from "../algebra/rational.ts";
import { monomialsOfDegree } from "../equations/monomials.ts";
import {
  binomial,
  type EquationShape,
  equationsPerNeuron,
  momentDegrees,
  symmetricDimension,
} from "../equations/shape.ts";
import { ResourceLimitError } from "../errors.ts";
import { type GaugeGroup, gaugeOf } from "../identifiability/gauge.ts";
import { type CoordinateEquation, type Moment, neuronEquations } from "./neuron-equations.ts";
import { type TensorEquation, taylorCoefficients, tensorEquations } from "./tensor-equations.ts";

/** What an expansion depends on; `inputDim` is null for equations that hold in every dimension. */
export interface ExpansionShape extends Omit<EquationShape, "inputDim" | "width"> {
  readonly inputDim: number | null;
}

/** The equations in the coordinates of one input dimension. */
export interface CoordinateExpansion {
  readonly inputDim: number;
  readonly equations: readonly CoordinateEquation[];
  /** Every coordinate that some equation sees, as the columns of the Hermite matrix. */
  readonly moments: readonly Moment[];
  /** N_k for each degree seen. */
  readonly coordinatesPerDegree: readonly number[];
  readonly equationsPerNeuron: number;
  readonly terms: number;
}

/** The moment-tensor equations of a shape. */
export interface Expansion {
  readonly shape: ExpansionShape;
  /** Degrees k of the moment tensors T_k seen, ascending. */
  readonly degrees: readonly number[];
  readonly gauge: GaugeGroup;
  readonly equations: readonly TensorEquation[];
  /** s_l(b) by ascending power of b, l = 0..p; null where the neurons have no bias. */
  readonly taylor: readonly (readonly Rational[])[] | null;
  /** Null for a general input dimension. */
  readonly coordinates: CoordinateExpansion | null;
}

/** Terms of one neuron's equations; about a thousand lines of text. */
export const LARGEST_TERM_COUNT = 10_000;

/** Input dimension of equations in coordinates: exponent vectors are dense, and only degree 1 has few terms beyond. */
export const LARGEST_INPUT_DIM = 100;

/**
 * Expands the equations of a shape: in tensor notation, and in coordinates where the input dimension is given.
 *
 * @throws {@link ResourceLimitError} if the equations of one neuron have more than {@link LARGEST_TERM_COUNT} terms, or
 * the input dimension is above {@link LARGEST_INPUT_DIM}
 * Source: proofs/moment-expansion.md.
 */
export function expandEquations(shape: ExpansionShape): Expansion {
  // Neither the degrees nor the gauge depend on the dimension.
  const anyDimension: EquationShape = { ...shape, inputDim: shape.inputDim ?? 1, width: 1 };
  return {
    shape,
    degrees: momentDegrees(anyDimension),
    gauge: gaugeOf(anyDimension),
    equations: tensorEquations(shape),
    taylor: shape.bias === "none" ? null : taylorCoefficients(shape),
    coordinates: shape.inputDim === null ? null : expandCoordinates({ ...shape, inputDim: shape.inputDim, width: 1 }),
  };
}

function expandCoordinates(shape: EquationShape): CoordinateExpansion {
  const { inputDim, outputs } = shape;
  const terms = termCount(shape);
  if (terms > LARGEST_TERM_COUNT || inputDim > LARGEST_INPUT_DIM) throw tooLarge(inputDim, terms);
  const degrees = momentDegrees(shape);
  return {
    inputDim,
    equations: neuronEquations(shape),
    moments: Array.from({ length: outputs }, (_, output) => momentsOf(inputDim, degrees, output)).flat(),
    coordinatesPerDegree: degrees.map((degree) => symmetricDimension(inputDim, degree)),
    equationsPerNeuron: equationsPerNeuron(shape),
    terms,
  };
}

function tooLarge(inputDim: number, terms: number): ResourceLimitError {
  const count = (value: number): string => value.toLocaleString("en-US");
  return new ResourceLimitError(
    `-d ${inputDim}: the equations of one neuron have ${count(terms)} terms in coordinates; at most ${count(LARGEST_TERM_COUNT)} are written out, and -d up to ${LARGEST_INPUT_DIM}`,
    "leave -d out for tensor notation, which holds in every dimension, or ask for fewer inputs, degrees or outputs",
  );
}

function momentsOf(inputDim: number, degrees: readonly number[], output: number): Moment[] {
  return degrees.flatMap((degree) => {
    const { count, starts, variables, exponents } = monomialsOfDegree(inputDim, degree);
    return Array.from({ length: count }, (_, i) => {
      const vector = new Array<number>(inputDim).fill(0);
      for (let s = starts[i]!; s < starts[i + 1]!; s++) vector[variables[s]!] = exponents[s]!;
      return { degree, exponents: vector, output };
    });
  });
}

/**
 * Terms of one neuron's equations and of the output bias, counted without expanding them.
 *
 * The Taylor coefficient s_l(b) has a term for each k ≥ l with c_k ≠ 0 (k = l alone without a bias); T_l[w, …, w] has
 * N_l terms and its derivative by one w_e has N_{l−1}.
 */
export function termCount(shape: EquationShape): number {
  const { activation, inputDim: d, outputs, trained, bias } = shape;
  const termsOfTaylor = activation.coefficients.map(
    (_, l) => activation.coefficients.slice(l, bias === "none" ? l + 1 : undefined).filter((c) => !isZero(c)).length,
  );
  const sumOver = (count: (l: number) => number): number =>
    termsOfTaylor.reduce((sum, terms, l) => sum + terms * count(l), 0);
  // Degree l in d variables; none for l < 0.
  const monomials = (l: number): number => (l < 0 ? 0 : binomial(d + l - 1, l));
  const hidden = trained.has("hidden") ? d * sumOver((l) => monomials(l - 1)) : 0;
  const hiddenBias = trained.has("bias") ? sumOver((l) => monomials(l - 1)) : 0;
  const output = trained.has("output") ? sumOver(monomials) : 0;
  return outputs * (hidden + hiddenBias + output + (trained.has("output-bias") ? 1 : 0));
}
