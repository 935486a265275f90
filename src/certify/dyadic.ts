import { bitLength, fromNumber, type Rational, rational } from "../algebra/rational.ts";

/** The exact number mantissa·2^exponent: sums and products of doubles without a greatest common divisor. */
export interface Dyadic {
  readonly mantissa: bigint;
  readonly exponent: number;
}

export const dyadicZero: Dyadic = { mantissa: 0n, exponent: 0 };

/**
 * The exact value of a double; the mantissa is odd or zero.
 *
 * @throws InternalError if x is NaN or infinite
 */
export function dyadic(x: number): Dyadic {
  const { numerator, denominator } = fromNumber(x);
  return oddPart(numerator, 1 - bitLength(denominator));
}

/** mantissa·2^exponent with the factors of two moved into the exponent. */
function oddPart(mantissa: bigint, exponent: number): Dyadic {
  if (mantissa === 0n) return dyadicZero;
  const twos = bitLength(mantissa & -mantissa) - 1;
  return { mantissa: mantissa >> BigInt(twos), exponent: exponent + twos };
}

export function addDyadic(a: Dyadic, b: Dyadic): Dyadic {
  if (a.mantissa === 0n) return b;
  if (b.mantissa === 0n) return a;
  const exponent = Math.min(a.exponent, b.exponent);
  return { mantissa: shifted(a, exponent) + shifted(b, exponent), exponent };
}

export function multiplyDyadic(a: Dyadic, b: Dyadic): Dyadic {
  return { mantissa: a.mantissa * b.mantissa, exponent: a.exponent + b.exponent };
}

export function negateDyadic({ mantissa, exponent }: Dyadic): Dyadic {
  return { mantissa: -mantissa, exponent };
}

const shifted = ({ mantissa, exponent }: Dyadic, to: number): bigint => mantissa << BigInt(exponent - to);

/** The same number as a quotient of integers. */
export function toRational({ mantissa, exponent }: Dyadic): Rational {
  const power = 1n << BigInt(Math.abs(exponent));
  return exponent < 0 ? rational(mantissa, power) : rational(mantissa * power);
}

/** The double written `"m*2^e"`, m odd, or `"0*2^0"`. */
export function formatDouble(x: number): string {
  const { mantissa, exponent } = dyadic(x);
  return `${mantissa}*2^${exponent}`;
}
