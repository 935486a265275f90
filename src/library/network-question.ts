import { parseActivation } from "../algebra/activation.ts";
import { toNumber } from "../algebra/rational.ts";
import type { OptionsAnswer } from "../answers/input-answer.ts";
import { type NetworkKnowledge, NOTHING_KNOWN, unusedReason } from "../audit/knowledge.ts";
import type { InstanceQuestion } from "../audit/network-evidence.ts";
import type { Setting } from "../equations/shape.ts";
import { UsageError } from "../errors.ts";
import type { DataSet } from "../network/data-set.ts";
import { assembleGradient, assembleNetwork, type LayerTensors } from "../network/network.ts";
import { readTensorFile } from "../network/read-tensors.ts";
import { type Scaler, standardise } from "../network/scaler.ts";
import { givenOptions, type InputFile } from "./answer-inputs.ts";
import type { Clock } from "./clock.ts";
import {
  type DataInput,
  dataFile,
  dataSetOf,
  type NamedBytes,
  networkFile,
  type PartialNetworkInput,
  scalerFile,
  scalerOf,
} from "./inputs.ts";
import type { NetworkOptions } from "./options.ts";
import { exactText, exactWeightDecay } from "./validate.ts";

export type { InputFile } from "./answer-inputs.ts";

/** The question that the options ask, and the files that the answer depends on. */
export interface AskedNetwork {
  readonly question: Omit<InstanceQuestion, "samples">;
  /** As the network saw them. */
  readonly data: DataSet | null;
  readonly scaler: Scaler | null;
  /** Why something that was given is of no use. */
  readonly notes: readonly string[];
  readonly files: readonly InputFile[];
  /** Options that change the answer and stand in no file; part of the input hash. */
  readonly stated: StatedOptions;
  /** Options as they were given, to ask again. */
  readonly given: OptionsAnswer;
}

/** See {@link AskedNetwork.stated}. */
interface StatedOptions {
  readonly seed: number;
  readonly weightPrecision: number | undefined;
  readonly loss: NetworkOptions["loss"];
  /** A rational number, such as "1/100". */
  readonly weightDecay: string | undefined;
  readonly domain: NetworkOptions["domain"];
  readonly labels: readonly number[] | undefined;
  readonly gradientOf: NetworkOptions["gradientOf"];
}

/**
 * Reads everything that the options name.
 *
 * @param dataInput - data to look at, or to compare with
 * @throws {@link UsageError} if options contradict each other
 * @throws {@link FileError} or {@link TensorError} if a file cannot be read or does not belong to the network
 */
export function networkQuestion(options: NetworkOptions, dataInput: DataInput | undefined, clock: Clock): AskedNetwork {
  rejectStrayInputs(options);
  const files: InputFile[] = [];
  const remember = (role: InputFile["role"], file: NamedBytes): NamedBytes => {
    files.push({ role, ...file });
    return file;
  };
  const { setting = "kkt", tensorNames = {}, trained, unpenalised, seed = 1, weightPrecision, strategy } = options;
  const tensorsOf = ({ name, bytes }: NamedBytes) => readTensorFile(bytes, name);
  const network = assembleNetwork(tensorsOf(remember("network", networkFile(options.network))), tensorNames);
  const beside = (role: "init" | "gradient", input: PartialNetworkInput | undefined): LayerTensors | undefined =>
    input === undefined
      ? undefined
      : assembleGradient(tensorsOf(remember(role, networkFile(input, `${role}.npz`))), network, tensorNames);
  const init = beside("init", options.init);
  const gradient = beside("gradient", options.gradient);
  const scaler =
    options.scaler === undefined ? null : scalerOf(remember("scaler", scalerFile(options.scaler)), network.inputDim);
  const read = (role: "known" | "data", input: DataInput | undefined): DataSet | null =>
    input === undefined ? null : inNetworkUnits(dataSetOf(remember(role, dataFile(input, `${role}.json`))), scaler);
  const knowledge = knowledgeOf(options, read("known", options.known));
  const note = unusedReason(knowledge ?? NOTHING_KNOWN, setting);
  return {
    question: {
      setting,
      activation: parseActivation(options.activation),
      network,
      init,
      gradient,
      trained: trained === undefined ? undefined : new Set(trained),
      unpenalised: unpenalised === undefined ? undefined : new Set(unpenalised),
      seed,
      weightPrecision,
      knowledge,
      search: { strategy },
      shouldStop: clock.shouldStop,
      onProgress: clock.onProgress,
    },
    data: read("data", dataInput),
    scaler,
    notes: note === null ? [] : [`not used: ${note}`],
    files,
    stated: {
      seed,
      weightPrecision,
      loss: options.loss,
      weightDecay: options.weightDecay === undefined ? undefined : exactText(options.weightDecay),
      domain: options.domain,
      labels: options.labels,
      gradientOf: options.gradientOf,
    },
    given: givenOptions(options),
  };
}

function rejectStrayInputs({ setting = "kkt", init, gradient, unpenalised, gradientOf }: NetworkOptions): void {
  const belongs: readonly [name: string, value: unknown, to: Setting][] = [
    ["init", init, "ntk"],
    ["gradient", gradient, "gradient"],
    ["gradientOf", gradientOf, "gradient"],
    ["unpenalised", unpenalised, "kkt"],
  ];
  for (const [name, value, to] of belongs) {
    if (value !== undefined && setting !== to) {
      throw new UsageError(`${name} belongs to setting "${to}", not "${setting}"`, "leave one of them out");
    }
  }
  if (setting === "ntk" && init === undefined) throw new UsageError('setting "ntk" needs init, the weights before it');
  if (setting === "gradient" && gradient === undefined) throw new UsageError('setting "gradient" needs gradient');
}

/** What the options say is known; undefined where nothing is. */
function knowledgeOf(options: NetworkOptions, known: DataSet | null): NetworkKnowledge | undefined {
  const { domain = "free", loss, weightDecay, labels, gradientOf } = options;
  const stated = [domain === "free" ? undefined : domain, loss, weightDecay, labels, known ?? undefined];
  if (stated.every((value) => value === undefined)) return undefined;
  return {
    unitNorms: domain === "sphere",
    box: typeof domain === "object" ? domain : null,
    loss: loss ?? null,
    weightDecay: weightDecay === undefined ? null : toNumber(exactWeightDecay(weightDecay)),
    gradientOf: gradientOf ?? "mean",
    labels: labels === undefined ? null : [...new Set(labels)],
    known,
  };
}

function inNetworkUnits(data: DataSet, scaler: Scaler | null): DataSet {
  return scaler === null || data.inputDim !== scaler.mean.length ? data : standardise(data, scaler);
}
