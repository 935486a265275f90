import type { Figure } from "./figure.ts";

/**
 * A report as a tree: what is said, without how it is printed. `src/paper` builds it, a renderer of `src/render` writes it as LaTeX,
 * HTML, Markdown or text.
 */
export interface ReportDocument {
  readonly title: string;
  /** The auditor's sentence: what was decided or recovered, how well, and under which assumption. */
  readonly summary: readonly Inline[];
  /** How the summary is coloured: data given away, given away up to finitely many choices, protected, or undecided. */
  readonly outcome: Outcome;
  readonly sections: readonly Section[];
  /** Works that some {@link Citation} names, in order of first citation. */
  readonly references: readonly Reference[];
  /** Pages of proofs/ that the report links; renderers that can hold them append them. */
  readonly proofs: readonly ProofPage[];
  readonly stamp: Stamp;
}

/**
 * Of a problem: `determined`, one data set fits; `isolated`, finitely many do, and whether it is one is not shown;
 * `undetermined`, more than one is known to fit; `open`, undecided or not found. Of a sweep: `computed`. Of claims:
 * `passed`, `failed` (of a sweep as well, where a recovery was claimed wrongly).
 */
export type Outcome = "determined" | "isolated" | "undetermined" | "open" | "computed" | "passed" | "failed";

/** What has to be known to make the same report again. */
export interface Stamp {
  readonly tool: string;
  readonly version: string;
  readonly seed: number | null;
  readonly inputHash: string | null;
  /** Commands that make and check the results. */
  readonly commands: readonly string[];
}

export interface Section {
  readonly id: string;
  readonly title: readonly Inline[];
  readonly blocks: readonly Block[];
}

export type Block = Paragraph | DisplayedMath | List | Table | FigureBlock | Statement | Code | ImageGrid;

interface Paragraph {
  readonly kind: "paragraph";
  readonly content: readonly Inline[];
}

/** Lines of mathematics; `lines` are rows of align* with `&` before the relation, `plain` their text. */
export interface DisplayedMath {
  readonly kind: "displayed-math";
  readonly lines: readonly string[];
  readonly plain: readonly string[];
}

export interface List {
  readonly kind: "list";
  readonly ordered: boolean;
  readonly items: readonly (readonly Inline[])[];
}

export interface Table {
  readonly kind: "table";
  readonly id: string;
  readonly caption: readonly Inline[];
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (readonly Inline[])[])[];
}

export interface Column {
  readonly title: readonly Inline[];
  readonly align: "left" | "right";
  /** Cells may be broken over lines; at most two such columns of a table. */
  readonly wraps?: boolean;
}

export interface FigureBlock {
  readonly kind: "figure";
  readonly id: string;
  readonly caption: readonly Inline[];
  /** What the picture shows, for those who do not see it. */
  readonly description: string;
  readonly figure: Figure;
}

/** A theorem that the verdict uses, or the definition of a word. */
export interface Statement {
  readonly kind: "statement";
  readonly id: string;
  readonly title: readonly Inline[];
  readonly content: readonly Inline[];
}

export interface Code {
  readonly kind: "code";
  readonly language: "console" | "json" | "text";
  readonly text: string;
}

/** Samples as grey pictures. */
export interface ImageGrid {
  readonly kind: "images";
  readonly id: string;
  readonly caption: readonly Inline[];
  readonly description: string;
  readonly height: number;
  readonly width: number;
  /** Rows of pictures; a row has one picture per sample. */
  readonly rows: readonly { readonly title: string; readonly images: readonly PixelImage[] }[];
}

/** Pixels in row-major order, 0 black to 1 white. */
export interface PixelImage {
  readonly title: string;
  readonly pixels: readonly number[];
}

export type Inline = Text | Styled | InlineMath | Citation | CrossReference | Link;

interface Text {
  readonly kind: "text";
  readonly text: string;
}

interface Styled {
  readonly kind: "emphasis" | "strong" | "code";
  readonly text: string;
}

/** A formula: LaTeX without dollars, and the same for a terminal. */
export interface InlineMath {
  readonly kind: "math";
  readonly tex: string;
  readonly plain: string;
}

export interface Citation {
  readonly kind: "citation";
  readonly key: string;
  /** Place in the work, such as "Theorem 1.1". */
  readonly place?: string;
}

/** To a section, table, figure or statement of this document, by its id. */
interface CrossReference {
  readonly kind: "reference";
  readonly to: string;
}

/** To a page of proofs/, such as "proofs/catalecticant.md", or to an address. */
interface Link {
  readonly kind: "link";
  readonly href: string;
  readonly text: string;
}

/** An entry of the bibliography, with the fields of BibTeX. */
export interface Reference {
  readonly key: string;
  readonly type: "article" | "inproceedings" | "book" | "misc";
  readonly authors: readonly string[];
  readonly title: string;
  readonly year: number;
  readonly journal?: string;
  readonly booktitle?: string;
  readonly publisher?: string;
  readonly volume?: string;
  readonly number?: string;
  readonly pages?: string;
  readonly doi?: string;
  /** Number on arXiv, such as "2602.08723". */
  readonly arxiv?: string;
}

/** A page of proofs/ as it is stored: Markdown with TeX between dollars. */
export interface ProofPage {
  /** Such as "proofs/catalecticant.md". */
  readonly path: string;
  readonly markdown: string;
}
