import * as Plot from "@observablehq/plot";
import type { Axis, PhaseBoundary, PhaseDiagramFigure } from "../document/figure.ts";
import { requireFinite } from "./check-numbers.ts";
import type { Style } from "./drawing.ts";
import { type LegendItem, lineSign } from "./legend.ts";

const DASHES = [undefined, "5 2", "1.5 1.5", "7 1.5 1.5 1.5"] as const;
const COLOURS = ["vermillion", "purple", "green", "ink"] as const;

interface BorderPoint {
  readonly x: number;
  readonly y: number;
  /** Points of one unbroken line share this. */
  readonly piece: number;
}

/** Step lines through the borders of cells, a light line under each so that it stands out from dark cells. */
export function borderMarks(figure: PhaseDiagramFigure, size: number, style: Style): Plot.Markish[] {
  const { boundaries } = figure;
  return boundaries.flatMap((boundary, k) => {
    const points = borderPoints(boundary, figure);
    // Borders that coincide are drawn beside each other.
    const shift = ((k - (boundaries.length - 1) / 2) * 1.3) / Math.max(size, 1);
    const place = {
      x: (point: BorderPoint) => point.x + (boundary.along === "y" ? shift : 0),
      y: (point: BorderPoint) => point.y + (boundary.along === "x" ? shift : 0),
      z: "piece",
    };
    const dash = DASHES[k % DASHES.length];
    return [
      Plot.line(points, {
        ...place,
        stroke: "#ffffff",
        strokeWidth: 2.6,
        strokeLinecap: "butt",
        className: "border ground",
      }),
      Plot.line(points, {
        ...place,
        stroke: colourOf(k, style),
        strokeWidth: 1.5,
        ...(dash ? { strokeDasharray: dash } : {}),
        className: "border",
      }),
    ];
  });
}

function colourOf(index: number, style: Style): string {
  return style.palette[COLOURS[index % COLOURS.length]!];
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

export function borderItems(figure: PhaseDiagramFigure, style: Style): LegendItem[] {
  return figure.boundaries.map((boundary, k) => ({
    label: boundary.name,
    sign: lineSign({ stroke: colourOf(k, style), strokeWidth: 1.5, strokeDasharray: DASHES[k % DASHES.length] }),
  }));
}
