import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  activationFromCoefficients,
  derivativeCoefficients,
  formatActivation,
  parseActivation,
} from "../../src/algebra/activation.ts";
import { evaluateExpression, formatExpression } from "../../src/algebra/expression.ts";
import { parseExpression } from "../../src/algebra/expression-parser.ts";
import { add, isZero, multiply, parseRational, type Rational, rational, subtract } from "../../src/algebra/rational.ts";
import { evaluatePolynomial, rationalRing } from "../../src/algebra/ring.ts";
import { coefficientLists, rationals } from "./arbitraries.ts";

interface Sample {
  readonly text: string;
  readonly degree: number;
  readonly value: (z: Rational) => Rational;
}

/** Nested texts of degree at most 12, each with a function that computes it without any parser. */
const samples: fc.Arbitrary<Sample> = fc.letrec<{ sample: Sample; leaf: Sample }>((tie) => ({
  sample: fc.oneof(
    { depthSize: "small" },
    tie("leaf"),
    sumsOf(tie("sample")),
    productsOf(tie("sample")),
    powersOf(tie("sample")),
  ),
  leaf: fc.oneof(
    fc.constant<Sample>({ text: "z", degree: 1, value: (z) => z }),
    fc.constantFrom("0", "1", "7", "0.25", "1e-3", ".5", "12345678901234567890").map((text) => ({
      text,
      degree: 0,
      value: () => parseRational(text),
    })),
  ),
})).sample;

function sumsOf(part: fc.Arbitrary<Sample>): fc.Arbitrary<Sample> {
  return fc.tuple(part, part, fc.boolean()).map(([left, right, minus]) => ({
    text: minus ? `${left.text} - (${right.text})` : `${left.text} + ${right.text}`,
    degree: Math.max(left.degree, right.degree),
    value: (z) => (minus ? subtract : add)(left.value(z), right.value(z)),
  }));
}

function productsOf(part: fc.Arbitrary<Sample>): fc.Arbitrary<Sample> {
  return fc.tuple(part, part, fc.constantFrom("", "*", " * ")).map(([left, right, operator]) => ({
    text: `(${left.text})${operator}(${right.text})`,
    degree: left.degree + right.degree,
    value: (z) => multiply(left.value(z), right.value(z)),
  }));
}

function powersOf(part: fc.Arbitrary<Sample>): fc.Arbitrary<Sample> {
  return fc
    .tuple(part, fc.integer({ min: 0, max: 3 }), fc.constantFrom("^", "**"))
    .map(([base, exponent, operator]) => ({
      text: `(${base.text})${operator}${exponent}`,
      degree: base.degree * exponent,
      value: (z) => Array.from({ length: exponent }, () => base.value(z)).reduce(multiply, rational(1n)),
    }));
}

const acceptedSamples = samples.filter(({ text, degree }) => text.length <= 300 && degree >= 1 && degree <= 12);

describe("parseActivation", () => {
  test.each([
    ["z^3 + z", "z + z^3", [1, 3]],
    ["z + z^2/2 + z^3/4", "z + z^2/2 + z^3/4", [1, 2, 3]],
    ["(z+1)^3 - 1", "3*z + 3*z^2 + z^3", [1, 2, 3]],
    ["0.5z^2", "z^2/2", [2]],
    ["2*z", "2*z", [1]],
    ["z**2", "z^2", [2]],
    ["x² + x", "x + x^2".replaceAll("x", "z"), [1, 2]],
    ["z¹² − z·2", "-2*z + z^12", [1, 12]],
    ["1e-3*z", "z/1000", [1]],
    [" t ", "z", [1]],
    ["X", "z", [1]],
    ["z - z^2/2", "z - z^2/2", [1, 2]],
    ["3*z^2/4", "3*z^2/4", [2]],
    ["1 + z + z^2", "1 + z + z^2", [1, 2]],
    ["-z^2", "-z^2", [2]],
    ["-(z - 1)^2", "-1 + 2*z - z^2", [1, 2]],
    ["2(z+1)(z-1)", "-2 + 2*z^2", [2]],
    ["z^2 * -3", "-3*z^2", [2]],
    ["z--1", "1 + z", [1]],
    ["z^2z", "z^3", [3]],
    ["z^(1+1)", "z^2", [2]],
    ["z^2.0", "z^2", [2]],
    ["z^0 + z", "1 + z", [1]],
    ["10^-3*z + (2/3)^-1*z^2", "z/1000 + 3*z^2/2", [1, 2]],
    ["z^2 - z^2 + z", "z", [1]],
    ["0*z^4 + z^2/3 - 1/7", "-1/7 + z^2/3", [2]],
    ["0.1234567890123456789z", "1234567890123456789*z/10000000000000000000", [1]],
    ["123456789012345678901234567890*z/7", "17636684144620811271604938270*z", [1]],
    ["z^12", "z^12", [12]],
  ])("%j is %j", (text, canonical, support) => {
    const activation = parseActivation(text);
    expect(activation.text).toBe(canonical);
    expect(activation.support).toEqual(support);
    expect(activation.degree).toBe(support.at(-1));
    expect(activation.coefficients).toHaveLength(activation.degree + 1);
    for (const [k, c] of activation.coefficients.entries()) {
      expect(k >= 1 && !isZero(c)).toBe(support.includes(k));
    }
  });

  test("parsing undoes printing", () => {
    fc.assert(
      fc.property(coefficientLists(10n ** 6n), (coefficients) => {
        const activation = activationFromCoefficients(coefficients);
        expect(activation.coefficients).toEqual(coefficients);
        expect(parseActivation(activation.text)).toEqual(activation);
      }),
    );
  });

  test("the coefficients have the value of the text at every point", () => {
    fc.assert(
      fc.property(acceptedSamples, rationals(50n), ({ text, value }, z) => {
        const expression = parseExpression(text);
        expect(evaluateExpression(rationalRing, expression, z)).toEqual(value(z));
        // The shape bounds the degree; cancellation down to a constant is an error, and tested as one.
        if ([1n, 2n, 3n].every((k) => isZero(subtract(value(rational(k)), value(rational(0n)))))) return;
        expect(evaluatePolynomial(rationalRing, parseActivation(text).coefficients, z)).toEqual(value(z));
      }),
      { numRuns: 300 },
    );
  });

  test("the letter of the variable makes no difference", () => {
    for (const letter of "abcdfghjklmnopqrstuvwxyzABCDFGHIJKLMNOPQRSTUVWXYZ") {
      expect(parseActivation(`${letter} + 2${letter}^2`).text).toBe("z + 2*z^2");
    }
  });

  test("no call leaves anything behind for the next", () => {
    const texts = ["z + z^2", "x^3 - x/7", "(t+1)^4", "z^2", "1e-9*s"];
    const refused = ["relu(z)", "z^13", "x*y", "z - z", "(z"];
    const alone = new Map(texts.map((text) => [text, parseActivation(text)]));
    const order = fc.array(fc.constantFrom(...texts, ...refused), { maxLength: 12 });
    fc.assert(
      fc.property(order, (sequence) => {
        for (const text of sequence) {
          if (refused.includes(text)) expect(() => parseActivation(text)).toThrow();
          else expect(parseActivation(text)).toEqual(alone.get(text));
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("printing and derivative", () => {
  test("formatActivation writes ascending powers", () => {
    expect(formatActivation([])).toBe("0");
    expect(formatActivation([rational(-1n, 2n), rational(-1n), rational(0n), rational(-3n, 4n)])).toBe(
      "-1/2 - z - 3*z^3/4",
    );
  });

  test("zeros at the end do not count", () => {
    const activation = activationFromCoefficients([rational(0n), rational(2n), rational(0n)]);
    expect(activation).toEqual({ text: "2*z", coefficients: [rational(0n), rational(2n)], support: [1], degree: 1 });
  });

  test("formatExpression writes a text of the same meaning", () => {
    fc.assert(
      fc.property(acceptedSamples, rationals(50n), ({ text, value }, z) => {
        const again = parseExpression(formatExpression(parseExpression(text)));
        expect(evaluateExpression(rationalRing, again, z)).toEqual(value(z));
      }),
    );
  });

  test("the derivative is linear in the coefficients and lowers every power", () => {
    expect(derivativeCoefficients(parseActivation("5 + z + z^2/2 - z^12"))).toEqual([
      rational(1n),
      rational(1n),
      ...Array.from({ length: 9 }, () => rational(0n)),
      rational(-12n),
    ]);
  });

  test("the derivative is the limit of difference quotients, exactly: σ(z+h) − σ(z) − hσ′(z) is divisible by h²", () => {
    // Modulo h², by evaluation in the dual numbers.
    fc.assert(
      fc.property(coefficientLists(1000n), rationals(50n), (coefficients, z) => {
        const dual = {
          zero: [rational(0n), rational(0n)] as const,
          one: [rational(1n), rational(0n)] as const,
          add: (a: readonly Rational[], b: readonly Rational[]) => [add(a[0]!, b[0]!), add(a[1]!, b[1]!)],
          multiply: (a: readonly Rational[], b: readonly Rational[]) => [
            multiply(a[0]!, b[0]!),
            add(multiply(a[0]!, b[1]!), multiply(a[1]!, b[0]!)),
          ],
          fromRational: (r: Rational) => [r, rational(0n)],
        };
        const derivative = derivativeCoefficients(activationFromCoefficients(coefficients));
        const [, slope] = evaluatePolynomial<readonly Rational[]>(dual, coefficients, [z, rational(1n)]);
        expect(evaluatePolynomial(rationalRing, derivative, z)).toEqual(slope);
      }),
    );
  });
});
