import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The Markdown of a page of proofs/ in this package, or null for a page that there is not. */
export function readProofPage(path: string): string | null {
  if (!/^proofs\/[\w-]+\.md$/.test(path)) return null;
  const file = join(ROOT, path);
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}

/** Faces that go with Latin Modern: upright letters, then Greek and signs that those lack. */
const FIGURE_FONTS = ["KaTeX_Main-Regular.ttf", "KaTeX_Math-Italic.ttf", "KaTeX_AMS-Regular.ttf"];

/** Fonts for the text of pictures in a PDF, from the installed KaTeX. */
export function readFigureFonts(): Uint8Array[] {
  const folder = join(dirname(createRequire(import.meta.url).resolve("katex/package.json")), "dist", "fonts");
  return FIGURE_FONTS.map((name) => join(folder, name))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path));
}
