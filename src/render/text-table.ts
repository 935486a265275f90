import { columnsOf, pad, wrap, wrapAfter } from "./columns.ts";

export interface TextColumn {
  readonly title: string;
  readonly align: "left" | "right";
  readonly wraps: boolean;
}

const GAP = "  ";
/** A column is made no narrower for the sake of a long word. */
const LONGEST_WORD = 16;

/**
 * A table in lines of at most `width` columns.
 *
 * Cells are broken where the table would be too wide, those of columns that wrap first. A table that does not fit even
 * so is written row by row, each cell after the title of its column.
 */
export function textTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const widths = fittingWidths(columns, rows, width - GAP.length * (columns.length - 1));
  if (widths === null) return asRecords(columns, rows, width);
  const rule = widths.map((columnWidth) => "-".repeat(columnWidth)).join(GAP);
  const layOut = (cells: readonly string[]): string[] => layOutRow(columns, cells, widths);
  const body = rows.map(layOut);
  // Rows of several lines run into each other without a line between.
  const apart = body.some((lines) => lines.length > 1) && body.length > 1;
  return [
    ...layOut(columns.map(({ title }) => title)),
    rule,
    ...body.flatMap((lines, index) => (apart && index > 0 ? ["", ...lines] : lines)),
  ];
}

/** Widths that add up to at most `available`, null where there are none. */
function fittingWidths(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  available: number,
): number[] | null {
  const cells = columns.map(({ title }, index) => [title, ...rows.map((row) => row[index] ?? "")]);
  const widths = cells.map((texts) => Math.max(1, ...texts.map(columnsOf)));
  const least = cells.map((texts) => Math.max(1, Math.min(LONGEST_WORD, ...[Math.max(...texts.map(longestWord))])));
  const excess = (): number => widths.reduce((sum, width) => sum + width, 0) - available;
  for (const wraps of [true, false]) {
    while (excess() > 0) {
      const widest = widestOf(columns, { widths, least, wraps });
      if (widest === null) break;
      widths[widest]! -= 1;
    }
  }
  return excess() > 0 ? null : widths;
}

function widestOf(
  columns: readonly TextColumn[],
  { widths, least, wraps }: { widths: readonly number[]; least: readonly number[]; wraps: boolean },
): number | null {
  let widest: number | null = null;
  columns.forEach((column, index) => {
    if (column.wraps !== wraps || widths[index]! <= least[index]!) return;
    if (widest === null || widths[index]! > widths[widest]!) widest = index;
  });
  return widest;
}

function layOutRow(columns: readonly TextColumn[], cells: readonly string[], widths: readonly number[]): string[] {
  const wrapped = columns.map((_, index) => wrap(cells[index] ?? "", widths[index]!));
  const height = Math.max(1, ...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map(({ align }, index) => pad(wrapped[index]![line] ?? "", widths[index]!, align))
      .join(GAP)
      .trimEnd(),
  );
}

function asRecords(columns: readonly TextColumn[], rows: readonly (readonly string[])[], width: number): string[] {
  return rows.flatMap((row, index) => {
    const lines = columns.flatMap(({ title }, column) => {
      const text = row[column] ?? "";
      return wrapAfter("  ", title === "" ? text : `${title}: ${text}`, width);
    });
    return index === 0 ? lines : ["", ...lines];
  });
}

function longestWord(text: string): number {
  return Math.max(0, ...text.split(" ").map(columnsOf));
}
