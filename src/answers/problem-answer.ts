import { z } from "zod";
import type { EquationShape, Setting, TrainedLayer } from "../equations/shape.ts";
import { TRAINED_LAYERS } from "../equations/shape.ts";
import type { Knowledge, Loss } from "../equations/side-information.ts";
import type { Gauge } from "../identifiability/result.ts";

/** Field `problem` of the answers of check and recover: what was asked. */
export interface ProblemAnswer {
  readonly setting: Setting;
  readonly inputDim: number;
  readonly samples: number;
  readonly width: number;
  readonly outputs: number;
  readonly activation: string;
  readonly support: readonly number[];
  readonly trained: readonly TrainedLayer[];
  readonly bias: EquationShape["bias"];
  readonly domain: Knowledge["domain"];
  readonly loss: Loss | null;
  /** A rational number, such as "1/100". */
  readonly weightDecay: string | null;
}

export const problemSchema: z.ZodType<ProblemAnswer> = z.looseObject({
  setting: z.enum(["kkt", "ntk", "gradient"]),
  inputDim: z.int().positive(),
  samples: z.int().positive(),
  width: z.int().positive(),
  outputs: z.int().positive(),
  activation: z.string(),
  support: z.array(z.int().nonnegative()),
  trained: z.array(z.enum(TRAINED_LAYERS)),
  bias: z.enum(["none", "frozen", "trained"]),
  domain: z.enum(["free", "sphere"]),
  loss: z.enum(["mse", "logistic", "softmax", "hard-margin"]).nullable(),
  weightDecay: z.string().nullable(),
});

export const gaugeSchema: z.ZodType<Gauge> = z.enum(["permutation", "sign", "scale"]);

/** The singular values of one matrix, and where its rank was cut. */
export interface SpectrumAnswer {
  /** Name of the matrix, such as "Jacobian". */
  readonly name: string;
  /** Descending. */
  readonly singularValues: readonly number[];
  /** Values below count as zero; null where none was used. */
  readonly tolerance: number | null;
  readonly rank: number;
}

export const spectraSchema: z.ZodType<readonly SpectrumAnswer[]> = z.array(
  z.looseObject({
    name: z.string(),
    singularValues: z.array(z.number()),
    tolerance: z.number().nullable(),
    rank: z.int().nonnegative(),
  }),
);
