import * as Plot from "@observablehq/plot";
import type { RecoveredAgainstTrueFigure } from "../document/figure.ts";
import { bottomAxis, leftAxis, logTicks, panelBase } from "./axes.ts";
import type { Style } from "./drawing.ts";
import { createLogScale, type LogScale } from "./log-scale.ts";
import { errorOf, hasManyCoordinates, quartilesOf } from "./many-coordinates.ts";
import { type SeriesStyle, seriesStyle } from "./palette.ts";

/** Size of each of the two panels side by side. */
export const PANEL = { width: 163, height: 160 } as const;
/** Room for the axes around a panel. */
export const MARGIN = { left: 34, right: 6, top: 16, bottom: 28 } as const;

/** Errors of the coordinates, sample by sample and under its bound; of very many their quartiles. */
export function errorPanel(figure: RecoveredAgainstTrueFigure, style: Style): Plot.PlotOptions {
  const { samples } = figure;
  const errors = samples.map(({ truth, recovered }) =>
    truth.map((value, k) => errorOf({ truth: value, recovered: recovered[k]! })),
  );
  const bounds = samples.flatMap(({ errorBound }) => errorBound ?? []);
  const scale = createLogScale([...errors.flat(), ...bounds]);
  const areMany = hasManyCoordinates(samples);
  const marksOf = areMany ? quartileMarks : coordinateMarks;
  return {
    ...panelBase(style),
    ...PANEL,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    x: { domain: [0, Math.max(1, samples.length)] },
    y: { domain: scale.domain },
    marks: [
      ...leftAxis(style, { ...logTicks(scale), label: null, grid: true }),
      ...bottomAxis(style, {
        ticks: [],
        tickText: String,
        label: areMany ? "range, quartiles and median" : "coordinates, sample by sample",
      }),
      heading("error and bound"),
      Plot.ruleX(
        samples.slice(1).map((_, k) => k + 1),
        { x: (k: number) => k, stroke: style.palette.faint, strokeWidth: 0.6, className: "divider" },
      ),
      ...samples.flatMap(({ errorBound }, k) => {
        const look = seriesStyle(k, style.palette);
        return [boundMark(errorBound, k, scale, look), ...marksOf(errors[k]!, k, scale, look)];
      }),
    ],
  };
}

function boundMark(bound: number | null, sample: number, scale: LogScale, { colour }: SeriesStyle): Plot.Markish {
  return Plot.ruleY(bound === null ? [] : [bound], {
    y: (value: number) => scale.position(value),
    x1: () => sample + 0.08,
    x2: () => sample + 0.92,
    stroke: colour,
    strokeWidth: 1.3,
    className: "bound",
  });
}

function coordinateMarks(
  errors: readonly number[],
  sample: number,
  scale: LogScale,
  look: SeriesStyle,
): Plot.Markish[] {
  return [
    Plot.dot(errors, {
      x: (_: number, coordinate: number) => sample + (coordinate + 1) / (errors.length + 1),
      y: (error: number) => scale.position(error),
      symbol: look.symbol,
      r: 2,
      stroke: look.colour,
      strokeWidth: 0.9,
      className: "error",
    }),
  ];
}

/** A line over the range, a box over the middle half, and a line at the median. */
function quartileMarks(errors: readonly number[], sample: number, scale: LogScale, look: SeriesStyle): Plot.Markish[] {
  const quartiles = quartilesOf(errors);
  if (quartiles === null) return [];
  const [least, lower, median, upper, greatest] = quartiles.map((value) => scale.position(value)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const stroke = look.colour;
  return [
    Plot.ruleX([sample + 0.5], { y1: least, y2: greatest, stroke, strokeWidth: 0.8, className: "range of errors" }),
    Plot.rect([sample], {
      x1: sample + 0.28,
      x2: sample + 0.72,
      y1: lower,
      y2: upper,
      stroke,
      fill: stroke,
      fillOpacity: 0.3,
      strokeWidth: 0.8,
      className: "quartiles of errors",
    }),
    Plot.ruleY([median], { x1: sample + 0.28, x2: sample + 0.72, stroke, strokeWidth: 1.6, className: "median error" }),
  ];
}

/** What the vertical axis of a panel shows, above it. */
export function heading(text: string): Plot.Markish {
  return Plot.text([text], {
    text: (t: string) => t,
    frameAnchor: "top-left",
    dx: -MARGIN.left,
    dy: -MARGIN.top + 1,
    className: "heading",
  });
}
