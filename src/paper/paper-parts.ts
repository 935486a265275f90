import type { Inline, Outcome, Section, Stamp } from "../document/tree.ts";
import type { ImageSize } from "./images.ts";

/** What a report needs beside the answers. */
export interface PaperOptions {
  /** Size of the pictures that samples are; null decides by the data. */
  readonly image?: ImageSize | null;
  /** Instead of the title that the answers give. */
  readonly title?: string;
  /** The command lines that made the answers; without them they are put together from the answers. */
  readonly commands?: readonly string[];
  /** Where the answers are saved, by their schema; such as check.json where it is not said. */
  readonly saved?: Readonly<Record<string, string>>;
  /** The Markdown of a page such as "proofs/gauge.md", or null where it is not at hand. */
  readonly proofPage: (path: string) => string | null;
}

/** The parts of a document that its content decides. */
export interface PaperParts {
  readonly title: string;
  readonly summary: readonly Inline[];
  readonly outcome: Outcome;
  readonly sections: readonly Section[];
  readonly stamp: Stamp;
}
