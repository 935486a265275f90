import { ToolError } from "../errors.ts";
import { shapeCertificate } from "../report/certificate.ts";
import { computeCell } from "../sweep/compute-cell.ts";
import type { CellJob, CellOutcome } from "./sweep-job.ts";

/** One cell of a sweep, on a thread of the pool. */
export function runCellJob({ grid, position }: CellJob): CellOutcome {
  try {
    const cell = computeCell(grid, position, (decision, problem) => shapeCertificate(decision, problem) !== null);
    return { cell };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { error: { message, hint: error instanceof ToolError ? error.hint : undefined } };
  }
}
