import { z } from "zod";
import type { SweepCell, SweepTrials } from "../answers/sweep-answer.ts";
import { basisSchema, verdictSchema } from "../answers/tool.ts";
import type { Condition } from "../identifiability/result.ts";

/** What the networks of one cell gave, every count of it. */
export interface EmpiricalCount extends SweepTrials {
  readonly wrong: number;
  readonly untrained: number;
}

/** One finished cell: what the answer says of it, nothing left out. */
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
