import * as Plot from "@observablehq/plot";
import type { Spectrum, SpectrumFigure } from "../document/figure.ts";
import { bottomAxis, leftAxis, logTicks, panelBase, wholeTicks } from "./axes.ts";
import { requireNonnegative } from "./check-numbers.ts";
import { type Drawing, FIGURE_WIDTH, type Panel, type Style } from "./drawing.ts";
import { dotSign, type LegendItem, legendPanel, lineSign } from "./legend.ts";
import { createLogScale, type LogScale } from "./log-scale.ts";
import { fitText, numberText } from "./text.ts";

const GAP = 14;
const MARGIN = { left: 34, right: 6, top: 28, bottom: 28 };

interface Value {
  readonly index: number;
  readonly position: number;
  readonly kept: boolean;
}

/**
 * Singular values over their index on a logarithmic axis. What the tolerance keeps is a filled disc, what it drops a
 * cross; stems measure the distance to the tolerance. A panel for each matrix, under its name, rank and tolerance.
 */
export function drawSpectrum(figure: SpectrumFigure, style: Style): Drawing {
  const columns = figure.spectra.length > 1 ? 2 : 1;
  const width = (FIGURE_WIDTH - GAP * (columns - 1)) / columns;
  const height = columns === 1 ? 165 : 130;
  const panels = figure.spectra.map(
    (spectrum, k): Panel => ({
      x: (k % columns) * (width + GAP),
      y: Math.floor(k / columns) * (height + 6),
      options: spectrumPanel(spectrum, style, { width, height }),
    }),
  );
  const legend = legendPanel(legendItems(figure, style), style);
  const y = Math.ceil(figure.spectra.length / columns) * (height + 6);
  return { width: FIGURE_WIDTH, height: y + legend.height!, panels: [...panels, { x: 0, y, options: legend }] };
}

/** A value counts as kept if the tolerance keeps it; without a tolerance, if its index is below the rank. */
function isKept(spectrum: Spectrum, index: number): boolean {
  const value = spectrum.singularValues[index]!;
  return spectrum.tolerance === null ? index < spectrum.rank : value >= spectrum.tolerance && value > 0;
}

function spectrumPanel(spectrum: Spectrum, style: Style, size: { width: number; height: number }): Plot.PlotOptions {
  const { singularValues, tolerance, name } = spectrum;
  singularValues.forEach((value, k) => {
    requireNonnegative(value, `singular value ${k + 1} of ${name}`);
  });
  if (tolerance !== null) requireNonnegative(tolerance, `tolerance of ${name}`);
  const scale = createLogScale([...singularValues, ...(tolerance === null ? [] : [tolerance])], 6);
  const count = singularValues.length;
  const last = Math.max(1, count);
  const values = singularValues.map(
    (value, k): Value => ({ index: k + 1, position: scale.position(value), kept: isKept(spectrum, k) }),
  );
  const padding = Math.max(0.5, 0.03 * last);
  const above = tolerance === null ? "" : ` above ${numberText(tolerance)}`;
  const headings = [name, `rank ${spectrum.rank} of ${count}${above}`];
  return {
    ...panelBase(style),
    ...size,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    x: { domain: [1 - padding, last + padding] },
    y: { domain: scale.domain },
    marks: [
      ...leftAxis(style, { ...logTicks(scale), label: null, grid: true }),
      ...bottomAxis(style, { ticks: wholeTicks(1, last, 6), tickText: String, label: "index" }),
      ...valueMarks(values, scale, tolerance, style),
      ...(tolerance === null ? [] : [toleranceMark(tolerance, scale, style)]),
      ...headings.map((heading, line) =>
        Plot.text([fitText(heading, size.width, style.fontSize)], {
          text: (text: string) => text,
          frameAnchor: "top-left",
          dx: -MARGIN.left,
          dy: -MARGIN.top + 1 + line * style.fontSize * 1.2,
          ...(line === 0 ? { fontWeight: "bold" } : {}),
          className: "heading",
        }),
      ),
    ],
  };
}

function valueMarks(values: readonly Value[], scale: LogScale, tolerance: number | null, style: Style): Plot.Markish[] {
  const { palette } = style;
  const base = tolerance === null ? scale.domain[0] : scale.position(tolerance);
  const r = values.length > 150 ? 1.3 : values.length > 60 ? 1.7 : 2.4;
  const stems = values.length > 60 ? [] : values;
  const place = { x: "index", y: "position" } as const;
  return [
    Plot.ruleX(stems, {
      x: "index",
      y1: base,
      y2: "position",
      stroke: palette.muted,
      strokeWidth: 0.6,
      className: "stem",
    }),
    Plot.dot(
      values.filter((value) => value.kept),
      { ...place, r, fill: palette.blue, className: "kept" },
    ),
    Plot.dot(
      values.filter((value) => !value.kept),
      {
        ...place,
        r: r * 0.95,
        symbol: "times",
        stroke: palette.vermillion,
        strokeWidth: 1.1,
        className: "dropped",
      },
    ),
  ];
}

const TOLERANCE_RULE = { strokeWidth: 0.8, strokeDasharray: "4 2.5" } as const;

function toleranceMark(tolerance: number, scale: LogScale, style: Style): Plot.Markish {
  const stroke = style.palette.ink;
  return Plot.ruleY([scale.position(tolerance)], { stroke, ...TOLERANCE_RULE, className: "tolerance" });
}

function legendItems(figure: SpectrumFigure, style: Style): LegendItem[] {
  const { palette } = style;
  const shown = figure.spectra.flatMap((spectrum) => spectrum.singularValues.map((_, k) => isKept(spectrum, k)));
  const kept: LegendItem = {
    label: "counts towards the rank",
    sign: dotSign({ symbol: "circle", stroke: "none", fill: palette.blue }),
  };
  const dropped: LegendItem = {
    label: "counts as zero",
    sign: dotSign({ symbol: "times", stroke: palette.vermillion }),
  };
  const tolerance: LegendItem = { label: "tolerance", sign: lineSign({ stroke: palette.ink, ...TOLERANCE_RULE }) };
  return [
    ...(shown.includes(true) ? [kept] : []),
    ...(shown.includes(false) ? [dropped] : []),
    ...(figure.spectra.some((spectrum) => spectrum.tolerance !== null) ? [tolerance] : []),
  ];
}
