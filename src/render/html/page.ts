import type { ReportDocument, Stamp } from "../../document/tree.ts";
import { bibliographyEntry } from "../bibliography-entry.ts";
import { numberDocument } from "../numbering.ts";
import { OUTCOME_LOOKS } from "../outcome.ts";
import { renderProofPage } from "../proof-page.ts";
import type { Rendered } from "../rendered.ts";
import { renderBlock } from "./blocks.ts";
import { compactFormulas } from "./compact.ts";
import { anchor, escapeHtml, escapeLines } from "./escape.ts";
import { type HtmlAssets, katexStyle } from "./fonts.ts";
import { type PageContext, renderInlines, workAnchor } from "./inline.ts";
import { scrollRegion } from "./scroll-region.ts";
import { PAGE_STYLE } from "./style.ts";

/** Reports of fewer sections are read without a table of contents. */
const SECTIONS_FOR_CONTENTS = 4;

/**
 * The report as one HTML file that fetches nothing: style, fonts, pictures and pages of proofs/ are inside, scripts
 * there are none.
 */
export function renderHtml(document: ReportDocument, assets: HtmlAssets): Rendered {
  const { html: body, css } = compactFormulas(renderBody(document));
  const main = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(document.title)}</title>
<link rel="icon" href="data:,">
<style>
${katexStyle(assets, body)}
${css}
${PAGE_STYLE}
</style>
</head>
<body>
${body}
</body>
</html>
`;
  return { main, files: [] };
}

function renderBody(document: ReportDocument): string {
  const context: PageContext = {
    numbering: numberDocument(document),
    proofPaths: new Set(document.proofs.map(({ path }) => path)),
  };
  return [
    '<a class="skip" href="#report-main">Skip to the report</a>',
    renderHeader(document, context),
    renderContents(document, context),
    `<main id="report-main">`,
    ...renderSections(document, context),
    renderReferences(document, context),
    renderProofs(document, context),
    "</main>",
    renderStamp(document.stamp),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function renderHeader({ title, summary, outcome }: ReportDocument, context: PageContext): string {
  const { mark, name } = OUTCOME_LOOKS[outcome];
  return `<header>
<h1>${escapeHtml(title)}</h1>
<div class="summary ${outcome}">
<p class="outcome"><span aria-hidden="true">${mark}</span> ${name}</p>
<p>${renderInlines(summary, context)}</p>
</div>
</header>`;
}

function renderContents({ sections, references, proofs }: ReportDocument, context: PageContext): string {
  if (sections.length < SECTIONS_FOR_CONTENTS) return "";
  const entries = [
    ...sections.map(({ id, title }) => `<li><a href="#${anchor(id)}">${renderInlines(title, context)}</a></li>`),
    ...(references.length === 0 ? [] : ['<li class="unnumbered"><a href="#report-references">References</a></li>']),
    ...(proofs.length === 0 ? [] : ['<li class="unnumbered"><a href="#report-proofs">Proofs</a></li>']),
  ];
  return `<nav aria-labelledby="report-contents">
<h2 id="report-contents">Contents</h2>
<ol>
${entries.join("\n")}
</ol>
</nav>`;
}

function renderSections({ sections }: ReportDocument, context: PageContext): string[] {
  return sections.map(({ id, title, blocks }, index) => {
    const heading = `<h2><span class="number">${index + 1}</span> ${renderInlines(title, context)}</h2>`;
    const content = blocks.map((block) => renderBlock(block, context)).join("\n");
    return `<section id="${anchor(id)}">\n${heading}\n${content}\n</section>`;
  });
}

function renderReferences({ references }: ReportDocument, context: PageContext): string {
  if (references.length === 0) return "";
  const entries = references.map(
    (reference, index) =>
      `<li id="${workAnchor(index + 1)}">${renderInlines(bibliographyEntry(reference), context)}</li>`,
  );
  return `<section id="report-references" class="references">
<h2>References</h2>
<ol>
${entries.join("\n")}
</ol>
</section>`;
}

function renderProofs({ proofs }: ReportDocument, { proofPaths }: PageContext): string {
  if (proofs.length === 0) return "";
  const pages = proofs.map((page) => {
    const { id, title, body } = renderProofPage(page, proofPaths);
    // A link to what is inside opens it; one to the element itself would not.
    return `<details>
<summary><h3>${title}</h3></summary>
<div class="proof" id="${id}">
${body}
</div>
</details>`;
  });
  return `<section id="report-proofs" class="proofs">
<h2>Proofs</h2>
<p>The pages that this report relies on, as they are stored with the tool.</p>
${pages.join("\n")}
</section>`;
}

function renderStamp({ tool, version, seed, inputHash, commands }: Stamp): string {
  const facts = [
    ["Made by", `${escapeHtml(tool)} ${escapeHtml(version)}`],
    ...(seed === null ? [] : [["Seed", String(seed)]]),
    ...(inputHash === null ? [] : [["Input", `<code class="hash">${escapeHtml(inputHash)}</code>`]]),
  ];
  const rows = facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join("\n");
  const text = commands.map(escapeLines).join("\n");
  const code =
    commands.length === 0 ? "" : scrollRegion(`<pre><code>${text}</code></pre>`, { label: "Commands to repeat this" });
  return `<footer>
<h2>To make this again</h2>
<dl>
${rows}
</dl>
${code}
</footer>`;
}
