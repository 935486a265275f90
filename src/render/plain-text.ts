import type { Citation, Inline } from "../document/tree.ts";
import type { Numbering } from "./numbering.ts";
import { printable } from "./printable.ts";

/** Inline content as a line of text: formulas as on a terminal, citations as numbers in brackets. */
export function plainText(content: readonly Inline[], numbering: Numbering): string {
  return content.map((inline) => printable(plainInline(inline, numbering))).join("");
}

/** Such as "[2, Theorem 1.1]"; a work that is not listed is named by its key. */
export function citationText({ key, place }: Citation, numbering: Numbering): string {
  const work = numbering.citation(key) ?? key;
  return `[${place === undefined ? work : `${work}, ${place}`}]`;
}

function plainInline(inline: Inline, numbering: Numbering): string {
  switch (inline.kind) {
    case "math":
      return inline.plain;
    case "citation":
      return citationText(inline, numbering);
    case "reference":
      return numbering.label(inline.to);
    case "link":
      return linkText(inline.text, inline.href);
    default:
      return inline.text;
  }
}

/** An address that a reader may be sent to. */
export function isAddress(href: string): boolean {
  return /^https?:\/\/[^\s"'<>\\]+$/i.test(href);
}

/** What a link says where nothing can be followed: its text, and its target unless the text names it. */
export function linkText(text: string, href: string): string {
  const worthNaming = isAddress(href) ? !/^(?:doi|arXiv):/.test(text) : /^proofs\/[\w-]+\.md$/.test(href);
  return worthNaming && text !== href ? `${text} (${href})` : text;
}
