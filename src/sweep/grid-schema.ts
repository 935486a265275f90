import { z } from "zod";
import { sign, tryParseRational } from "../algebra/rational.ts";
import { LOSSES } from "../equations/side-information.ts";
import { TRAINING_LOSSES } from "../train/losses.ts";
import {
  activationSchema,
  biasSchema,
  countSchema,
  layersSchema,
  precisionSchema,
  readAxisValues,
} from "./axis-values.ts";
import { type EmpiricalPlan, type GridAxis, type GridProblem, PARAMETERS } from "./grid.ts";

const rationalText = z
  .union([z.number(), z.string()])
  .refine((value) => isPositiveRational(`${value}`), 'expected a positive number such as 0.01 or "1/100"')
  .transform(String);

const problemSchema = z.strictObject({
  activation: activationSchema.optional(),
  inputDim: countSchema.optional(),
  samples: countSchema.optional(),
  width: countSchema.optional(),
  outputs: countSchema.optional(),
  trained: layersSchema.optional(),
  bias: biasSchema.optional(),
  setting: z.enum(["kkt", "ntk", "gradient"]).optional(),
  domain: z.enum(["free", "sphere"]).optional(),
  loss: z.enum(LOSSES).optional(),
  weightDecay: rationalText.optional(),
  weightPrecision: precisionSchema.optional(),
});

const axisSchema = z.strictObject({ parameter: z.enum(PARAMETERS), values: z.unknown() }).transform((axis, context) => {
  const reading = readAxisValues(axis.parameter, axis.values);
  if ("values" in reading) return { parameter: axis.parameter, values: reading.values };
  for (const { path, message } of reading.problems) {
    context.addIssue({ code: "custom", path: ["values", ...path], message });
  }
  return z.NEVER;
});

/** The content of a grid file, every field sound by itself. */
export interface GridContent {
  readonly title?: string | undefined;
  readonly seed?: number | undefined;
  readonly problem: GridProblem;
  readonly x: GridAxis;
  readonly y: GridAxis;
  readonly empirical?:
    | ({ readonly seeds: number } & { readonly [F in keyof EmpiricalPlan]?: EmpiricalPlan[F] | undefined })
    | undefined;
}

/** The grammar of a grid file. */
export const gridSchema: z.ZodType<GridContent> = z.strictObject({
  title: z.string().max(200).optional(),
  seed: z.int().min(0).optional(),
  problem: problemSchema,
  x: axisSchema,
  y: axisSchema,
  empirical: z
    .strictObject({
      seeds: z.int().min(1).max(1000),
      data: z.enum(["gaussian", "sphere"]).optional(),
      norm: z.number().positive().optional(),
      loss: z.enum(TRAINING_LOSSES).optional(),
      weightDecay: rationalText.optional(),
      maxStarts: countSchema.optional(),
      acceptError: z.number().positive().optional(),
    })
    .optional(),
});

function isPositiveRational(text: string): boolean {
  const value = tryParseRational(text);
  return value !== undefined && sign(value) > 0;
}
