import type { Reference } from "../document/tree.ts";
import { plainName } from "./latex-inline.ts";
import { latexText } from "./latex-text.ts";

/**
 * A bibliography for BibTeX.
 *
 * @param keyPrefix - what the keys start with; empty for a document of its own
 */
export function bibliographyFile(references: readonly Reference[], keyPrefix = ""): string {
  return references.map((reference) => entry(reference, keyPrefix)).join("\n");
}

function entry(reference: Reference, keyPrefix: string): string {
  const { key, authors, title, year, doi, arxiv } = reference;
  const fields = [
    ["author", authors.map(nameOf).join(" and ")],
    // Braces keep the capitals of names.
    ["title", `{${latexText(title)}}`],
    ...(["journal", "booktitle", "publisher", "volume", "number"] as const).map(
      (name) => [name, latexText(reference[name] ?? "")] as const,
    ),
    ["pages", latexText(reference.pages ?? "").replace(/-+(?:\{\}-+)*|\\textendash\{\}/g, "--")],
    ["year", `${year}`],
    [
      "note",
      [...(arxiv === undefined ? [] : [arxivNote(arxiv)]), ...(doi === undefined ? [] : [doiNote(doi)])].join(", "),
    ],
  ] as const;
  const lines = fields.filter(([, value]) => value !== "").map(([name, value]) => `  ${name} = {${value}}`);
  return `@${typeOf(reference)}{${keyPrefix}${plainName(key)},\n${lines.join(",\n")}\n}\n`;
}

/** A name of several words is left to BibTeX, which puts the last one first; an institution stays together. */
function nameOf(author: string): string {
  return / and /i.test(author) ? `{${latexText(author)}}` : latexText(author);
}

/** An entry without the field that its type asks for would make BibTeX complain. */
function typeOf({ type, journal, booktitle, publisher }: Reference): Reference["type"] {
  if (type === "article") return journal === undefined ? "misc" : type;
  if (type === "inproceedings") return booktitle === undefined ? "misc" : type;
  if (type === "book") return publisher === undefined ? "misc" : type;
  return type;
}

function arxivNote(arxiv: string): string {
  return `\\href{https://arxiv.org/abs/${encodeURI(arxiv).replace(/[%#&_{}\\]/g, "")}}{arXiv:${latexText(arxiv)}}`;
}

function doiNote(doi: string): string {
  return `\\href{https://doi.org/${encodeURI(doi).replace(/[%#&_]/g, "\\$&")}}{doi:${latexText(doi, 12)}}`;
}
