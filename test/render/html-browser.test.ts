import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readHtmlAssets } from "../../src/cli/html-assets.ts";
import { renderHtml } from "../../src/render/html/page.ts";
import { launchBrowser, withoutBrowser } from "../support/browser.ts";
import { exampleDocument } from "../support/example-document.ts";

const reason = withoutBrowser ? " (left out: no Chromium here; CHROMIUM names one)" : "";

const views = [
  { width: 1280, colorScheme: "light" },
  { width: 1280, colorScheme: "dark" },
  { width: 390, colorScheme: "light" },
  { width: 390, colorScheme: "dark" },
] as const;

describe.skipIf(withoutBrowser)(`the example in a browser${reason}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "kktid-html-"));
  const file = join(folder, "report.html");
  let browser: Browser;

  beforeAll(async () => {
    writeFileSync(file, renderHtml(exampleDocument, readHtmlAssets()).main);
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  describe.each(views)("$width pixels wide, $colorScheme", (view) => {
    let page: Page;
    const requests: string[] = [];
    const complaints: string[] = [];

    beforeAll(async () => {
      page = await browser.newPage({ viewport: { width: view.width, height: 900 }, colorScheme: view.colorScheme });
      page.on("request", (request) => requests.push(request.url()));
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(pathToFileURL(file).href);
    });

    test("the page does not scroll sideways, its proofs closed or open", async () => {
      for (const open of [false, true]) {
        await openDetails(page, open);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(view.width);
      }
    });

    // KaTeX's glyphs are hidden from assistive technology, which reads the MathML beside them.
    test("axe finds nothing against WCAG A and AA", async () => {
      await page.evaluate('document.querySelectorAll("details").forEach((proof, i) => { proof.open = i === 1; })');
      await page.evaluate(axe.source);
      const found = (await page.evaluate(
        `axe.run({ exclude: [".katex-html"] }, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], preload: false })
          .then(({ violations, passes }) => ({
            violations: violations.map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(" | ")),
            checked: passes.map(({ id }) => id),
          }))`,
      )) as { violations: string[]; checked: string[] };
      expect(found.violations).toEqual([]);
      expect(found.checked).toContain("color-contrast");
    });

    test("formulas have a size, and the glyphs of fonts that are in the file", async () => {
      await openDetails(page, true);
      const { empty, count, foreign } = (await page.evaluate(MEASURE_FORMULAS)) as Measured;
      expect(count).toBeGreaterThan(100);
      expect(empty).toBe(0);
      expect(foreign).toEqual([]);
    });

    test("nothing is fetched, and nothing complained of", () => {
      expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([pathToFileURL(file).href]);
      expect(complaints).toEqual([]);
    });
  });

  test("a link to a proof opens it", async () => {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(file).href);
    await page.click('.statement a[href="#proof-catalecticant"]');
    expect(await page.evaluate('document.querySelector("#proof-catalecticant").parentElement.open')).toBe(true);
    await page.close();
  });

  test("the policy would stop a picture from the network", async () => {
    const page = await browser.newPage();
    const outside: string[] = [];
    page.on("request", (request) => outside.push(request.url()));
    const refused: string[] = [];
    page.on("console", (message) => refused.push(message.text()));
    const open = join(folder, "with-picture.html");
    const html = readFileSync(file, "utf8");
    writeFileSync(open, html.replace("<main", '<img src="http://127.0.0.1:9/x.png" alt=""><main'));
    await page.goto(pathToFileURL(open).href);
    expect(refused.join()).toContain("Content Security Policy");
    await page.close();
  });
});

interface Measured {
  readonly count: number;
  readonly empty: number;
  readonly foreign: readonly string[];
}

/** Run in the page: the size of each formula, and the fonts of its text that no @font-face of the page gives. */
const MEASURE_FORMULAS = `document.fonts.ready.then(() => {
  const weights = { 400: "normal", 700: "bold" };
  const given = new Set([...document.fonts].filter(({ status }) => status === "loaded")
    .map(({ family, weight, style }) => [family.replaceAll('"', ""), weights[weight] ?? weight, style].join(" ")));
  const formulas = [...document.querySelectorAll(".katex-html")];
  const empty = formulas.filter((formula) => {
    const { width, height } = formula.getBoundingClientRect();
    return width === 0 || height === 0;
  });
  const foreign = new Set();
  for (const element of document.querySelectorAll(".katex-html *")) {
    const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.replace(/[\\s\\u200b\\u00a0]/g, "") !== "");
    if (!text) continue;
    const style = getComputedStyle(element);
    const family = style.fontFamily.split(",")[0].replaceAll('"', "");
    const name = [family, weights[style.fontWeight] ?? style.fontWeight, style.fontStyle].join(" ");
    if (!given.has(name)) foreign.add(name);
  }
  return { count: formulas.length, empty: empty.length, foreign: [...foreign] };
})`;

function openDetails(page: Page, open: boolean): Promise<unknown> {
  return page.evaluate(`document.querySelectorAll("details").forEach((details) => { details.open = ${open}; })`);
}
