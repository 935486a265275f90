import { latexOf } from "../algebra/nerdamer-adapter.ts";
import type { Rational } from "../algebra/rational.ts";
import type { TrainedLayer } from "../equations/shape.ts";
import type { CoordinateExpansion, Expansion } from "../expansion/expansion.ts";
import type { Gauge } from "../identifiability/result.ts";
import {
  coordinateTokens,
  fillLines,
  powerProduct,
  powerSummands,
  sumTokens,
  tensorIndices,
} from "./expand-notation.ts";
import { knownCoordinate, type TensorNotation, taylorCoefficientsNamed, tensorTokens } from "./expand-tensors.ts";
import { joinWords } from "./numbers.ts";

/** Characters of a printed line, commands not counted: what fits a page of 12 cm. */
const LINE = 62;

/** Lines of one environment. */
const PAGE = 20;

/** An equation of an align environment: left side, and groups of pieces that make up the right side. */
export type Row = readonly [left: string, groups: readonly (readonly string[])[]];

/**
 * A LaTeX fragment that needs amsmath: text with align* environments for the moments, the equations in tensor
 * notation, the Taylor coefficients and the equations in coordinates.
 */
export function expandLatex(expansion: Expansion, tool: string): string {
  const { shape, coordinates } = expansion;
  const notation = latexNotation(shape.outputs > 1);
  const taylor = taylorCoefficientsNamed(expansion);
  return `${[
    `% Written by ${tool}. Needs \\usepackage{amsmath}.`,
    ...network(expansion),
    ...moments(expansion),
    "The equations, for every neuron $j$ and with $T_k[w, \\dots]$ contracted with $w$, are",
    ...align(
      expansion.equations.map((equation): Row => {
        const left = notation.known[shape.setting](notation.parameter(equation.layer));
        return [left, [tensorTokens(notation, equation)]];
      }),
    ),
    ...(taylor.length === 0
      ? []
      : [
          "The Taylor coefficients $s_l(b) = \\sigma^{(l)}(b)/l!$ are",
          ...align(taylor.map(({ l, coefficients }): Row => [`s_{${l}}(b)`, [polynomial(notation, coefficients)]])),
        ]),
    ...(coordinates === null ? [] : inCoordinates(expansion, coordinates, notation)),
    gaugeSentence(expansion),
  ].join("\n")}\n`;
}

function network({ shape, equations }: Expansion): string[] {
  const argument = shape.bias === "none" ? "w_j\\cdot x" : "w_j\\cdot x + b_j";
  const shift = shape.trained.has("output-bias") ? " + v" : "";
  const outputs = shape.outputs > 1 ? ` with ${shape.outputs} outputs` : "";
  const known = shape.bias === "frozen" ? " The hidden bias is known." : "";
  return [
    `Network $f(x) = \\sum_j a_j\\,\\sigma(${argument})${shift}$${outputs}, $\\sigma(z) = ${latexOf(shape.activation)}$;`,
    `setting \\texttt{${shape.setting}}, equations from: ${equations.map(({ layer }) => layer).join(", ")}.${known}`,
  ];
}

const MULTIPLIERS = {
  kkt: "$g_i = -\\ell'(y_i, f(x_i))/(n\\mu)$ for loss $\\ell$ and weight decay $\\mu$, or $\\lambda_i y_i$ for the maximal margin",
  ntk: "$g_i$ is minus the derivative of the loss by $f(x_i)$, over $n$, times the learning rate, summed over the steps",
  gradient: "$g_i$ is minus the derivative of the loss by $f(x_i)$, over $n$",
} as const;

function moments({ shape, degrees }: Expansion): string[] {
  const several = shape.outputs > 1;
  const outputs = several ? `,\\quad c \\in \\{1, \\dots, ${shape.outputs}\\}` : "";
  const definition = `\\sum_i ${several ? "g_{ic}" : "g_i"}\\,x_i^{\\otimes k},\\qquad k \\in \\{${degrees.join(", ")}\\}${outputs}`;
  return [
    "Samples $x_i$ with multipliers $g_i$, $i = 1, \\dots, n$, are seen only through the moment tensors",
    ...align([[several ? "T_k^{(c)}" : "T_k", [[definition]]]]),
    `Here ${MULTIPLIERS[shape.setting]}.`,
  ];
}

function inCoordinates({ shape }: Expansion, coordinates: CoordinateExpansion, notation: TensorNotation): string[] {
  const multiplier = (output: number): string => (shape.outputs > 1 ? `g_{i${output + 1}}` : "g_i");
  const definitions = coordinates.moments.map((moment, k) => {
    const factors = [multiplier(moment.output), ...powerProduct(notation, moment.exponents, coordinateOfSample)];
    const sum = `${notation.moment(moment)} = \\sum_i ${factors.join(notation.times)}`;
    return k < coordinates.moments.length - 1 ? `${sum},\\quad` : sum;
  });
  return [
    `In coordinates, $d = ${coordinates.inputDim}$, with the index $j$ left out:`,
    ...align(
      coordinates.equations.map(
        (equation): Row => [
          knownCoordinate(notation, shape.setting, equation),
          coordinateTokens(notation, equation.terms),
        ],
      ),
    ),
    `The ${coordinates.moments.length} coordinates of the moments are`,
    ...alignLines(fillLines(definitions, LINE, printedLength).map((line) => `  & ${line}`)),
  ];
}

const coordinateOfSample = (e: number): string => (e < 9 ? `x_{i${e + 1}}` : `x_{i,${e + 1}}`);

const GAUGE_TEXTS: Readonly<Record<Gauge, (degrees: readonly number[]) => string>> = {
  permutation: () => "the order of the samples",
  sign: (degrees) => `the sign of $${degrees[0]! % 2 === 0 ? "x_i" : "(g_i, x_i)"}$`,
  scale: ([degree]) => `the scale $(s^{-${degree}} g_i, s x_i)$ of $(g_i, x_i)$`,
};

function gaugeSentence({ gauge, degrees }: Expansion): string {
  return `No equation sees ${joinWords(gauge.symmetries.map((symmetry) => GAUGE_TEXTS[symmetry](degrees)))}.`;
}

function polynomial(notation: TensorNotation, coefficients: readonly Rational[]): string[] {
  return sumTokens(notation, powerSummands(notation, coefficients, []));
}

/** An align* environment; long right sides are broken before a sign. */
function align(rows: readonly Row[]): string[] {
  return alignLines(rows.flatMap(alignedLines));
}

/** The lines of one equation in an align environment, without line ends. */
export function alignedLines([left, groups]: Row): string[] {
  const [first, ...rest] = groups.flatMap((tokens) => fillLines(tokens, LINE, printedLength));
  return [`  ${left} &= ${first}`, ...rest.map((line) => `    &\\quad {}${line}`)];
}

/** Lines of align* environments, none longer than a page, which neither LaTeX nor KaTeX would break. */
function alignLines(lines: readonly string[]): string[] {
  const pages = Array.from({ length: Math.ceil(lines.length / PAGE) }, (_, k) => lines.slice(k * PAGE, (k + 1) * PAGE));
  return pages.flatMap((page) => {
    const broken = page.map((line, k) => (k < page.length - 1 ? `${line} \\\\` : line));
    return ["\\begin{align*}", ...broken, "\\end{align*}"];
  });
}

/**
 * Roughly the characters that a formula prints: a fraction its longer part, an operator or a space three, braces and
 * other commands none.
 */
function printedLength(formula: string): number {
  return formula
    .replace(/\\frac\{(\d+)\}\{(\d+)\}/g, (_, top: string, bottom: string) =>
      top.length > bottom.length ? top : bottom,
    )
    .replace(/ [-+=] |\\sum|\\quad/g, "---")
    .replace(/\\[A-Za-z]+|\\.|[{}^_ ]/g, "").length;
}

const PARAMETERS: Readonly<Record<TrainedLayer, string>> = {
  hidden: "w_j",
  bias: "b_j",
  output: "a_j",
  "output-bias": "v",
};

/** More arguments than this are counted under a brace. */
const MOST_ARGUMENTS = 3;

/** The notation of LaTeX; output indices only where the network has several outputs. */
export function latexNotation(several: boolean): TensorNotation {
  const numbered =
    (letter: string) =>
    (c: number): string =>
      several ? `${letter}_{${c + 1}}` : letter;
  return {
    number: ({ numerator, denominator }) =>
      denominator === 1n ? `${numerator}` : `\\frac{${numerator}}{${denominator}}`,
    power: (base, exponent) => (exponent === 1 ? base : `${base}^{${exponent}}`),
    times: " ",
    parentheses: ["\\bigl(", "\\bigr)"],
    bias: "b",
    weight: (e) => `w_{${e + 1}}`,
    outputWeight: numbered("a"),
    outputBias: numbered("v"),
    moment: (moment) => {
      const indices = tensorIndices(moment);
      const separator = moment.exponents.length > 9 ? "," : "";
      const place = indices.length === 0 ? "0" : `${moment.degree};${indices.join(separator)}`;
      return `T_{${place}}${several ? `^{(${moment.output + 1})}` : ""}`;
    },
    parameter: (layer) => {
      if (!several || layer === "hidden" || layer === "bias") return PARAMETERS[layer];
      return layer === "output" ? "a_{jc}" : "v_c";
    },
    taylor: (l) => `s_{${l}}(b_j)`,
    tensor: (degree, slots) => `T_{${degree}}${several ? "^{(c)}" : ""}${slots === 0 ? "" : `[${slotsOf(slots)}]`}`,
    weighting: several ? "\\sum_c a_{jc}" : "a_j",
    known: {
      kkt: (name) => name,
      ntk: (name) => `\\Delta ${name}`,
      gradient: (name) => `-\\partial L/\\partial ${name}`,
    },
  };
}

function slotsOf(slots: number): string {
  if (slots <= MOST_ARGUMENTS) return new Array<string>(slots).fill("w_j").join(", ");
  return `\\underbrace{w_j, \\dots, w_j}_{${slots}}`;
}
