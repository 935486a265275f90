import type { Inline, Reference } from "../document/tree.ts";

/** An entry of the list of references as it is printed: authors, title, where it appeared, and links to it. */
export function bibliographyEntry(reference: Reference): readonly Inline[] {
  const { authors, title, year } = reference;
  const where = placeOf(reference);
  return [
    text(`${namesOf(authors)}. `),
    reference.type === "book" ? { kind: "emphasis", text: title } : text(title),
    text(title.match(/[.?!]$/) ? " " : ". "),
    ...(where === null ? [] : [{ kind: "emphasis" as const, text: where.name }, text(`${where.rest}, `)]),
    text(`${year}.`),
    ...linksOf(reference),
  ];
}

const text = (content: string): Inline => ({ kind: "text", text: content });

function namesOf(authors: readonly string[]): string {
  if (authors.length <= 1) return authors.join("");
  return `${authors.slice(0, -1).join(", ")} and ${authors.at(-1)}`;
}

/** Journal, proceedings or publisher, and volume, number and pages after it. */
function placeOf(reference: Reference): { readonly name: string; readonly rest: string } | null {
  const name = reference.journal ?? reference.booktitle ?? reference.publisher;
  if (name === undefined) return null;
  const { volume, number, pages } = reference;
  const issue = number === undefined ? "" : `(${number})`;
  const inVolume = volume === undefined ? "" : ` ${volume}${issue}`;
  const onPages = pages === undefined ? "" : `, ${pages.replace(/-+/g, "–")}`;
  return { name, rest: `${inVolume}${onPages}` };
}

function linksOf({ doi, arxiv }: Reference): Inline[] {
  return [
    ...(doi === undefined ? [] : [text(" "), link(`https://doi.org/${encodeURI(doi)}`, `doi:${doi}`)]),
    ...(arxiv === undefined ? [] : [text(" "), link(`https://arxiv.org/abs/${encodeURI(arxiv)}`, `arXiv:${arxiv}`)]),
  ];
}

const link = (href: string, label: string): Inline => ({ kind: "link", href, text: label });
