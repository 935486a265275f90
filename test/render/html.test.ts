import fc from "fast-check";
import { HtmlValidate } from "html-validate";
import { describe, expect, test } from "vitest";
import { readHtmlAssets } from "../../src/cli/html-assets.ts";
import type { Inline, ReportDocument } from "../../src/document/tree.ts";
import { renderHtml } from "../../src/render/html/page.ts";
import { danglingReferences } from "../../src/render/numbering.ts";
import { exampleDocument, math, text } from "../support/example-document.ts";
import { parseHtml as parse } from "../support/parsed-html.ts";

const assets = readHtmlAssets();
const render = (document: ReportDocument): string => renderHtml(document, assets).main as string;
const html = render(exampleDocument);

const validator = new HtmlValidate({
  root: true,
  extends: ["html-validate:recommended", "html-validate:a11y"],
  rules: {
    // Scrolling regions are groups with a name; the native <fieldset> is for forms, and <section> is a landmark.
    "prefer-native-element": ["error", { exclude: ["group", "img"] }],
    // The pictures keep the attribute order and the self-closing of what draws them.
    "void-style": "off",
    // The report has no line that a formatter would mind; rows of tables are one line each.
    "long-title": "off",
  },
});

describe("the example as HTML", () => {
  test("is valid and accessible by the rules of html-validate", async () => {
    const { results } = await validator.validateString(html);
    const messages = results.flatMap(({ messages: found }) => found);
    expect(messages.map(({ ruleId, message, line, column }) => `${ruleId} ${line}:${column} ${message}`)).toEqual([]);
  });

  test("an error in it is found", async () => {
    const { valid } = await validator.validateString(html.replace("<main", "<main><p><div></div></p"));
    expect(valid).toBe(false);
  });

  test("every formula renders", () => {
    const content = parse(html);
    expect(content.querySelectorAll(".katex").length).toBeGreaterThan(100);
    expect(content.querySelectorAll(".katex-error, .formula-text").length).toBe(0);
  });

  test("fetches nothing", () => {
    expect(subresources(html)).toEqual([]);
    const policy = parse(html).querySelector('meta[http-equiv="Content-Security-Policy"]')!.getAttribute("content")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|\*|script-src|connect-src/);
    expect(html.match(/<script|<iframe|<object|<embed|<[^>]*\son\w+=/i)).toBeNull();
  });

  test("leads every link of its own to an element", () => {
    const document = parse(html);
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.getAttribute("id"));
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...document.querySelectorAll('a[href^="#"]')].map((link) => link.getAttribute("href")!.slice(1));
    expect(links.length).toBeGreaterThan(10);
    for (const target of links) expect(ids, target).toContain(target);
  });

  test("numbers tables, figures and statements where they stand and where they are named", () => {
    const content = parse(html);
    expect(content.querySelector("#counts caption")!.textContent).toMatch(/^Table 1\. /);
    expect(content.querySelector("#spectrum figcaption")!.textContent).toMatch(/^Figure 1\. /);
    expect(content.querySelector("#pictures figcaption")!.textContent).toMatch(/^Figure 2\. /);
    expect(content.querySelector('#certificate a[href="#kruskal"]')!.textContent).toBe("Statement 1");
    expect(danglingReferences(exampleDocument)).toEqual([]);
  });

  test("names what nothing bears", () => {
    const content: Inline[] = [
      { kind: "reference", to: "nowhere" },
      { kind: "citation", key: "nobody2026" },
    ];
    expect(danglingReferences({ ...exampleDocument, summary: content })).toEqual(["nowhere", "nobody2026"]);
  });

  test("has one heading of level 1 and skips no level", () => {
    const levels = [...parse(html).querySelectorAll("h1, h2, h3, h4, h5, h6")].map(({ tagName }) => Number(tagName[1]));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    levels.forEach((level, index) => {
      expect(level).toBeLessThanOrEqual((levels[index - 1] ?? 0) + 1);
    });
  });

  test("has pictures with a name and a description", () => {
    const pictures = [...parse(html).querySelectorAll("figure svg")];
    expect(pictures).toHaveLength(2);
    for (const picture of pictures) {
      expect(picture.getAttribute("role")).toBe("img");
      expect(picture.querySelector("title")!.textContent).not.toBe("");
      expect(picture.querySelector("desc")!.textContent).not.toBe("");
    }
  });

  test("holds the fonts of its formulas and no others", () => {
    const plain = render({ ...exampleDocument, proofs: [], sections: [] });
    expect(fontsOf(plain)).toEqual(["KaTeX_Main normal normal"]);
    const bold = render({
      ...exampleDocument,
      proofs: [],
      sections: [],
      summary: [math("\\mathbf{x} \\in \\mathfrak{g}", "")],
    });
    expect(fontsOf(bold)).toEqual([
      "KaTeX_Fraktur normal normal",
      "KaTeX_Main bold normal",
      "KaTeX_Main normal normal",
    ]);
    expect(fontsOf(html).length).toBeGreaterThan(4);
  });

  test("is below 300 kB without pages of proofs/", () => {
    expect(render({ ...exampleDocument, proofs: [] }).length).toBeLessThan(300_000);
  });
});

test("a table of contents comes with the fourth section", () => {
  const short = { ...exampleDocument, sections: exampleDocument.sections.slice(0, 3) };
  expect(parse(render(short)).querySelector("nav")).toBeNull();
  expect(parse(html).querySelectorAll("nav li").length).toBe(6);
});

test("a formula that KaTeX refuses is shown as its text", () => {
  for (const tex of ["\\href{https://example.org}{x}", "\\frac{1}{", "\\unknown", "\\includegraphics{x.png}"]) {
    const page = render({ ...exampleDocument, summary: [math(tex, "1 < x")] });
    expect(parse(page).querySelector(".summary .formula-text")?.textContent, tex).toBe("1 < x");
    expect(parse(page).querySelector(".katex-error, .summary .katex")).toBeNull();
  }
});

test("a link leads to the web or to a page in the file, and nowhere else", () => {
  const link = (href: string): string => {
    const page = render({ ...exampleDocument, sections: [], summary: [{ kind: "link", href, text: "there" }] });
    return parse(page).querySelector(".summary a")?.getAttribute("href") ?? "";
  };
  expect(link("https://arxiv.org/abs/2602.08723")).toBe("https://arxiv.org/abs/2602.08723");
  expect(link("proofs/catalecticant.md")).toBe("#proof-catalecticant");
  for (const href of ["proofs/gauge.md", "javascript:alert(1)", "file:///etc/passwd", 'https://x"><script>']) {
    expect(link(href), href).toBe("");
  }
});

describe("arbitrary text", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.string({ unit: "grapheme", maxLength: 30 }),
    fc.constantFrom(
      "<script>alert(1)</script>",
      "</style><p>",
      "]]>",
      "<!--",
      "&lt;",
      "\u202Eabc",
      "\uD800",
      "'\"><img src=x>",
    ),
  );

  test("stays inside its element", () => {
    const frame = elementsOf(render(withText("x")));
    fc.assert(
      fc.property(hostile, (content) => {
        const page = render(withText(content));
        expect(elementsOf(page)).toEqual(frame);
        expect(/\p{Cs}/u.test(page)).toBe(false);
        expect(subresources(page)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test("as a formula makes nothing but a formula", () => {
    const tex = fc.oneof(
      hostile,
      fc.constantFrom("\\text{<b>}", "\\href{javascript:x}{y}", "\\htmlClass{a}{b}", "a\\#\\&b"),
    );
    fc.assert(
      fc.property(tex, (content) => {
        const page = parse(render({ ...exampleDocument, sections: [], proofs: [], summary: [math(content, content)] }));
        for (const formula of page.querySelectorAll(".summary .katex, .formula-text")) formula.remove();
        expect(
          page.querySelectorAll(".summary a, .summary script, .summary img, .summary b, .summary p p"),
        ).toHaveLength(0);
        expect(page.querySelectorAll("main, h1, footer")).toHaveLength(3);
      }),
      { numRuns: 60 },
    );
  });

  test("comes back as it was, but for what cannot be seen", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii", maxLength: 40 }), (content) => {
        const page = parse(render(withText(`[${content}]`)));
        expect(page.querySelector("h1")!.textContent).toBe(`[${content}]`);
        expect(page.querySelector("em")!.textContent).toBe(`[${content}]`);
      }),
      { numRuns: 40 },
    );
  });
});

/** The same text at every place of a document that takes text. */
function withText(content: string): ReportDocument {
  const everywhere: Inline[] = [
    text(content),
    { kind: "emphasis", text: content },
    { kind: "strong", text: content },
    { kind: "code", text: content },
    { kind: "link", href: "https://example.org/", text: content },
    { kind: "citation", key: "listed", place: content },
  ];
  return {
    title: content,
    summary: everywhere,
    outcome: "open",
    sections: [
      {
        id: "one",
        title: everywhere,
        blocks: [
          { kind: "paragraph", content: everywhere },
          { kind: "code", language: "text", text: content },
          { kind: "statement", id: "two", title: everywhere, content: everywhere },
          {
            kind: "table",
            id: "three",
            caption: everywhere,
            columns: [{ title: [text(`.${content}`)], align: "left" }],
            rows: [[[text(`.${content}`)]]],
          },
        ],
      },
    ],
    references: [{ key: "listed", type: "book", authors: [content], title: content, year: 2026, publisher: content }],
    proofs: [],
    stamp: { tool: content, version: content, seed: 1, inputHash: content, commands: [content] },
  };
}

/** Names of the elements of a page in order; a formula that was text and has become none would show. */
function elementsOf(page: string): string[] {
  return [...page.slice(page.indexOf("<body>")).matchAll(/<(\/?[a-z][a-z0-9]*)/gi)].map(([, name]) => name!);
}

/** Addresses that a browser would fetch. */
function subresources(page: string): string[] {
  const attributes = [
    ...page.matchAll(
      /<(?:link|img|script|iframe|source|image|use|object|embed)\b[^>]*?\s(?:src|href|xlink:href|srcset|data)="([^"]*)"/g,
    ),
  ];
  const styles = [...page.matchAll(/url\(([^)]*)\)|@import\s+([^;]+)/g)];
  return [...attributes, ...styles]
    .map((match) => (match[1] ?? match[2])!)
    .filter((address) => !/^["']?(?:data:|#)/.test(address));
}

function fontsOf(page: string): string[] {
  return [...page.matchAll(/@font-face\{font-family:"(\w+)";font-weight:(\w+);font-style:(\w+)/g)].map(
    ([, family, weight, style]) => `${family} ${weight} ${style}`,
  );
}
