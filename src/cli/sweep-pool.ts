import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { InternalError } from "../errors.ts";
import type { CellResult } from "../sweep/cell-result.ts";
import { type CellPosition, type Grid, nameOfCell } from "../sweep/grid.ts";
import type { CellJob, CellOutcome } from "./sweep-job.ts";

/** The cells to compute, and who hears of them. */
export interface CellWork {
  readonly grid: Grid;
  readonly positions: readonly CellPosition[];
  readonly threads: number;
  /** Called in the order in which cells are finished. */
  readonly onCell: (cell: CellResult) => void;
  /** No cell is started, and running ones are given up, once this is aborted. */
  readonly stop: AbortSignal;
}

/**
 * Computes cells on worker threads, even a single one: the main thread stays free to hear Ctrl-C.
 *
 * @throws {@link InternalError} naming the cell, if one fails
 */
export async function computeCells({ grid, positions, threads, onCell, stop }: CellWork): Promise<void> {
  if (positions.length === 0 || stop.aborted) return;
  const pool = createPool(Math.min(threads, positions.length));
  const ended = new Promise<void>((resolve) => {
    stop.addEventListener("abort", () => resolve(), { once: true });
  });
  const queue = positions.values();
  const work = async (): Promise<void> => {
    for (const position of queue) {
      const job: CellJob = { grid, position };
      const outcome: CellOutcome = await pool.run(job);
      if (stop.aborted) return;
      if ("error" in outcome) throw failureOf(grid, position, outcome.error);
      onCell(outcome.cell);
    }
  };
  try {
    const workers = Array.from({ length: pool.maxThreads }, work);
    for (const worker of workers) worker.catch(() => undefined);
    await Promise.race([Promise.all(workers), ended]);
  } finally {
    await pool.destroy();
  }
}

/** The worker beside this file: compiled in the package; as it is under tsx and vitest, which need a loader. */
function createPool(threads: number): Piscina {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return new Piscina({
    filename: fileURLToPath(new URL(`./sweep-worker.${extension}`, import.meta.url)),
    name: "runCellJob",
    minThreads: threads,
    maxThreads: threads,
    execArgv: extension === "ts" ? ["--import", "tsx"] : [],
  });
}

function failureOf(
  grid: Grid,
  position: CellPosition,
  { message, hint }: { readonly message: string; readonly hint: string | undefined },
): InternalError {
  return new InternalError(`the cell ${nameOfCell(grid, position)}: ${message}`, hint);
}
