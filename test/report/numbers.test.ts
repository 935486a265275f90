import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatNumber, formatSpectrum, joinWords, wrap } from "../../src/report/numbers.ts";

/** Up to 1e308: a rounded larger one might read back as infinity. */
const finite = fc.double({ min: -1e308, max: 1e308, noNaN: true }).map((value) => value + 0);

describe("formatNumber", () => {
  test("reads back within half a unit of its last digit", () => {
    fc.assert(
      fc.property(finite, fc.integer({ min: 1, max: 6 }), (value, digits) => {
        const back = Number(formatNumber(value, digits));
        // digits + 1 significant figures at least; half an ulp more for the smallest doubles.
        expect(Math.abs(back - value)).toBeLessThanOrEqual(0.5 * 10 ** -digits * Math.abs(value) * 1.0001 + 5e-324);
      }),
      { numRuns: 1000 },
    );
  });

  test("keeps the sign and the order", () => {
    fc.assert(
      fc.property(finite, finite, (a, b) => {
        expect(Number(formatNumber(-a)) + Number(formatNumber(a))).toBe(0);
        if (a < b) expect(Number(formatNumber(a))).toBeLessThanOrEqual(Number(formatNumber(b)));
      }),
      { numRuns: 1000 },
    );
  });

  test("is short: at most a sign, three digits, a point and an exponent", () => {
    fc.assert(
      fc.property(finite, (value) => {
        expect(formatNumber(value).length).toBeLessThanOrEqual("-1.2e-300".length);
      }),
    );
  });

  test.each([
    [0, "0"],
    [-7, "-7"],
    [123456, "123456"],
    [1e6, "1.0e6"],
    [0.5, "0.5"],
    [2.0001, "2"],
    [99.5, "99.5"],
    [0.01, "0.01"],
    [0.0099, "9.9e-3"],
    [21234.5, "2.1e4"],
    [1.1102230246251565e-16, "1.1e-16"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Infinity"],
  ])("writes %d as %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  test("writes every exponent without a plus sign", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e7, noNaN: true }), (value) => {
        expect(formatNumber(value)).not.toContain("+");
      }),
      { numRuns: 1000, examples: [[3990.4], [999.96], [9999.6]] },
    );
  });
});

describe("formatSpectrum", () => {
  test.each([
    [[], 0, "none"],
    [[1e-16], 0, "none | 1.0e-16"],
    [[3, 2, 1], 3, "3, 2, 1"],
    [[3, 2, 1, 0.5], 4, "3, 2, 1, 0.5"],
    [[5, 4, 3, 2, 1], 5, "5, 4, …, 2, 1"],
    [[9, 8, 7, 6, 5, 4, 3, 2, 1], 6, "9, 8, …, 5, 4 | 3, 2, …"],
    [[2, 1, 1e-16], 2, "2, 1 | 1.0e-16"],
    [[2, 1, 1e-16, 1e-17], 2, "2, 1 | 1.0e-16, 1.0e-17"],
  ] as const)("writes %j with rank %i as %j", (values, rank, text) => {
    expect(formatSpectrum(values, rank)).toBe(text);
  });

  test("shows the values next to the cut, and a bar exactly where something is cut off", () => {
    const spectra = fc.array(fc.double({ min: 1e-3, max: 9, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(spectra, fc.nat({ max: 12 }), (values, cut) => {
        const rank = Math.min(cut, values.length);
        const text = formatSpectrum(values, rank);
        expect(text.includes("|")).toBe(rank < values.length);
        const [kept = "", dropped = ""] = text.split("|");
        if (rank > 0) expect(kept.trimEnd().endsWith(formatNumber(values[rank - 1]!))).toBe(true);
        if (rank < values.length) expect(dropped.trimStart().startsWith(formatNumber(values[rank]!))).toBe(true);
      }),
    );
  });
});

describe("joinWords", () => {
  test.each([
    [[], ""],
    [["sign"], "sign"],
    [["permutation", "sign"], "permutation and sign"],
    [["permutation", "sign", "scale"], "permutation, sign and scale"],
  ])("joins %j to %j", (words, text) => {
    expect(joinWords(words)).toBe(text);
  });
});

describe("wrap", () => {
  const word = fc.string({ unit: fc.constantFrom(..."abcdefgh-²σ"), minLength: 1, maxLength: 12 });
  const texts = fc.array(word, { minLength: 1, maxLength: 40 }).map((words) => words.join(" "));
  const cases = fc.tuple(texts, fc.nat({ max: 12 }), fc.integer({ min: 30, max: 90 }));

  test("keeps every word in its order and every line within the width, behind the indent", () => {
    fc.assert(
      fc.property(cases, ([text, indent, width]) => {
        const lines = wrap(text, " ".repeat(indent), width).split("\n");
        expect(lines.map((line) => line.slice(indent)).join(" ")).toBe(text);
        for (const line of lines) {
          expect(line.length).toBeLessThanOrEqual(width);
          expect(line.slice(0, indent)).toBe(" ".repeat(indent));
        }
      }),
    );
  });

  test("breaks no earlier than it has to", () => {
    fc.assert(
      fc.property(cases, ([text, indent, width]) => {
        const lines = wrap(text, " ".repeat(indent), width).split("\n");
        lines.slice(1).forEach((line, k) => {
          const first = line.slice(indent).split(" ")[0]!;
          expect(lines[k]!.length + 1 + first.length).toBeGreaterThan(width);
        });
      }),
    );
  });

  test("wraps what is wrapped to the same lines", () => {
    fc.assert(
      fc.property(cases, ([text, , width]) => {
        expect(wrap(wrap(text, "", width), "", width)).toBe(wrap(text, "", width));
      }),
    );
  });

  test("gives a word that is wider than the line one of its own", () => {
    expect(wrap("a bbbbbbbbbb c", "", 5)).toBe("a\nbbbbbbbbbb\nc");
  });
});
