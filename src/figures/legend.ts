import * as Plot from "@observablehq/plot";
import { panelBase } from "./axes.ts";
import { FIGURE_WIDTH, type Style } from "./drawing.ts";
import { fitText, textWidth } from "./text.ts";

/** An entry of a legend: a sign drawn around a point, and what it stands for. */
export interface LegendItem {
  readonly label: string;
  /** The marks of the sign around (x, y), in pixels, at most {@link SIGN_WIDTH} wide. */
  readonly sign: (x: number, y: number) => readonly Plot.Markish[];
}

const SIGN_WIDTH = 16;
const GAP = 12;

/** The entries in lines of text, as a panel of its own as wide as the figure. */
export function legendPanel(items: readonly LegendItem[], style: Style): Plot.PlotOptions {
  const rowHeight = style.fontSize * 1.5;
  const marks: Plot.Markish[] = [];
  const texts: { x: number; y: number; label: string }[] = [];
  let x = 0;
  let row = 0;
  for (const item of items) {
    const label = fitText(item.label, FIGURE_WIDTH - SIGN_WIDTH - 4, style.fontSize);
    const width = SIGN_WIDTH + 4 + textWidth(label, style.fontSize);
    if (x > 0 && x + width > FIGURE_WIDTH) {
      x = 0;
      row++;
    }
    const y = (row + 0.5) * rowHeight;
    marks.push(...item.sign(x + SIGN_WIDTH / 2, y));
    texts.push({ x: x + SIGN_WIDTH + 4, y, label });
    x += width + GAP;
  }
  const text = Plot.text(texts, {
    x: "x",
    y: "y",
    text: "label",
    textAnchor: "start",
    fill: style.palette.ink,
    className: "legend",
  });
  const height = (row + 1) * rowHeight;
  return {
    ...panelBase(style),
    width: FIGURE_WIDTH,
    height,
    margin: 0,
    x: { type: "identity" },
    y: { type: "identity" },
    marks: [...marks, text],
  };
}

export interface DotSign {
  readonly symbol: Plot.DotOptions["symbol"];
  readonly stroke: string;
  readonly fill?: string;
  readonly r?: number;
  readonly rotate?: number;
}

export function dotSign(options: DotSign): LegendItem["sign"] {
  return (x, y) => [
    Plot.dot([[x, y]], { r: 2.6, strokeWidth: 1, fill: "none", ...(options as Plot.DotOptions), className: "legend" }),
  ];
}

export interface LineSign {
  readonly stroke: string;
  readonly strokeWidth?: number;
  readonly strokeDasharray?: string | undefined;
}

export function lineSign(options: LineSign): LegendItem["sign"] {
  return (x, y) => [
    Plot.link([0], {
      x1: () => x - SIGN_WIDTH / 2,
      x2: () => x + SIGN_WIDTH / 2,
      y1: () => y,
      y2: () => y,
      ...definedOnly(options),
      className: "legend",
    }),
  ];
}

export interface BoxSign {
  readonly fill: string;
  readonly fillOpacity?: number;
  readonly stroke?: string;
  readonly halfWidth?: number;
  readonly halfHeight?: number;
}

export function boxSign(options: BoxSign): LegendItem["sign"] {
  const { fill, fillOpacity = 1, stroke = "none", halfWidth = 5, halfHeight = 3.5 } = options;
  return (x, y) => [
    Plot.rect([0], {
      x1: () => x - halfWidth,
      x2: () => x + halfWidth,
      y1: () => y - halfHeight,
      y2: () => y + halfHeight,
      fill,
      fillOpacity,
      stroke,
      strokeWidth: 0.7,
      className: "legend",
    }),
  ];
}

function definedOnly(options: LineSign): { stroke: string; strokeWidth: number; strokeDasharray?: string } {
  const { stroke, strokeWidth = 1, strokeDasharray } = options;
  return strokeDasharray === undefined ? { stroke, strokeWidth } : { stroke, strokeWidth, strokeDasharray };
}
