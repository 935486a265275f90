import type { CoordinateExpansion, Expansion } from "../expansion/expansion.ts";
import type { CoordinateEquation } from "../expansion/neuron-equations.ts";
import {
  coordinateTokens,
  fillLines,
  type Notation,
  powerProduct,
  powerSummands,
  sumTokens,
} from "./expand-notation.ts";

/** How a computer algebra system writes the equations, and the unknowns of one sample. */
export interface ProgramNotation extends Notation {
  readonly multiplier: (c: number) => string;
  readonly point: (e: number) => string;
}

/** What a program is written for. */
export interface ProgramQuestion {
  readonly expansion: Expansion;
  readonly coordinates: CoordinateExpansion;
  readonly samples: number;
  readonly width: number;
  readonly seed: number;
  /** Name and version of the tool. */
  readonly tool: string;
}

/** The lists and expressions that a program consists of, each entry in the program's language. */
export interface ProgramParts {
  /** One comment line each, without the comment sign. */
  readonly title: readonly string[];
  readonly moments: readonly string[];
  /** w, b, a. */
  readonly node: readonly string[];
  /** g, x. */
  readonly sample: readonly string[];
  /** Multipliers of one sample. */
  readonly multipliers: readonly string[];
  /** Equations of one neuron in the moments; lines of one equation each. */
  readonly equations: readonly (readonly string[])[];
  /** Equations of the output bias: the moments T_0. */
  readonly fixed: readonly string[];
  /** The moments of one sample, g x^α. */
  readonly momentsOfSample: readonly string[];
  /** The parameter that each equation is the derivative by. */
  readonly parameters: readonly string[];
  /** σ(z). */
  readonly sigma: string;
  /** w·x + b. */
  readonly argument: string;
  /** Σ_c a_c g_c. */
  readonly pairing: string;
}

const LINE = 100;

/** Unknowns up to which a program computes the fibre unasked: a Gröbner basis of seconds. */
export const MOST_UNKNOWNS_OF_FIBRE = 6;

/** The parts of a program in one notation. */
export function programParts(question: ProgramQuestion, notation: ProgramNotation): ProgramParts {
  const { shape } = question.expansion;
  const { inputDim: d, equations, moments } = question.coordinates;
  const list = (count: number, symbol: (k: number) => string): string[] =>
    Array.from({ length: count }, (_, k) => symbol(k));
  const multipliers = list(shape.outputs, notation.multiplier);
  const points = list(d, notation.point);
  const weights = list(d, notation.weight);
  const outputWeights = list(shape.outputs, notation.outputWeight);
  const bias = shape.bias === "none" ? [] : [notation.bias];
  const pairs = (left: readonly string[], right: readonly string[]): string[] =>
    left.map((name, k) => [name, right[k]!].join(notation.times));
  const ofNeuron = equations.filter(({ layer }) => layer !== "output-bias");
  return {
    title: title(question),
    moments: moments.map(notation.moment),
    node: [...weights, ...bias, ...outputWeights],
    sample: [...multipliers, ...points],
    multipliers,
    equations: ofNeuron.map(({ terms }) =>
      coordinateTokens(notation, terms).flatMap((tokens) => fillLines(tokens, LINE)),
    ),
    fixed: equations
      .filter(({ layer }) => layer === "output-bias")
      .flatMap(({ terms }) => coordinateTokens(notation, terms).flat()),
    momentsOfSample: moments.map(({ exponents, output }) =>
      [notation.multiplier(output), ...powerProduct(notation, exponents, notation.point)].join(notation.times),
    ),
    parameters: ofNeuron.map((equation) => parameterOf(equation, notation)),
    sigma: sumTokens(notation, powerSummands({ ...notation, bias: "z" }, shape.activation.coefficients, [])).join(" "),
    argument: [...pairs(weights, points), ...bias].join(" + "),
    pairing: pairs(outputWeights, multipliers).join(" + "),
  };
}

function parameterOf({ layer, index }: CoordinateEquation, notation: Notation): string {
  if (layer === "hidden") return notation.weight(index);
  return layer === "bias" ? notation.bias : notation.outputWeight(index);
}

function title({ expansion, coordinates, tool }: ProgramQuestion): string[] {
  const { shape, equations } = expansion;
  const bias = shape.bias === "none" ? "" : `; hidden bias ${shape.bias}`;
  return [
    `Moment equations of a two-layer network, written by ${tool}.`,
    `sigma(z) = ${shape.activation.text}; d = ${coordinates.inputDim}; outputs: ${shape.outputs}${bias}`,
    `equations from: ${equations.map(({ layer }) => layer).join(", ")}`,
    "Nodes and data are random, so the ranks are those of almost every network and data set of",
    "this shape. The neurons of a trained network (setting kkt) solve the equations themselves",
    "and need not be general.",
  ];
}

/** The items of a list, over several lines where they need them. */
export function commaSeparated(items: readonly string[]): string {
  const separated = items.map((item, k) => (k < items.length - 1 ? `${item},` : item));
  return fillLines(separated, LINE).join("\n  ");
}
