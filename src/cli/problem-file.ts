import { parse, YAMLParseError } from "yaml";
import { z } from "zod";
import { type Rational, sign, tryParseRational } from "../algebra/rational.ts";
import { type Setting, TRAINED_LAYERS, type TrainedLayer } from "../equations/shape.ts";
import { type Knowledge, LOSSES, type Loss } from "../equations/side-information.ts";
import { FileError } from "../errors.ts";

const layers = z.array(z.enum(TRAINED_LAYERS));
const count = z.int().min(1).max(1e9);

const problemSchema = z.strictObject({
  activation: z.string(),
  setting: z.enum(["kkt", "ntk", "gradient"]).optional(),
  inputDim: count,
  samples: count,
  width: count,
  outputs: count.optional(),
  trained: layers.optional(),
  frozenBias: z.boolean().optional(),
  domain: z.enum(["free", "sphere"]).optional(),
  loss: z.enum(LOSSES).nullish(),
  weightDecay: z.union([z.number(), z.string()]).nullish(),
  seed: z.int().min(0).optional(),
});

/** A shape written down in YAML; the names are those of the JSON answers. */
export interface ProblemFile {
  readonly activation: string;
  readonly setting?: Setting | undefined;
  readonly inputDim: number;
  readonly samples: number;
  readonly width: number;
  readonly outputs?: number | undefined;
  readonly trained?: readonly TrainedLayer[] | undefined;
  readonly frozenBias?: boolean | undefined;
  readonly domain?: Knowledge["domain"] | undefined;
  readonly loss?: Loss | null | undefined;
  readonly weightDecay?: Rational | null | undefined;
  readonly seed?: number | undefined;
}

/** @throws {@link FileError} with every problem at once, or the line of a syntax error */
export function readProblemFile(bytes: Uint8Array, file: string): ProblemFile {
  let content: unknown;
  try {
    content = parse(new TextDecoder("utf8", { fatal: true }).decode(bytes));
  } catch (error) {
    const place = error instanceof YAMLParseError ? (error.message.split("\n")[0] ?? "") : "is not UTF-8 text";
    throw new FileError(file, place, undefined, error);
  }
  const result = problemSchema.safeParse(content);
  if (result.success) return { ...result.data, weightDecay: readWeightDecay(result.data.weightDecay, file) };
  const problems = result.error.issues.map(({ path, message }) => `${path.join(".") || "the document"}: ${message}`);
  throw new FileError(
    file,
    problems.join("; "),
    "fields: activation, inputDim, samples, width, setting, outputs, trained, frozenBias, domain, loss, weightDecay, seed",
  );
}

function readWeightDecay(value: number | string | null | undefined, file: string): Rational | null {
  if (value === null || value === undefined) return null;
  const decay = tryParseRational(`${value}`);
  if (decay === undefined || sign(decay) <= 0) {
    throw new FileError(file, `weightDecay: expected a positive number such as 0.01 or "1/100", got ${value}`);
  }
  return decay;
}
