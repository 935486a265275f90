import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { CONDITIONS } from "../src/identifiability/condition-table.ts";
import { CLAIMS } from "../src/verify/claims.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** Files of a folder and its subfolders, as paths from the root. */
function filesIn(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(ending))
    .sort();
}

const pages = filesIn("proofs", ".md");
const sources = filesIn("src", ".ts").map((path) => ({ path, text: read(path) }));

interface Citation {
  readonly from: string;
  readonly page: string;
  readonly section: string | null;
}

/** `proofs/page.md`, `proofs/page.md, section Name` or `proofs/page.md, "Name"` (or in italics) in a text. */
function citationsIn(from: string, text: string): Citation[] {
  const pattern = /(proofs\/[\w-]+\.md)`?(?:,? (?:section )?(?:"([^"]+)"|\*([^*]+)\*)|,? section ([A-Z][\w -]*))?/g;
  return [...text.matchAll(pattern)].map(([, page, quoted, italic, plain]) => ({
    from,
    page: page!,
    section: quoted ?? italic ?? plain ?? null,
  }));
}

/** Headings of a page and its paragraphs' leading names in bold or italics, without the full stop. */
function sectionsOf(page: string): Set<string> {
  const pattern = /^#+ (.+)$|^\*\*([^*]+?)\.?\*\*|^\*([^*]+?)\.?\*/gm;
  return new Set([...read(page).matchAll(pattern)].map((match) => (match[1] ?? match[2] ?? match[3])!));
}

/** The paragraph of a page that starts with one of the bold words. */
function paragraph(page: string, ...starts: string[]): string {
  const found = read(page)
    .split(/\n\s*\n/)
    .find((text) => starts.some((start) => text.startsWith(`**${start}**`)));
  return found ?? "";
}

const inBackticks = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);

interface Use {
  readonly name: string;
  /** The file that the name stands before; null for names that no file follows. */
  readonly file: string | null;
}

/** Names under "Used by", each with the first file named after it. */
function usesOf(page: string): Use[] {
  const uses: Use[] = [];
  let waiting: string[] = [];
  for (const token of inBackticks(paragraph(page, "Used by"))) {
    if (!token.startsWith("src/")) {
      waiting.push(token);
      continue;
    }
    uses.push(...waiting.map((name) => ({ name, file: token })));
    waiting = [];
  }
  return [...uses, ...waiting.map((name) => ({ name, file: null }))];
}

/** Claims under "Verified by"; the command that runs them stands there as well. */
function claimsOf(page: string): string[] {
  return inBackticks(paragraph(page, "Verified by")).filter((token) => token !== "kktid verify");
}

const defines = (text: string, name: string): boolean =>
  new RegExp(`\\b(?:function|const|class|interface|type) ${name}\\b`).test(text);

const quotes = (text: string, name: string): boolean => text.includes(`"${name}"`);

const cited = sources.flatMap(({ path, text }) => citationsIn(path, text));

describe("what the sources cite", () => {
  test("is cited", () => {
    expect(cited.length).toBeGreaterThan(30);
  });

  test.each([...new Set(cited.map(({ page }) => page))])("%s exists", (page) => {
    expect(pages).toContain(page);
  });

  test.each(cited.filter(({ section }) => section !== null))('$page has a section "$section"', ({ page, section }) => {
    expect(sectionsOf(page)).toContain(section);
  });
});

describe("conditions and claims", () => {
  test.each(CONDITIONS.map(({ id, page }) => [id, page] as const))("condition %s has its page %s", (id, page) => {
    expect(pages).toContain(page);
    expect(sources.some(({ text }) => quotes(text, id))).toBe(true);
  });

  test.each(CLAIMS.map(({ id, page }) => [id, page] as const))("claim %s is named on its page %s", (id, page) => {
    expect(pages).toContain(page);
    expect(claimsOf(page)).toContain(id);
  });
});

describe.each(pages)("%s", (page) => {
  test("has a title, a statement and its hypotheses", () => {
    const text = read(page);
    expect(text).toMatch(/^# \S/);
    for (const part of ["Statement", "Hypotheses"]) expect(text).toContain(`**${part}.**`);
  });

  test("has a proof or names its source", () => {
    expect(read(page)).toMatch(/^\*{1,2}(?:Proofs?|Source and proof)\.\*/m);
  });

  test("names files and symbols that use it, and they exist", () => {
    const uses = usesOf(page);
    const symbols = uses.filter(({ name, file }) => file !== null && defines(read(file), name));
    expect(symbols.length, "no symbol is defined in the file named").toBeGreaterThan(0);
    for (const { name, file } of uses) {
      const texts = file === null ? sources.map(({ text }) => text) : [read(file)];
      const known = texts.some((text) => quotes(text, name) || (file !== null && defines(text, name)));
      expect(known, `${name} in ${file ?? "src"}`).toBe(true);
    }
  });

  test("names test files that exist", () => {
    const tests = inBackticks(paragraph(page, "Tests", "Tested by"));
    expect(tests.length).toBeGreaterThan(0);
    for (const file of tests) expect(existsSync(join(root, file)), file).toBe(true);
  });

  test("names the claims of verify that test it, and they name it", () => {
    const claims = claimsOf(page);
    expect(claims.length).toBeGreaterThan(0);
    for (const id of claims) expect(CLAIMS.find((claim) => claim.id === id)?.page, id).toBe(page);
  });

  test("links to what exists", () => {
    const text = read(page);
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!.replace(/#.*$/, ""));
    for (const link of links.filter((target) => target !== "" && !/^[a-z]+:/.test(target))) {
      expect(existsSync(join(root, dirname(page), link)), link).toBe(true);
    }
    for (const { page: target, section } of citationsIn(page, text)) {
      expect(pages).toContain(target);
      if (section !== null) expect(sectionsOf(target)).toContain(section);
    }
    for (const path of inBackticks(text).filter((token) => /^(src|test|bench)\/\S+$/.test(token))) {
      expect(existsSync(join(root, path)), path).toBe(true);
    }
  });

  test("is referred to", () => {
    const others = pages.filter((other) => other !== page).flatMap((other) => citationsIn(other, read(other)));
    expect([...cited, ...others].some((citation) => citation.page === page)).toBe(true);
  });
});
