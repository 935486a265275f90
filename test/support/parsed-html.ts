import { parseHTML } from "linkedom";

/** The part of the document object model that tests ask. */
interface ParsedElement {
  readonly tagName: string;
  readonly textContent: string;
  getAttribute(name: string): string | null;
  querySelector(selector: string): ParsedElement | null;
  querySelectorAll(selector: string): readonly ParsedElement[];
  remove(): void;
}

export interface ParsedDocument extends ParsedElement {
  readonly body: ParsedElement;
}

/** A page, or what stands in its body. */
export function parseHtml(html: string): ParsedDocument {
  const page = html.startsWith("<!DOCTYPE") ? html : `<!DOCTYPE html><html><body>${html}</body></html>`;
  return parseHTML(page).document as unknown as ParsedDocument;
}
