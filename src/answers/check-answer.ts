import { z } from "zod";
import type { Basis, Counts, DerivationStep, Gauge, Repair, Thresholds, Verdict } from "../identifiability/result.ts";
import { type FileAnswer, filesSchema, type OptionsAnswer, optionsSchema } from "./input-answer.ts";
import { type PartialAnswer, partialSchema } from "./partial-answer.ts";
import {
  gaugeSchema,
  type ProblemAnswer,
  problemSchema,
  type SpectrumAnswer,
  spectraSchema,
} from "./problem-answer.ts";
import { basisSchema, type Tool, toolSchema, verdictSchema } from "./tool.ts";
import { type WitnessAnswer, witnessSchema } from "./witness-answer.ts";

/** The document of `check --json`, schema kktid.check/1. */
export interface CheckAnswer {
  readonly schema: "kktid.check/1";
  readonly tool: Tool;
  /** "sha256:…" of everything that the answer depends on. */
  readonly inputHash: string;
  readonly seed: number;
  readonly problem: ProblemAnswer;
  /** Files and options of a question about a network; absent for a shape and in documents of older versions. */
  readonly files?: readonly FileAnswer[];
  readonly options?: OptionsAnswer;
  /** What was not done, in whole sentences; absent where there is nothing to say. */
  readonly notes?: readonly string[];
  readonly scope: "generic" | "instance";
  readonly verdict: Verdict;
  readonly basis: Basis;
  readonly errorProbability: number;
  readonly upTo: readonly Gauge[];
  readonly counts: Counts;
  readonly thresholds: Thresholds;
  readonly conditions: readonly ConditionAnswer[];
  readonly derivation: readonly DerivationStep[];
  readonly conditioning: CheckConditioning | null;
  readonly partial: PartialAnswer | null;
  readonly slack: SlackAnswer | null;
  readonly solutions: SolutionCountAnswer | null;
  readonly witness: WitnessAnswer | null;
  readonly repairs: readonly Repair[];
  /** What `recheck` reads; see {@link certificateFacts}. */
  readonly certificate: object | null;
  /** Of the matrices whose rank was decided; absent in documents of older versions. */
  readonly spectra?: readonly SpectrumAnswer[] | null;
  readonly timings: { readonly totalSeconds: number };
}

/** One condition that was looked at. */
export interface ConditionAnswer {
  readonly id: string;
  readonly status: "holds" | "fails" | "unknown";
  readonly basis: Basis;
  readonly statement: string;
  readonly reference: string;
  readonly numbers: Readonly<Record<string, number | string | readonly (number | null)[] | null>>;
}

/** How the errors of the weights reach the samples; null where a number is not finite. */
export interface CheckConditioning {
  readonly conditionNumber: number | null;
  readonly weightPrecision: number;
  readonly equationError: number;
  /** The largest of `perSample`. */
  readonly expectedError: number | null;
  readonly perSample: readonly (number | null)[];
}

/** How far an identifiable shape is from not being so; null where unknown. */
export interface SlackAnswer {
  readonly neuronsBeyondLocal: number | null;
  readonly neuronsBeyondGlobal: number | null;
  readonly samplesAtThisWidth: number | null;
  readonly samplesAtAnyWidth: number | null;
}

/** Answer to `--count`: how many data sets share the equations of one random instance, over ℂ. */
export interface SolutionCountAnswer {
  readonly count: number | null;
  readonly status: "exact" | "at-least" | "continuum";
  readonly basis: Basis;
  readonly proof: "known-count" | "macaulay-bound" | null;
  readonly theorem: string | null;
  readonly found: number;
  readonly real: number;
  readonly loops: number;
  readonly paths: number;
  readonly failedPaths: number;
  readonly finished: boolean;
}

const count = z.int().nonnegative();
const maybe = z.number().nullable();
const size = z.number().nonnegative();

const countsSchema: z.ZodType<Counts> = z.looseObject({
  unknowns: count,
  equations: count,
  distinctNeurons: count,
  effectiveInputDim: count,
  reduced: z.boolean(),
  momentColumns: count,
  momentRank: count.nullable(),
  jacobianRank: count.nullable(),
  nullity: count.nullable(),
  gaugeDimension: count,
});

const conditionSchema: z.ZodType<ConditionAnswer> = z.looseObject({
  id: z.string(),
  status: z.enum(["holds", "fails", "unknown"]),
  basis: basisSchema,
  statement: z.string(),
  reference: z.string(),
  numbers: z.record(z.string(), z.union([z.number(), z.string(), z.array(maybe), z.null()])),
});

const derivationSchema: z.ZodType<DerivationStep> = z.looseObject({
  verdict: verdictSchema,
  from: z.array(z.string()),
  basis: basisSchema,
  because: z.string(),
});

const repairSchema: z.ZodType<Repair> = z.looseObject({
  change: z.string(),
  because: z.string(),
  aim: z.enum(["identify", "protect"]),
  kind: z.enum(["neurons", "samples", "degree", "parity", "bias", "layers", "outputs", "precision"]),
  threshold: maybe,
  verified: z.looseObject({ below: verdictSchema, at: verdictSchema }).nullable(),
});

const conditioningSchema: z.ZodType<CheckConditioning> = z.looseObject({
  conditionNumber: size.nullable(),
  weightPrecision: size,
  equationError: size,
  expectedError: size.nullable(),
  perSample: z.array(size.nullable()),
});

const solutionsSchema: z.ZodType<SolutionCountAnswer> = z.looseObject({
  count: count.nullable(),
  status: z.enum(["exact", "at-least", "continuum"]),
  basis: basisSchema,
  proof: z.enum(["known-count", "macaulay-bound"]).nullable(),
  theorem: z.string().nullable(),
  found: count,
  real: count,
  loops: count,
  paths: count,
  failedPaths: count,
  finished: z.boolean(),
});

export const checkAnswerSchema: z.ZodType<CheckAnswer> = z.looseObject({
  schema: z.literal("kktid.check/1"),
  tool: toolSchema,
  inputHash: z.string(),
  seed: z.int().nonnegative(),
  problem: problemSchema,
  files: z.exactOptional(filesSchema),
  options: z.exactOptional(optionsSchema),
  notes: z.exactOptional(z.array(z.string())),
  scope: z.enum(["generic", "instance"]),
  verdict: verdictSchema,
  basis: basisSchema,
  errorProbability: z.number().min(0).max(1),
  upTo: z.array(gaugeSchema),
  counts: countsSchema,
  thresholds: z.looseObject({
    widthForMoments: maybe,
    widthForGlobal: maybe,
    widthForLocal: maybe,
    sampleCapacity: maybe,
  }),
  conditions: z.array(conditionSchema),
  derivation: z.array(derivationSchema),
  conditioning: conditioningSchema.nullable(),
  partial: partialSchema.nullable(),
  slack: z
    .looseObject({
      neuronsBeyondLocal: maybe,
      neuronsBeyondGlobal: maybe,
      samplesAtThisWidth: maybe,
      samplesAtAnyWidth: maybe,
    })
    .nullable(),
  solutions: solutionsSchema.nullable(),
  witness: witnessSchema.nullable(),
  repairs: z.array(repairSchema),
  certificate: z.looseObject({}).nullable(),
  spectra: z.exactOptional(spectraSchema.nullable()),
  timings: z.looseObject({ totalSeconds: size }),
});
