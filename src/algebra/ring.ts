import { add, multiply, one, type Rational, toNumber, zero } from "./rational.ts";

/**
 * A commutative ring that receives the rationals. Equations are built once over such a ring and instantiated over the
 * rationals, a prime field or the doubles.
 */
export interface Ring<T> {
  readonly zero: T;
  readonly one: T;
  add(a: T, b: T): T;
  multiply(a: T, b: T): T;
  /** The image of a rational. A prime field throws where its prime divides the denominator. */
  fromRational(r: Rational): T;
}

export const rationalRing: Ring<Rational> = { zero, one, add, multiply, fromRational: (r) => r };

/** Doubles. The laws of a ring hold up to rounding; `fromRational` gives the nearest double. */
export const realRing: Ring<number> = {
  zero: 0,
  one: 1,
  add: (a, b) => a + b,
  multiply: (a, b) => a * b,
  fromRational: toNumber,
};

/** The value Σ cₖ zᵏ at a point of any ring, by Horner's rule; an empty list is the zero polynomial. */
export function evaluatePolynomial<T>(ring: Ring<T>, coefficients: readonly Rational[], z: T): T {
  return coefficients.reduceRight<T>((value, c) => ring.add(ring.multiply(value, z), ring.fromRational(c)), ring.zero);
}
