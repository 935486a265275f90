import type { SweepAxis, SweepBoundary } from "../answers/sweep-answer.ts";
import type { Thresholds } from "../identifiability/result.ts";
import type { CellResult } from "./cell-result.ts";

/** The cells of one row or column in the order of the axis that is walked; null where a cell is missing. */
type Line = readonly (CellResult | null)[];

/** A claim of a theorem, as it is read off the cells of a line. */
interface Claim {
  readonly name: string;
  /**
   * The value on the walked axis at which the claim begins; null for none.
   *
   * @returns undefined where the cells of the line contradict each other: the border is no function then
   */
  readonly beginsAt: (line: Line, values: readonly number[]) => number | null | undefined;
}

/** Borders by theorems, and the names of those that the cells do not show as a line. */
export interface Boundaries {
  readonly boundaries: readonly SweepBoundary[];
  readonly dropped: readonly string[];
}

/** What the borders are read off. */
export interface MeasuredGrid {
  readonly x: SweepAxis;
  readonly y: SweepAxis;
  readonly cells: readonly CellResult[];
  /** Width of all cells; null where an axis gives it. */
  readonly width: number | null;
}

/**
 * Theorem borders of a grid with an axis of widths or of samples: for each value of the other axis where a claim begins.
 * Widths come from the thresholds of the cells themselves, which must not depend on the width of the cell.
 */
export function theoremBoundaries({ x, y, cells, width }: MeasuredGrid): Boundaries {
  const boundaries: SweepBoundary[] = [];
  const dropped: string[] = [];
  for (const [walked, axis, other] of [
    ["x", x, y],
    ["y", y, x],
  ] as const) {
    const numbers = axis.values.map(Number);
    const lines = linesOf(cells, walked, axis.values.length, other.values.length);
    for (const claim of claimsAlong(axis.parameter, width)) {
      const thresholds = lines.map((line) => firstValueFrom(claim.beginsAt(line, numbers), numbers));
      if (thresholds.includes(undefined)) dropped.push(claim.name);
      else if (thresholds.some((threshold) => threshold !== null)) {
        const along = walked === "x" ? "y" : "x";
        boundaries.push({ name: claim.name, along, thresholds: thresholds as (number | null)[] });
      }
    }
  }
  return { boundaries, dropped };
}

/** The first value of the axis at which a claim holds that begins at a threshold, which may lie between two values. */
function firstValueFrom(threshold: number | null | undefined, values: readonly number[]): number | null | undefined {
  if (threshold === null || threshold === undefined) return threshold;
  return values.find((value) => value >= threshold) ?? null;
}

function linesOf(cells: readonly CellResult[], walked: "x" | "y", length: number, count: number): Line[] {
  const other = walked === "x" ? "y" : "x";
  const lines = Array.from({ length: count }, () => new Array<CellResult | null>(length).fill(null));
  for (const cell of cells) lines[cell[other]]![cell[walked]] = cell;
  return lines;
}

function claimsAlong(parameter: string, width: number | null): Claim[] {
  if (parameter === "width") {
    return [
      {
        name: "counting: enough equations and moments",
        beginsAt: (line, values) => changeAt(line.map(countingHolds), values),
      },
      thresholdOfWidth("Jacobian of full rank", "widthForLocal"),
      thresholdOfWidth("moments determined", "widthForMoments"),
      thresholdOfWidth("one data set (theorem)", "widthForGlobal"),
    ];
  }
  if (parameter !== "samples") return [];
  const capacity: Claim = {
    name: "too many samples at any width",
    beginsAt: (line) => {
      const value = commonValue(line.map((cell) => cell?.thresholds.sampleCapacity));
      return typeof value === "number" ? value + 1 : value;
    },
  };
  if (width === null) return [capacity];
  return [
    capacity,
    {
      name: "counting: too few equations or moments",
      beginsAt: (line, values) => changeAt(line.map(countingHolds).map(negated), values),
    },
    tooNarrow("Jacobian not of full rank", "widthForLocal", width),
    tooNarrow("moments not determined", "widthForMoments", width),
  ];
}

const thresholdOfWidth = (name: string, key: keyof Thresholds): Claim => ({
  name,
  beginsAt: (line) => commonValue(line.map((cell) => cell?.thresholds[key])),
});

/** More samples need more width: from some n on, that of the grid is not enough. */
const tooNarrow = (name: string, key: keyof Thresholds, width: number): Claim => ({
  name,
  beginsAt: (line, values) =>
    changeAt(
      line.map((cell, k) =>
        cell === null ? undefined : isTooNarrow(cell.thresholds, key, { width, samples: values[k]! }),
      ),
      values,
    ),
});

function isTooNarrow(
  thresholds: Thresholds,
  key: keyof Thresholds,
  { width, samples }: { readonly width: number; readonly samples: number },
): boolean | undefined {
  const threshold = thresholds[key];
  if (threshold !== null) return width < threshold;
  const { sampleCapacity } = thresholds;
  const tooMany = key === "widthForLocal" && sampleCapacity !== null && samples > sampleCapacity;
  return tooMany ? true : undefined;
}

const countingHolds = (cell: CellResult | null): boolean | undefined =>
  cell === null || cell.counting === "unknown" ? undefined : cell.counting === "holds";

const negated = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value);

/** The value that all cells of a line agree on; a missing cell says nothing. */
function commonValue(values: readonly (number | null | undefined)[]): number | null | undefined {
  const different = new Set(values.filter((value) => value !== undefined));
  if (different.size > 1) return undefined;
  const [value = null] = different;
  return value;
}

/** Where a claim that is false and then true becomes true; unknown cells are allowed on neither side of the change. */
function changeAt(claims: readonly (boolean | undefined)[], values: readonly number[]): number | null | undefined {
  if (claims.every((claim) => claim === undefined)) return null;
  if (claims.includes(undefined)) return undefined;
  const first = claims.indexOf(true);
  if (first < 0) return null;
  return claims.slice(first).every(Boolean) ? values[first]! : undefined;
}
