import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { activationFromCoefficients, parseActivation } from "../../src/algebra/activation.ts";
import { expandWithNerdamer, latexOf } from "../../src/algebra/nerdamer-adapter.ts";
import { rational } from "../../src/algebra/rational.ts";
import { coefficientLists } from "./arbitraries.ts";

describe("expandWithNerdamer", () => {
  test("reads integers, fractions, signs and powers", () => {
    expect(expandWithNerdamer("(z+(1/1))^2*(z+(-1/2))")).toEqual([
      rational(-1n, 2n),
      rational(0n),
      rational(3n, 2n),
      rational(1n),
    ]);
    expect(expandWithNerdamer("(-1/1)*z")).toEqual([rational(0n), rational(-1n)]);
    expect(expandWithNerdamer("z+(-1/1)*z")).toEqual([]);
  });

  test.each(["z*y", "sin(z)", "sqrt(z)", "z^(-1)", "z^(1/2)", "1/(z+1)", "(z", "5/0"])(
    "%j is not taken for a polynomial",
    (text) => {
      expect(expandWithNerdamer(text)).toBeNull();
    },
  );
});

describe("latexOf", () => {
  test.each([
    ["z + z^2/2 + z^3/4", "z + \\frac{z^{2}}{2} + \\frac{z^{3}}{4}"],
    ["1/3 - z + 3*z^2/4", "\\frac{1}{3} - z + \\frac{3 z^{2}}{4}"],
    ["-2z^12", "-2 z^{12}"],
    ["1 + z", "1 + z"],
    ["123456789012345678901234567890*z", "123456789012345678901234567890 z"],
    ["z^2/123456789012345678901234567890", "\\frac{z^{2}}{123456789012345678901234567890}"],
    ["12345678901234567890123 + z", "12345678901234567890123 + z"],
  ])("%j is printed as %j", (text, latex) => {
    expect(latexOf(parseActivation(text))).toBe(latex);
  });

  test("the empty polynomial is 0", () => {
    expect(latexOf({ coefficients: [] })).toBe("0");
  });

  test("what is printed says the same as the text", () => {
    fc.assert(
      fc.property(coefficientLists(10n ** 25n), (coefficients) => {
        const activation = activationFromCoefficients(coefficients);
        const text = latexOf(activation)
          .replace(/\\frac\{([^ {}]*)( ?)([^{}]*(?:\{\d+\})?)\}\{(\d+)\}/g, "$1$2$3/$4")
          .replace(/(\d) z/g, "$1*z")
          .replace(/\^\{(\d+)\}/g, "^$1");
        expect(text).toBe(activation.text);
      }),
      { numRuns: 30 },
    );
  });
});
