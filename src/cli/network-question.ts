import { parseActivation } from "../algebra/activation.ts";
import type { InstanceQuestion } from "../audit/network-evidence.ts";
import { UsageError } from "../errors.ts";
import { type DataSet, readDataSet } from "../network/data-set.ts";
import { assembleGradient, assembleNetwork } from "../network/network.ts";
import { readTensorFile } from "../network/read-tensors.ts";
import type { Scaler } from "../network/scaler.ts";
import { readInput } from "./files.ts";
import { isInterrupted } from "./interruption.ts";
import { inNetworkUnits, loadKnowledge } from "./network-knowledge.ts";
import type { CommonOptions, NetworkKnowledgeOptions, NetworkOptions } from "./options.ts";
import { searchThreads } from "./search-threads.ts";
import type { Progress } from "./terminal.ts";

/** A file that was read, and what for. */
export interface ReadFile {
  readonly role: "network" | "init" | "gradient" | "data" | "known" | "scaler";
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Files of one question, read once. */
export interface LoadedQuestion {
  readonly question: Omit<InstanceQuestion, "samples">;
  /** As the network saw them. */
  readonly data: DataSet | null;
  readonly scaler: Scaler | null;
  /** Why something that was given is of no use. */
  readonly notes: readonly string[];
  readonly files: readonly ReadFile[];
}

/**
 * Reads the network and whatever the setting needs beside it.
 *
 * @param dataFile - data set to read as well (`--data`, `--truth`), or undefined
 */
export function loadQuestion(
  networkFile: string,
  options: NetworkOptions & CommonOptions & NetworkKnowledgeOptions,
  dataFile: string | undefined,
  progress: Progress,
): LoadedQuestion {
  if (options.activation === undefined) {
    throw new UsageError("the activation of the network is needed", "pass -a, such as -a 'z + z^2 + z^3'");
  }
  rejectStrayFiles(options);
  const files: ReadFile[] = [];
  const load = (role: ReadFile["role"], path: string): Uint8Array => {
    const bytes = readInput(path);
    files.push({ role, path, bytes });
    return bytes;
  };
  const keys = {
    hiddenWeight: options.hiddenWeight,
    hiddenBias: options.hiddenBias,
    outputWeight: options.outputWeight,
    outputBias: options.outputBias,
  };
  const activation = parseActivation(options.activation);
  const network = assembleNetwork(readTensorFile(load("network", networkFile), networkFile), keys);
  const beside = (role: "init" | "gradient", file: string | undefined) =>
    file === undefined ? undefined : assembleGradient(readTensorFile(load(role, file), file), network, keys);
  const init = beside("init", options.init);
  const gradient = beside("gradient", options.gradient);
  const setting = options.setting ?? "kkt";
  const { knowledge, scaler, note } = loadKnowledge(options, { setting, inputDim: network.inputDim, load });
  const notes = note === null ? [] : [`not used: ${note}`];
  for (const text of notes) progress.note(`kktid: ${text}`);
  const data = dataFile === undefined ? null : inNetworkUnits(readDataSet(load("data", dataFile), dataFile), scaler);
  const deadline = performance.now() + 1000 * options.maxSeconds;
  return {
    question: {
      setting,
      activation,
      network,
      init,
      gradient,
      trained: options.trained === undefined ? undefined : new Set(options.trained),
      unpenalised: options.unpenalised === undefined ? undefined : new Set(options.unpenalised),
      seed: options.seed,
      weightPrecision: options.weightPrecision,
      knowledge,
      search: { strategy: options.strategy, runner: searchThreads(options.threads) },
      shouldStop: () => isInterrupted() || performance.now() > deadline,
      onProgress: progress.show,
    },
    data,
    scaler,
    notes,
    files,
  };
}

function rejectStrayFiles({ setting = "kkt", init, gradient, unpenalised }: NetworkOptions): void {
  if (init !== undefined && setting !== "ntk") throw new UsageError("--init belongs to --setting ntk");
  if (gradient !== undefined && setting !== "gradient")
    throw new UsageError("--gradient belongs to --setting gradient");
  if (unpenalised !== undefined && setting !== "kkt") throw new UsageError("--unpenalised belongs to --setting kkt");
}
