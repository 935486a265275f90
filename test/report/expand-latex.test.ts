import fc from "fast-check";
import katex from "katex";
import { describe, expect, test } from "vitest";
import { expandOutput } from "../support/expand-command.ts";
import { layerSets } from "../support/systems.ts";

/** The formulas of a fragment: align* environments in display mode, $…$ in text. */
function formulasOf(fragment: string): { readonly formula: string; readonly displayMode: boolean }[] {
  const pattern = /\\begin\{align\*\}[\s\S]*?\\end\{align\*\}|\$([^$]+)\$/g;
  return [...fragment.matchAll(pattern)].map(([whole, inline]) => ({
    formula: inline ?? whole,
    displayMode: inline === undefined,
  }));
}

const questions = fc.record({
  activation: fc.constantFrom("z", "z + z^2/2 - z^3/4", "1 - 12345z^2/678 + z^4", "-7/3*z^5", "(1 - z/3)^7"),
  inputDim: fc.constantFrom(undefined, 1, 2, 11),
  outputs: fc.constantFrom(1, 3),
  trained: fc.constantFrom(...layerSets),
  setting: fc.constantFrom("kkt" as const, "ntk" as const, "gradient" as const),
});

const latex = (options: Parameters<typeof expandOutput>[0]): string => expandOutput({ ...options, format: "latex" });

/** -d 11 only where few terms come of it. */
const fragments = questions.map(({ inputDim, activation, ...rest }) =>
  latex({
    ...rest,
    activation: inputDim === 11 ? "z^2 - z/2" : activation,
    ...(inputDim === undefined ? {} : { inputDim }),
  }),
);

describe("the LaTeX fragment", () => {
  test("renders in katex with strict errors", () => {
    const options = { displayMode: true, strict: "error" } as const;
    expect(() => katex.renderToString("\\begin{align*} a & b", options)).toThrow();
    fc.assert(
      fc.property(fragments, (fragment) => {
        const formulas = formulasOf(fragment);
        expect(formulas.length).toBeGreaterThan(3);
        for (const { formula, displayMode } of formulas) katex.renderToString(formula, { ...options, displayMode });
      }),
      { numRuns: 40 },
    );
  });

  test("balances environments, braces and large parentheses, and every aligned line has one mark", () => {
    fc.assert(
      fc.property(fragments, (fragment) => {
        const count = (pattern: RegExp): number => [...fragment.matchAll(pattern)].length;
        expect(count(/\\begin\{align\*\}/g)).toBe(count(/\\end\{align\*\}/g));
        expect(count(/(?<!\\)\{/g)).toBe(count(/(?<!\\)\}/g));
        expect(count(/\\bigl\(/g)).toBe(count(/\\bigr\)/g));
        expect(fragment.replace(/\$[^$]*\$/g, "")).not.toContain("$");
        for (const { formula, displayMode } of formulasOf(fragment)) {
          if (!displayMode) continue;
          const lines = formula.split("\n").slice(1, -1);
          for (const line of lines) expect(line.match(/&/g), line).toHaveLength(1);
          expect(lines.every((line, k) => line.endsWith("\\\\") === k < lines.length - 1)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("writes fractions, indices and outputs", () => {
    const fragment = latex({ activation: "z/2 + z^2", inputDim: 2, outputs: 2, trained: ["hidden", "output"] });
    expect(fragment).toContain("w_j &= \\sum_c a_{jc} \\bigl(\\frac{1}{2} T_{1}^{(c)} + 2 T_{2}^{(c)}[w_j]\\bigr)");
    expect(fragment).toContain(
      "a_{1} \\bigl(\\frac{1}{2} T_{1;1}^{(1)} + 2 w_{1} T_{2;11}^{(1)} + 2 w_{2} T_{2;12}^{(1)}\\bigr)",
    );
    expect(fragment).toContain("T_{2;12}^{(2)} = \\sum_i g_{i2} x_{i1} x_{i2}");
  });

  test("starts a new environment where one would be longer than a page", () => {
    const environments = (inputDim: number): number =>
      [...latex({ activation: "z", inputDim }).matchAll(/\\begin\{align\*\}/g)].length;
    expect([environments(20), environments(21)]).toEqual([4, 5]);
  });

  test("has no coordinates without a dimension", () => {
    expect(latex({ activation: "z^2" })).not.toContain("In coordinates");
    expect(latex({ activation: "z^2", inputDim: 1 })).toContain("In coordinates");
  });
});
