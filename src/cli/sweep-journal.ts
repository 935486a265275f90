import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";
import { FileError } from "../errors.ts";
import { type CellResult, cellResultSchema } from "../sweep/cell-result.ts";
import { inGridOrder } from "../sweep/sweep-answer-of.ts";
import { reasonOf, writeOutput } from "./files.ts";

/** First line of the file: what its cells are cells of. */
interface JournalHeader {
  readonly schema: "kktid.sweep-cells/1";
  readonly version: string;
  readonly grid: string;
  readonly seed: number;
}

/** The file of finished cells: a header, then one line a cell in the order in which they were finished. */
export interface Journal {
  /** Cells that earlier runs left. */
  readonly cells: readonly CellResult[];
  /** Adds a line in one write: a process that is killed leaves whole lines, and at most one torn one at the end. */
  readonly append: (cell: CellResult) => void;
  /** Puts the lines into grid order, whatever order they were written in, by renaming a new file. */
  readonly finish: (cells: readonly CellResult[]) => void;
  readonly close: () => void;
}

/** How to take up a file. */
export interface JournalOptions {
  readonly header: JournalHeader;
  /** Numbers of values on the axes. */
  readonly size: { readonly x: number; readonly y: number };
  readonly restart: boolean;
}

/** Cells are handed to the disk at least this often: what a power cut may cost. */
const SYNC_MILLISECONDS = 1000;

/**
 * Opens the file of finished cells, or begins it.
 *
 * @throws {@link FileError} if it belongs to another grid, seed or version, or a line other than the last is damaged
 */
export function openJournal(path: string, options: JournalOptions): Journal {
  const cells = options.restart || !existsSync(path) ? null : takeUp(path, options);
  const head = `${JSON.stringify(options.header)}\n`;
  if (cells === null) writeOutput(path, head);
  const file = openToAppend(path);
  let synced = performance.now();
  return {
    cells: cells ?? [],
    append(cell) {
      writeLine(file, path, `${JSON.stringify(cell)}\n`);
      if (performance.now() - synced < SYNC_MILLISECONDS) return;
      fsyncSync(file);
      synced = performance.now();
    },
    finish(all) {
      writeOutput(
        path,
        head +
          inGridOrder(all)
            .map((cell) => `${JSON.stringify(cell)}\n`)
            .join(""),
      );
    },
    close: () => closeSync(file),
  };
}

function openToAppend(path: string): number {
  try {
    return openSync(path, "a");
  } catch (error) {
    throw new FileError(path, `cannot be written: ${reasonOf(error)}`, undefined, error);
  }
}

function writeLine(file: number, path: string, line: string): void {
  const bytes = Buffer.from(line);
  try {
    if (writeSync(file, bytes) < bytes.length) throw new Error("no space left on the disk");
  } catch (error) {
    throw new FileError(path, `cannot be written: ${reasonOf(error)}`, "the same command goes on from here", error);
  }
}

/** The cells of an existing file, which is cut behind its last whole line; null if it is empty. */
function takeUp(path: string, { header, size }: JournalOptions): CellResult[] | null {
  const bytes = readBytes(path);
  const end = bytes.lastIndexOf("\n".charCodeAt(0)) + 1;
  if (bytes.length === 0) return null;
  const [first = "", ...lines] = bytes.subarray(0, end).toString("utf8").split("\n").slice(0, -1);
  requireSame(path, first, header);
  const cells = new Map<string, CellResult>();
  for (const [k, line] of lines.entries()) {
    const cell = parseCell(line);
    if (cell === null || cell.x >= size.x || cell.y >= size.y) {
      throw new FileError(
        path,
        `line ${k + 2} is no cell of this grid`,
        "delete the line, or begin anew with --restart",
      );
    }
    cells.set(`${cell.x},${cell.y}`, cell);
  }
  if (end < bytes.length) truncateSync(path, end);
  return [...cells.values()];
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new FileError(path, reasonOf(error), undefined, error);
  }
}

function parseCell(line: string): CellResult | null {
  const result = cellResultSchema.safeParse(parseJson(line));
  return result.success ? result.data : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function requireSame(path: string, line: string, { schema, version, grid, seed }: JournalHeader): void {
  const found = (parseJson(line) ?? {}) as Partial<JournalHeader>;
  const refuse = (what: string): never => {
    throw new FileError(path, what, "begin anew with --restart, or choose another --out");
  };
  if (found.schema !== schema) refuse("is no file of finished cells");
  if (found.version !== version) refuse(`was begun by version ${found.version}, this is ${version}`);
  if (found.seed !== seed) refuse(`was begun with seed ${found.seed}, not ${seed}`);
  if (found.grid !== grid) refuse("holds the cells of another grid");
}
