import { micromark, type Options } from "micromark";
import { gfmTable, gfmTableHtml } from "micromark-extension-gfm-table";
import { math } from "micromark-extension-math";
import type { ProofPage } from "../document/tree.ts";
import { escapeHtml, proofAnchor } from "./html/escape.ts";
import { renderFormula } from "./html/formula.ts";
import { formulaHead } from "./html/formula-head.ts";
import { renderLink } from "./html/inline.ts";
import { scrollRegion } from "./html/scroll-region.ts";

type HtmlExtension = NonNullable<Options["htmlExtensions"]>[number];

/** A page of proofs/ as it is shown in a report. */
export interface RenderedProof {
  readonly id: string;
  readonly title: string;
  /** The page without its title; its sections are headings of level 4. */
  readonly body: string;
}

/**
 * A page of proofs/ as HTML: Markdown with tables, and TeX between dollars.
 *
 * HTML in the page is shown as text, and pictures are not fetched. Links to pages that the report holds lead there.
 *
 * @param included - paths of the pages that the report holds
 */
export function renderProofPage({ path, markdown }: ProofPage, included: ReadonlySet<string>): RenderedProof {
  const id = proofAnchor(path);
  const html = micromark(markdown, {
    extensions: [gfmTable(), math(), { disable: { null: ["htmlFlow", "htmlText", "labelStartImage"] } }],
    htmlExtensions: [gfmTableHtml(), formulas()],
  });
  const [, title, body] = html.match(/^<h1>(.*?)<\/h1>\n?(.*)$/s) ?? [null, escapeHtml(path), html];
  return { id, title: title!, body: finish(body!, { path, included }) };
}

/**
 * What micromark leaves to do. It has escaped all text, so that a tag seen here is one of its own.
 */
function finish(html: string, { path, included }: { path: string; included: ReadonlySet<string> }): string {
  const folder = path.replace(/[^/]*$/, "");
  return html
    .replace(/<(\/?)h([1-6])>/g, (_, slash, level) => `<${slash}h${Math.min(6, Number(level) + 2)}>`)
    .replace(/<table>.*?<\/table>/gs, (table) => scrollRegion(finishTable(table), { label: "Table" }))
    .replace(/<pre>.*?<\/pre>/gs, (code) => scrollRegion(code, { label: "Code" }))
    .replace(/<a href="([^"]*)"[^>]*>(.*?)<\/a>/gs, (_, href, content) => {
      const target = included.has(`${folder}${href}`) ? `${folder}${href}` : href;
      const link = renderLink(target, "", included);
      return link.startsWith("<a") ? link.replace("></a>", `>${content}</a>`) : content;
    })
    .replace(/<code>(proofs\/[\w-]+\.md)<\/code>/g, (code, page) =>
      included.has(page) && page !== path ? `<a href="#${proofAnchor(page)}">${code}</a>` : code,
    );
}

function finishTable(table: string): string {
  return table
    .replace(/<th( align="(\w+)")?>(.*?)<\/th>/gs, (_, __, align, content) => {
      const classes = align === "right" ? ' class="right"' : "";
      return content === "" ? `<td${classes}></td>` : `<th scope="col"${classes}>${namedHead(content)}</th>`;
    })
    .replace(/<td align="(\w+)">/g, (_, align) => (align === "right" ? '<td class="right">' : "<td>"));
}

/** A head that is one formula is named by its TeX, read without backslashes and braces. */
function namedHead(content: string): string {
  const sources = [...content.matchAll(/<annotation encoding="application\/x-tex">(.*?)<\/annotation>/gs)];
  const isFormula = sources.length === 1 && content.startsWith("<span") && content.endsWith("</span>");
  return isFormula ? formulaHead(content, sources[0]![1]!.replaceAll(/[\\{}]/g, " ").trim()) : content;
}

/** Writes TeX between one dollar as a formula in the line, between two as one of its own. */
function formulas(): HtmlExtension {
  let dollars = 0;
  return {
    enter: {
      mathText() {
        dollars = 0;
        this.buffer();
      },
      mathTextSequence(token) {
        dollars = this.sliceSerialize(token).length;
      },
      mathFlow() {
        this.lineEndingIfNeeded();
        this.buffer();
      },
      mathFlowFenceMeta() {
        this.buffer();
      },
    },
    exit: {
      mathTextData(token) {
        this.raw(this.sliceSerialize(token));
      },
      mathText() {
        const tex = this.resume();
        this.tag(renderFormula(tex, tex, { display: dollars > 1 }));
      },
      mathFlowFenceMeta() {
        this.resume();
      },
      mathFlowValue(token) {
        this.raw(this.sliceSerialize(token));
      },
      mathFlow() {
        const tex = this.resume().trim();
        this.tag(`<p>${renderFormula(tex, tex, { display: true })}</p>`);
      },
    },
  };
}
