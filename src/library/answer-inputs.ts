import type { FileAnswer, OptionsAnswer } from "../answers/input-answer.ts";
import type { SampleRange } from "../audit/recover-range.ts";
import type { NamedBytes } from "./inputs.ts";
import type { NetworkOptions } from "./options.ts";
import { sha256 } from "./tool.ts";
import { exactText } from "./validate.ts";

/** A file that went into a question, and what for. */
export interface InputFile extends NamedBytes {
  readonly role: "network" | "init" | "gradient" | "data" | "known" | "scaler";
  /** Its name in a certificate, where that is another. */
  readonly certifiedAs?: string;
}

/** What to recover, and what counts as recovered. */
export interface RecoverySettings {
  readonly samples: SampleRange;
  /** Largest error bound, over the largest norm of a sample, that counts as recovered. */
  readonly acceptError: number;
  readonly maxStarts: number;
}

/** What counts as recovered, and how long is looked for it, where nothing else is asked. */
export const RECOVERY_DEFAULTS = { acceptError: 1e-2, maxStarts: 400 } as const;

/** The files of a question as an answer names them. */
export function filesJson(files: readonly InputFile[]): readonly FileAnswer[] {
  return files.map(({ role, name, bytes }) => ({ role, name, sha256: sha256(bytes) }));
}

/** The files of a question under the names that a certificate has for them. */
export function certifiedFiles(files: readonly InputFile[]): readonly InputFile[] {
  return files.map((file) => ({ ...file, name: file.certifiedAs ?? file.name }));
}

/** The options that were given; what was left out stands for itself. */
export function givenOptions(options: NetworkOptions): OptionsAnswer {
  const { trained, unpenalised, weightPrecision, strategy, loss, weightDecay, labels, gradientOf } = options;
  const { domain = "free", tensorNames = {} } = options;
  const box = typeof domain === "object" ? { box: [domain.low, domain.high] } : undefined;
  const names = Object.entries(tensorNames).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return withoutUndefined<OptionsAnswer>({
    trained,
    unpenalised,
    weightPrecision,
    strategy,
    loss,
    weightDecay: weightDecay === undefined ? undefined : exactText(weightDecay),
    domain: domain === "sphere" ? domain : box,
    labels,
    gradientOf,
    tensorNames: names.length === 0 ? undefined : Object.fromEntries(names),
  });
}

/** What recover was told that is not its default. */
export function givenSettings({ samples, acceptError, maxStarts }: RecoverySettings): OptionsAnswer {
  const isOne = typeof samples === "object" && samples.from === samples.to;
  const range = samples === "auto" ? samples : [samples.from, samples.to];
  return withoutUndefined<OptionsAnswer>({
    samples: isOne ? undefined : range,
    acceptError: acceptError === RECOVERY_DEFAULTS.acceptError ? undefined : acceptError,
    maxStarts: maxStarts === RECOVERY_DEFAULTS.maxStarts ? undefined : maxStarts,
  });
}

function withoutUndefined<T extends object>(fields: { readonly [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
