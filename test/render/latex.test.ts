import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compilePdf } from "../../src/cli/tex-run.ts";
import type { Block, Inline, ReportDocument, Table } from "../../src/document/tree.ts";
import { bibliographyFile } from "../../src/render/bibtex.ts";
import { renderLatex } from "../../src/render/latex.ts";
import { escapeCode, latexText, safeMath } from "../../src/render/latex-text.ts";
import { complaints, SKIP_WITHOUT_TEX } from "../support/tex.ts";

const text = (content: string): Inline => ({ kind: "text", text: content });
const cell = (content: string): readonly Inline[] => [text(content)];

function documentOf(blocks: readonly Block[], changes: Partial<ReportDocument> = {}): ReportDocument {
  return {
    title: "Identifiability: 100 % & σ‖x‖ ≤ 1",
    summary: [text("4 of 4 samples are determined.")],
    outcome: "determined",
    sections: [{ id: "only", title: [text("Only σ")], blocks }],
    references: [],
    proofs: [],
    stamp: {
      tool: "kktid",
      version: "0.1.0",
      seed: 1,
      inputHash: `sha256:${"9f86d081".repeat(8)}`,
      commands: ["kktid check a_b.json"],
    },
    ...changes,
  };
}

const reference = {
  key: "kruskal_1977",
  type: "article",
  authors: ["Joseph B. Kruskal", "Jorge J. Moré"],
  title: "Three-way arrays & more",
  journal: "Linear Algebra and its Applications",
  volume: "18",
  pages: "95–138",
  year: 1977,
  doi: "10.1016/0024-3795(77)90069-6",
} as const;

function table(columns: number, rows: number, content: (row: number, column: number) => string): Table {
  return {
    kind: "table",
    id: `table-${columns}-${rows}`,
    caption: [text("Many & more")],
    columns: Array.from({ length: columns }, (_, c) => ({
      title: cell(`x_${c}`),
      align: "right" as const,
      wraps: c === 1,
    })),
    rows: Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => cell(content(r, c)))),
  };
}

describe("text as TeX", () => {
  test.each([
    ["50% of $x_1 & #2 {a}", "50\\% of \\$x\\_1 \\& \\#2 \\{a\\}"],
    ["\\input{/etc/passwd}", "\\textbackslash{}input\\{/etc/passwd\\}"],
    ["--require", "-{}-require"],
    ["σ ≤ −1 …", "\\ensuremath{\\sigma} \\ensuremath{\\le} \\ensuremath{-}1 \\dots{}"],
    ["Moré Łukasz", "Mor{\\'e} \\L{}ukasz"],
    ["😀", "\\allowbreak{}{\\footnotesize\\mbox{[U+1F600]}}"],
  ])("%s", (given, expected) => {
    expect(latexText(given)).toBe(expected);
  });

  test("is ASCII without a character that TeX would obey, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (given) => {
        const tex = latexText(given);
        expect(tex).toMatch(/^[\x20-\x7E]*$/);
        const bare = tex.replace(/\\(?:[A-Za-z]+|.)/gs, "").replace(/[{}]/g, "");
        expect(bare.replace(/\^(?=[+\-(0-9A-Za-z])|_(?=[+\-0-9A-Za-z])/g, "")).not.toMatch(/[\\$&#%]/);
      }),
    );
  });

  test("long words may be broken, short ones are not touched", () => {
    expect(latexText("identifiability")).toBe("identifiability");
    expect(latexText("f".repeat(64)).split("\\allowbreak{}").length).toBeGreaterThan(9);
    expect(escapeCode("--format latex")).toBe("-{}-format latex");
  });
});

describe("paths and links", () => {
  const content = (blocks: readonly Block[]): Promise<string> =>
    renderLatex(documentOf(blocks), { stem: "r" }).then(({ main }) => main as string);
  const page: Inline = { kind: "link", href: "proofs/instance-certificates.md", text: "instance certificates" };

  test("a path is broken after its slashes and hyphens only", () => {
    expect(escapeCode("proofs/instance-certificates.md")).toBe(
      "proofs/\\allowbreak{}instance-\\allowbreak{}certificates.md",
    );
    expect(latexText("Weights of ../examples/networks/iris-hidden/network.npz")).toBe(
      "Weights of ../\\allowbreak{}examples/\\allowbreak{}networks/\\allowbreak{}iris-\\allowbreak{}hidden/\\allowbreak{}network.npz",
    );
  });

  test("the path of a page stands in brackets, but not in brackets within brackets", async () => {
    const path = "\\texttt{proofs/\\allowbreak{}instance-\\allowbreak{}certificates.md}";
    const within = await content([{ kind: "paragraph", content: [text("proved ("), page, text(") and so on")] }]);
    expect(within).toContain(`proved (instance certificates: ${path}) and so on`);
    const outside = await content([{ kind: "paragraph", content: [text("see (1) and "), page] }]);
    expect(outside).toContain(`see (1) and instance certificates (${path})`);
  });
});

describe("tables", () => {
  const panels = async (columns: number, content: string): Promise<readonly number[]> => {
    const wide = table(columns, 3, () => content);
    const { main } = await renderLatex(
      documentOf([{ ...wide, columns: wide.columns.map((column) => ({ ...column, wraps: false })) }]),
      { stem: "r" },
    );
    return [...(main as string).matchAll(/\\begin\{tabular\}\{@\{\}([rl]+)@\{\}\}/g)].map(([, types]) => types!.length);
  };

  test("are set smaller before they are split, and into panels of about the same width", async () => {
    expect(await panels(8, "1.9e-14 ab")).toEqual([8]);
    const split = await panels(11, "1.9e-14 abcdef");
    expect(split).toHaveLength(2);
    // Each panel begins with the first column.
    expect(split.reduce((sum, count) => sum + count - 1, 1)).toBe(11);
    expect(Math.abs(split[0]! - split[1]!)).toBeLessThanOrEqual(1);
  });
});

describe("formulas", () => {
  test.each(["\\sigma(z) = z^2", "x_i \\in \\mathbb{R}^d", "\\left( \\frac{1}{2} \\right)", "\\partial_x"])(
    "%s stays",
    (tex) => {
      expect(safeMath(tex)).toBe(tex);
    },
  );

  test.each([
    "{",
    "}",
    "a} {b",
    "\\left(",
    "a $ b",
    "50% b",
    "\\input{x}",
    "\\end{document}",
    "\\]",
    "a & b",
    "\\",
    "^^5c",
  ])("%s is refused, and shown as text", (tex) => {
    expect(safeMath(tex)).toBeNull();
  });

  test("signs become commands", () => {
    expect(safeMath("σ ≤ 1")).toBe("\\sigma  \\le  1");
  });
});

test("the bibliography keeps capitals, dashes of pages, and types that BibTeX is content with", () => {
  const bib = bibliographyFile([reference, { ...reference, key: "b", type: "book" }], "stem:");
  expect(bib).toContain("@article{stem:kruskal-5f-1977,");
  expect(bib).toContain("  title = {{Three-way arrays \\& more}},");
  expect(bib).toContain("  author = {Joseph B. Kruskal and Jorge J. Mor{\\'e}},");
  expect(bib).toContain("  pages = {95--138},");
  expect(bib).toContain("@misc{stem:b,");
});

describe.skipIf(SKIP_WITHOUT_TEX)("compiled by pdflatex", () => {
  test("any Unicode text, everywhere that text can stand", { timeout: 120_000 }, async () => {
    const samples = fc.sample(fc.string({ unit: "binary", maxLength: 40 }), { numRuns: 150, seed: 5 });
    const hard = [
      "[",
      "*",
      "[x]",
      "",
      " ",
      "\\\\",
      "``''",
      "<<>>,,",
      "é ő ç Å ĩ ǰ",
      "日本語",
      "𝔽₂³",
      "a\u0301\u0323",
      ...samples,
    ];
    const blocks: Block[] = [
      ...hard.map(
        (content): Block => ({ kind: "paragraph", content: [text(content), { kind: "code", text: content }] }),
      ),
      { kind: "list", ordered: false, items: hard.map((content) => [{ kind: "strong", text: content }]) },
      { kind: "code", language: "text", text: hard.join("\n") },
      { kind: "statement", id: "s", title: [text("]x[")], content: [{ kind: "emphasis", text: hard.join(" ") }] },
      table(3, hard.length, (row) => hard[row]!),
    ];
    const document = documentOf(blocks, { title: hard.slice(0, 30).join(" "), summary: [text(hard.join(" "))] });
    const { pdf } = await compilePdf(await renderLatex(document, { stem: "a_b {c}" }), {
      env: process.env,
      keepAs: null,
    });
    expect(new TextDecoder("latin1").decode(pdf.slice(0, 5))).toBe("%PDF-");
  });

  test("wide and long tables, long words, wide formulas: nothing sticks out, nothing is undefined", async () => {
    const long = `${"sum ".repeat(30)}${"q".repeat(120)}`;
    const blocks: Block[] = [
      { kind: "paragraph", content: [text(long), { kind: "code", text: "sha256:".repeat(30) }] },
      {
        kind: "paragraph",
        content: [
          { kind: "reference", to: "table-3-60" },
          { kind: "citation", key: reference.key, place: "Theorem 1]" },
          { kind: "citation", key: "nowhere" },
          { kind: "reference", to: "nothing" },
          { kind: "link", href: "https://example.org/a_b%20c?x=1&y=#2~z", text: "a page" },
        ],
      },
      table(14, 6, (row, column) => `${-(row + column) / 7}`),
      table(3, 60, (_, column) => (column === 1 ? long : "12345")),
      table(2, 4, () => long),
      {
        kind: "displayed-math",
        lines: [`x &= ${Array(40).fill("y_{12}").join(" + ")}`],
        plain: [Array(40).fill("y_12").join(" + ")],
      },
      { kind: "displayed-math", lines: ["x &= 1", "[y] &= 2"], plain: ["x = 1", "[y] = 2"] },
      { kind: "displayed-math", lines: ["x &= }"], plain: ["x = }"] },
      { kind: "code", language: "console", text: `kktid check ${"a/long/path/".repeat(20)}` },
      { kind: "code", language: "json", text: '{\n  "a": [1, 2]\n}' },
    ];
    const document = documentOf(blocks, { references: [reference] });
    expect(await complaints(await renderLatex(document, { stem: "report" }))).toEqual([]);
  });

  test("the log tells what sticks out and what is undefined", async () => {
    const main =
      "\\documentclass{article}\\begin{document}\\noindent\\hbox to 2\\hsize{x}\\ref{a}\\label{b}\\label{b}\\end{document}";
    const { warnings } = await compilePdf({ main, files: [] }, { env: process.env, keepAs: null });
    expect(new Set(warnings.map(({ kind }) => kind))).toEqual(new Set(["overfull", "undefined", "duplicate"]));
  });

  test("two fragments go into one paper", async () => {
    const document = documentOf(
      [
        { kind: "statement", id: "s", title: [], content: [{ kind: "citation", key: reference.key }] },
        { kind: "paragraph", content: [{ kind: "reference", to: "s" }] },
        table(3, 40, (row) => `${row}`),
      ],
      { references: [reference] },
    );
    const parts = await Promise.all(["one", "two"].map((stem) => renderLatex(document, { stem, fragment: true })));
    const packages = /\\usepackage\{(amsmath[^}]*)\}/.exec(parts[0]!.main as string)![1]!;
    const main = `\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{lmodern,textcomp,${packages}}
\\begin{document}\\input{one.tex}\\input{two.tex}\\bibliographystyle{abbrv}\\bibliography{one,two}\\end{document}`;
    const inputs = parts.map((part, k) => ({
      name: `${["one", "two"][k]}.tex`,
      bytes: new TextEncoder().encode(part.main as string),
    }));
    expect(await complaints({ main, files: [...inputs, ...parts.flatMap(({ files }) => files)] })).toEqual([]);
  });

  const WIDE: readonly Block[] = [
    table(14, 6, (row, column) => `${-(row + column) / 7}`),
    table(3, 60, (_, column) => (column === 1 ? "sum ".repeat(12) : "12345")),
    { kind: "paragraph", content: [{ kind: "reference", to: "table-3-60" }] },
    ...[6, 12, 40].map((terms): Block => {
      const sum = Array(terms).fill("y_{12}").join(" + ");
      return { kind: "displayed-math", lines: [`x &= ${sum}`], plain: [`x = ${sum}`] };
    }),
    { kind: "displayed-math", lines: [`\\left(${"y".repeat(90)}\\right) &= 0`], plain: [`(${"y".repeat(90)}) = 0`] },
    { kind: "displayed-math", lines: [`\\sqrt{${"y".repeat(90)}} &= 0`], plain: [`sqrt(${"y".repeat(90)}) = 0`] },
    { kind: "code", language: "json", text: `{\n  "a": [${"1, ".repeat(20)}2]\n}` },
    { kind: "code", language: "console", text: `kktid check ${"a/long/path/".repeat(20)}` },
  ];

  async function complaintsInPaper(head: string, fragment: string): Promise<readonly string[]> {
    const packages = [...fragment.matchAll(/^%\s+(\\usepackage.*)$/gm)].map(([, line]) => line).join("");
    return complaints({ main: `${head}${packages}\\begin{document}${fragment}\\end{document}`, files: [] });
  }

  test.each(["\\documentclass{article}", "\\documentclass[twocolumn]{article}", "\\documentclass[11pt]{article}"])(
    "a fragment with wide tables, equations and code: %s",
    async (head) => {
      const { main } = await renderLatex(documentOf(WIDE), { stem: "wide", fragment: true });
      expect(await complaintsInPaper(head, main as string)).toEqual([]);
    },
  );

  test("without the fitting the same fragment sticks out of a column", async () => {
    const { main } = await renderLatex(documentOf(WIDE), { stem: "wide", fragment: true });
    const unfitted = "\\documentclass[twocolumn]{article}\\newcommand{\\kktidmath}[2]{\\par\\noindent#1\\par}";
    expect(await complaintsInPaper(unfitted, main as string)).toContainEqual(expect.stringMatching(/^Overfull/));
  });

  test("the same document gives the same bytes", async () => {
    const document = documentOf([table(3, 40, (row) => `${row}`)], { references: [reference] });
    const bytes = async () =>
      (await compilePdf(await renderLatex(document, { stem: "r" }), { env: process.env, keepAs: null })).pdf;
    expect(Buffer.compare(await bytes(), await bytes())).toBe(0);
  });
});
