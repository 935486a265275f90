import { createRequire } from "node:module";
import type Nerdamer from "nerdamer";
import { describe, expect, test } from "vitest";
import { parseActivation } from "../../src/algebra/activation.ts";
import { formatRational, type Rational, rational } from "../../src/algebra/rational.ts";
import type { EquationShape, TrainedLayer } from "../../src/equations/shape.ts";
import { type CoordinateEquation, type EquationTerm, neuronEquations } from "../../src/expansion/neuron-equations.ts";
import { multinomial, withoutMultinomial } from "../support/expansions.ts";

const require = createRequire(import.meta.url);
const nerdamer = require("nerdamer") as typeof Nerdamer & {
  diff(expression: string, variable: string): Nerdamer.Expression;
};
require("nerdamer/Calculus.js");

/** Terms as `coefficient` by sorted factors, so that texts in any order compare. */
type Terms = Readonly<Record<string, string>>;

/** Reads nerdamer's `(-9/2)*a1*b*g1*w1*x1^2+a1*g1`. */
function readTerms(text: string): Terms {
  const terms: Record<string, string> = {};
  for (const term of text.split(/(?<=[\w)])(?=[+-])/)) {
    const [, minus, top, bottom, whole, rest] =
      /^\+?(-?)(?:\((-?\d+)\/(\d+)\)|(\d+))?(?:(?<=[\d)])\*)?((?:[a-z]\d*(?:\^\d+)?\*?)*)$/.exec(term)!;
    const magnitude = rational(BigInt(top ?? whole ?? "1"), BigInt(bottom ?? "1"));
    const value: Rational = minus === "-" ? { ...magnitude, numerator: -magnitude.numerator } : magnitude;
    const key = (rest ?? "")
      .split("*")
      .filter((factor) => factor !== "")
      .sort()
      .join("*");
    expect(terms).not.toHaveProperty([key]);
    terms[key] = formatRational(value);
  }
  return terms;
}

/** An expanded term for one sample, whose moments are g_c x^α. */
function factorsOf({ monomial, moment }: EquationTerm): string {
  const powers = (letter: string, exponents: readonly number[]): string[] =>
    exponents.flatMap((k, e) => (k === 0 ? [] : [`${letter}${e + 1}${k === 1 ? "" : `^${k}`}`]));
  return [
    ...powers("w", monomial.weights),
    ...(monomial.bias === 0 ? [] : [`b${monomial.bias === 1 ? "" : `^${monomial.bias}`}`]),
    ...(monomial.output === null ? [] : [`a${monomial.output + 1}`]),
    `g${moment.output + 1}`,
    ...powers("x", moment.exponents),
  ]
    .sort()
    .join("*");
}

const ours = ({ terms }: CoordinateEquation): Terms =>
  Object.fromEntries(terms.map((term) => [factorsOf(term), formatRational(term.coefficient)]));

/** The sample's share Σ_c a_c g_c σ(w·x + b), differentiated and expanded by nerdamer. */
function byNerdamer(
  { activation, inputDim, outputs, bias }: EquationShape,
  { layer, index }: CoordinateEquation,
): Terms {
  const list = (count: number, write: (k: number) => string): string =>
    Array.from({ length: count }, (_, k) => write(k + 1)).join("+");
  const argument = `${list(inputDim, (e) => `w${e}*x${e}`)}${bias === "none" ? "" : "+b"}`;
  const sigma = activation.coefficients.map((c, k) => `(${formatRational(c)})*(${argument})^${k}`).join("+");
  const parameter = { hidden: `w${index + 1}`, bias: "b", output: `a${index + 1}`, "output-bias": "v" }[layer];
  const share = `(${list(outputs, (c) => `a${c}*g${c}`)})*(${sigma})`;
  return readTerms(nerdamer.diff(share, parameter).expand().text("fractions"));
}

const cases: readonly (readonly [string, number, number, readonly TrainedLayer[], EquationShape["bias"]])[] = [
  ["z + z^2 + z^3", 2, 1, ["hidden"], "none"],
  ["z + z^2/2 + z^3/4", 3, 1, ["hidden", "output"], "none"],
  ["1 + z^4", 2, 1, ["hidden", "output"], "none"],
  ["-z + 2z^5/3", 1, 1, ["hidden", "output"], "none"],
  ["z^3", 2, 1, ["hidden"], "frozen"],
  ["z/3 - z^3", 2, 1, ["hidden", "bias", "output"], "trained"],
  ["z + z^2", 2, 3, ["hidden", "output"], "none"],
  ["1/2 - z^2", 1, 2, ["hidden", "bias", "output"], "trained"],
];

describe("nerdamer's expansion of the definition has the same terms", () => {
  test.each(cases)("%s, d = %i, C = %i, %j, bias %s", (text, inputDim, outputs, trained, bias) => {
    const shape: EquationShape = {
      setting: "kkt",
      activation: parseActivation(text),
      inputDim,
      width: 1,
      outputs,
      trained: new Set(trained),
      bias,
    };
    const equations = neuronEquations(shape);
    for (const equation of equations) expect(ours(equation)).toEqual(byNerdamer(shape, equation));
  });

  test("but not once one coefficient lacks its multinomial factor", () => {
    const shape: EquationShape = {
      setting: "kkt",
      activation: parseActivation("z + z^2"),
      inputDim: 2,
      width: 1,
      outputs: 1,
      trained: new Set(["hidden"]),
      bias: "none",
    };
    const equations = neuronEquations(shape);
    const multiple = equations[0]!.terms.find(({ moment }) => multinomial(moment) > 1n)!;
    expect(multinomial(multiple.moment)).toBe(2n);
    const [changed] = withoutMultinomial(equations, multiple);
    expect(ours(changed!)).not.toEqual(byNerdamer(shape, changed!));
  });
});
