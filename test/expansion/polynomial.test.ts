import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatRational, rational, zero } from "../../src/algebra/rational.ts";
import { derivative, type Polynomial, polynomialRing, variable } from "../../src/expansion/polynomial.ts";
import { rationals } from "../algebra/arbitraries.ts";

const VARIABLES = 3;
const ring = polynomialRing(VARIABLES);

const polynomials: fc.Arbitrary<Polynomial> = fc
  .array(fc.tuple(rationals(9n), fc.array(fc.nat(2), { minLength: VARIABLES, maxLength: VARIABLES })), { maxLength: 4 })
  .map((terms) =>
    terms.reduce<Polynomial>((sum, [coefficient, exponents]) => {
      const monomial = exponents.reduce<Polynomial>(
        (product, exponent, v) =>
          Array.from({ length: exponent }).reduce<Polynomial>((p) => ring.multiply(p, variable(VARIABLES, v)), product),
        ring.fromRational(coefficient),
      );
      return ring.add(sum, monomial);
    }, ring.zero),
  );

/** Equal polynomials have equal texts. */
const text = (polynomial: Polynomial): string[] =>
  [...polynomial].map(([key, { coefficient }]) => `${key}: ${formatRational(coefficient)}`).sort();

const same = (a: Polynomial, b: Polynomial): void => expect(text(a)).toEqual(text(b));

describe("polynomials are a commutative ring", () => {
  test("addition and multiplication are commutative, associative and distributive", () => {
    fc.assert(
      fc.property(polynomials, polynomials, polynomials, (a, b, c) => {
        same(ring.add(a, b), ring.add(b, a));
        same(ring.multiply(a, b), ring.multiply(b, a));
        same(ring.multiply(ring.multiply(a, b), c), ring.multiply(a, ring.multiply(b, c)));
        same(ring.multiply(a, ring.add(b, c)), ring.add(ring.multiply(a, b), ring.multiply(a, c)));
      }),
    );
  });

  test("one and zero are neutral, and a − a has no terms", () => {
    fc.assert(
      fc.property(polynomials, (a) => {
        same(ring.multiply(a, ring.one), a);
        same(ring.add(a, ring.zero), a);
        expect(ring.add(a, ring.multiply(a, ring.fromRational(rational(-1n)))).size).toBe(0);
      }),
    );
  });

  test("no term is zero, and zero is the empty sum", () => {
    expect(ring.fromRational(zero).size).toBe(0);
    fc.assert(
      fc.property(polynomials, polynomials, (a, b) => {
        for (const { coefficient } of ring.multiply(a, b).values()) expect(coefficient.numerator).not.toBe(0n);
      }),
    );
  });
});

describe("the derivative", () => {
  test("obeys the product rule and commutes", () => {
    fc.assert(
      fc.property(polynomials, polynomials, (a, b) => {
        same(
          derivative(ring.multiply(a, b), 1),
          ring.add(ring.multiply(derivative(a, 1), b), ring.multiply(a, derivative(b, 1))),
        );
        same(derivative(derivative(a, 0), 2), derivative(derivative(a, 2), 0));
      }),
    );
  });

  test("of x_1^3 x_2 by x_1 is 3 x_1^2 x_2, by x_3 zero", () => {
    const [x, y] = [variable(VARIABLES, 0), variable(VARIABLES, 1)];
    const monomial = ring.multiply(ring.multiply(x, ring.multiply(x, x)), y);
    expect(text(derivative(monomial, 0))).toEqual(["2,1,0: 3"]);
    expect(derivative(monomial, 2).size).toBe(0);
  });
});
