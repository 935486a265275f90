import * as Plot from "@observablehq/plot";
import type { CertificateBoxesFigure } from "../document/figure.ts";
import { bottomAxis, logTicks, panelBase } from "./axes.ts";
import { requireNonnegative } from "./check-numbers.ts";
import { type Drawing, FIGURE_WIDTH, type Style, stack } from "./drawing.ts";
import { boxSign, dotSign, type LegendItem, legendPanel, lineSign } from "./legend.ts";
import { createLogScale, type LogScale } from "./log-scale.ts";
import { fitText, textWidth } from "./text.ts";

type Sample = CertificateBoxesFigure["samples"][number];
type Distance = "norm" | "trueError" | "expectedError" | "estimatedBound" | "provedBound" | "uniqueWithin";
const DISTANCES: readonly Distance[] = [
  "norm",
  "trueError",
  "expectedError",
  "estimatedBound",
  "provedBound",
  "uniqueWithin",
];

/** A row a sample: the boxes of the estimated and the proved bound inside the distance within which it is unique. */
export function drawCertificateBoxes(figure: CertificateBoxesFigure, style: Style): Drawing {
  const { samples } = figure;
  const values = samples.flatMap((sample) => DISTANCES.map((distance) => checkedDistance(sample, distance)));
  const scale = createLogScale(
    values.filter((value) => value !== null),
    8,
  );
  const marginLeft = 8 + Math.min(90, Math.max(20, ...samples.map((sample) => textWidth(sample.name, style.fontSize))));
  const row = Math.max(7, Math.min(17, 420 / Math.max(1, samples.length)));
  const panel: Plot.PlotOptions = {
    ...panelBase(style),
    width: FIGURE_WIDTH,
    height: 8 + row * Math.max(1, samples.length) + 32,
    marginLeft,
    marginRight: 10,
    marginTop: 6,
    marginBottom: 32,
    x: { domain: scale.domain },
    y: { domain: [Math.max(1, samples.length) - 0.4, -0.6] },
    marks: [
      ...bottomAxis(style, { ...logTicks(scale), label: "distance from the recovered sample", grid: true }),
      ...samples.map((sample, k) =>
        Plot.text([sample], {
          y: () => k,
          text: (s: Sample) => fitText(s.name, 90, style.fontSize),
          frameAnchor: "left",
          textAnchor: "end",
          dx: -5,
          ...(row < 10 ? { fontSize: row * 0.8 } : {}),
          className: "sample",
        }),
      ),
      ...boxMarks(samples, scale, style),
      ...pointMarks(samples, scale, style),
    ],
  };
  return stack([panel, legendPanel(legendItems(samples, style), style)], 2);
}

function checkedDistance(sample: Sample, distance: Distance): number | null {
  const value = sample[distance];
  if (value !== null) requireNonnegative(value, `${distance} of ${sample.name}`);
  return value;
}

interface Mark {
  readonly row: number;
  readonly position: number;
}

function marksOf(samples: readonly Sample[], distance: Distance, scale: LogScale): Mark[] {
  return samples.flatMap((sample, row) => {
    const value = sample[distance];
    return value === null ? [] : [{ row, position: scale.position(value) }];
  });
}

function boxMarks(samples: readonly Sample[], scale: LogScale, style: Style): Plot.Markish[] {
  const { palette } = style;
  const left = scale.domain[0];
  const box = (distance: Distance, half: number, options: Plot.RectOptions): Plot.Markish =>
    Plot.rect(marksOf(samples, distance, scale), {
      x1: () => left,
      x2: "position",
      y1: (mark: Mark) => mark.row - half,
      y2: (mark: Mark) => mark.row + half,
      ...options,
    });
  const unique = marksOf(samples, "uniqueWithin", scale);
  const ends = { x: "position", y1: (m: Mark) => m.row - 0.32, y2: (m: Mark) => m.row + 0.32 } as const;
  return [
    Plot.ruleY(unique, {
      y: "row",
      x1: () => left,
      x2: "position",
      stroke: palette.green,
      strokeWidth: 1,
      className: "unique line",
    }),
    box("provedBound", 0.32, {
      fill: palette.blue,
      fillOpacity: 0.22,
      stroke: palette.blue,
      strokeWidth: 0.8,
      className: "proved bound",
    }),
    box("estimatedBound", 0.16, { fill: palette.blue, fillOpacity: 0.75, className: "estimated bound" }),
    Plot.ruleX(unique, { ...ends, stroke: palette.green, strokeWidth: 1.6, className: "unique within" }),
  ];
}

function pointMarks(samples: readonly Sample[], scale: LogScale, style: Style): Plot.Markish[] {
  const { palette } = style;
  const place = { x: "position", y: "row" } as const;
  return [
    Plot.dot(marksOf(samples, "norm", scale), {
      ...place,
      symbol: "plus",
      r: 2.6,
      stroke: palette.muted,
      strokeWidth: 1,
      className: "norm",
    }),
    Plot.dot(marksOf(samples, "expectedError", scale), {
      ...place,
      symbol: "diamond",
      r: 2.6,
      fill: palette.paper,
      stroke: palette.ink,
      strokeWidth: 0.8,
      className: "expected error",
    }),
    Plot.dot(marksOf(samples, "trueError", scale), {
      ...place,
      r: 2.5,
      fill: palette.vermillion,
      stroke: palette.paper,
      strokeWidth: 0.7,
      className: "true error",
    }),
  ];
}

function legendItems(samples: readonly Sample[], style: Style): LegendItem[] {
  const { palette } = style;
  const items: (LegendItem & { readonly distance: Distance })[] = [
    {
      distance: "trueError",
      label: "true error",
      sign: dotSign({ symbol: "circle", stroke: "none", fill: palette.vermillion }),
    },
    {
      distance: "expectedError",
      label: "expected error",
      sign: dotSign({ symbol: "diamond", stroke: palette.ink, fill: palette.paper }),
    },
    {
      distance: "estimatedBound",
      label: "estimated bound",
      sign: boxSign({ fill: palette.blue, fillOpacity: 0.75, halfHeight: 1.8 }),
    },
    {
      distance: "provedBound",
      label: "proved bound",
      sign: boxSign({ fill: palette.blue, fillOpacity: 0.22, stroke: palette.blue }),
    },
    { distance: "uniqueWithin", label: "no other zero within", sign: uniqueSign(palette.green) },
    { distance: "norm", label: "norm of the sample", sign: dotSign({ symbol: "plus", stroke: palette.muted }) },
  ];
  return items.filter((item) => samples.some((sample) => sample[item.distance] !== null));
}

function uniqueSign(stroke: string): LegendItem["sign"] {
  const line = lineSign({ stroke });
  return (x, y) => [
    ...line(x, y),
    Plot.link([0], {
      x1: () => x + 7.5,
      x2: () => x + 7.5,
      y1: () => y - 3.5,
      y2: () => y + 3.5,
      stroke,
      strokeWidth: 1.6,
      className: "legend",
    }),
  ];
}
