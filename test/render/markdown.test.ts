import fc from "fast-check";
import { micromark } from "micromark";
import { gfmTable, gfmTableHtml } from "micromark-extension-gfm-table";
import { mathHtml, math as mathSyntax } from "micromark-extension-math";
import { describe, expect, test } from "vitest";
import type { Inline, ReportDocument } from "../../src/document/tree.ts";
import { renderMarkdown } from "../../src/render/markdown.ts";
import { exampleDocument, math, text } from "../support/example-document.ts";
import { type ParsedDocument, parseHtml } from "../support/parsed-html.ts";

const options = { figures: "files", name: "audit" } as const;
const render = (document: ReportDocument): string => renderMarkdown(document, options).main as string;

/** The page as a reader of GitHub-flavoured Markdown sees it. */
function read(markdown: string): ParsedDocument {
  const html = micromark(markdown, {
    extensions: [gfmTable(), mathSyntax()],
    htmlExtensions: [gfmTableHtml(), mathHtml({ throwOnError: true, output: "mathml" })],
    allowDangerousHtml: true,
  });
  return parseHtml(html);
}

describe("the example as Markdown", () => {
  const { main, files } = renderMarkdown(exampleDocument, options);
  const page = read(main as string);

  test("has its pictures beside it", () => {
    expect(files.map(({ name }) => name)).toEqual(["audit-spectrum.svg", "audit-pictures.svg"]);
    const images = [...page.querySelectorAll("img")];
    expect(images.map((image) => image.getAttribute("src"))).toEqual(files.map(({ name }) => name));
    for (const image of images) expect(image.getAttribute("alt")).not.toBe("");
    for (const { bytes } of files) expect(new TextDecoder().decode(bytes)).toMatch(/^<svg .*<\/svg>$/s);
  });

  test("finds pictures whose names have signs of addresses", () => {
    const odd = renderMarkdown(exampleDocument, { ...options, name: "a #1? 100%" });
    const images = [...read(odd.main as string).querySelectorAll("img")];
    const paths = images.map((image) => new URL(image.getAttribute("src")!, "file:///folder/").pathname);
    expect(paths.map((found) => decodeURIComponent(found.slice("/folder/".length)))).toEqual(
      odd.files.map(({ name }) => name),
    );
  });

  test("describes the pictures where there can be no files", () => {
    const omitted = renderMarkdown(exampleDocument, { ...options, figures: "omit" });
    expect(omitted.files).toEqual([]);
    expect(omitted.main).not.toContain("![");
    expect(omitted.main).toContain("Twenty singular values between 210 and 0.01");
  });

  test("has tables of the width of their heads", () => {
    const rows = [...page.querySelectorAll("table tr")];
    expect(rows).toHaveLength(4);
    for (const row of rows) expect(row.querySelectorAll("th, td")).toHaveLength(4);
    expect(page.querySelector("table")!.textContent).toContain("four variables | each once");
  });

  test("has formulas that render", () => {
    expect(page.querySelectorAll(".math-inline").length).toBeGreaterThan(7);
    expect(main).toContain("```math\n\\begin{aligned}\n");
  });

  test("leads cross-references to anchors", () => {
    const links = [...page.querySelectorAll('a[href^="#"]')].map((link) => link.getAttribute("href")!);
    expect(links).toContain("#counts");
    for (const link of links) expect(page.querySelector(link), link).not.toBeNull();
  });

  test("lists the references in the order of their numbers", () => {
    expect(main).toContain("\n## References\n\n1. Y. Shen");
    expect(page.querySelector('a[href="https://doi.org/10.1016/0024-3795(77)90069-6"]')).not.toBeNull();
  });
});

test("a bar in a formula or in code ends no cell", () => {
  const cell: Inline[] = [math("|x| \\le \\|y\\|", "|x|"), text(" "), { kind: "code", text: "a|b" }];
  const page = read(
    render({
      ...exampleDocument,
      sections: [
        {
          id: "one",
          title: [text("One")],
          blocks: [{ kind: "table", id: "t", caption: [], columns: [{ title: cell, align: "left" }], rows: [[cell]] }],
        },
      ],
    }),
  );
  expect(page.querySelectorAll("table tr")).toHaveLength(2);
  expect(page.querySelectorAll("table td, table th")).toHaveLength(2);
  expect(page.querySelector("td code")!.textContent).toBe("a|b");
});

test("text comes back as it was, whatever it means in Markdown", () => {
  const special = fc.array(
    fc.constantFrom(..."\\`*_{}[]<>#+-.!|$~&=^@:/()\"'1 ax", "&amp;", "<b>", "http", "- ", "1. ", "```", "$$", "**"),
    { maxLength: 25 },
  );
  fc.assert(
    fc.property(special, (pieces) => {
      const content = pieces.join("").replace(/\s+/g, " ").trim();
      const paragraph: Inline[] = [
        text(content),
        text("x"),
        { kind: "strong", text: content },
        { kind: "emphasis", text: content },
        { kind: "code", text: content },
        { kind: "link", href: "https://example.org/", text: content },
      ];
      const page = read(
        render({
          ...exampleDocument,
          title: `t${content}`,
          sections: [
            {
              id: "one",
              title: [text("One")],
              blocks: [
                { kind: "paragraph", content: paragraph },
                { kind: "list", ordered: false, items: [paragraph] },
                { kind: "table", id: "t", caption: [], columns: [{ title: paragraph, align: "left" }], rows: [] },
              ],
            },
          ],
        }),
      );
      const expected = `${content}x${content.repeat(4)}`;
      expect(page.querySelector("h1")!.textContent).toBe(`t${content}`);
      expect(page.querySelector("h2 + p")!.textContent).toBe(expected);
      expect(page.querySelector("ul > li")!.textContent).toBe(expected);
      expect(page.querySelector("th")!.textContent).toBe(expected);
    }),
    { numRuns: 200 },
  );
});
