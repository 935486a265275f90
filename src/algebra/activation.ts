import { activationError } from "./activation-text.ts";
import { type Expression, evaluateExpression, formatExpression } from "./expression.ts";
import { LARGEST_DEGREE, parseExpression } from "./expression-parser.ts";
import { expandWithNerdamer } from "./nerdamer-adapter.ts";
import {
  add,
  equals,
  isZero,
  multiply,
  negate,
  one,
  type Rational,
  rational,
  sign,
  toNumber,
  zero,
} from "./rational.ts";
import { evaluatePolynomial, type Ring, rationalRing } from "./ring.ts";

/** The activation of the hidden layer: a polynomial σ(z) = Σ cₖ zᵏ of degree p ≥ 1 with rational coefficients. */
export interface Activation {
  /** Canonical text, by ascending degree: `z + z^2/2 + z^3/4`. */
  readonly text: string;
  /** cₖ at index k = 0..p. */
  readonly coefficients: readonly Rational[];
  /** The degrees k ≥ 1 with cₖ ≠ 0, ascending. */
  readonly support: readonly number[];
  /** p, the largest degree of the support. */
  readonly degree: number;
}

/**
 * The activation written in a text such as `z + z^2/2 - 0.25z^3` or `(x+1)^3 - 1`.
 *
 * @remarks Our own parser decides what the text means and bounds its size. nerdamer then expands it; its answer counts
 * only if it equals the text at more points than the degree, which proves the two polynomials equal.
 * @throws {@link ActivationError} if the text is not a polynomial in one letter with rational coefficients and a degree
 * from 1 to 12
 */
export function parseActivation(text: string): Activation {
  const expression = parseExpression(text);
  if (expression.degree === 0) throw constantError(text);
  return build(expand(expression), text);
}

/** nerdamer's expansion where it is right, which it is not always (large integers under nested signs); else our own. */
function expand(expression: Expression): readonly Rational[] {
  const offered = expandWithNerdamer(formatExpression(expression));
  if (offered !== null && isSamePolynomial(expression, offered)) return offered;
  return evaluateExpression(polynomialRing, expression, [zero, one]);
}

/** Polynomials over the rationals as coefficient lists; zeros at the end do not matter. */
const polynomialRing: Ring<readonly Rational[]> = {
  zero: [],
  one: [one],
  add: (a, b) => Array.from({ length: Math.max(a.length, b.length) }, (_, k) => add(a[k] ?? zero, b[k] ?? zero)),
  multiply: (a, b) =>
    Array.from({ length: Math.max(0, a.length + b.length - 1) }, (_, k) =>
      a.reduce((sum, c, i) => (k - i in b ? add(sum, multiply(c, b[k - i]!)) : sum), zero),
    ),
  fromRational: (r) => [r],
};

/** Two polynomials of degree at most q that agree at q + 1 points are equal. */
function isSamePolynomial(expression: Expression, coefficients: readonly Rational[]): boolean {
  const degree = Math.max(expression.degree, coefficients.length - 1);
  for (let k = 0; k <= degree; k++) {
    // 0, -1, 1, -2, 2, …: small numbers keep the evaluation cheap.
    const point = rational(BigInt(k % 2 === 0 ? k / 2 : -(k + 1) / 2));
    const expected = evaluateExpression(rationalRing, expression, point);
    if (!equals(expected, evaluatePolynomial(rationalRing, coefficients, point))) return false;
  }
  return true;
}

/**
 * The activation Σ cₖ zᵏ with these coefficients by ascending degree; zeros at the end are dropped.
 *
 * @throws {@link ActivationError} if the degree is not between 1 and 12, or a coefficient has no double near it
 */
export function activationFromCoefficients(coefficients: readonly Rational[]): Activation {
  return build(coefficients, formatActivation(coefficients));
}

function build(given: readonly Rational[], text: string): Activation {
  const degree = given.findLastIndex((c) => !isZero(c));
  if (degree < 1) throw constantError(text);
  if (degree > LARGEST_DEGREE) {
    const hint = `Degrees from 1 to ${LARGEST_DEGREE} are accepted.`;
    throw activationError(text, `the degree ${degree} is above ${LARGEST_DEGREE}`, undefined, hint);
  }
  const coefficients = given.slice(0, degree + 1);
  for (const [k, c] of coefficients.entries()) requireDouble(c, k, text);
  const support = [...coefficients.keys()].filter((k) => k >= 1 && !isZero(coefficients[k]!));
  return { text: formatActivation(coefficients), coefficients, support, degree };
}

function requireDouble(c: Rational, degree: number, text: string): void {
  const nearest = toNumber(c);
  if (isZero(c) || (nearest !== 0 && Number.isFinite(nearest))) return;
  const size = nearest === 0 ? "small" : "large";
  const hint = "Rescale the activation: weights are doubles.";
  throw activationError(text, `the coefficient of z^${degree} is too ${size} for a double`, undefined, hint);
}

function constantError(text: string): Error {
  const hint = "The network would not depend on its input; use a polynomial of degree 1 or more, such as z + z^2.";
  return activationError(text, "the polynomial is constant", undefined, hint);
}

/** The canonical text of Σ cₖ zᵏ, by ascending degree, which {@link parseActivation} reads back: `1 - z + 3*z^2/4`. */
export function formatActivation(coefficients: readonly Rational[]): string {
  let text = "";
  for (const [degree, c] of coefficients.entries()) {
    if (isZero(c)) continue;
    const term = formatTerm(sign(c) < 0 ? negate(c) : c, degree);
    if (text === "") text = sign(c) < 0 ? `-${term}` : term;
    else text += sign(c) < 0 ? ` - ${term}` : ` + ${term}`;
  }
  return text === "" ? "0" : text;
}

function formatTerm(magnitude: Rational, degree: number): string {
  const { numerator, denominator } = magnitude;
  const bottom = denominator === 1n ? "" : `/${denominator}`;
  if (degree === 0) return `${numerator}${bottom}`;
  const powerOfZ = degree === 1 ? "z" : `z^${degree}`;
  return `${numerator === 1n ? "" : `${numerator}*`}${powerOfZ}${bottom}`;
}

/** The coefficients k·cₖ of σ′, by ascending degree, one fewer than those of σ. */
export function derivativeCoefficients(activation: Activation): readonly Rational[] {
  return activation.coefficients.slice(1).map((c, k) => multiply(c, rational(BigInt(k + 1))));
}
