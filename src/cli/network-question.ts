import { parseActivation } from "../algebra/activation.ts";
import type { InstanceQuestion } from "../audit/network-evidence.ts";
import { UsageError } from "../errors.ts";
import { type DataSet, readDataSet } from "../network/data-set.ts";
import { assembleGradient, assembleNetwork } from "../network/network.ts";
import { readTensorFile } from "../network/read-tensors.ts";
import { readInput } from "./files.ts";
import type { CommonOptions, NetworkOptions } from "./options.ts";
import type { Progress } from "./terminal.ts";

/** Files of one question, read once; `bytes` feed the input hash. */
export interface LoadedQuestion {
  readonly question: Omit<InstanceQuestion, "samples">;
  readonly data: DataSet | null;
  readonly bytes: readonly Uint8Array[];
}

/**
 * Reads the network and whatever the setting needs beside it.
 *
 * @param dataFile - data set to read as well (`--data`, `--truth`), or undefined
 */
export function loadQuestion(
  networkFile: string,
  options: NetworkOptions & CommonOptions,
  dataFile: string | undefined,
  progress: Progress,
): LoadedQuestion {
  if (options.activation === undefined) {
    throw new UsageError("the activation of the network is needed", "pass -a, such as -a 'z + z^2 + z^3'");
  }
  rejectStrayFiles(options);
  const bytes: Uint8Array[] = [];
  const load = (file: string): Uint8Array => {
    const content = readInput(file);
    bytes.push(content);
    return content;
  };
  const keys = {
    hiddenWeight: options.hiddenWeight,
    hiddenBias: options.hiddenBias,
    outputWeight: options.outputWeight,
    outputBias: options.outputBias,
  };
  const activation = parseActivation(options.activation);
  const network = assembleNetwork(readTensorFile(load(networkFile), networkFile), keys);
  const beside = (file: string | undefined) =>
    file === undefined ? undefined : assembleGradient(readTensorFile(load(file), file), network, keys);
  const init = beside(options.init);
  const gradient = beside(options.gradient);
  const data = dataFile === undefined ? null : readDataSet(load(dataFile), dataFile);
  const deadline = performance.now() + 1000 * options.maxSeconds;
  return {
    question: {
      setting: options.setting,
      activation,
      network,
      init,
      gradient,
      trained: options.trained === undefined ? undefined : new Set(options.trained),
      unpenalised: options.unpenalised === undefined ? undefined : new Set(options.unpenalised),
      seed: options.seed,
      weightPrecision: options.weightPrecision,
      shouldStop: () => performance.now() > deadline,
      onProgress: progress.show,
    },
    data,
    bytes,
  };
}

function rejectStrayFiles({ setting, init, gradient, unpenalised }: NetworkOptions): void {
  if (init !== undefined && setting !== "ntk") throw new UsageError("--init belongs to --setting ntk");
  if (gradient !== undefined && setting !== "gradient")
    throw new UsageError("--gradient belongs to --setting gradient");
  if (unpenalised !== undefined && setting !== "kkt") throw new UsageError("--unpenalised belongs to --setting kkt");
}
