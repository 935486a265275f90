import { CsvError, parse } from "csv-parse/sync";
import { FileError, TensorError } from "../errors.ts";
import { decodeText } from "./byte-reader.ts";
import { parseExactNumber } from "./exact-number.ts";

/** Numbers of a CSV file; `header` is null when the first line holds numbers. Every row has the same length. */
export interface CsvTable {
  readonly header: readonly string[] | null;
  readonly rows: readonly (readonly number[])[];
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads comma-separated numbers. The first line is a header if none of its cells is a number; a leading `#`, as
 * `numpy.savetxt` writes it, is dropped. Empty lines are skipped.
 *
 * @throws {@link FileError} with the line if the text is not CSV, or the file has no row of numbers
 * @throws {@link TensorError} naming line and column of a cell that is not a finite number
 */
export function readCsvTable(bytes: Uint8Array, file: string): CsvTable {
  const records = parseRecords(decodeText(bytes, file, "the file"), file);
  const header = headerOf(records[0]?.record);
  const rows = (header === null ? records : records.slice(1)).map(({ record, info }) =>
    record.map((cell, column) => cellNumber(cell, info.lines, column, header, file)),
  );
  if (rows.length === 0) throw new FileError(file, "holds no row of numbers");
  return { header, rows };
}

function parseRecords(text: string, file: string): readonly CsvRecord[] {
  try {
    return parse(text, { bom: true, info: true, skip_empty_lines: true, trim: true }) as unknown as CsvRecord[];
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw new FileError(file, "is not CSV", undefined, cause);
    const line = typeof cause.lines === "number" ? `line ${cause.lines}: ` : "";
    throw new FileError(
      file,
      `${line}${cause.message}`,
      "every line must have the same number of comma-separated cells",
      cause,
    );
  }
}

function headerOf(first: readonly string[] | undefined): readonly string[] | null {
  if (first === undefined || first.length === 0) return null;
  const names = first.map((cell, i) => (i === 0 ? cell.replace(/^#\s*/, "") : cell));
  return names.some((name) => name === "" || isNumeric(name)) ? null : names;
}

/** Numbers, and the words for numbers that are not finite, which are data errors and no header. */
function isNumeric(cell: string): boolean {
  return parseExactNumber(cell) !== undefined || /^[+-]?(?:nan|inf|infinity)$/i.test(cell);
}

function cellNumber(
  cell: string,
  line: number,
  column: number,
  header: readonly string[] | null,
  file: string,
): number {
  const value = parseExactNumber(cell);
  if (value !== undefined && Number.isFinite(value)) return value;
  const name = header === null ? "" : ` (${header[column]})`;
  const place = `line ${line}, column ${column + 1}${name}`;
  const hint = "cells are separated by commas, and decimals written with a point";
  throw new TensorError(file, place, `expected a finite number, got ${JSON.stringify(cell.slice(0, 40))}`, hint);
}
