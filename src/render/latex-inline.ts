import type { Inline, ReportDocument } from "../document/tree.ts";
import { latexBookmark, latexCode, latexText, safeMath } from "./latex-text.ts";
import { type Numbering, numberDocument } from "./numbering.ts";
import { isAddress, plainText } from "./plain-text.ts";
import { printable } from "./printable.ts";

/** Names that a LaTeX document gives to what its text refers to. */
export interface LatexNames {
  readonly numbering: Numbering;
  /** Name of a label, different from those of other reports; null for an id that nothing bears. */
  readonly label: (id: string) => string | null;
  /** Key in the .bib file; null for a work that is not listed. */
  readonly key: (key: string) => string | null;
}

type Link = Extract<Inline, { readonly kind: "link" }>;

/** How inline content is set. */
export interface InlineOptions {
  readonly names: LatexNames;
  /** Characters of a word that may not be broken. */
  readonly longestWord?: number;
}

/**
 * @param prefix - what the labels start with
 * @param keyPrefix - what the keys of the bibliography start with; empty for a document of its own
 */
export function latexNames(document: ReportDocument, prefix: string, keyPrefix: string): LatexNames {
  const numbering = numberDocument(document);
  return {
    numbering,
    label: (id) => (numbering.has(id) ? `${prefix}:${plainName(id)}` : null),
    key: (key) => (numbering.citation(key) === null ? null : `${keyPrefix}${plainName(key)}`),
  };
}

/** A name of letters and digits that TeX and BibTeX take as it is; different names stay different. */
export function plainName(name: string): string {
  return name.replace(/[^A-Za-z0-9.:-]/g, (character) => `-${character.codePointAt(0)!.toString(16)}-`);
}

/** Inline content as running text. */
export function latexInline(content: readonly Inline[], options: InlineOptions): string {
  let depth = 0;
  return content
    .map((inline) => {
      const tex =
        inline.kind === "link" ? latexLink(inline, depth > 0, options.longestWord) : oneInline(inline, options);
      if (inline.kind === "text") depth += openBrackets(inline.text);
      return tex;
    })
    .join("");
}

/** How many more round brackets a text opens than it closes. */
function openBrackets(text: string): number {
  return text.split("(").length - text.split(")").length;
}

/** Inline content of a heading, with its text for the bookmarks of a PDF. */
export function latexHeading(content: readonly Inline[], options: InlineOptions): string {
  const bookmark = latexBookmark(plainText(content, options.names.numbering));
  return `\\texorpdfstring{${latexInline(content, options)}}{${bookmark}}`;
}

function oneInline(inline: Exclude<Inline, Link>, { names, longestWord }: InlineOptions): string {
  switch (inline.kind) {
    case "text":
      return latexText(inline.text, longestWord);
    case "emphasis":
      return `\\emph{${latexText(inline.text, longestWord)}}`;
    case "strong":
      return `\\textbf{${latexText(inline.text, longestWord)}}`;
    case "code":
      return latexCode(inline.text, longestWord);
    case "math": {
      const math = safeMath(inline.tex);
      return math === null ? latexText(inline.plain, longestWord) : `$${math}$`;
    }
    case "citation": {
      const key = names.key(inline.key);
      const place = inline.place === undefined ? "" : `[${latexText(inline.place).replaceAll("]", "{]}")}]`;
      return key === null ? `[${latexText(inline.key)}]` : `\\cite${place}{${key}}`;
    }
    case "reference": {
      const label = names.label(inline.to);
      const [kind] = names.numbering.label(inline.to).split(" ");
      return label === null ? latexText(inline.to) : `${kind}~\\ref{${label}}`;
    }
  }
}

/** An address is a link; a page of proofs/ has no address, so its path is printed, within brackets after a colon. */
function latexLink({ href, text }: Link, isBracketed: boolean, longestWord?: number): string {
  if (isAddress(href)) return `\\href{${escapeAddress(href)}}{${latexText(text, longestWord)}}`;
  if (text === href) return latexCode(href, longestWord);
  const [words, path] = [latexText(text, longestWord), latexCode(href, longestWord)];
  return isBracketed ? `${words}: ${path}` : `${words} (${path})`;
}

/** An address as hyperref takes it: beyond ASCII in percent signs, and what TeX would obey behind a backslash. */
function escapeAddress(href: string): string {
  return encodeURI(printable(href))
    .replaceAll("%25", "%")
    .replace(/[%#&_]/g, "\\$&");
}
