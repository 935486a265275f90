import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  add,
  bitLength,
  divide,
  equals,
  formatRational,
  fromNumber,
  isZero,
  multiply,
  negate,
  one,
  parseRational,
  type Rational,
  rational,
  sign,
  subtract,
  toNumber,
  tryParseRational,
  zero,
} from "../../src/algebra/rational.ts";
import { evaluatePolynomial, rationalRing, realRing } from "../../src/algebra/ring.ts";
import { InternalError, UsageError } from "../../src/errors.ts";
import { coefficientLists, rationals } from "./arbitraries.ts";

const anyRational = rationals(10n ** 30n);
const largestDouble = (1n << 1024n) - (1n << 971n);

/** The doubles next to a positive finite x. */
function neighbour(x: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  view.setBigUint64(0, view.getBigUint64(0) + 1n);
  return view.getFloat64(0);
}

describe("arithmetic", () => {
  test("a rational is stored in lowest terms with a positive denominator", () => {
    expect(rational(6n, -4n)).toEqual({ numerator: -3n, denominator: 2n });
    expect(rational(0n, -7n)).toEqual(zero);
    expect(rational(5n)).toEqual({ numerator: 5n, denominator: 1n });
  });

  test("the rationals are a field", () => {
    fc.assert(
      fc.property(anyRational, anyRational, anyRational, (a, b, c) => {
        expect(add(a, b)).toEqual(add(b, a));
        expect(multiply(a, b)).toEqual(multiply(b, a));
        expect(add(add(a, b), c)).toEqual(add(a, add(b, c)));
        expect(multiply(multiply(a, b), c)).toEqual(multiply(a, multiply(b, c)));
        expect(multiply(a, add(b, c))).toEqual(add(multiply(a, b), multiply(a, c)));
        expect(add(a, zero)).toEqual(a);
        expect(multiply(a, one)).toEqual(a);
        expect(add(a, negate(a))).toEqual(zero);
        expect(subtract(a, b)).toEqual(negate(subtract(b, a)));
        if (!isZero(b)) expect(multiply(divide(a, b), b)).toEqual(a);
      }),
    );
  });

  test("equal rationals are those whose difference is zero", () => {
    fc.assert(
      fc.property(rationals(4n), rationals(4n), (a, b) => {
        expect(equals(a, b)).toBe(isZero(subtract(a, b)));
        expect(sign(multiply(a, b))).toBe((sign(a) * sign(b) + 0) as 0);
      }),
    );
  });

  test("a zero denominator and a zero divisor are errors of the caller", () => {
    expect(() => rational(1n, 0n)).toThrow(InternalError);
    expect(() => divide(one, zero)).toThrow(InternalError);
  });

  test("bitLength counts binary digits", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 1n << 200n }), (a) => {
        expect(bitLength(a)).toBe(a.toString(2).length);
        expect(bitLength(-a)).toBe(bitLength(a));
      }),
    );
    expect(bitLength(0n)).toBe(0);
  });
});

describe("text", () => {
  test("parsing undoes formatting", () => {
    fc.assert(
      fc.property(anyRational, (a) => {
        expect(parseRational(formatRational(a))).toEqual(a);
      }),
    );
  });

  test.each<[string, Rational]>([
    ["0", zero],
    ["-0", zero],
    ["+12", rational(12n)],
    [" 0.25 ", rational(1n, 4n)],
    ["-.5", rational(-1n, 2n)],
    ["5.", rational(5n)],
    ["1e-3", rational(1n, 1000n)],
    ["-2.50E+2", rational(-250n)],
    ["1e-9", rational(1n, 10n ** 9n)],
    ["1/3", rational(1n, 3n)],
    ["-6 / 4", rational(-3n, 2n)],
    ["3.14159265358979323846264338327950288", rational(314159265358979323846264338327950288n, 10n ** 35n)],
    ["123456789012345678901234567890/7", rational(123456789012345678901234567890n, 7n)],
  ])("%j is read exactly", (text, value) => {
    expect(parseRational(text)).toEqual(value);
  });

  test.each([
    "",
    " ",
    ".",
    "-",
    "1/0",
    "1/-3",
    "1/2/3",
    "0.5/3",
    "0x10",
    "1e",
    "e3",
    "1e99999",
    "0.(3)",
    "1 2/3",
    "1:3",
    "1_000",
    "NaN",
    "Infinity",
    "1,5",
    "--1",
    "9".repeat(4_001),
  ])("%j is refused", (text) => {
    expect(tryParseRational(text)).toBeUndefined();
    expect(() => parseRational(text)).toThrow(UsageError);
  });
});

describe("doubles", () => {
  test("every finite double survives the way to a rational and back", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(toNumber(fromNumber(x))).toBe(x + 0);
      }),
    );
    for (const x of [Number.MIN_VALUE, 2 ** -1022, Number.MAX_VALUE, Number.EPSILON])
      expect(toNumber(fromNumber(x))).toBe(x);
  });

  test("fromNumber is exact and refuses what is not finite", () => {
    expect(fromNumber(0.1)).toEqual(rational(3602879701896397n, 1n << 55n));
    expect(fromNumber(-0)).toEqual(zero);
    for (const x of [Number.NaN, Infinity, -Infinity]) expect(() => fromNumber(x)).toThrow(InternalError);
  });

  test("toNumber of a quotient of doubles is their rounded quotient", () => {
    const integer = fc.maxSafeInteger();
    fc.assert(
      fc.property(
        integer,
        integer.filter((d) => d !== 0),
        (n, d) => {
          expect(toNumber(rational(BigInt(n), BigInt(d)))).toBe(n / d + 0);
        },
      ),
    );
  });

  test("toNumber of a decimal is the double that JavaScript reads, from the subnormal to the infinite ones", () => {
    const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.integer({ min: -380, max: 320 }));
    fc.assert(
      fc.property(decimal, ([digits, exponent]) => {
        const text = `${digits}e${exponent}`;
        expect(toNumber(parseRational(text))).toBe(digits === 0n ? 0 : Number(text));
      }),
      { numRuns: 1000 },
    );
  });

  test("halfway between two doubles toNumber takes the even one, beside it the nearer one", () => {
    const positive = fc.double({ noNaN: true, min: Number.MIN_VALUE, max: 2 ** 1000 });
    fc.assert(
      fc.property(positive, (x) => {
        const y = neighbour(x);
        const middle = divide(add(fromNumber(x), fromNumber(y)), rational(2n));
        const little = rational(1n, 1n << 2000n);
        expect(toNumber(subtract(middle, little))).toBe(x);
        expect(toNumber(add(middle, little))).toBe(y);
        const view = new DataView(new ArrayBuffer(8));
        view.setFloat64(0, toNumber(middle));
        expect(view.getBigUint64(0) % 2n).toBe(0n);
      }),
    );
  });

  test.each<[string, Rational, number]>([
    ["2^53 + 1", rational((1n << 53n) + 1n), 2 ** 53],
    ["2^53 + 3", rational((1n << 53n) + 3n), 2 ** 53 + 4],
    ["2^53 + 1 + 10^-400", add(rational((1n << 53n) + 1n), rational(1n, 10n ** 400n)), 2 ** 53 + 2],
    ["-(2^53 + 1)", rational(-(1n << 53n) - 1n), -(2 ** 53)],
    ["half the smallest double", rational(1n, 1n << 1075n), 0],
    ["a little more than half the smallest double", rational((1n << 100n) + 1n, 1n << 1175n), Number.MIN_VALUE],
    ["3/2 of the smallest double", rational(3n, 1n << 1075n), 2 * Number.MIN_VALUE],
    ["the largest double", rational(largestDouble), Number.MAX_VALUE],
    ["just below halfway to 2^1024", rational(largestDouble + (1n << 970n) - 1n), Number.MAX_VALUE],
    ["halfway from the largest double to 2^1024", rational(largestDouble + (1n << 970n)), Infinity],
    ["-10^5000", rational(-(10n ** 5000n)), -Infinity],
    ["10^-5000", rational(1n, 10n ** 5000n), 0],
    ["(10^5000 + 1)/10^5000", rational(10n ** 5000n + 1n, 10n ** 5000n), 1],
  ])("%s is rounded to the nearest double", (_name, value, expected) => {
    expect(toNumber(value)).toBe(expected);
  });
});

describe("rings", () => {
  test("a polynomial has one value, whether its terms or Horner's rule give it", () => {
    fc.assert(
      fc.property(coefficientLists(1000n), rationals(100n), (coefficients, z) => {
        let [expected, power] = [zero, one];
        for (const c of coefficients) {
          expected = add(expected, multiply(c, power));
          power = multiply(power, z);
        }
        expect(evaluatePolynomial(rationalRing, coefficients, z)).toEqual(expected);
      }),
    );
    expect(evaluatePolynomial(rationalRing, [], one)).toEqual(zero);
  });

  test("the real ring computes in doubles", () => {
    expect(realRing.fromRational(rational(1n, 3n))).toBe(1 / 3);
    expect(evaluatePolynomial(realRing, [rational(1n), rational(1n, 2n), rational(3n)], 2)).toBe(14);
    expect(realRing.add(realRing.one, realRing.zero)).toBe(1);
  });
});
