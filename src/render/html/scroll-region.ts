import { escapeHtml } from "./escape.ts";

interface Region {
  /** Name of the region for assistive technology; or `labelledBy`, the id of an element that holds it. */
  readonly label?: string;
  readonly labelledBy?: string;
  /** Whether the region may stand inside a paragraph. */
  readonly inline?: boolean;
  readonly display?: boolean;
}

/** Content that may be wider than the page: it scrolls by itself, also from the keyboard, and has a name. */
export function scrollRegion(content: string, { label, labelledBy, inline, display }: Region): string {
  const element = inline ? "span" : "div";
  const name = labelledBy === undefined ? `aria-label="${escapeHtml(label ?? "")}"` : `aria-labelledby="${labelledBy}"`;
  const classes = inline && !display ? "scroll scroll-inline" : "scroll";
  return `<${element} class="${classes}" role="group" tabindex="0" ${name}>${content}</${element}>`;
}
