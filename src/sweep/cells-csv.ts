import type { CellResult } from "./cell-result.ts";
import { type Grid, labelOf } from "./grid.ts";

/** The cells as a table with a header, one line a cell in grid order; an empty field is unknown, or was not asked for. */
export function cellsCsv({ x, y }: Grid, cells: readonly CellResult[]): string {
  const header = [
    ...["x", "y", x.parameter, y.parameter, "verdict", "basis"],
    ...["widthForMoments", "widthForGlobal", "widthForLocal", "sampleCapacity", "counting"],
    ...["trials", "successes", "wrong", "untrained", "command"],
  ];
  const rows = cells.map((cell) => {
    const { thresholds, empirical } = cell;
    return [
      ...[cell.x, cell.y, labelOf(x.parameter, x.values[cell.x]!), labelOf(y.parameter, y.values[cell.y]!)],
      ...[cell.verdict, cell.basis],
      ...[thresholds.widthForMoments, thresholds.widthForGlobal, thresholds.widthForLocal, thresholds.sampleCapacity],
      cell.counting,
      ...[empirical?.trials, empirical?.successes, empirical?.wrong, empirical?.untrained],
      cell.command,
    ];
  });
  return [header, ...rows].map((row) => `${row.map(field).join(",")}\n`).join("");
}

function field(value: number | string | null | undefined): string {
  const text = `${value ?? ""}`;
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
