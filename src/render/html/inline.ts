import type { Inline } from "../../document/tree.ts";
import type { Numbering } from "../numbering.ts";
import { citationText, isAddress, linkText } from "../plain-text.ts";
import { anchor, escapeHtml, proofAnchor } from "./escape.ts";
import { renderFormula } from "./formula.ts";

/** What the parts of one page have in common. */
export interface PageContext {
  readonly numbering: Numbering;
  /** Paths of the pages of proofs/ that the file holds. */
  readonly proofPaths: ReadonlySet<string>;
}

/** Inline content as HTML that may stand in a paragraph. */
export function renderInlines(content: readonly Inline[], context: PageContext): string {
  return content
    .map((inline, index) => {
      const before = content[index - 1];
      const after = content[index + 1];
      if (inline.kind === "math") {
        return renderFormula(inline.tex, inline.plain, {
          before: before?.kind === "text" ? escapeHtml(TIED_BEFORE.exec(before.text)![0]) : "",
          after: after?.kind === "text" ? escapeHtml(TIED_AFTER.exec(after.text)![0]) : "",
        });
      }
      if (inline.kind !== "text") return renderInline(inline, context);
      const untied = before?.kind === "math" ? inline.text.replace(TIED_AFTER, "") : inline.text;
      return escapeHtml(after?.kind === "math" ? untied.replace(TIED_BEFORE, "") : untied);
    })
    .join("");
}

/** What no line end may part from the formula after it, and from the one before it. */
const TIED_BEFORE = /[([±]*$/;
const TIED_AFTER = /^[.,;:)\]]*/;

function renderInline(inline: Inline, { numbering, proofPaths }: PageContext): string {
  switch (inline.kind) {
    case "text":
      return escapeHtml(inline.text);
    case "emphasis":
      return `<em>${escapeHtml(inline.text)}</em>`;
    case "strong":
      return `<strong>${escapeHtml(inline.text)}</strong>`;
    case "code":
      return `<code>${escapeHtml(inline.text)}</code>`;
    case "math":
      return renderFormula(inline.tex, inline.plain);
    case "citation": {
      const text = escapeHtml(citationText(inline, numbering));
      const number = numbering.citation(inline.key);
      return number === null ? text : `<a href="#${workAnchor(number)}">${text}</a>`;
    }
    case "reference": {
      const label = escapeHtml(numbering.label(inline.to));
      return numbering.has(inline.to) ? `<a href="#${anchor(inline.to)}">${label}</a>` : label;
    }
    case "link":
      return renderLink(inline.href, inline.text, proofPaths);
  }
}

/** Anchor of a work in the list of references. */
export function workAnchor(number: number): string {
  return `report-work-${number}`;
}

/** Pages that the file holds and web addresses are linked; anything else stays text. */
export function renderLink(href: string, text: string, proofPaths: ReadonlySet<string>): string {
  const label = escapeHtml(text);
  if (proofPaths.has(href)) return `<a href="#${proofAnchor(href)}">${label}</a>`;
  if (isAddress(href)) return `<a href="${escapeHtml(href)}" rel="noreferrer">${label}</a>`;
  return escapeHtml(linkText(text, href));
}
