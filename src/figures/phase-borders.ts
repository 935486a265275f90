import * as Plot from "@observablehq/plot";
import type { Axis, PhaseBoundary, PhaseDiagramFigure } from "../document/figure.ts";
import { requireFinite } from "./check-numbers.ts";
import { type LegendItem, lineSign } from "./legend.ts";
import { COLOURS } from "./palette.ts";

const DASHES = [undefined, "5 2", "1.5 1.5", "7 1.5 1.5 1.5", "9 2 3 2"] as const;
/** As printed, since the cells under the lines do not follow the theme; in number prime to that of the dashes. */
const LINE_COLOURS = [
  COLOURS.vermillion.light,
  COLOURS.purple.light,
  COLOURS.green.light,
  "#000000",
  COLOURS.muted.light,
  COLOURS.orange.light,
] as const;
/** Under each line, so that it stands out from dark cells and dark pages. */
const GROUND = "#ffffff";

interface BorderPoint {
  readonly x: number;
  readonly y: number;
  /** Points of one unbroken line share this. */
  readonly piece: number;
}

/** Step lines through the borders of cells, on light lines so that they stand out from dark cells. */
export function borderMarks(figure: PhaseDiagramFigure, size: number): Plot.Markish[] {
  const lines = figure.boundaries.map((boundary, k) => {
    // Borders that coincide are drawn beside each other.
    const shift = ((k - (figure.boundaries.length - 1) / 2) * 1.5) / Math.max(size, 1);
    const place = {
      x: (point: BorderPoint) => point.x + (boundary.along === "y" ? shift : 0),
      y: (point: BorderPoint) => point.y + (boundary.along === "x" ? shift : 0),
      z: "piece",
    };
    const dash = DASHES[k % DASHES.length];
    return {
      points: borderPoints(boundary, figure),
      ground: { ...place, stroke: GROUND, strokeWidth: 2.6, strokeLinecap: "butt" } as const,
      line: { ...place, stroke: colourOf(k), strokeWidth: 1.5, ...(dash ? { strokeDasharray: dash } : {}) },
    };
  });
  return [
    ...lines.map(({ points, ground }) => Plot.line(points, { ...ground, className: "border ground" })),
    ...lines.map(({ points, line }) => Plot.line(points, { ...line, className: "border" })),
  ];
}

function colourOf(index: number): string {
  return LINE_COLOURS[index % LINE_COLOURS.length]!;
}

/** The corners of the step line: over each index of one axis, the lower edge of the cell where the claim begins. */
function borderPoints(boundary: PhaseBoundary, figure: PhaseDiagramFigure): BorderPoint[] {
  const across = boundary.along === "x" ? figure.y : figure.x;
  const points: BorderPoint[] = [];
  let piece = 0;
  boundary.thresholds.forEach((threshold, k) => {
    const edge = threshold === null ? null : edgeOf(threshold, across, boundary.name);
    if (edge === null) {
      piece++;
      return;
    }
    for (const along of [k - 0.5, k + 0.5]) {
      points.push(boundary.along === "x" ? { x: along, y: edge, piece } : { x: edge, y: along, piece });
    }
  });
  return points;
}

/** Null where the claim begins beyond the axis. */
function edgeOf(threshold: number, axis: Axis, name: string): number | null {
  requireFinite(threshold, `threshold of ${name}`);
  const index = axis.values.findIndex((value) => typeof value === "number" && value >= threshold);
  return index < 0 ? null : index - 0.5;
}

export function borderItems({ boundaries }: PhaseDiagramFigure): LegendItem[] {
  const ground = lineSign({ stroke: GROUND, strokeWidth: 2.6 });
  return boundaries.map(({ name }, k) => {
    const line = lineSign({ stroke: colourOf(k), strokeWidth: 1.5, strokeDasharray: DASHES[k % DASHES.length] });
    return { label: name, sign: (x, y) => [...ground(x, y), ...line(x, y)] };
  });
}
