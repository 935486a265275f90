import { z } from "zod";
import type { SweepCell } from "../answers/sweep-answer.ts";
import { basisSchema, verdictSchema } from "../answers/tool.ts";
import type { Condition } from "../identifiability/result.ts";

/** What the networks of one cell gave. */
export interface EmpiricalCount {
  /** Networks that reached a stationary point, and were attacked. */
  readonly trials: number;
  /** Recovered, and every sample within its error bound of the truth. */
  readonly successes: number;
  /** Said to be recovered, but a sample is further from the truth than its bound. */
  readonly wrong: number;
  /** Networks whose training did not reach a stationary point; not among the trials. */
  readonly untrained: number;
}

/** One finished cell: what the answer says of it, and the theorem on counting for the boundaries. */
export interface CellResult extends SweepCell {
  readonly counting: Condition["status"];
  readonly empirical: EmpiricalCount | null;
}

const threshold = z.int().nullable();
const count = z.int().nonnegative();

/** A line of the file of finished cells. */
export const cellResultSchema: z.ZodType<CellResult> = z.strictObject({
  x: count,
  y: count,
  verdict: verdictSchema,
  basis: basisSchema,
  thresholds: z.strictObject({
    widthForMoments: threshold,
    widthForGlobal: threshold,
    widthForLocal: threshold,
    sampleCapacity: threshold,
  }),
  counting: z.enum(["holds", "fails", "unknown"]),
  empirical: z.strictObject({ trials: count, successes: count, wrong: count, untrained: count }).nullable(),
  command: z.string(),
});
