import { describe, expect, test } from "vitest";
import { renderProofPage } from "../../src/render/proof-page.ts";
import { storedProofs } from "../support/example-document.ts";
import { type ParsedDocument, parseHtml as parse } from "../support/parsed-html.ts";

const pages = storedProofs();
const render = (
  markdown: string,
  included: readonly string[] = [],
): { title: string; page: ParsedDocument; body: string } => {
  const { title, body } = renderProofPage({ path: "proofs/test.md", markdown }, new Set(included));
  return { title, body, page: parse(body) };
};

describe.each(pages)("$path", (proof) => {
  const { title, body } = renderProofPage(proof, new Set(pages.map(({ path }) => path)));
  const page = parse(`<h3>${title}</h3>${body}`);

  test("has no formula that KaTeX refuses", () => {
    const refused = [...page.querySelectorAll(".formula-text, .katex-error")].map((formula) => formula.textContent!);
    const places = refused.map((tex) => {
      const line = proof.markdown.split("\n").findIndex((text) => text.includes(tex.trim().slice(0, 40)));
      return `${proof.path}:${line + 1}: ${tex}`;
    });
    expect(places).toEqual([]);
  });

  test("leaves no dollar that was meant as one of a formula", () => {
    for (const formula of page.querySelectorAll(".katex, code")) formula.remove();
    expect(page.body.textContent).not.toMatch(/\$|\\[a-z]{2,}/);
  });

  test("leads links to pages of the report", () => {
    const ids = new Set(pages.map(({ path }) => `#proof-${path.slice("proofs/".length, -".md".length)}`));
    for (const link of page.querySelectorAll("a")) {
      const href = link.getAttribute("href")!;
      expect(ids.has(href) || href.startsWith("https://"), href).toBe(true);
    }
  });
});

test("a formula that KaTeX refuses is seen", () => {
  const { page } = render("# Title\n\nSee $\\unknown{x}$.");
  expect(page.querySelector(".formula-text")!.textContent).toBe("\\unknown{x}");
});

test("the title is apart, and sections stand below it", () => {
  const { title, page } = render("# A *title*\n\nText.\n\n## Section\n\n### Part\n");
  expect(title).toBe("A <em>title</em>");
  expect(page.querySelector("h1, h2, h3")).toBeNull();
  expect(page.querySelector("h4")!.textContent).toBe("Section");
  expect(page.querySelector("h5")!.textContent).toBe("Part");
});

test("HTML is text, and pictures are not fetched", () => {
  const { page } = render("# T\n\n<script>alert(1)</script>\n\na <b>b</b> ![alt](https://example.org/x.png) `<i>`");
  expect(page.querySelector("script, b, img, i")).toBeNull();
  expect(page.body.textContent).toContain("<script>alert(1)</script>");
});

test("a formula between two dollars stands on a line of its own, in a sentence or alone", () => {
  expect(render("# T\n\n$$x^2$$").page.querySelector(".katex-display")).not.toBeNull();
  expect(render("# T\n\n$$\nx^2\n$$").page.querySelector(".katex-display")).not.toBeNull();
  expect(render("# T\n\n$x^2$").page.querySelector(".katex-display")).toBeNull();
});

test("a page is linked where the report holds it, and is a path where it does not", () => {
  const markdown =
    "# T\n\nSee `proofs/gauge.md` and [the counting](counting.md), [it](proofs/gauge.md) and [the web](https://example.org/).";
  const links = (included: readonly string[]): string[] =>
    [...render(markdown, included).page.querySelectorAll("a")].map((link) => link.getAttribute("href")!);
  expect(links(["proofs/gauge.md", "proofs/counting.md"])).toEqual([
    "#proof-gauge",
    "#proof-counting",
    "#proof-gauge",
    "https://example.org/",
  ]);
  expect(links([])).toEqual(["https://example.org/"]);
  expect(render(markdown).page.body.textContent).toContain("See proofs/gauge.md and the counting, it and the web");
});

test("a table scrolls by itself and its heads have a scope", () => {
  const { page } = render("# T\n\n| a | b |\n|---|--:|\n| $x$ | 1 |");
  expect(page.querySelector('[role="group"][tabindex="0"] > table')).not.toBeNull();
  for (const head of page.querySelectorAll("th")) expect(head.getAttribute("scope")).toBe("col");
});
