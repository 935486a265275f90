import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  add,
  formatRational,
  fromNumber,
  multiply,
  type Rational,
  rational,
  subtract,
  zero,
} from "../../src/algebra/rational.ts";
import { DoubleDouble } from "../../src/linalg/double-double.ts";

/** Doubles over 60 orders of magnitude: no product or error term of two of them leaves the normal range. */
const double = fc
  .tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: -100, max: 100 }))
  .map(([mantissa, exponent]) => (Math.abs(mantissa) < 2 ** -40 ? 0 : mantissa * 2 ** exponent));

/** A normalised pair: |lo| is at most half an ulp of hi. */
const pair = fc.tuple(double, fc.double({ min: -1, max: 1, noNaN: true })).map(([hi, part]) => {
  const lo = hi * part * 2 ** -54;
  return [hi, Math.abs(lo) < 2 ** -500 ? 0 : lo] as const;
});

const exactPair = (hi: number, lo: number): Rational => add(fromNumber(hi), fromNumber(lo));
const exact = ({ hi, lo }: DoubleDouble): Rational => exactPair(hi, lo);
const magnitude = (r: Rational): Rational => (r.numerator < 0n ? subtract(zero, r) : r);
const atMost = (a: Rational, b: Rational): boolean => subtract(b, a).numerator >= 0n;
const powerOfTwo = (exponent: bigint): Rational => rational(1n, 2n ** -exponent);

/** hi is the double nearest to hi + lo. */
const normalised = ({ hi, lo }: DoubleDouble): boolean => hi + lo === hi;

describe("DoubleDouble", () => {
  test("holds the product of two doubles exactly", () => {
    fc.assert(
      fc.property(double, double, (a, b) => {
        const product = new DoubleDouble().addProduct(a, b);
        expect(formatRational(exact(product))).toBe(formatRational(multiply(fromNumber(a), fromNumber(b))));
        expect(product.hi === a * b).toBe(true);
      }),
    );
  });

  test("holds the sum of two doubles exactly", () => {
    fc.assert(
      fc.property(double, double, (a, b) => {
        const sum = new DoubleDouble().set(a).add(b);
        expect(formatRational(exact(sum))).toBe(formatRational(add(fromNumber(a), fromNumber(b))));
        expect(sum.hi === a + b).toBe(true);
      }),
    );
  });

  test("adds pairs with an error of at most 2⁻¹⁰⁴(|x| + |y|)", () => {
    fc.assert(
      fc.property(pair, pair, (x, y) => {
        const sum = new DoubleDouble().set(...x).add(...y);
        const error = magnitude(subtract(exact(sum), add(exactPair(...x), exactPair(...y))));
        // The low parts are added with two roundings of at most u²(|x| + |y| + |x + y|) each; 2⁻¹⁰⁴ = 4u².
        const size = add(magnitude(fromNumber(x[0])), magnitude(fromNumber(y[0])));
        expect(atMost(error, multiply(powerOfTwo(-104n), size))).toBe(true);
        expect(normalised(sum)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test("multiplies pairs with a relative error of at most 2⁻¹⁰²", () => {
    fc.assert(
      fc.property(pair, pair, (x, y) => {
        const product = new DoubleDouble().set(...x).multiply(...y);
        const expected = multiply(exactPair(...x), exactPair(...y));
        // Two products and two sums of low parts round by at most 7u², and lo·lo is dropped: 8u²(1 + O(u)) < 16u².
        const tolerance = multiply(powerOfTwo(-102n), magnitude(expected));
        expect(atMost(magnitude(subtract(exact(product), expected)), tolerance)).toBe(true);
        expect(normalised(product)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test("sums n products with an error of at most n·2⁻¹⁰³ of the sum of their sizes", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(double, double), { minLength: 1, maxLength: 15 }), (terms) => {
        const sum = new DoubleDouble();
        let expected = zero;
        let size = zero;
        for (const [a, b] of terms) {
          sum.addProduct(a, b);
          const term = multiply(fromNumber(a), fromNumber(b));
          expected = add(expected, term);
          size = add(size, magnitude(term));
        }
        // Step k adds at most 2⁻¹⁰⁴(|sum so far| + |term|), and both are at most the final size.
        const tolerance = multiply(multiply(fromNumber(terms.length), powerOfTwo(-103n)), size);
        expect(atMost(magnitude(subtract(exact(sum), expected)), tolerance)).toBe(true);
      }),
    );
  });

  test("sees what a double loses: 1 + 2⁻⁸⁰ − 1", () => {
    expect(1 + 2 ** -80 - 1).toBe(0);
    const sum = new DoubleDouble()
      .set(1)
      .add(2 ** -80)
      .add(-1);
    expect(sum.value).toBe(2 ** -80);
  });

  test("sees the rounding error of a square: (1 + 2⁻³⁰)² − (1 + 2⁻²⁹) = 2⁻⁶⁰", () => {
    const square = new DoubleDouble().set(1 + 2 ** -30).multiply(1 + 2 ** -30);
    expect(square.add(-(1 + 2 ** -29)).value).toBe(2 ** -60);
  });

  test("copies both parts, and set without a low part clears it", () => {
    const original = new DoubleDouble().set(3, 2 ** -60);
    const copy = new DoubleDouble().set(9, 9).copy(original);
    original.set(1);
    expect([copy.hi, copy.lo]).toEqual([3, 2 ** -60]);
    expect([original.hi, original.lo]).toEqual([1, 0]);
  });
});
