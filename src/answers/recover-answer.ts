import { z } from "zod";
import type { Gauge } from "../identifiability/result.ts";
import { type FileAnswer, filesSchema, type OptionsAnswer, optionsSchema } from "./input-answer.ts";
import {
  gaugeSchema,
  type ProblemAnswer,
  problemSchema,
  type SpectrumAnswer,
  spectraSchema,
} from "./problem-answer.ts";
import { contradictions } from "./recover-contradictions.ts";
import { type SplitAnswer, splitSchema } from "./split-answer.ts";
import { type Tool, toolSchema } from "./tool.ts";
import { type MultiplierAnswer, multiplierSchema, type WitnessAnswer, witnessSchema } from "./witness-answer.ts";

/** How a recovery ended. */
export type RecoverStatus = "recovered" | "nonidentifiable" | "ill-conditioned" | "not-found";

/** The document of `recover --json`, schema kktid.recover/1. */
export interface RecoverAnswer {
  readonly schema: "kktid.recover/1";
  readonly tool: Tool;
  /** "sha256:…" of everything that the answer depends on. */
  readonly inputHash: string;
  readonly seed: number;
  readonly problem: ProblemAnswer;
  /** Files and options of the question; absent in documents of older versions. */
  readonly files?: readonly FileAnswer[];
  readonly options?: OptionsAnswer;
  readonly status: RecoverStatus;
  readonly explanation: string;
  readonly upTo: readonly Gauge[];
  readonly relativeResidual: number | null;
  readonly residualFloor: number;
  readonly samples: readonly SampleAnswer[];
  readonly sampleCount: SampleCountAnswer | null;
  readonly units: UnitsAnswer;
  readonly knowledge: KnowledgeAnswer | null;
  readonly stationarity: StationarityAnswer | null;
  readonly method: readonly string[];
  readonly starts: number;
  readonly evaluations: number;
  readonly splits: number;
  readonly splitTree: readonly SplitAnswer[];
  readonly conditioning: RecoverConditioning;
  readonly truth: TruthAnswer | null;
  readonly witness: WitnessAnswer | null;
  readonly proof: ProofAnswer | null;
  /** What `recheck` reads; see {@link certificateFacts}. */
  readonly certificate: object | null;
  /** Of the matrices whose rank was decided; absent in documents of older versions. */
  readonly spectra?: readonly SpectrumAnswer[] | null;
  /** The residual of the search; absent in documents of older versions. */
  readonly convergence?: ConvergenceAnswer | null;
  readonly timings: { readonly totalSeconds: number };
}

/** One recovered sample; bounds are Euclidean, in the units of x, and null where none is claimed. */
export interface SampleAnswer {
  readonly x: readonly number[];
  readonly multiplier: MultiplierAnswer;
  readonly label: number;
  /** The bound to rely on: proved if `certified`. */
  readonly errorBound: number | null;
  readonly certified: boolean;
  readonly estimatedBound: number | null;
  readonly expectedError: number | null;
  readonly provedBound: number | null;
  /** Whether the sample was given. */
  readonly known: boolean;
}

/** How the number of samples was chosen, where it was not given. */
export interface SampleCountAnswer {
  readonly value: number;
  readonly lowerBound: number;
  readonly by: string;
  readonly excluded: readonly { readonly n: number; readonly reason: string; readonly by: string }[];
  readonly untried: readonly number[];
}

export interface UnitsAnswer {
  /** "raw": through the scaler, else as the network saw them. */
  readonly x: "network" | "raw";
  readonly scaler: {
    readonly file: string;
    readonly mean: readonly number[];
    readonly std: readonly number[];
  } | null;
}

/** What was known beside the weights, and whether the data agree with it. */
export interface KnowledgeAnswer {
  readonly domain: "free" | "sphere" | { readonly box: readonly number[] };
  readonly loss: string | null;
  readonly weightDecay: number | null;
  readonly labels: readonly number[] | null;
  readonly known: { readonly file: string; readonly samples: number } | null;
  readonly equations: readonly string[];
  readonly rows: number;
  readonly agrees: boolean;
  readonly objection: string | null;
  readonly sideResidual: number | null;
  readonly equationResidual: number | null;
  readonly residualFloor: number;
}

export interface StationarityAnswer {
  /** Residual of the best fit, relative to the largest entry of each tensor. */
  readonly distance: number;
  readonly roundoffs: number;
  readonly boundFactor: number | null;
  readonly neededPrecision: number | null;
}

export interface RecoverConditioning {
  readonly conditionNumber: number | null;
  readonly jacobianRank: number | null;
  readonly weightPrecision: number;
  readonly equationError: number | null;
  readonly limitedBy: LimitingFactorAnswer | null;
}

export type LimitingFactorAnswer =
  | "search"
  | "equations"
  | "iteration"
  | "stationarity"
  | "weight-precision"
  | "file-rounding";

/** The comparison with the data of `--truth`; errors and assignment per true sample. */
export interface TruthAnswer {
  readonly maxError: number;
  readonly perSample: readonly number[];
  /** Recovered sample that belongs to each true one, from 0. */
  readonly assignment: readonly number[];
  /** The true sample of each recovered one, moved along the gauge to it; absent in documents of older versions. */
  readonly samples?: readonly { readonly x: readonly number[]; readonly label: number | null }[];
}

/** What was proved of the bounds, or why nothing was. */
export type ProofAnswer =
  | { readonly kind: "none"; readonly reason: string }
  | {
      /** "global": of all data sets that fit; "isolated": of those in a region around the printed one. */
      readonly kind: "global" | "isolated";
      readonly rho: number;
      readonly uniqueWithin: readonly number[] | null;
      readonly multiplierRadius: readonly number[] | null;
      readonly everywhere: readonly number[] | null;
    };

/** The relative residual of the search, step by step. */
export interface ConvergenceAnswer {
  readonly runs: readonly {
    readonly name: string;
    readonly points: readonly { readonly step: number; readonly residual: number }[];
  }[];
  readonly events: readonly { readonly step: number; readonly name: string }[];
}

const maybe = z.number().nullable();
const numbers = z.array(z.number());
const count = z.int().nonnegative();
const size = z.number().nonnegative();
const sizes = z.array(size);
const maybeSize = size.nullable();

const sampleSchema: z.ZodType<SampleAnswer> = z.looseObject({
  x: numbers,
  multiplier: multiplierSchema,
  label: z.number(),
  errorBound: maybeSize,
  certified: z.boolean(),
  estimatedBound: maybeSize,
  expectedError: maybeSize,
  provedBound: maybeSize,
  known: z.boolean(),
});

const sampleCountSchema: z.ZodType<SampleCountAnswer> = z.looseObject({
  value: z.int(),
  lowerBound: z.int(),
  by: z.string(),
  excluded: z.array(z.looseObject({ n: z.int(), reason: z.string(), by: z.string() })),
  untried: z.array(z.int()),
});

const unitsSchema: z.ZodType<UnitsAnswer> = z.looseObject({
  x: z.enum(["network", "raw"]),
  scaler: z.looseObject({ file: z.string(), mean: numbers, std: numbers }).nullable(),
});

const knowledgeSchema: z.ZodType<KnowledgeAnswer> = z.looseObject({
  domain: z.union([z.enum(["free", "sphere"]), z.looseObject({ box: numbers })]),
  loss: z.string().nullable(),
  weightDecay: maybe,
  labels: numbers.nullable(),
  known: z.looseObject({ file: z.string(), samples: z.int() }).nullable(),
  equations: z.array(z.string()),
  rows: z.int(),
  agrees: z.boolean(),
  objection: z.string().nullable(),
  sideResidual: maybeSize,
  equationResidual: maybeSize,
  residualFloor: size,
});

const conditioningSchema: z.ZodType<RecoverConditioning> = z.looseObject({
  conditionNumber: maybeSize,
  jacobianRank: count.nullable(),
  weightPrecision: size,
  equationError: maybeSize,
  limitedBy: z
    .enum(["search", "equations", "iteration", "stationarity", "weight-precision", "file-rounding"])
    .nullable(),
});

const truthSchema: z.ZodType<TruthAnswer> = z.looseObject({
  maxError: size,
  perSample: sizes,
  assignment: z.array(z.int()),
  samples: z.exactOptional(z.array(z.looseObject({ x: numbers, label: maybe }))),
});

const proofSchema: z.ZodType<ProofAnswer> = z.union([
  z.looseObject({ kind: z.literal("none"), reason: z.string() }),
  z.looseObject({
    kind: z.enum(["global", "isolated"]),
    rho: size,
    uniqueWithin: sizes.nullable(),
    multiplierRadius: sizes.nullable(),
    everywhere: sizes.nullable(),
  }),
]);

const convergenceSchema: z.ZodType<ConvergenceAnswer> = z.looseObject({
  runs: z.array(
    z.looseObject({
      name: z.string(),
      points: z.array(z.looseObject({ step: z.number(), residual: z.number() })),
    }),
  ),
  events: z.array(z.looseObject({ step: z.number(), name: z.string() })),
});

const documentSchema: z.ZodType<RecoverAnswer> = z.looseObject({
  schema: z.literal("kktid.recover/1"),
  tool: toolSchema,
  inputHash: z.string(),
  seed: z.int().nonnegative(),
  problem: problemSchema,
  files: z.exactOptional(filesSchema),
  options: z.exactOptional(optionsSchema),
  status: z.enum(["recovered", "nonidentifiable", "ill-conditioned", "not-found"]),
  explanation: z.string(),
  upTo: z.array(gaugeSchema),
  relativeResidual: maybeSize,
  residualFloor: size,
  samples: z.array(sampleSchema),
  sampleCount: sampleCountSchema.nullable(),
  units: unitsSchema,
  knowledge: knowledgeSchema.nullable(),
  stationarity: z
    .looseObject({ distance: z.number(), roundoffs: z.number(), boundFactor: maybe, neededPrecision: maybe })
    .nullable(),
  method: z.array(z.string()),
  starts: count,
  evaluations: count,
  splits: count,
  splitTree: z.array(splitSchema),
  conditioning: conditioningSchema,
  truth: truthSchema.nullable(),
  witness: witnessSchema.nullable(),
  proof: proofSchema.nullable(),
  certificate: z.looseObject({}).nullable(),
  spectra: z.exactOptional(spectraSchema.nullable()),
  convergence: z.exactOptional(convergenceSchema.nullable()),
  timings: z.looseObject({ totalSeconds: size }),
});

/** The document of `recover --json`; fields that contradict each other are refused as well. */
export const recoverAnswerSchema: z.ZodType<RecoverAnswer> = documentSchema.superRefine((answer, context) => {
  for (const fault of contradictions(answer)) context.addIssue({ code: "custom", ...fault });
});
