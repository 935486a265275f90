import { describe, expect, test } from "vitest";
import { activationFromCoefficients, parseActivation } from "../../src/algebra/activation.ts";
import { constant, power } from "../../src/algebra/expression.ts";
import { parseRational, rational } from "../../src/algebra/rational.ts";
import { ActivationError, InternalError } from "../../src/errors.ts";

/** The error that parsing throws, as an {@link ActivationError} with a hint. */
function refusal(text: string): ActivationError {
  try {
    parseActivation(text);
  } catch (error) {
    expect(error).toBeInstanceOf(ActivationError);
    expect((error as ActivationError).hint).toMatch(/\.$/);
    return error as ActivationError;
  }
  throw new Error(`${text} was accepted`);
}

describe("texts that are no activation are refused with their position", () => {
  test.each([
    ["", /empty/],
    [" \t\n", /empty/],
    ["relu", /"relu" is not a variable of one letter at position 1/],
    ["z + relu(z)", /"relu" .* at position 5/],
    ["exp(z)", /"exp"/],
    ["sin(z)", /"sin"/],
    ["abs(z)", /"abs"/],
    ["|z|", /unexpected character "\|" at position 1/],
    ["pi*z", /"pi"/],
    ["1/z", /division by an expression with the variable at position 2/],
    ["z/(z+1)", /division by an expression with the variable/],
    ["z^0.5", /exponent 1\/2 is not a whole number at position 3/],
    ["z^(1/2)", /not a whole number/],
    ["z^-1", /negative exponent at position 2/],
    ["(z+1)^-2", /negative exponent/],
    ["2^z", /variable in an exponent at position 3/],
    ["x + y", /second variable y beside x at position 5/],
    ["f(z)", /second variable z beside f/],
    ["e*z", /letter e usually is a constant at position 1/],
    ["2e", /letter e/],
    ["i + i^2", /letter i/],
    ["z2", /ambiguous at position 1/],
    ["1/2z", /ambiguous at position 4/],
    ["z/2(z+1)", /ambiguous/],
    ["z^2^3", /needs parentheses at position 4/],
    ["z/0", /division by zero at position 2/],
    ["z/(1-1)", /division by zero/],
    ["0^-1*z", /division by zero/],
    ["(z", /unbalanced parenthesis, opened at position 1/],
    ["(z+1))", /unbalanced parenthesis at position 6/],
    ["()", /unexpected "\)"/],
    ["z +", /ends too early at position 4/],
    ["z^", /ends too early/],
    ["*z", /unexpected "\*" at position 1/],
    ["z z 2", /unexpected "2"/],
    ["z, 1", /unexpected character ","/],
    ["y = z", /unexpected character "="/],
    ["5", /constant/],
    ["z - z", /constant/],
    ["0*z", /constant/],
    ["z^0", /constant/],
    ["z^13", /degree goes above 12 at position 2/],
    ["z^7*z^6", /degree goes above 12/],
    ["z + 1e999*z^2", /coefficient of z\^2 is too large/],
    ["1e-999*z", /coefficient of z\^1 is too small/],
    ["𝓏 + 1", /not a variable/],
  ])("%j", (text, message) => {
    expect(refusal(text).message).toMatch(message);
  });
});

describe("hostile texts are refused before anything is expanded", () => {
  test.each([
    ["z^99999999999", /degree/],
    ["(z+1)^1000000", /degree/],
    ["((((z^9)^9)^9)^9)", /degree/],
    ["z^(9^9)", /degree/],
    [`z^${"9".repeat(400)}`, /degree/],
    ["(z+1)^6*(z+1)^6*(z+1)^6", /degree/],
    ["9^99999999*z", /too large/],
    ["((((9^9)^9)^9)^9)*z", /too large/],
    ["z^(9^9^9)", /needs parentheses/],
    ["1e99999*z", /too large/],
    ["1e-99999*z", /too large/],
    [`(z/${"7".repeat(200)} + ${"3".repeat(200)})^12`, /too large/],
    ["z + ".repeat(100_000), /400000 characters/],
    [`${"(".repeat(200)}z${")".repeat(200)}`, /nested/],
    ["-".repeat(400), /ends too early/],
    ["constructor", /"constructor"/],
    ["__proto__", /"__proto__"/],
    ["toString", /"toString"/],
    ["process.exit()", /"process"/],
    ["z;z", /unexpected character ";"/],
    ["z\0", /unexpected character "\\u0000" at position 2/],
    ["\u001b[31mz", /unexpected character "\\u001b"/],
    ["z\ud800", /unexpected character/],
  ])("%j", (text, message) => {
    const error = refusal(text);
    expect(error.message).toMatch(message);
    expect(error.message.length).toBeLessThan(200);
    // What a message must not send to a terminal.
    expect([...error.message].filter((character) => character < " ")).toEqual([]);
  });
});

describe("coefficients that are no activation", () => {
  test("degree 0 and less is constant", () => {
    expect(() => activationFromCoefficients([])).toThrow(/constant/);
    expect(() => activationFromCoefficients([rational(3n), rational(0n)])).toThrow(ActivationError);
  });

  test("degree 13 is too large", () => {
    expect(() => activationFromCoefficients(Array.from({ length: 14 }, () => rational(1n)))).toThrow(
      /degree 13 is above 12/,
    );
  });

  test("a coefficient without a double near it is refused", () => {
    expect(() => activationFromCoefficients([rational(0n), parseRational("1e400")])).toThrow(/too large for a double/);
    expect(() => activationFromCoefficients([rational(0n), parseRational("-1e-400")])).toThrow(
      /too small for a double/,
    );
  });
});

test("a negative power of zero is an error of the caller", () => {
  expect(() => power(constant(rational(0n)), -1)).toThrow(InternalError);
});
