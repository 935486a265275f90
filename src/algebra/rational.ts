import Fraction from "fraction.js";
import { InternalError, UsageError } from "../errors.ts";

/** An exact rational number: `denominator` > 0 and both parts without a common factor, so equal values are equal pairs. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export const zero: Rational = { numerator: 0n, denominator: 1n };
export const one: Rational = { numerator: 1n, denominator: 1n };

/** Decimal exponents beyond this would let a few characters ask for a number that fills the memory. */
const LARGEST_DECIMAL_EXPONENT = 9999;
const LONGEST_TEXT = 4_000;

/** Bits in the significand of a double, its hidden bit included, and the exponent of its smallest subnormal number. */
const SIGNIFICAND_BITS = 53;
const SMALLEST_EXPONENT = -1074;
const LARGEST_EXPONENT = 971;

function absolute(a: bigint): bigint {
  return a < 0n ? -a : a;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [absolute(a), absolute(b)];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** Number of binary digits of |a|; 0 for zero. */
export function bitLength(a: bigint): number {
  const magnitude = absolute(a);
  if (magnitude === 0n) return 0;
  const hexadecimal = magnitude.toString(16);
  return 4 * (hexadecimal.length - 1) + Number.parseInt(hexadecimal[0]!, 16).toString(2).length;
}

/**
 * The rational numerator/denominator in lowest terms.
 *
 * @throws {@link InternalError} if the denominator is zero
 */
export function rational(numerator: bigint, denominator: bigint = 1n): Rational {
  if (denominator === 1n) return { numerator, denominator };
  if (denominator === 0n) throw new InternalError(`rational: the denominator of ${numerator}/0 is zero`);
  const divisor = greatestCommonDivisor(numerator, denominator) * (denominator < 0n ? -1n : 1n);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

export function add(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function subtract(a: Rational, b: Rational): Rational {
  return add(a, negate(b));
}

export function multiply(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.numerator, a.denominator * b.denominator);
}

/**
 * The quotient a/b.
 *
 * @throws {@link InternalError} if b is zero
 */
export function divide(a: Rational, b: Rational): Rational {
  if (isZero(b)) throw new InternalError(`divide: the divisor of ${formatRational(a)} is zero`);
  return rational(a.numerator * b.denominator, a.denominator * b.numerator);
}

export function negate(a: Rational): Rational {
  return { numerator: -a.numerator, denominator: a.denominator };
}

export function equals(a: Rational, b: Rational): boolean {
  return a.numerator === b.numerator && a.denominator === b.denominator;
}

export function sign(a: Rational): -1 | 0 | 1 {
  if (a.numerator === 0n) return 0;
  return a.numerator < 0n ? -1 : 1;
}

export function isZero(a: Rational): boolean {
  return a.numerator === 0n;
}

/** `"n"` for an integer, else `"n/d"`; {@link parseRational} reads it back. */
export function formatRational(a: Rational): string {
  return a.denominator === 1n ? `${a.numerator}` : `${a.numerator}/${a.denominator}`;
}

/**
 * The rational written in `text`, or `undefined` if the text is not one: an integer `-12`, a decimal `0.25` or `.5`, with
 * or without a decimal exponent `1e-3`, or a quotient of two integers `1/3`. Surrounding space is allowed.
 *
 * @remarks fraction.js does the reading and our own count of the digits confirms that it read exactly: it approximates
 * some inputs. Exponents above 9999 and texts above 4,000 characters are not read.
 * @throws {@link InternalError} if the two readings differ
 */
export function tryParseRational(text: string): Rational | undefined {
  if (text.length > LONGEST_TEXT) return undefined;
  const trimmed = text.trim();
  const quotient = /^([+-]?)(\d+)\s*\/\s*(\d+)$/.exec(trimmed);
  if (quotient !== null) return readQuotient(quotient[1]!, BigInt(quotient[2]!), BigInt(quotient[3]!));
  const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?$/.exec(trimmed);
  if (decimal === null) return undefined;
  return readDecimal(decimal[1]!, decimal[2]!, decimal[3] ?? "", Number(decimal[4] ?? "0"));
}

function readQuotient(sign: string, numerator: bigint, denominator: bigint): Rational | undefined {
  if (denominator === 0n) return undefined;
  return confirmed(sign, rational(numerator, denominator), `${numerator}/${denominator}`);
}

function readDecimal(sign: string, whole: string, places: string, exponent: number): Rational | undefined {
  const digits = whole + places;
  if (digits === "" || Math.abs(exponent) > LARGEST_DECIMAL_EXPONENT) return undefined;
  const mantissa = rational(BigInt(digits), 10n ** BigInt(places.length));
  const signed = confirmed(sign, mantissa, `${whole || "0"}.${places || "0"}`);
  const power = rational(10n ** BigInt(Math.abs(exponent)));
  return exponent < 0 ? divide(signed, power) : multiply(signed, power);
}

/** The magnitude with its sign, once fraction.js has read the same magnitude from `text`. */
function confirmed(sign: string, magnitude: Rational, text: string): Rational {
  const fraction = new Fraction(text);
  if (!equals(magnitude, rational(fraction.n, fraction.d))) {
    throw new InternalError(`parseRational: fraction.js reads ${text} as ${fraction.toFraction()}`);
  }
  return sign === "-" ? negate(magnitude) : magnitude;
}

/**
 * The rational written in `text`; see {@link tryParseRational} for the accepted forms.
 *
 * @throws {@link UsageError} if the text is not a rational number, `1/0` included
 */
export function parseRational(text: string): Rational {
  const value = tryParseRational(text);
  if (value !== undefined) return value;
  const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  throw new UsageError(
    `${shown} is not a rational number`,
    "Write an integer, a decimal or a fraction, such as -2, 0.25 or 1/3.",
  );
}

/**
 * The double nearest to a; of two equally near ones the one with an even significand. Beyond the largest double this is
 * ±Infinity; a number of at most half the smallest one becomes a zero of its sign.
 */
export function toNumber(a: Rational): number {
  if (a.numerator === 0n) return 0;
  const numerator = absolute(a.numerator);
  // 2^(spread-1) < |a| < 2^(spread+1), so the significand below has 53 bits after at most one correction of the exponent.
  const spread = bitLength(numerator) - bitLength(a.denominator);
  let exponent = Math.max(spread - SIGNIFICAND_BITS, SMALLEST_EXPONENT);
  let [quotient, remainder, divisor] = divideByPower(numerator, a.denominator, exponent);
  if (bitLength(quotient) > SIGNIFICAND_BITS) {
    exponent += 1;
    [quotient, remainder, divisor] = divideByPower(numerator, a.denominator, exponent);
  }
  const half = 2n * remainder - divisor;
  if (half > 0n || (half === 0n && quotient % 2n === 1n)) quotient += 1n;
  if (exponent > LARGEST_EXPONENT) return a.numerator < 0n ? -Infinity : Infinity;
  // Exact: the significand has at most 53 bits and the power of two is a double.
  const magnitude = Number(quotient) * 2 ** exponent;
  return a.numerator < 0n ? -magnitude : magnitude;
}

/** Quotient, remainder and divisor of numerator / (denominator · 2^exponent), as integers. */
function divideByPower(numerator: bigint, denominator: bigint, exponent: number): [bigint, bigint, bigint] {
  const dividend = exponent < 0 ? numerator << BigInt(-exponent) : numerator;
  const divisor = exponent > 0 ? denominator << BigInt(exponent) : denominator;
  return [dividend / divisor, dividend % divisor, divisor];
}

/**
 * The exact value of a double, whose denominator is a power of two; -0 gives zero.
 *
 * @throws {@link InternalError} if x is NaN or infinite
 */
export function fromNumber(x: number): Rational {
  if (!Number.isFinite(x)) throw new InternalError(`fromNumber: expected a finite number, got ${x}`);
  if (Number.isInteger(x)) return rational(BigInt(x));
  // A double that is not an integer is below 2^53, so scaling by 2 until it is one is exact and takes at most 1074 steps.
  let scaled = x;
  let exponent = 0;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    exponent += 1;
  }
  return rational(BigInt(scaled), 1n << BigInt(exponent));
}
