import type { Block, Inline, ReportDocument } from "../document/tree.ts";

/** The number that each part of a document bears, and each work of its bibliography. */
export interface Numbering {
  /** Such as "Table 2"; an id that nothing bears stands for itself. */
  readonly label: (id: string) => string;
  readonly has: (id: string) => boolean;
  /** Position in the list of references, from 1; null for a work that is not listed. */
  readonly citation: (key: string) => number | null;
}

type Numbered = "Section" | "Table" | "Figure" | "Statement";

const NUMBERED: Partial<Record<Block["kind"], Numbered>> = {
  table: "Table",
  figure: "Figure",
  images: "Figure",
  statement: "Statement",
};

/** Numbers sections, tables, figures and statements in order of appearance, each kind on its own. */
export function numberDocument(document: ReportDocument): Numbering {
  const labels = new Map<string, string>();
  const counts = new Map<Numbered, number>();
  const number = (kind: Numbered, id: string): void => {
    const next = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, next);
    labels.set(id, `${kind} ${next}`);
  };
  for (const section of document.sections) {
    number("Section", section.id);
    for (const block of section.blocks) {
      const kind = NUMBERED[block.kind];
      if (kind !== undefined && "id" in block) number(kind, block.id);
    }
  }
  const keys = new Map(document.references.map(({ key }, index) => [key, index + 1]));
  return {
    label: (id) => labels.get(id) ?? id,
    has: (id) => labels.has(id),
    citation: (key) => keys.get(key) ?? null,
  };
}

/** Ids and keys that the text refers to and nothing bears: a report has none. */
export function danglingReferences(document: ReportDocument): string[] {
  const numbering = numberDocument(document);
  const dangling = (inline: Inline): string[] => {
    if (inline.kind === "reference" && !numbering.has(inline.to)) return [inline.to];
    if (inline.kind === "citation" && numbering.citation(inline.key) === null) return [inline.key];
    return [];
  };
  const everywhere = [
    ...document.summary,
    ...document.sections.flatMap(({ title, blocks }) => [...title, ...blocks.flatMap(inlinesOf)]),
  ];
  return [...new Set(everywhere.flatMap(dangling))];
}

/** All inline content of a block, in reading order. */
export function inlinesOf(block: Block): readonly Inline[] {
  switch (block.kind) {
    case "paragraph":
      return block.content;
    case "list":
      return block.items.flat();
    case "table":
      return [...block.caption, ...block.columns.flatMap(({ title }) => title), ...block.rows.flat(2)];
    case "statement":
      return [...block.title, ...block.content];
    case "figure":
    case "images":
      return block.caption;
    case "displayed-math":
    case "code":
      return [];
  }
}
