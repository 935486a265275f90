import { createRequire } from "node:module";
import type Nerdamer from "nerdamer";
import { InternalError } from "../errors.ts";
import { formatRational, isZero, negate, type Rational, rational, sign, zero } from "./rational.ts";

/** Loading nerdamer takes longer than printing a version or a help text, so it waits until it is needed. */
let loaded: typeof Nerdamer | undefined;

function nerdamer(): typeof Nerdamer {
  loaded ??= createRequire(import.meta.url)("nerdamer") as typeof Nerdamer;
  return loaded;
}

/**
 * What `read` makes of a nerdamer expression. nerdamer keeps every expression it has seen, so they are removed again.
 *
 * @throws {@link InternalError} if nerdamer does not take the text
 */
function withNerdamer<T>(text: string, read: (expression: Nerdamer.Expression) => T): T {
  try {
    return read(nerdamer()(text));
  } catch (error) {
    if (error instanceof InternalError) throw error;
    throw new InternalError(`nerdamer cannot read ${text}`, undefined, error);
  } finally {
    loaded?.flush();
  }
}

/**
 * The coefficients, by ascending degree and without zeros at the end, of a polynomial in z that nerdamer parses and
 * expands. Nothing here makes the result right: the caller has to check it.
 *
 * @param text - in the notation of `formatExpression`; nothing that a user wrote gets here as written
 * @returns null if nerdamer fails, or does not answer with a sum of rational multiples of powers of z
 */
export function expandWithNerdamer(text: string): readonly Rational[] | null {
  try {
    return readExpansion(text);
  } catch (error) {
    if (error instanceof InternalError) return null;
    throw error;
  }
}

/** @throws {@link InternalError} in those cases */
function readExpansion(text: string): readonly Rational[] {
  const expanded = withNerdamer(text, (expression) => expression.expand().text("fractions"));
  const coefficients: Rational[] = [];
  for (const term of expanded.split(/(?<=[\dz)])(?=[+-])/)) {
    const { degree, coefficient } = readTerm(term, expanded);
    while (coefficients.length <= degree) coefficients.push(zero);
    if (!isZero(coefficients[degree]!))
      throw new InternalError(`nerdamer wrote the power z^${degree} twice: ${expanded}`);
    coefficients[degree] = coefficient;
  }
  while (coefficients.length > 0 && isZero(coefficients.at(-1)!)) coefficients.pop();
  return coefficients;
}

/** Reads one term such as `-z`, `3*z^2`, `(-1/2)*z^4` or `1/3`. */
function readTerm(term: string, expanded: string): { degree: number; coefficient: Rational } {
  const pattern = /^([+-]?)(?:\((-?\d+)\/(\d+)\)|(\d+)(?:\/(\d+))?)?(?:(?:(?<=[\d)])\*)?(z)(?:\^(\d{1,3}))?)?$/;
  const match = pattern.exec(term);
  if (match === null || term === "" || /^[+-]$/.test(term)) {
    throw new InternalError(`nerdamer wrote a term that is not a power of z: ${expanded}`);
  }
  const [, minus, fractionTop, fractionBottom, whole, bottom, z, exponent] = match;
  const magnitude = rational(BigInt(fractionTop ?? whole ?? "1"), BigInt(fractionBottom ?? bottom ?? "1"));
  const degree = z === undefined ? 0 : Number(exponent ?? "1");
  return { degree, coefficient: minus === "-" ? negate(magnitude) : magnitude };
}

/**
 * The polynomial in LaTeX with the variable z, by ascending degree: `z + \frac{z^{2}}{2}`.
 *
 * @remarks nerdamer prints each term, and the print is read back; where it does not say the same (nerdamer rounds large
 * integers), the term is printed here.
 */
export function latexOf(polynomial: { readonly coefficients: readonly Rational[] }): string {
  const terms = polynomial.coefficients.flatMap((coefficient, degree) =>
    isZero(coefficient) ? [] : [{ negative: sign(coefficient) < 0, text: latexTerm(coefficient, degree) }],
  );
  if (terms.length === 0) return "0";
  return terms
    .map(({ negative, text }, index) => {
      if (index === 0) return negative ? `-${text}` : text;
      return `${negative ? "-" : "+"} ${text}`;
    })
    .join(" ");
}

/** The term without its sign. */
function latexTerm(coefficient: Rational, degree: number): string {
  const magnitude = sign(coefficient) < 0 ? negate(coefficient) : coefficient;
  const printed = withNerdamer(`(${formatRational(magnitude)})*z^${degree}`, (term) => term.toTeX());
  const text = printed.replaceAll(" \\cdot ", " ");
  return saysTerm(text, magnitude, degree) ? text : ownLatexTerm(magnitude, degree);
}

function saysTerm(text: string, magnitude: Rational, degree: number): boolean {
  const fraction = /^\\frac\{(.*)\}\{(\d+)\}$/.exec(text);
  const top = /^(?:(\d+)(?: |$))?(?:(z)(?:\^\{(\d+)\})?)?$/.exec(fraction?.[1] ?? text);
  if (top === null || top[0] === "") return false;
  const printedDegree = top[2] === undefined ? 0 : Number(top[3] ?? "1");
  const [numerator, denominator] = [BigInt(top[1] ?? "1"), BigInt(fraction?.[2] ?? "1")];
  return printedDegree === degree && numerator === magnitude.numerator && denominator === magnitude.denominator;
}

function ownLatexTerm(magnitude: Rational, degree: number): string {
  const powerOfZ = degree === 1 ? "z" : `z^{${degree}}`;
  const factors = [
    ...(degree > 0 && magnitude.numerator === 1n ? [] : [`${magnitude.numerator}`]),
    ...(degree > 0 ? [powerOfZ] : []),
  ];
  const top = factors.join(" ");
  return magnitude.denominator === 1n ? top : `\\frac{${top}}{${magnitude.denominator}}`;
}
