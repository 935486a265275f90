import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { HtmlAssets } from "../render/html/fonts.ts";

/** Style sheet and fonts of the installed KaTeX, for {@link renderHtml}. */
export function readHtmlAssets(): HtmlAssets {
  const folder = join(dirname(createRequire(import.meta.url).resolve("katex/package.json")), "dist");
  const names = readdirSync(join(folder, "fonts")).filter((name) => name.endsWith(".woff2"));
  return {
    katexCss: readFileSync(join(folder, "katex.min.css"), "utf8"),
    fonts: new Map(names.map((name) => [name, readFileSync(join(folder, "fonts", name))])),
  };
}
