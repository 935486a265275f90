import { toNumber } from "../algebra/rational.ts";
import { type NetworkKnowledge, NOTHING_KNOWN, unusedReason } from "../audit/knowledge.ts";
import type { Setting } from "../equations/shape.ts";
import { UsageError } from "../errors.ts";
import { type DataSet, readDataSet } from "../network/data-set.ts";
import { readScaler, type Scaler, standardise } from "../network/scaler.ts";
import type { NetworkKnowledgeOptions } from "./options.ts";

/** What the options say is known, with the files read. */
export interface LoadedKnowledge {
  /** undefined where nothing is known. */
  readonly knowledge: NetworkKnowledge | undefined;
  readonly scaler: Scaler | null;
  /** Why something that was given is of no use; null where all of it is. */
  readonly note: string | null;
}

interface Reading {
  readonly setting: Setting;
  readonly inputDim: number;
  /** Reads a file and remembers it. */
  load(role: "known" | "scaler", path: string): Uint8Array;
}

/**
 * The knowledge that the options state. Known samples are in raw units where there is a scaler.
 *
 * @throws {@link UsageError} if options contradict each other, or the weights moved in several local steps
 */
export function loadKnowledge(options: NetworkKnowledgeOptions, { setting, inputDim, load }: Reading): LoadedKnowledge {
  requireOneStep(options, setting);
  const { domain = "free", loss, weightDecay, labels, gradientOf, known, scaler: scalerFile } = options;
  if (gradientOf !== undefined && setting !== "gradient") {
    throw new UsageError("--gradient-of belongs to --setting gradient");
  }
  const scaler = scalerFile === undefined ? null : readScaler(load("scaler", scalerFile), scalerFile, inputDim);
  const given = known === undefined ? null : inNetworkUnits(readDataSet(load("known", known), known), scaler);
  const knowledge: NetworkKnowledge = {
    ...NOTHING_KNOWN,
    unitNorms: domain === "sphere",
    box: typeof domain === "object" ? domain : null,
    loss: loss ?? null,
    weightDecay: weightDecay === undefined ? null : toNumber(weightDecay),
    gradientOf: gradientOf ?? "mean",
    labels: labels ?? null,
    known: given,
  };
  const stated = [domain === "free" ? undefined : domain, loss, weightDecay, labels, given ?? undefined];
  return {
    knowledge: stated.every((value) => value === undefined) ? undefined : knowledge,
    scaler,
    note: unusedReason(knowledge, setting),
  };
}

/** Data of a file as the network saw them. */
export function inNetworkUnits(data: DataSet, scaler: Scaler | null): DataSet {
  return scaler === null || data.inputDim !== scaler.mean.length ? data : standardise(data, scaler);
}

function requireOneStep({ localSteps = 1 }: NetworkKnowledgeOptions, setting: Setting): void {
  if (localSteps === 1) return;
  if (setting !== "gradient") throw new UsageError("--local-steps belongs to --setting gradient");
  throw new UsageError(
    `--local-steps ${localSteps}: an update of several steps is a sum of gradients at different weights, which are not known, so it is no equation at one set of nodes`,
    "recover from the gradient of one step; where the weights hardly moved, --setting ntk --init FILE takes all steps at the initial weights",
  );
}
