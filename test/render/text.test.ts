import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Block, ReportDocument } from "../../src/document/tree.ts";
import { breakWord, columnsOf, pad, wrap } from "../../src/render/columns.ts";
import { renderText } from "../../src/render/text.ts";
import { commandLines } from "../../src/render/text-code.ts";
import { exampleDocument, math, text } from "../support/example-document.ts";

const render = (document: ReportDocument): string => renderText(document).main as string;
const withBlocks = (blocks: readonly Block[]): ReportDocument => ({
  ...exampleDocument,
  sections: [{ id: "one", title: [text("One")], blocks }],
  references: [],
});

describe("the example as text", () => {
  const report = render(exampleDocument);

  test("says what the pictures show", () => {
    expect(report).toContain("Figure 1. Singular values of the Jacobian; Table 1 names the ranks.");
    expect(report).toContain("    Twenty singular values between 210 and 0.01");
  });

  test("aligns the columns of a table", () => {
    const lines = report.split("\n");
    const head = lines.find((line) => line.startsWith("quantity"))!;
    const row = lines.find((line) => line.startsWith("rank of the Jacobian"))!;
    expect(row.indexOf("singular")).toBe(head.indexOf("where"));
    expect(row.indexOf("20") + 2).toBe(head.indexOf("value") + "value".length);
  });

  test("lists the references with their numbers", () => {
    expect(report).toContain("\n[2] J. B. Kruskal. Three-way arrays");
    expect(report).toContain("Statement 1 (Kruskal [2, Theorem 4a]).");
    expect(report).toContain("doi:10.1016/0024-3795(77)90069-6");
  });

  test("has the verdict in words", () => {
    expect(report).toContain("\nDETERMINED\n4 of 4 samples");
    expect(render({ ...exampleDocument, outcome: "undetermined" })).toContain("\nNOT DETERMINED\n");
    expect(render({ ...exampleDocument, outcome: "isolated" })).toContain("\nLOCALLY DETERMINED\n");
  });
});

test("a table of more columns than fit is written row by row", () => {
  const columns = Array.from({ length: 30 }, (_, index) => ({
    title: [text(`column${index}`)],
    align: "right" as const,
  }));
  const rows = [columns.map((_, index) => [text(`value${index}`)])];
  const report = render(withBlocks([{ kind: "table", id: "t", caption: [], columns, rows }]));
  expect(report).toContain("  column29: value29\n");
});

test("a short formula is not broken, a long one is", () => {
  const filler = text(`${"word ".repeat(15)}`);
  const report = render(withBlocks([{ kind: "paragraph", content: [filler, math("", "a + b + c")] }]));
  expect(report).toContain("\na + b + c\n");
});

test("a command that goes on can be pasted", () => {
  const command = "kktid check file.npz -a 'z + 1/2 z^2' --samples 4 --seed 1";
  const lines = commandLines(command, 30);
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.join("\n").replace(/ \\\n +/g, " ")).toBe(command);
  expect(lines.some((line) => line.includes("-a 'z + 1/2 z^2'"))).toBe(true);
});

describe("columns", () => {
  test.each([
    ["abc", 3],
    ["x̂", 1],
    ["漢字", 4],
    ["한국어", 6],
    ["e\u0301", 1],
    ["σ′(z)", 5],
    ["\u{1F600}", 2],
    ["a\u200Bb", 2],
  ])("%s takes %i", (content, columns) => {
    expect(columnsOf(content)).toBe(columns);
  });

  test("wrapping keeps the words", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 })),
        fc.integer({ min: 2, max: 30 }),
        (words, width) => {
          const content = words.join(" ").replace(/\s+/g, " ").trim();
          const lines = wrap(content, width);
          for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(width);
          expect(lines.join("").replace(/ /g, "")).toBe(content.replace(/ /g, ""));
        },
      ),
    );
  });

  test("a broken word keeps its marks", () => {
    expect(breakWord("x̂x̂x̂", 2)).toEqual(["x̂x̂", "x̂"]);
    expect(breakWord("漢字漢", 3)).toEqual(["漢", "字", "漢"]);
  });

  test("padding fills on the other side", () => {
    expect(pad("漢", 4, "right")).toBe("  漢");
    expect(pad("漢", 4, "left")).toBe("漢  ");
  });
});

test("no line is wider than 80 columns, and none obeys", () => {
  const words = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 200 }),
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.constantFrom(
      "漢".repeat(100),
      "x̂".repeat(120),
      "https://example.org/".repeat(9),
      "\u001B[2J",
      "a b ".repeat(60),
    ),
  );
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 9 }), words, (cells, content) => {
      const columns = cells.map((cell, index) => ({
        title: [text(cell)],
        align: index % 2 === 0 ? ("left" as const) : ("right" as const),
        wraps: index % 3 === 0,
      }));
      const row = cells.map((cell) => [text(cell), math(cell, content)]);
      const report = render({
        ...withBlocks([
          { kind: "paragraph", content: [text(content), math("", content)] },
          { kind: "table", id: content, caption: [text(content)], columns, rows: [row, row.toReversed()] },
          { kind: "displayed-math", lines: [], plain: cells },
          { kind: "list", ordered: true, items: row },
          { kind: "code", language: "console", text: content },
          { kind: "code", language: "json", text: content },
        ]),
        title: content,
        summary: [{ kind: "link", href: "https://example.org/", text: content }],
        references: [{ key: "k", type: "misc", authors: cells, title: content, year: 2026, doi: content }],
        stamp: { ...exampleDocument.stamp, tool: content, commands: cells },
      });
      for (const line of report.split("\n")) expect(columnsOf(line)).toBeLessThanOrEqual(80);
      expect(/(?!\n)\p{Cc}|\p{Cs}|\u202E/u.test(report)).toBe(false);
    }),
    { numRuns: 60 },
  );
});
