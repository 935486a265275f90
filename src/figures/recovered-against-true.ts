import * as Plot from "@observablehq/plot";
import type { RecoveredAgainstTrueFigure } from "../document/figure.ts";
import { DimensionMismatchError } from "../errors.ts";
import { bottomAxis, leftAxis, panelBase } from "./axes.ts";
import { requireFinite, requireNonnegative } from "./check-numbers.ts";
import { type Drawing, FIGURE_WIDTH, type Style } from "./drawing.ts";
import { dotSign, type LegendItem, legendPanel, lineSign } from "./legend.ts";
import { type Coordinate, coordinatesShown } from "./many-coordinates.ts";
import { type SeriesStyle, seriesStyle } from "./palette.ts";
import { errorPanel, heading, MARGIN, PANEL } from "./sample-errors.ts";
import { minus } from "./text.ts";

type Sample = RecoveredAgainstTrueFigure["samples"][number];

/** A bar shorter than this share of the axis is no longer seen beside its mark. */
const VISIBLE_SHARE = 0.02;

/**
 * Recovered over true coordinates around the line where both agree. Error bounds are bars where they can be seen at
 * that scale; the second panel has each coordinate's error under its sample's bound on a logarithmic axis. Of very many
 * coordinates some are shown, among them the worst of each sample, and the errors as their quartiles.
 */
export function drawRecoveredAgainstTrue(figure: RecoveredAgainstTrueFigure, style: Style): Drawing {
  figure.samples.forEach(checkSample);
  const items = legendItems(figure, style);
  const legend = legendPanel(items, style);
  const y = PANEL.height + 4;
  return {
    width: FIGURE_WIDTH,
    height: y + (items.length > 0 ? legend.height! : 0),
    panels: [
      { x: 0, y: 0, options: agreementPanel(figure, style) },
      { x: FIGURE_WIDTH - PANEL.width, y: 0, options: errorPanel(figure, style) },
      ...(items.length > 0 ? [{ x: 0, y, options: legend }] : []),
    ],
  };
}

function checkSample(sample: Sample): void {
  if (sample.recovered.length !== sample.truth.length) {
    throw new DimensionMismatchError(`figure: ${sample.name}`, sample.truth.length, sample.recovered.length);
  }
  sample.recovered.forEach((value, k) => {
    requireFinite(value, `recovered coordinate ${k + 1} of ${sample.name}`);
  });
  sample.truth.forEach((value, k) => {
    requireFinite(value, `true coordinate ${k + 1} of ${sample.name}`);
  });
  if (sample.errorBound !== null) requireNonnegative(sample.errorBound, `error bound of ${sample.name}`);
}

function agreementPanel(figure: RecoveredAgainstTrueFigure, style: Style): Plot.PlotOptions {
  const { palette } = style;
  const ticks = linearTicks(figure.samples.flatMap((sample) => [...sample.truth, ...sample.recovered]));
  const [low, high] = [ticks.domain[0], ticks.domain[1]];
  const shown = coordinatesShown(figure.samples);
  const total = figure.samples.reduce((sum, { truth }) => sum + truth.length, 0);
  const count = shown.reduce((sum, coordinates) => sum + coordinates.length, 0);
  const axis = { ticks: ticks.positions, tickText: (value: number) => minus(String(value)) };
  return {
    ...panelBase(style),
    ...PANEL,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    x: { domain: [low, high] },
    y: { domain: [low, high] },
    marks: [
      ...leftAxis(style, { ...axis, label: null, grid: true }),
      ...bottomAxis(style, { ...axis, label: "true coordinate", grid: true }),
      heading(count < total ? `recovered (${count} of ${total} coordinates)` : "recovered coordinate"),
      Plot.link([0], {
        x1: () => low,
        x2: () => high,
        y1: () => low,
        y2: () => high,
        stroke: palette.muted,
        strokeWidth: 0.8,
        className: "identity",
      }),
      ...figure.samples.flatMap(({ errorBound }, k) =>
        agreementMarks(shown[k]!, errorBound, { range: high - low, ...seriesStyle(k, style.palette) }),
      ),
    ],
  };
}

function agreementMarks(
  points: readonly Coordinate[],
  bound: number | null,
  look: SeriesStyle & { readonly range: number },
): Plot.Markish[] {
  const { colour, symbol, range } = look;
  const bars = bound !== null && 2 * bound >= VISIBLE_SHARE * range ? points : [];
  return [
    Plot.ruleX(bars, {
      x: "truth",
      y1: (point: { recovered: number }) => point.recovered - bound!,
      y2: (point: { recovered: number }) => point.recovered + bound!,
      stroke: colour,
      strokeWidth: 0.7,
      className: "error bar",
    }),
    Plot.dot(points, {
      x: "truth",
      y: "recovered",
      symbol,
      r: 2.3,
      stroke: colour,
      strokeWidth: 0.9,
      className: "coordinate",
    }),
  ];
}

/** Round positions over the values, and a range that holds them with a margin. */
function linearTicks(values: readonly number[]): { domain: [number, number]; positions: number[] } {
  const low = values.reduce((least, value) => Math.min(least, value), values[0] ?? 0);
  const high = values.reduce((greatest, value) => Math.max(greatest, value), values[0] ?? 0);
  // Halves first: the difference of two finite numbers may overflow.
  const half = high / 2 - low / 2 || Math.abs(high) / 4 || 0.5;
  const unit = 10 ** Math.floor(Math.log10(half / 2));
  const step = ([1, 2, 5, 10].find((digit) => half / (digit * unit) <= 2.5) ?? 10) * unit;
  const margin = 0.08 * half;
  const domain: [number, number] = [low - margin, high + margin];
  const positions: number[] = [];
  for (let k = Math.ceil(domain[0] / step); k * step <= domain[1]; k++)
    positions.push(Number((k * step).toPrecision(12)));
  return { domain, positions };
}

const NAMED_SAMPLES = 24;

function legendItems(figure: RecoveredAgainstTrueFigure, style: Style): LegendItem[] {
  const { samples } = figure;
  const named = samples.slice(0, NAMED_SAMPLES).map((sample, k): LegendItem => {
    const { colour, symbol } = seriesStyle(k, style.palette);
    return { label: sample.name, sign: dotSign({ symbol, stroke: colour }) };
  });
  const bound: LegendItem = { label: "bound", sign: lineSign({ stroke: style.palette.ink, strokeWidth: 1.3 }) };
  return [...named, ...(samples.some((sample) => sample.errorBound !== null) ? [bound] : [])];
}
