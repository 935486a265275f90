import * as Plot from "@observablehq/plot";
import type { ConvergenceFigure } from "../document/figure.ts";
import { bottomAxis, leftAxis, logTicks, panelBase, wholeTicks } from "./axes.ts";
import { requireFinite, requireNonnegative } from "./check-numbers.ts";
import { type Drawing, FIGURE_WIDTH, type Style, stack } from "./drawing.ts";
import { staggerLabels } from "./labels.ts";
import { type LegendItem, legendPanel, lineSign } from "./legend.ts";
import { createLogScale, type LogScale } from "./log-scale.ts";
import { seriesStyle } from "./palette.ts";
import { numberText, textWidth } from "./text.ts";

const MARGIN = { left: 36, right: 10, bottom: 30 };
const LABEL_ROWS = 4;

/** The residual of each run over its steps; the rounding floor and events are rules, and events have their names above. */
export function drawConvergence(figure: ConvergenceFigure, style: Style): Drawing {
  checkFigure(figure);
  const { runs, floor, events } = figure;
  const residuals = runs.flatMap((run) => run.points.map((point) => point.residual));
  const scale = createLogScale([...residuals, ...(floor === null ? [] : [floor])]);
  const steps = [...runs.flatMap((run) => run.points.map((point) => point.step)), ...events.map((event) => event.step)];
  const first = steps.reduce((least, step) => Math.min(least, step), steps[0] ?? 0);
  const last = Math.max(
    first + 1,
    steps.reduce((greatest, step) => Math.max(greatest, step), first),
  );
  const pad = 0.015 * (last - first);
  const domain: [number, number] = [first - pad, last + pad];
  const labels = eventLabels(events, domain, style);
  const rowHeight = style.fontSize * 1.2;
  const marginTop = 14 + (labels.rows > 0 ? labels.rows * rowHeight + 5 : 0);
  const panel: Plot.PlotOptions = {
    ...panelBase(style),
    width: FIGURE_WIDTH,
    height: 150 + marginTop + MARGIN.bottom,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginTop,
    marginBottom: MARGIN.bottom,
    x: { domain },
    y: { domain: scale.domain },
    marks: [
      ...leftAxis(style, { ...logTicks(scale), label: null, grid: true }),
      ...bottomAxis(style, { ticks: wholeTicks(first, last), tickText: String, label: "step" }),
      heading(marginTop),
      ...eventMarks(events, labels, style),
      ...runMarks(figure, scale, style),
      ...(floor === null ? [] : [floorMark(floor, scale, style)]),
    ],
  };
  const items = legendItems(figure, style);
  return stack(items.length > 0 ? [panel, legendPanel(items, style)] : [panel]);
}

function checkFigure(figure: ConvergenceFigure): void {
  for (const run of figure.runs) {
    for (const point of run.points) {
      requireFinite(point.step, `step of ${run.name}`);
      requireNonnegative(point.residual, `residual of ${run.name} at step ${point.step}`);
    }
  }
  for (const event of figure.events) requireFinite(event.step, `step of ${event.name}`);
  if (figure.floor !== null) requireNonnegative(figure.floor, "floor");
}

function heading(marginTop: number): Plot.Markish {
  return Plot.text(["relative residual"], {
    text: (text: string) => text,
    frameAnchor: "top-left",
    dx: -MARGIN.left,
    dy: -marginTop + 1,
    className: "heading",
  });
}

type Events = ConvergenceFigure["events"];

interface EventLabels {
  /** Row of the label of each event, counted from the panel upwards; null where there is no room. */
  readonly places: readonly (number | null)[];
  readonly rows: number;
}

function eventLabels(events: Events, domain: readonly [number, number], style: Style): EventLabels {
  const width = FIGURE_WIDTH - MARGIN.left - MARGIN.right;
  const places = staggerLabels(
    events.map((event) => ({
      start: ((event.step - domain[0]) / (domain[1] - domain[0])) * width,
      width: textWidth(event.name, style.fontSize) + 4,
    })),
    { rows: LABEL_ROWS, end: width + MARGIN.right },
  );
  return { places, rows: Math.max(0, ...places.map((row) => (row === null ? 0 : row + 1))) };
}

function eventMarks(events: Events, labels: EventLabels, style: Style): Plot.Markish[] {
  const { palette } = style;
  const rowHeight = style.fontSize * 1.2;
  const rule = { stroke: palette.muted, strokeWidth: 0.6, strokeDasharray: "1.5 1.5", className: "event" };
  return [
    Plot.ruleX(events, { x: "step", ...rule }),
    Plot.dot(events, {
      x: "step",
      frameAnchor: "top",
      symbol: "triangle",
      rotate: 180,
      r: 2,
      fill: palette.muted,
      className: "event mark",
    }),
    ...events.flatMap((event, k) => {
      const row = labels.places[k];
      if (row === null || row === undefined) return [];
      return [
        Plot.text([event], {
          x: "step",
          text: "name",
          frameAnchor: "top",
          textAnchor: "start",
          dx: -2,
          dy: -row * rowHeight - 11,
          fill: palette.ink,
          className: "event label",
        }),
      ];
    }),
  ];
}

function runMarks(figure: ConvergenceFigure, scale: LogScale, style: Style): Plot.Markish[] {
  return figure.runs.flatMap((run, k) => {
    const { colour, dash, symbol } = seriesStyle(k, style.palette);
    const points = run.points.map((point) => ({ step: point.step, position: scale.position(point.residual) }));
    const place = { x: "step", y: "position" } as const;
    const symbolShape = figure.runs.length === 1 ? ({ fill: colour } as const) : ({ symbol, stroke: colour } as const);
    return [
      Plot.line(points, {
        ...place,
        stroke: colour,
        strokeWidth: 1.1,
        ...(dash ? { strokeDasharray: dash } : {}),
        className: "run",
      }),
      Plot.dot(points, {
        ...place,
        ...symbolShape,
        r: points.length > 60 ? 1 : 1.8,
        strokeWidth: 0.8,
        className: "residual",
      }),
    ];
  });
}

const FLOOR_RULE = { strokeWidth: 0.8, strokeDasharray: "4 2.5" } as const;

function floorMark(floor: number, scale: LogScale, style: Style): Plot.Markish {
  const stroke = style.palette.ink;
  return Plot.ruleY([scale.position(floor)], { stroke, ...FLOOR_RULE, className: "floor" });
}

function legendItems(figure: ConvergenceFigure, style: Style): LegendItem[] {
  const { runs, floor } = figure;
  const rule: LegendItem = {
    label: `rounding floor ${numberText(floor ?? 0)}`,
    sign: lineSign({ stroke: style.palette.ink, ...FLOOR_RULE }),
  };
  return [...(runs.length > 1 ? runItems(figure, style) : []), ...(floor === null ? [] : [rule])];
}

function runItems(figure: ConvergenceFigure, style: Style): LegendItem[] {
  return figure.runs.map((run, k) => {
    const { colour, dash, symbol } = seriesStyle(k, style.palette);
    const line = lineSign({ stroke: colour, strokeWidth: 1.1, strokeDasharray: dash });
    return {
      label: run.name,
      sign: (x, y) => [
        ...line(x, y),
        Plot.dot([[x, y]], { symbol, stroke: colour, fill: "none", r: 2, strokeWidth: 0.8, className: "legend" }),
      ],
    };
  });
}
