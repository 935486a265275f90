import { createRequire } from "node:module";
import type Nerdamer from "nerdamer";
import { afterEach, expect, test, vi } from "vitest";
import { parseActivation } from "../../src/algebra/activation.ts";
import { formatRational, parseRational } from "../../src/algebra/rational.ts";
import { InternalError } from "../../src/errors.ts";

vi.mock("fraction.js", async (importOriginal) => {
  const { default: Fraction } = await importOriginal<typeof import("fraction.js")>();
  class MisreadingFraction extends Fraction {
    constructor(text: string) {
      super(text === "0.125" ? "0.126" : text);
    }
  }
  return { default: MisreadingFraction };
});

const nerdamer = createRequire(import.meta.url)("nerdamer") as typeof Nerdamer;

afterEach(() => {
  nerdamer.clearVars();
});

test("a polynomial that nerdamer expands wrongly is expanded by our own algebra", () => {
  expect(parseActivation("z + z^2").text).toBe("z + z^2");
  // The variables of nerdamer are global to the process.
  nerdamer.setVar("z", "2*z");
  expect(parseActivation("(z + 1)^2 - 1").coefficients.map(formatRational)).toEqual(["0", "2", "1"]);
});

test("large integers under nested signs, which nerdamer loses, keep every digit", () => {
  const { coefficients } = parseActivation("(0)^0 + 0 - (0 - (12345678901234567890 + z))");
  expect(coefficients.map(formatRational)).toEqual(["12345678901234567891", "1"]);
});

test("a number that fraction.js misreads is an internal error, not an answer", () => {
  expect(() => parseRational("0.125")).toThrow(InternalError);
  expect(parseRational("0.25").denominator).toBe(4n);
});
