import { z } from "zod";
import type { Basis, Thresholds, Verdict } from "../identifiability/result.ts";
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
  /** Networks trained and attacked, and how many gave their data; null where none was. */
  readonly empirical: { readonly trials: number; readonly successes: number } | null;
  /** The command that decides this cell again. */
  readonly command: string;
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
  empirical: z.looseObject({ trials: z.int(), successes: z.int() }).nullable(),
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
