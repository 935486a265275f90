import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { SweepAnswer } from "../answers/sweep-answer.ts";
import { FileError, UsageError } from "../errors.ts";
import { hashInputs, toolStamp } from "../library/tool.ts";
import { phaseDiagramOf } from "../paper/phase-diagram.ts";
import type { CellResult } from "../sweep/cell-result.ts";
import { cellsCsv } from "../sweep/cells-csv.ts";
import { type CellPosition, cellPositions, type Grid } from "../sweep/grid.ts";
import { readGrid } from "../sweep/read-grid.ts";
import { hashedGrid, inGridOrder, sweepAnswerOf } from "../sweep/sweep-answer-of.ts";
import { readInput, reasonOf, writeOutput } from "./files.ts";
import type { ExitCode, Io } from "./io.ts";
import { runCell } from "./sweep-cell.ts";
import { type Journal, openJournal } from "./sweep-journal.ts";
import { lockFolder } from "./sweep-lock.ts";
import { computeCells } from "./sweep-pool.ts";
import { sweepProgress } from "./sweep-progress.ts";
import { listenForStop, type StopRequest } from "./sweep-stop.ts";
import { sweepText } from "./sweep-text.ts";
import { styleFor } from "./terminal.ts";

export interface SweepCommandOptions {
  readonly out?: string;
  readonly restart?: boolean;
  readonly cell?: CellPosition;
  readonly json?: boolean;
  readonly seed?: number;
  readonly maxSeconds?: number;
  readonly threads: number;
  readonly quiet?: boolean;
}

/** `kktid sweep`. */
export async function runSweep(file: string, options: SweepCommandOptions, io: Io): Promise<ExitCode> {
  const grid = readGrid(readInput(file), file, options.seed);
  if (options.cell !== undefined) return runCell(grid, options.cell, { json: options.json === true, file }, io);
  const folder = options.out;
  if (folder === undefined) {
    throw new UsageError("a folder for the results is needed", "pass --out DIR, or --cell X,Y for one cell alone");
  }
  makeFolder(folder);
  const unlock = lockFolder(folder);
  try {
    removeLeftovers(folder);
    return await sweepInto(folder, { grid, file, options, io });
  } finally {
    unlock();
  }
}

interface SweepRun {
  readonly grid: Grid;
  /** The grid file, as the user named it. */
  readonly file: string;
  readonly options: SweepCommandOptions;
  readonly io: Io;
}

async function sweepInto(folder: string, run: SweepRun): Promise<ExitCode> {
  const { grid, file, options, io } = run;
  const stamp = { tool: toolStamp(), inputHash: hashInputs(hashedGrid(grid), []) };
  const journal = openJournal(join(folder, JOURNAL_NAME), {
    header: { schema: "kktid.sweep-cells/1", version: stamp.tool.version, grid: stamp.inputHash, seed: grid.seed },
    size: { x: grid.x.values.length, y: grid.y.values.length },
    restart: options.restart === true,
  });
  const stop = listenForStop(io, options.maxSeconds);
  try {
    const cells = await completeCells(journal, run, stop);
    const total = grid.x.values.length * grid.y.values.length;
    const isComplete = cells.length === total;
    const { answer, dropped } = sweepAnswerOf(grid, cells, stamp);
    const files = isComplete ? await writeResults(folder, { answer, grid, cells: inGridOrder(cells) }) : [];
    if (isComplete) journal.finish(cells);
    io.stdout.write(
      options.json
        ? `${JSON.stringify(answer)}\n`
        : sweepText({ answer, grid, cells: inGridOrder(cells), total, dropped, files, gridFile: file }, styleFor(io)),
    );
    if (isComplete) return 0;
    io.stderr.write(
      `kktid: stopped${stop.reason()} with ${cells.length} of ${total} cells; the same command goes on from there\n`,
    );
    return 130;
  } finally {
    stop.release();
    journal.close();
  }
}

/** The cells of earlier runs, and those that are still missing, computed and written down one by one. */
async function completeCells(
  journal: Journal,
  { grid, options, io }: SweepRun,
  stop: StopRequest,
): Promise<CellResult[]> {
  const cells = [...journal.cells];
  const known = new Set(cells.map(({ x, y }) => `${x},${y}`));
  const missing = cellPositions(grid).filter(({ x, y }) => !known.has(`${x},${y}`));
  const progress = sweepProgress(io, { total: missing.length, quiet: options.quiet === true || options.json === true });
  if (known.size > 0) progress.note(`${known.size} cells are there already, ${missing.length} to go`);
  try {
    await computeCells({
      grid,
      positions: missing,
      threads: options.threads,
      stop: stop.signal,
      onCell(cell) {
        journal.append(cell);
        cells.push(cell);
        progress.advance();
      },
    });
  } finally {
    progress.end();
  }
  return cells;
}

const JOURNAL_NAME = "cells.jsonl";

interface SweepResults {
  readonly answer: SweepAnswer;
  readonly grid: Grid;
  readonly cells: readonly CellResult[];
}

/** Each file is written beside its name and renamed. */
async function writeResults(folder: string, { answer, grid, cells }: SweepResults): Promise<string[]> {
  const contents: readonly (readonly [name: string, text: string])[] = [
    ["sweep.json", `${JSON.stringify(answer)}\n`],
    ["cells.csv", cellsCsv(grid, cells)],
    ["diagram.svg", await drawDiagram(answer)],
  ];
  for (const [name, text] of contents) writeOutput(join(folder, name), text);
  return [JOURNAL_NAME, ...contents.map(([name]) => name)].map((name) => join(folder, name));
}

/** The plot library is loaded at the end only. */
async function drawDiagram(answer: SweepAnswer): Promise<string> {
  const { figureToSvg } = await import("../figures/figure-svg.ts");
  return figureToSvg(phaseDiagramOf(answer), { title: answer.title, theme: "print" });
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new FileError(folder, `cannot be made a folder: ${reasonOf(error)}`, undefined, error);
  }
}

/** Temporary files of a run that was killed; the folder is locked, so they are nobody's. */
function removeLeftovers(folder: string): void {
  const leftovers = [
    /^(cells\.jsonl|sweep\.json|cells\.csv|diagram\.svg)\.[0-9a-f]+\.tmp$/,
    /^sweep\.lock(\.takeover)*\.[0-9a-f]+$/,
  ];
  try {
    for (const name of readdirSync(folder)) {
      if (leftovers.some((pattern) => pattern.test(name))) rmSync(join(folder, name), { force: true });
    }
  } catch (error) {
    throw new FileError(folder, `cannot be read: ${reasonOf(error)}`, undefined, error);
  }
}
