import { fromNumber, type Rational, rational, toNumber } from "../../src/algebra/rational.ts";
import type { Ring } from "../../src/algebra/ring.ts";

/** An exact number mantissa·2^exponent: sums and products of doubles without a greatest common divisor. */
export interface Dyadic {
  readonly mantissa: bigint;
  readonly exponent: number;
}

const dyadicZero: Dyadic = { mantissa: 0n, exponent: 0 };

/** The exact value of a double. */
export function dyadic(x: number): Dyadic {
  return fromPowerOfTwo(fromNumber(x));
}

function fromPowerOfTwo({ numerator, denominator }: Rational): Dyadic {
  const exponent = denominator.toString(2).length - 1;
  if (denominator !== 1n << BigInt(exponent)) throw new Error(`the denominator ${denominator} is no power of two`);
  return { mantissa: numerator, exponent: -exponent };
}

export function addDyadic(a: Dyadic, b: Dyadic): Dyadic {
  if (a.mantissa === 0n) return b;
  if (b.mantissa === 0n) return a;
  const exponent = Math.min(a.exponent, b.exponent);
  return {
    mantissa: (a.mantissa << BigInt(a.exponent - exponent)) + (b.mantissa << BigInt(b.exponent - exponent)),
    exponent,
  };
}

export function multiplyDyadic(a: Dyadic, b: Dyadic): Dyadic {
  return { mantissa: a.mantissa * b.mantissa, exponent: a.exponent + b.exponent };
}

function negateDyadic({ mantissa, exponent }: Dyadic): Dyadic {
  return { mantissa: -mantissa, exponent };
}

/** The double nearest to a − b. */
export function differenceOf(a: Dyadic, b: Dyadic): number {
  return nearest(addDyadic(a, negateDyadic(b)));
}

/** The nearest double, ties to even. */
export function nearest({ mantissa, exponent }: Dyadic): number {
  const power = 1n << BigInt(Math.abs(exponent));
  return toNumber(exponent < 0 ? { numerator: mantissa, denominator: power } : rational(mantissa * power));
}

/** Doubles with exact arithmetic; a rational is received only where it is dyadic. */
export const dyadicRing: Ring<Dyadic> = {
  zero: dyadicZero,
  one: { mantissa: 1n, exponent: 0 },
  add: addDyadic,
  multiply: multiplyDyadic,
  fromRational: fromPowerOfTwo,
};
