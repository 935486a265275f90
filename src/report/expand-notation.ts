import { isZero, negate, type Rational, sign } from "../algebra/rational.ts";
import { type CollectedTerm, collectTerms } from "../expansion/collect.ts";
import type { EquationTerm, Moment } from "../expansion/neuron-equations.ts";

/** How a language writes polynomials: text, LaTeX, Macaulay2 and Sage each have one. */
export interface Notation {
  /** A positive number as a factor. */
  readonly number: (value: Rational) => string;
  readonly power: (base: string, exponent: number) => string;
  /** Stands between two factors. */
  readonly times: string;
  /** Around a sum that is a factor; the opening one follows `times`. */
  readonly parentheses: readonly [string, string];
  readonly bias: string;
  readonly weight: (e: number) => string;
  readonly outputWeight: (c: number) => string;
  readonly moment: (moment: Moment) => string;
}

/** A summand: sign, number (null where it is 1) and the rest, empty only where the number is not null. */
export interface Summand {
  readonly negative: boolean;
  readonly number: string | null;
  readonly rest: string;
}

/** The indices e_1 ≤ e_2 ≤ … from 1 of a tensor coordinate, each as often as its exponent says. */
export function tensorIndices({ exponents }: Moment): number[] {
  return exponents.flatMap((exponent, e) => new Array<number>(exponent).fill(e + 1));
}

/** `w^exponents` as factors, those with exponent 0 left out. */
export function powerProduct(
  notation: Notation,
  exponents: readonly number[],
  symbol: (e: number) => string,
): string[] {
  return exponents.flatMap((exponent, e) => (exponent === 0 ? [] : [notation.power(symbol(e), exponent)]));
}

/** value · factors. */
export function scaled(notation: Notation, value: Rational, factors: readonly string[]): Summand {
  const negative = sign(value) < 0;
  const magnitude = negative ? negate(value) : value;
  const isOne = magnitude.numerator === 1n && magnitude.denominator === 1n;
  const number = isOne && factors.length > 0 ? null : notation.number(magnitude);
  return { negative, number, rest: factors.join(notation.times) };
}

/** A polynomial in the bias, by ascending power, times further factors. */
export function biasPolynomialTimes(
  notation: Notation,
  factor: readonly Rational[],
  factors: readonly string[],
): Summand {
  const summands = powerSummands(notation, factor, factors);
  if (summands.length === 1) return summands[0]!;
  const [open, close] = notation.parentheses;
  const sum = sumTokens(notation, powerSummands(notation, factor, [])).join(" ");
  return { negative: false, number: null, rest: [`${open}${sum}${close}`, ...factors].join(notation.times) };
}

/** The terms of a polynomial in the bias, by ascending power, each times further factors. */
export function powerSummands(notation: Notation, factor: readonly Rational[], factors: readonly string[]): Summand[] {
  const power = (k: number): string[] => (k === 0 ? [] : [notation.power(notation.bias, k)]);
  return factor.flatMap((value, k) => (isZero(value) ? [] : [scaled(notation, value, [...power(k), ...factors])]));
}

/** The summands with their signs, as pieces that a line may break between; `leads` is false inside a longer sum. */
export function sumTokens(notation: Notation, summands: readonly Summand[], leads = true): string[] {
  return summands.map(({ negative, number, rest }, k) => {
    const text = [number ?? [], rest === "" ? [] : rest].flat().join(notation.times);
    if (leads && k === 0) return negative ? `-${text}` : text;
    return `${negative ? "-" : "+"} ${text}`;
  });
}

/** `factor (first`, `+ second`, …, `- last)`; a factor before a single summand goes behind its number. */
export function factoredTokens(
  notation: Notation,
  factor: string | null,
  summands: readonly Summand[],
  leads = true,
): string[] {
  if (factor === null) return sumTokens(notation, summands, leads);
  if (summands.length === 1) {
    const [{ negative, number, rest }] = summands as [Summand];
    const product = [factor, rest === "" ? [] : rest].flat().join(notation.times);
    return sumTokens(notation, [{ negative, number, rest: product }], leads);
  }
  const [open, close] = notation.parentheses;
  const tokens = sumTokens(notation, summands);
  tokens[0] = `${leads ? "" : "+ "}${factor}${notation.times}${open}${tokens[0]}`;
  tokens[tokens.length - 1] += close;
  return tokens;
}

/**
 * The right side of an equation in coordinates: for each output weight that it contains, the pieces that a line may break
 * between.
 */
export function coordinateTokens(notation: Notation, terms: readonly EquationTerm[]): string[][] {
  const summand = ({ factor, weights, moment }: CollectedTerm): Summand =>
    biasPolynomialTimes(notation, factor, [
      ...powerProduct(notation, weights, notation.weight),
      notation.moment(moment),
    ]);
  return collectTerms(terms).map(({ output, terms: ofOutput }, k) => {
    const factor = output === null ? null : notation.outputWeight(output);
    return factoredTokens(notation, factor, ofOutput.map(summand), k === 0);
  });
}

/** Puts pieces on lines of at most `width`; a wider piece is broken before the signs inside it. */
export function fillLines(
  tokens: readonly string[],
  width: number,
  measure: (text: string) => number = (text) => text.length,
): string[] {
  const lines: string[] = [];
  for (const token of tokens.flatMap((piece) => (measure(piece) > width ? piece.split(/ (?=[+-] )/) : [piece]))) {
    const last = lines.at(-1);
    if (last !== undefined && measure(`${last} ${token}`) <= width) lines[lines.length - 1] = `${last} ${token}`;
    else lines.push(token);
  }
  return lines;
}
