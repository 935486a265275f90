import { z } from "zod";
import type { Basis, Condition, Thresholds, Verdict } from "../identifiability/result.ts";
import { basisSchema, type Tool, toolSchema, verdictSchema } from "./tool.ts";

/** The document that `sweep` writes, schema kktid.sweep/1; it depends on grid and seed alone, so it has no timings. */
export interface SweepAnswer {
  readonly schema: "kktid.sweep/1";
  readonly tool: Tool;
  readonly inputHash: string;
  readonly seed: number;
  readonly title: string;
  readonly x: SweepAxis;
  readonly y: SweepAxis;
  readonly cells: readonly SweepCell[];
  readonly boundaries: readonly SweepBoundary[];
}

export interface SweepAxis {
  /** What the axis changes, such as "width" or "activation". */
  readonly parameter: string;
  readonly values: readonly (number | string)[];
}

export interface SweepCell {
  /** Indices into the values of the axes. */
  readonly x: number;
  readonly y: number;
  readonly verdict: Verdict;
  readonly basis: Basis;
  readonly thresholds: Thresholds;
  /** The theorem on counting equations and unknowns; missing in documents of early versions. */
  readonly counting?: Condition["status"] | undefined;
  /** What the networks trained for this cell gave; null where none was. */
  readonly empirical: SweepTrials | null;
  /** The command that decides this cell again. */
  readonly command: string;
}

/** Networks of one cell, trained and attacked. */
export interface SweepTrials {
  /** Networks that reached a stationary point, and were attacked. */
  readonly trials: number;
  /** Recovered, and every sample within its error bound of the truth. */
  readonly successes: number;
  /** Said to be recovered, but a sample is further from the truth than its bound; missing in early documents. */
  readonly wrong?: number | undefined;
  /** Networks whose training did not reach a stationary point, not among the trials; missing in early documents. */
  readonly untrained?: number | undefined;
}

/** A border by theorems, as in the phase diagram of src/document/figure.ts. */
export interface SweepBoundary {
  readonly name: string;
  readonly along: "x" | "y";
  readonly thresholds: readonly (number | null)[];
}

const threshold = z.number().nullable();

const axisSchema: z.ZodType<SweepAxis> = z.looseObject({
  parameter: z.string(),
  values: z.array(z.union([z.number(), z.string()])),
});

const count = z.int().nonnegative();

const trialsSchema: z.ZodType<SweepTrials> = z.looseObject({
  trials: count,
  successes: count,
  wrong: count.optional(),
  untrained: count.optional(),
});

const cellSchema: z.ZodType<SweepCell> = z.looseObject({
  x: z.int().nonnegative(),
  y: z.int().nonnegative(),
  verdict: verdictSchema,
  basis: basisSchema,
  thresholds: z.looseObject({
    widthForMoments: threshold,
    widthForGlobal: threshold,
    widthForLocal: threshold,
    sampleCapacity: threshold,
  }),
  counting: z.enum(["holds", "fails", "unknown"]).optional(),
  empirical: trialsSchema.nullable(),
  command: z.string(),
});

export const sweepAnswerSchema: z.ZodType<SweepAnswer> = z.looseObject({
  schema: z.literal("kktid.sweep/1"),
  tool: toolSchema,
  inputHash: z.string(),
  seed: z.int().nonnegative(),
  title: z.string(),
  x: axisSchema,
  y: axisSchema,
  cells: z.array(cellSchema),
  boundaries: z.array(z.looseObject({ name: z.string(), along: z.enum(["x", "y"]), thresholds: z.array(threshold) })),
});
