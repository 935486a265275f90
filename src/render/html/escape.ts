import { printable, printableLines } from "../printable.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it may stand in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return escapeMarkup(printable(text));
}

/** The same with its line ends, for preformatted text. */
export function escapeLines(text: string): string {
  return printableLines(text).map(escapeMarkup).join("\n");
}

/** An id as it may stand in `id` and after `#`: letters, digits and hyphens stay as they are. */
export function anchor(id: string): string {
  const safe = id.replace(/[^A-Za-z0-9-]/gu, (character) => `_${character.codePointAt(0)!.toString(16)}`);
  return /^[A-Za-z]/.test(safe) ? safe : `x${safe}`;
}

/** Anchor of a page of proofs/. */
export function proofAnchor(path: string): string {
  return anchor(`proof-${path.replace(/^.*\//, "").replace(/\.md$/, "")}`);
}

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
