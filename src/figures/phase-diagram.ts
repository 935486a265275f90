import * as Plot from "@observablehq/plot";
import type { Axis, PhaseCell, PhaseDiagramFigure } from "../document/figure.ts";
import { bottomAxis, leftAxis, panelBase } from "./axes.ts";
import { requireIndex } from "./check-numbers.ts";
import { type Drawing, FIGURE_WIDTH, type Style, stack } from "./drawing.ts";
import { boxSign, type LegendItem, legendPanel } from "./legend.ts";
import { VERDICT_FILLS } from "./palette.ts";
import { borderItems, borderMarks } from "./phase-borders.ts";
import { minus, textWidth } from "./text.ts";

const VERDICTS = ["globally-identifiable", "locally-identifiable", "nonidentifiable", "inconclusive"] as const;
type Verdict = (typeof VERDICTS)[number];

const VERDICT_NAMES: Readonly<Record<Verdict, string>> = {
  "globally-identifiable": "globally identifiable",
  "locally-identifiable": "locally identifiable",
  nonidentifiable: "not identifiable",
  inconclusive: "inconclusive",
};

/** Cells smaller than this have no glyph: their lightness alone tells them apart. */
const SMALLEST_CELL_WITH_GLYPH = 7;

/** A cell for each pair of values, filled by its verdict; borders by theorem run between the cells. */
export function drawPhaseDiagram(figure: PhaseDiagramFigure, style: Style): Drawing {
  const { x, y, cells } = figure;
  for (const cell of cells) {
    requireIndex(cell.x, x.values.length, `cell on ${x.name}`);
    requireIndex(cell.y, y.values.length, `cell on ${y.name}`);
  }
  const layout = layoutOf(figure, style);
  const { size, marginLeft, marginBottom } = layout;
  const panel: Plot.PlotOptions = {
    ...panelBase(style),
    width: marginLeft + size * Math.max(1, x.values.length) + 8,
    height: 20 + size * Math.max(1, y.values.length) + marginBottom,
    marginLeft,
    marginRight: 8,
    marginTop: 20,
    marginBottom,
    x: { domain: [-0.5, Math.max(1, x.values.length) - 0.5] },
    y: { domain: [-0.5, Math.max(1, y.values.length) - 0.5] },
    marks: [
      ...cellMarks(cells, size),
      ...bottomAxis(style, { ...categoryTicks(x, layout.everyX), label: x.name, rotate: layout.rotate }),
      ...leftAxis(style, { ...categoryTicks(y, layout.everyY), label: null }),
      Plot.text([y.name], {
        text: (t: string) => t,
        frameAnchor: "top-left",
        dx: -marginLeft,
        dy: -19,
        className: "heading",
      }),
      ...borderMarks(figure, size),
    ],
  };
  const panels = [panel, legendPanel(verdictItems(cells, style), style)];
  const borders = borderItems(figure);
  return stack(borders.length > 0 ? [...panels, legendPanel(borders, style)] : panels);
}

interface Layout {
  /** Side of a cell. */
  readonly size: number;
  readonly marginLeft: number;
  readonly marginBottom: number;
  readonly rotate: boolean;
  readonly everyX: number;
  readonly everyY: number;
}

function layoutOf(figure: PhaseDiagramFigure, style: Style): Layout {
  const widest = (axis: Axis): number =>
    Math.max(8, ...axis.values.map((value) => textWidth(valueText(value), style.fontSize)));
  const marginLeft = Math.max(24, widest(figure.y) + 10);
  const columns = Math.max(1, figure.x.values.length);
  const rows = Math.max(1, figure.y.values.length);
  const size = Math.min(22, (FIGURE_WIDTH - marginLeft - 8) / columns, 420 / rows);
  const words = figure.x.values.some((value) => typeof value === "string");
  const rotate = words && widest(figure.x) + 4 > size;
  const everyX = rotate ? Math.ceil((style.fontSize + 1) / size) : Math.ceil((widest(figure.x) + 3) / size);
  return {
    size,
    marginLeft,
    marginBottom: rotate ? 26 + widest(figure.x) * 0.72 : 30,
    rotate,
    everyX,
    everyY: Math.ceil((style.fontSize + 1) / size),
  };
}

/** Where there is no room for all values, those at a round distance: the multiples of it among consecutive numbers. */
function categoryTicks(axis: Axis, every: number): { ticks: number[]; tickText: (k: number) => string } {
  const step = [1, 2, 5, 10, 20, 50, 100].find((round) => round >= every) ?? every;
  const first = axis.values[0];
  const isConsecutive = Number.isInteger(first) && axis.values.every((value, k) => value === Number(first) + k);
  const from = isConsecutive && Number(first) > 0 ? Number(first) : 0;
  const ticks = axis.values.map((_, k) => k).filter((k) => (k + from) % step === 0);
  return { ticks, tickText: (k) => valueText(axis.values[k]!) };
}

/** A value of an axis; the powers of a polynomial are raised. */
function valueText(value: number | string): string {
  return minus(String(value)).replace(/\^(\d+)/g, "^{$1}");
}

function cellMarks(cells: readonly PhaseCell[], size: number): Plot.Markish[] {
  const tried = cells.filter((cell) => cell.recovered !== null && cell.recovered.trials > 0);
  const edge = {
    x1: (cell: PhaseCell) => cell.x - 0.5,
    x2: (cell: PhaseCell) => cell.x + 0.5,
    y1: (cell: PhaseCell) => cell.y - 0.5,
    y2: (cell: PhaseCell) => cell.y + 0.5,
  };
  return [
    ...VERDICTS.flatMap((verdict) => [
      Plot.rect(
        cells.filter((cell) => cell.verdict === verdict),
        { ...edge, fill: VERDICT_FILLS[verdict].fill, inset: size > 6 ? 0.35 : 0, className: verdict },
      ),
      ...(size < SMALLEST_CELL_WITH_GLYPH
        ? []
        : glyphMarks(
            cells.filter((cell) => cell.verdict === verdict),
            verdict,
            size,
          )),
    ]),
    ...shareMarks(tried, size),
  ];
}

function glyphMarks(cells: readonly PhaseCell[], verdict: Verdict, size: number): Plot.Markish[] {
  const colour = VERDICT_FILLS[verdict].glyph;
  const r = Math.min(2.4, size * 0.17);
  const raise = cells.some((cell) => cell.recovered !== null) ? -size * 0.12 : 0;
  const place = { x: "x", y: "y", dy: raise, r, strokeWidth: 0.9, className: `glyph ${verdict}` } as const;
  switch (verdict) {
    case "globally-identifiable":
      return [Plot.dot(cells, { ...place, fill: colour })];
    case "locally-identifiable":
      return [Plot.dot(cells, { ...place, stroke: colour })];
    case "nonidentifiable":
      return [Plot.dot(cells, { ...place, symbol: "times", stroke: colour })];
    case "inconclusive":
      return [
        Plot.text(cells, {
          x: "x",
          y: "y",
          dy: raise,
          text: () => "?",
          fill: colour,
          fontSize: Math.min(8, size * 0.6),
          className: `glyph ${verdict}`,
        }),
      ];
  }
}

/** A bar in the lower part of the cell: its filled part is the share of seeds that were recovered. */
function shareMarks(cells: readonly PhaseCell[], size: number): Plot.Markish[] {
  const left = (cell: PhaseCell): number => cell.x - 0.36;
  const share = (cell: PhaseCell): number => cell.recovered!.successes / cell.recovered!.trials;
  const bar = { x1: left, y1: (cell: PhaseCell) => cell.y - 0.38, y2: (cell: PhaseCell) => cell.y - 0.2 };
  return [
    Plot.rect(cells, {
      ...bar,
      x2: (cell: PhaseCell) => cell.x + 0.36,
      fill: "#ffffff",
      stroke: "#000000",
      strokeWidth: Math.min(0.5, size * 0.04),
      className: "trials",
    }),
    Plot.rect(cells, {
      ...bar,
      x2: (cell: PhaseCell) => left(cell) + 0.72 * share(cell),
      fill: "#000000",
      className: "recovered",
    }),
  ];
}

function verdictItems(cells: readonly PhaseCell[], style: Style): LegendItem[] {
  const items = VERDICTS.filter((verdict) => cells.some((cell) => cell.verdict === verdict)).map(
    (verdict): LegendItem => {
      const box = boxSign({ fill: VERDICT_FILLS[verdict].fill, stroke: style.palette.muted, halfHeight: 4.5 });
      return { label: VERDICT_NAMES[verdict], sign: (x, y) => [...box(x, y), ...legendGlyph(verdict, x, y)] };
    },
  );
  return cells.some((cell) => cell.recovered !== null) ? [...items, shareItem()] : items;
}

function legendGlyph(verdict: Verdict, x: number, y: number): Plot.Markish[] {
  const cell: PhaseCell = { x, y, verdict, recovered: null };
  return glyphMarks([cell], verdict, 12);
}

function shareItem(): LegendItem {
  const track = boxSign({ fill: "#ffffff", stroke: "#000000", halfWidth: 7, halfHeight: 2 });
  return {
    label: "share of seeds recovered",
    sign: (x, y) => [
      ...track(x, y),
      Plot.rect([0], {
        x1: () => x - 7,
        x2: () => x + 3,
        y1: () => y - 2,
        y2: () => y + 2,
        fill: "#000000",
        className: "legend",
      }),
    ],
  };
}
