import { z } from "zod";
import type { TrainedLayer } from "../equations/shape.ts";
import { TRAINED_LAYERS } from "../equations/shape.ts";
import type { Loss } from "../equations/side-information.ts";

/** Field `files` of the answers about a network: a file that the answer depends on. */
export interface FileAnswer {
  readonly role: "network" | "init" | "gradient" | "data" | "known" | "scaler";
  /** As it was given; on the command line seen from the working folder. */
  readonly name: string;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** Field `options` of the answers about a network: what was given beside the files, so that it can be asked again. */
export interface OptionsAnswer {
  readonly trained?: readonly TrainedLayer[];
  readonly unpenalised?: readonly TrainedLayer[];
  readonly weightPrecision?: number;
  readonly strategy?: string;
  readonly loss?: Loss;
  /** A rational number, such as "1/100". */
  readonly weightDecay?: string;
  readonly domain?: "sphere" | { readonly box: readonly number[] };
  readonly labels?: readonly number[];
  readonly gradientOf?: "mean" | "sum";
  /** Names of the tensors by their part, such as "hiddenWeight". */
  readonly tensorNames?: Readonly<Record<string, string>>;
  /** Of recover, where not one number was given: the ends of the range, or "auto". */
  readonly samples?: "auto" | readonly number[];
  readonly acceptError?: number;
  readonly maxStarts?: number;
}

const layers = z.array(z.enum(TRAINED_LAYERS));

export const filesSchema: z.ZodType<readonly FileAnswer[]> = z.array(
  z.looseObject({
    role: z.enum(["network", "init", "gradient", "data", "known", "scaler"]),
    name: z.string(),
    sha256: z.string(),
  }),
);

export const optionsSchema: z.ZodType<OptionsAnswer> = z.looseObject({
  trained: z.exactOptional(layers),
  unpenalised: z.exactOptional(layers),
  weightPrecision: z.exactOptional(z.number()),
  strategy: z.exactOptional(z.string()),
  loss: z.exactOptional(z.enum(["mse", "logistic", "softmax", "hard-margin"])),
  weightDecay: z.exactOptional(z.string()),
  domain: z.exactOptional(z.union([z.literal("sphere"), z.looseObject({ box: z.array(z.number()) })])),
  labels: z.exactOptional(z.array(z.number())),
  gradientOf: z.exactOptional(z.enum(["mean", "sum"])),
  tensorNames: z.exactOptional(z.record(z.string(), z.string())),
  samples: z.exactOptional(z.union([z.literal("auto"), z.array(z.number())])),
  acceptError: z.exactOptional(z.number()),
  maxStarts: z.exactOptional(z.int()),
});
