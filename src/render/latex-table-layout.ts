import type { Column } from "../document/tree.ts";
import { SIZES } from "./latex-width.ts";

/** Between two columns: twice \tabcolsep; the narrower ones come before columns are broken or set in a second panel. */
const GAPS = [10, 7] as const;

/** The least of them. */
const LEAST_GAP = 7;

/** A column of running text is at least this wide. */
const LEAST_WRAPPED = 80;

/** How the columns of one panel are set. */
export interface Layout {
  readonly size: (typeof SIZES)[number];
  /** Width of each column in points; null for one as wide as its text. */
  readonly widths: readonly (number | null)[];
  /** Between two columns, in points. */
  readonly gap: number;
  /** Width of the line it is made for, in points. */
  readonly line: number;
}

/** The largest size in which the columns of a panel fit the line, or widths at which their text is broken. */
export function layoutOf(columns: readonly Column[], natural: readonly number[], line: number): Layout {
  const total = natural.reduce((sum, width) => sum + width, 0);
  const fitting = GAPS.flatMap((gap) => SIZES.slice(0, 3).map((size) => ({ size, gap }))).find(
    ({ size, gap }) => total * size.points + gap * (columns.length - 1) <= line,
  );
  const wraps = columns.map((column) => column.wraps === true);
  // Text that is meant to be broken is rather broken than set small.
  if (fitting !== undefined && (fitting.size === SIZES[0] || !wraps.includes(true))) {
    return { ...fitting, line, widths: columns.map(() => null) };
  }
  const gap = GAPS[0];
  const broken = wraps.includes(true) ? wraps : widestOf(natural);
  for (const size of SIZES) {
    const widths = wrappedWidths(natural, broken, size.points, line);
    if (widths !== null) return { size, widths, gap, line };
  }
  const size = SIZES.at(-1)!;
  const width = (line - gap * (columns.length - 1)) / columns.length;
  return { size, gap, line, widths: columns.map(() => width) };
}

/** Breaks the widest column, and every other one that is nearly as wide. */
function widestOf(natural: readonly number[]): boolean[] {
  const widest = Math.max(...natural);
  return natural.map((width) => width > 0.7 * widest);
}

/** What the columns that are not broken leave, shared among the broken ones; null where that is too little. */
function wrappedWidths(
  natural: readonly number[],
  broken: readonly boolean[],
  points: number,
  line: number,
): (number | null)[] | null {
  const fixed = natural.reduce((sum, width, index) => (broken[index] ? sum : sum + width * points), 0);
  const left = line - GAPS[0] * (natural.length - 1) - fixed;
  const share = sharesOf(
    natural.map((width, index) => (broken[index] ? width * points : 0)),
    left,
  );
  if (share.some((width, index) => broken[index] && width < Math.min(LEAST_WRAPPED, natural[index]! * points))) {
    return null;
  }
  return share.map((width, index) => (broken[index] ? width : null));
}

/** Shares out a width in proportion to the square roots of what is wanted: long text is broken more often. */
function sharesOf(wanted: readonly number[], width: number): number[] {
  const roots = wanted.map(Math.sqrt);
  const total = roots.reduce((sum, root) => sum + root, 0);
  return roots.map((root, index) => Math.min(wanted[index]!, (width * root) / total));
}

/** Indices of the columns of each panel: as few panels as the line allows, and these about equally wide. */
export function panelsOf(columns: readonly Column[], natural: readonly number[], line: number): number[][] {
  const least = columns.map((column, index) => {
    const width = natural[index]! * SIZES[2].points;
    return column.wraps === true ? Math.min(LEAST_WRAPPED, width) : Math.min(width, line / 3);
  });
  const widest = panelsWithin(line, least);
  let balanced = widest;
  for (let limit = line; limit > 0; limit -= 5) {
    const panels = panelsWithin(limit, least);
    if (panels.length > widest.length) break;
    balanced = panels;
  }
  return balanced;
}

/** Fills panels from the left; each begins with the first column and has at least one other. */
function panelsWithin(limit: number, widths: readonly number[]): number[][] {
  const panels: number[][] = [];
  let panel = [0];
  let width = widths[0]!;
  for (let index = 1; index < widths.length; index++) {
    if (width + LEAST_GAP + widths[index]! > limit && panel.length > 1) {
      panels.push(panel);
      panel = [0];
      width = widths[0]!;
    }
    panel.push(index);
    width += LEAST_GAP + widths[index]!;
  }
  return [...panels, panel];
}
