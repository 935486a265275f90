import { z } from "zod";
import { formatRational, type Rational, sign, tryParseRational } from "../algebra/rational.ts";
import { TRAINED_LAYERS } from "../equations/shape.ts";
import { LOSSES } from "../equations/side-information.ts";
import { UsageError } from "../errors.ts";
import type { CheckOptions, ExpandOptions, NetworkCheckOptions, RecoverOptions, ShapeOptions } from "./options.ts";

const count = z.int().min(1).max(1e9);
const layers = z.array(z.enum(TRAINED_LAYERS)).min(1);
const callback = z.custom((value) => typeof value === "function", "expected a function");
const input = z.custom((value) => typeof value === "object" && value !== null, "expected a file or arrays");
const positive = z.number().positive();

const equations = {
  activation: z.string(),
  setting: z.enum(["kkt", "ntk", "gradient"]).optional(),
  trained: layers.optional(),
};

const run = {
  seed: z.int().min(0).optional(),
  maxSeconds: positive.optional(),
  shouldStop: callback.optional(),
  onProgress: callback.optional(),
};

const knowledge = {
  loss: z.enum(LOSSES).optional(),
  weightDecay: z.union([positive, z.string()]).optional(),
};

const shape = z.strictObject({
  ...equations,
  ...run,
  ...knowledge,
  inputDim: count.optional(),
  samples: count.optional(),
  width: count,
  outputs: count.optional(),
  frozenBias: z.boolean().optional(),
  domain: z.enum(["free", "sphere"]).optional(),
  data: input.optional(),
  count: z.boolean().optional(),
});

const box = z
  .strictObject({ low: z.number(), high: z.number() })
  .refine(({ low, high }) => low < high, "expected low < high");

const name = z.string().optional();

const network = {
  ...equations,
  ...run,
  ...knowledge,
  network: input,
  init: input.optional(),
  gradient: input.optional(),
  unpenalised: layers.optional(),
  tensorNames: z
    .strictObject({ hiddenWeight: name, hiddenBias: name, outputWeight: name, outputBias: name })
    .optional(),
  weightPrecision: positive.max(0.1).optional(),
  strategy: z.string().optional(),
  domain: z.union([z.enum(["free", "sphere"]), box]).optional(),
  labels: z.array(z.number()).optional(),
  gradientOf: z.enum(["mean", "sum"]).optional(),
  known: input.optional(),
  scaler: input.optional(),
};

const networkCheck = z.strictObject({ ...network, samples: count, data: input.optional() });

const recovery = z.strictObject({
  ...network,
  samples: z.union([count, z.tuple([count, count]), z.literal("auto")], "expected a number, [from, to] or auto"),
  acceptError: positive.optional(),
  maxStarts: count.optional(),
  truth: input.optional(),
});

const expansion = z.strictObject({
  ...equations,
  inputDim: count.optional(),
  outputs: count.optional(),
  frozenBias: z.boolean().optional(),
  samples: count.optional(),
  width: count.optional(),
  seed: z.int().min(0).optional(),
});

/** Whether the question is about a network and not about a shape. */
export function isNetworkCheck(options: CheckOptions): options is NetworkCheckOptions {
  return typeof options === "object" && options !== null && "network" in options;
}

/** @throws {@link UsageError} naming every option that is missing, unknown or of a wrong kind */
export function requireShapeOptions(options: ShapeOptions): void {
  require(shape, options, "check");
}

/** @throws {@link UsageError} naming every option that is missing, unknown or of a wrong kind */
export function requireNetworkCheckOptions(options: NetworkCheckOptions): void {
  require(networkCheck, options, "check");
}

/** @throws {@link UsageError} naming every option that is missing, unknown or of a wrong kind */
export function requireRecoverOptions(options: RecoverOptions): void {
  require(recovery, options, "recover");
}

/** @throws {@link UsageError} naming every option that is missing, unknown or of a wrong kind */
export function requireExpandOptions(options: ExpandOptions): void {
  require(expansion, options, "expand");
}

/**
 * A positive weight decay as an exact number.
 *
 * @throws {@link UsageError} if it is not a positive number
 */
export function exactWeightDecay(value: number | string): Rational {
  const decay = tryParseRational(`${value}`);
  if (decay !== undefined && sign(decay) > 0) return decay;
  throw new UsageError(`weightDecay: expected a positive number such as 0.01 or "1/100", got ${value}`);
}

/** A positive weight decay as the text of an exact number. */
export function exactText(value: number | string): string {
  return formatRational(exactWeightDecay(value));
}

function require(schema: z.ZodType, options: unknown, call: string): void {
  const result = schema.safeParse(options);
  if (result.success) return;
  const problems = result.error.issues.map((issue) =>
    issue.code === "unrecognized_keys"
      ? `unknown option ${issue.keys.join(", ")}`
      : `${issue.path.join(".") || "options"}: ${plain(issue.message)}`,
  );
  throw new UsageError(`${call}: ${problems.join("; ")}`, HINTS[call]);
}

/** "Invalid input: expected number, received undefined" without its first two words. */
function plain(message: string): string {
  return message.replace(/^Invalid input: /, "").replace(", received undefined", ", but it is missing");
}

const HINTS: Readonly<Record<string, string>> = {
  check: 'such as { activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 40 }',
  recover: 'such as { network, activation: "z + z^2 + z^3", samples: 4 }',
  expand: 'such as { activation: "z + z^2 + z^3", inputDim: 2 }',
};
