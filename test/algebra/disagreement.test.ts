import { createRequire } from "node:module";
import type Nerdamer from "nerdamer";
import { afterEach, expect, test, vi } from "vitest";
import { parseActivation } from "../../src/algebra/activation.ts";
import { parseRational } from "../../src/algebra/rational.ts";
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

test("a polynomial that nerdamer expands wrongly is an internal error, not an answer", () => {
  expect(parseActivation("z + z^2").text).toBe("z + z^2");
  // The variables of nerdamer are global to the process.
  nerdamer.setVar("z", "2*z");
  expect(() => parseActivation("z + z^2")).toThrow(InternalError);
});

test("a number that fraction.js misreads is an internal error, not an answer", () => {
  expect(() => parseRational("0.125")).toThrow(InternalError);
  expect(parseRational("0.25").denominator).toBe(4n);
});
