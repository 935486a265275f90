import fc from "fast-check";
import { isZero, type Rational, rational } from "../../src/algebra/rational.ts";

/** Rationals with parts up to the given size, small ones and integers included. */
export function rationals(size: bigint): fc.Arbitrary<Rational> {
  return fc
    .tuple(fc.bigInt({ min: -size, max: size }), fc.bigInt({ min: 1n, max: size }))
    .map(([numerator, denominator]) => rational(numerator, denominator));
}

/** Coefficients by ascending degree, of degree 1 to 12, with many zeros and a last one that is not zero. */
export function coefficientLists(size: bigint): fc.Arbitrary<Rational[]> {
  const lower = fc.array(fc.oneof(fc.constant(rational(0n)), rationals(size)), { minLength: 1, maxLength: 12 });
  const leading = rationals(size).filter((c) => !isZero(c));
  return fc.tuple(lower, leading).map(([rest, last]) => [...rest, last]);
}
