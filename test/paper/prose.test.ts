import fc from "fast-check";
import katex from "katex";
import { describe, expect, test } from "vitest";
import type { Inline } from "../../src/document/tree.ts";
import { prose } from "../../src/paper/prose.ts";
import { lexemesOf } from "../../src/paper/prose-lexemes.ts";
import { answerOf, REPORTS } from "./answers.ts";

/** The inlines with formulas in ⟦⟧ and code in backticks. */
function marked(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) => {
      if (inline.kind === "math") return `⟦${inline.tex}⟧`;
      if (inline.kind === "code") return `\`${inline.text}\``;
      return inline.kind === "link" ? `<${inline.href}>` : inline.kind === "text" ? inline.text : "?";
    })
    .join("");
}

/** The sentence as it would be read in a terminal. */
function spoken(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) =>
      inline.kind === "math"
        ? inline.plain
        : inline.kind === "link"
          ? inline.href
          : "text" in inline
            ? inline.text
            : "",
    )
    .join("");
}

function render(inlines: readonly Inline[]): void {
  for (const inline of inlines) {
    if (inline.kind !== "math") continue;
    expect(inline.tex).toMatch(/^[\x20-\x7e]+$/);
    katex.renderToString(inline.tex, { strict: "error", throwOnError: true });
  }
}

describe("prose", () => {
  test.each([
    ["a minor has rank n = 4 (σ ≥ 4.1e-2)", "a minor has rank ⟦n = 4⟧ (⟦\\sigma \\ge 4.1\\times 10^{-2}⟧)"],
    ["rank 2 < min(n, d) = 4: missing", "rank ⟦2 < \\min (n, d) = 4⟧: missing"],
    ["the point x_1/‖x_1‖ up to sign", "the point ⟦x_{1}/\\lVert x_{1}\\rVert⟧ up to sign"],
    ["the moment Σ g_i x_i x_iᵀ can change", "the moment ⟦\\sum g_{i} x_{i} x_{i}^{\\mathsf T}⟧ can change"],
    ["(g_i, x_i) ~ (s^-3 g_i, s x_i), a gauge", "⟦(g_{i}, x_{i}) \\sim (s^{-3} g_{i}, s x_{i})⟧, a gauge"],
    ["points of ½‖w‖² − ½P(w)², and", "points of ⟦\\tfrac12 \\lVert w\\rVert ^{2} - \\tfrac12 P(w)^{2}⟧, and"],
    ["a rotation of √|g|·(1, x) between", "a rotation of ⟦\\sqrt{\\lvert g\\rvert} \\cdot (1, x)⟧ between"],
    ["nullity K = rank G = n", "⟦\\operatorname{nullity} K = \\operatorname{rank} G = n⟧"],
    ["z + z^2/2 + z^3/4", "⟦z + z^{2}/2 + z^{3}/4⟧"],
    ["known, p ≥ 2k + 1.", "known, ⟦p \\ge 2k + 1⟧."],
    ["with --weight-precision 1.5e-8 it says", "with `--weight-precision 1.5e-8` it says"],
    ["see proofs/gauge.md", "see <proofs/gauge.md>"],
    ["of 40 neurons only 2 are active: a pair, over C", "of 40 neurons only 2 are active: a pair, over C"],
    ["in the 25395451-adic numbers, p-adic", "in the 25395451-adic numbers, p-adic"],
    ["iris-bias/network.npz has x2", "iris-bias/network.npz has x2"],
  ])("%s", (sentence, expected) => {
    expect(marked(prose(sentence))).toBe(expected);
    render(prose(sentence));
  });

  test("every sentence of real answers renders and keeps its words", async () => {
    for (const argv of Object.values(REPORTS).flat()) {
      for (const sentence of sentencesOf(await answerOf(...argv))) {
        render(prose(sentence));
        expect(spoken(prose(sentence))).toBe(sentence.replaceAll("⇒", "implies").replaceAll("→", "to"));
      }
    }
  }, 240_000);

  test("any text is kept, piece by piece, and what becomes a formula renders", () => {
    const piece = fc.constantFrom(
      ..."n d x_i g_1 ‖ | ( ) , = ≥ < + − · ² ᵀ σ ρ Σ √ ½ ⊗ 4 1.0e-13 rank min( the of a ^ _ ~ … × ± --seed K".split(
        " ",
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, fc.constantFrom("", " ")), { maxLength: 14 }), (pieces) => {
        const sentence = pieces.flat().join("");
        expect(
          lexemesOf(sentence)
            .map(({ text }) => text)
            .join(""),
        ).toBe(sentence);
        render(prose(sentence));
      }),
      { numRuns: 2000 },
    );
  });
});

/** All sentences of an answer, at any depth. */
function sentencesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(sentencesOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === "string" && /^(statement|because|change|sentence|explanation|reason)$/.test(key)
      ? [inner]
      : sentencesOf(inner),
  );
}
