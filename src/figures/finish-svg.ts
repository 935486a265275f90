import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Drawing, Style } from "./drawing.ts";
import type { GlyphFonts } from "./fonts.ts";
import { SUPERSCRIPT } from "./text.ts";

/** What a picture is called, and what keeps its ids apart from those of other pictures of the page. */
export interface PictureNames {
  readonly title: string;
  readonly description?: string | undefined;
  readonly idPrefix: string;
  /** Points of the picture for a unit of `width` and `height`: 1 on paper, more on a page. */
  readonly scale: number;
  /** Fonts that are embedded; by default the reader's fonts set every character. */
  readonly fonts?: GlyphFonts;
}

/** The part of the document object model that is used here. */
interface SvgNode {
  readonly nodeType: number;
  textContent: string;
  readonly childNodes: readonly SvgNode[];
  replaceWith(...nodes: readonly SvgNode[]): void;
}

interface SvgElement extends SvgNode {
  readonly tagName: string;
  readonly outerHTML: string;
  readonly children: readonly SvgElement[];
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  append(...nodes: readonly SvgNode[]): void;
  remove(): void;
}

interface SvgDocument {
  createElementNS(namespace: string, name: string): SvgElement;
  createTextNode(text: string): SvgNode;
}

const SVG = "http://www.w3.org/2000/svg";
const TEXT_NODE = 3;
const ELEMENT_NODE = 1;

/** Draws the panels and puts them into one <svg> that needs nothing from outside and changes nothing outside. */
export function finishSvg(drawing: Drawing, style: Style, names: PictureNames): string {
  const document = parseHTML("<!doctype html><html><body></body></html>").document as unknown as SvgDocument;
  const root = createRoot(document, drawing, names);
  root.setAttribute("font-family", style.fontFamily);
  root.setAttribute("font-size", String(style.fontSize));
  root.setAttribute("fill", style.palette.ink);
  root.setAttribute("text-anchor", "middle");
  for (const panel of drawing.panels) {
    const plot = Plot.plot({ ...panel.options, document } as unknown as Plot.PlotOptions) as unknown as SvgElement;
    const group = document.createElementNS(SVG, "g");
    group.setAttribute("transform", `translate(${panel.x},${panel.y})`);
    for (const child of [...plot.children]) {
      if (child.tagName.toLowerCase() === "style") continue;
      clean(child, { document, fontSize: style.fontSize, fonts: names.fonts });
      group.append(child);
    }
    root.append(group);
  }
  return root.outerHTML;
}

function createRoot(document: SvgDocument, drawing: Drawing, names: PictureNames): SvgElement {
  const root = document.createElementNS(SVG, "svg");
  const { idPrefix, title, description, scale } = names;
  const [width, height] = [Math.ceil(drawing.width), Math.ceil(drawing.height)];
  root.setAttribute("xmlns", SVG);
  root.setAttribute("viewBox", `0 0 ${width} ${height}`);
  root.setAttribute("width", String(Math.round(width * scale)));
  root.setAttribute("height", String(Math.round(height * scale)));
  root.setAttribute("role", "img");
  root.setAttribute("aria-labelledby", description ? `${idPrefix}-title ${idPrefix}-description` : `${idPrefix}-title`);
  const name = (tag: string, id: string, text: string): void => {
    const element = document.createElementNS(SVG, tag);
    element.setAttribute("id", `${idPrefix}-${id}`);
    element.textContent = printable(text);
    root.append(element);
  };
  name("title", "title", title);
  if (description) name("desc", "description", description);
  return root;
}

interface Cleaning {
  readonly document: SvgDocument;
  readonly fontSize: number;
  readonly fonts: GlyphFonts | undefined;
}

const ROUNDED = new Set(["d", "transform", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height"]);

/** Names of marks stay as data; the picture as a whole has the accessible name. Digits beyond sight go. */
function clean(element: SvgElement, cleaning: Cleaning): void {
  const mark = element.getAttribute("class") ?? element.getAttribute("aria-label");
  for (const name of ["class", "aria-label", "aria-hidden", "aria-description"]) element.removeAttribute(name);
  if (mark !== null) element.setAttribute("data-mark", mark);
  for (const { name, value } of [...element.attributes]) {
    if (ROUNDED.has(name)) element.setAttribute(name, value.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, roundText));
  }
  for (const child of [...element.childNodes]) {
    if (child.nodeType === ELEMENT_NODE) clean(child as SvgElement, cleaning);
    else if (child.nodeType === TEXT_NODE) setText(child, cleaning);
  }
}

function roundText(text: string): string {
  return String(Math.round(Number(text) * 100) / 100);
}

/** Turns the −5 of `10^{−5}` into a raised, smaller one, and names the font of each run of characters. */
function setText(text: SvgNode, cleaning: Cleaning): void {
  const { document, fontSize, fonts } = cleaning;
  let height = 0;
  const nodes: SvgNode[] = [];
  for (const part of scriptParts(printable(text.textContent))) {
    const goal = part.raised ? fontSize * 0.38 : 0;
    for (const run of fonts?.runs(part.text) ?? [{ text: part.text, family: null }]) {
      nodes.push(textNode(run, { document, size: part.raised ? fontSize * 0.7 : null, raise: height - goal }));
      height = goal;
    }
  }
  text.replaceWith(...nodes);
}

function scriptParts(text: string): { readonly text: string; readonly raised: boolean }[] {
  return text
    .split(/(\^\{[^}]*\})/)
    .map((part) => ({ text: SUPERSCRIPT.exec(part)?.[1] ?? part, raised: SUPERSCRIPT.test(part) }))
    .filter((part) => part.text !== "");
}

function textNode(
  run: { readonly text: string; readonly family: string | null },
  setting: { readonly document: SvgDocument; readonly size: number | null; readonly raise: number },
): SvgNode {
  const { document, size, raise } = setting;
  if (run.family === null && size === null && raise === 0) return document.createTextNode(run.text);
  const span = document.createElementNS(SVG, "tspan");
  if (raise !== 0) span.setAttribute("dy", roundText(String(raise)));
  if (size !== null) span.setAttribute("font-size", roundText(String(size)));
  if (run.family !== null) span.setAttribute("font-family", run.family);
  span.textContent = run.text;
  return span;
}

/** Without the characters that XML does not allow. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, " ");
}
