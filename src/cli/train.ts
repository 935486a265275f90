import { resolve } from "node:path";
import { parseActivation } from "../algebra/activation.ts";
import { type Rational, toNumber } from "../algebra/rational.ts";
import { stationarityErrorOf } from "../audit/network-evidence.ts";
import { buildEquations } from "../equations/build.ts";
import { groupNeurons, type NeuronGroups } from "../equations/neurons.ts";
import type { TrainedLayer } from "../equations/shape.ts";
import { UsageError } from "../errors.ts";
import { hashInputs, toolStamp } from "../library/tool.ts";
import { readDataSet } from "../network/data-set.ts";
import type { TrainingLoss } from "../train/losses.ts";
import { type Normalisation, type PreparedData, prepareData } from "../train/prepare-data.ts";
import { trainNetwork } from "../train/train-network.ts";
import { type CheckedProblem, checkProblem, type Training, type TrainingProblem } from "../train/training-problem.ts";
import { readInput, requireFolderOf } from "./files.ts";
import { isInterrupted } from "./interruption.ts";
import type { ExitCode, Io } from "./io.ts";
import type { CommonOptions } from "./options.ts";
import { progressFor, styleFor } from "./terminal.ts";
import { type FileToWrite, layerArrays, requireWritable, writeFiles } from "./train-files.ts";
import { type TrainingReport, trainJson, trainText } from "./train-report.ts";

export interface TrainCommandOptions extends CommonOptions {
  readonly activation?: string;
  readonly width?: number;
  readonly weightDecay?: Rational;
  readonly loss?: TrainingLoss;
  readonly outputs?: number;
  readonly trained?: readonly TrainedLayer[];
  readonly unpenalised?: readonly TrainedLayer[];
  readonly frozenBias?: boolean;
  readonly setting?: "kkt" | "ntk" | "gradient";
  readonly samples?: number;
  readonly normalise: readonly Normalisation[];
  readonly initScale: number;
  readonly maxIterations?: number;
  readonly dtype: "float32" | "float64";
  readonly out?: string;
  readonly initOut?: string;
  readonly gradientOut?: string;
  readonly dataOut?: string;
  readonly scalerOut?: string;
}

/** `kktid train`. */
export function runTrain(file: string, options: TrainCommandOptions, io: Io): ExitCode {
  const started = performance.now();
  requireOptions(file, options);
  const bytes = readInput(file);
  const data = prepareData(readDataSet(bytes, file), {
    loss: options.loss!,
    outputs: options.outputs,
    normalisation: options.normalise,
    samples: options.samples,
    seed: options.seed,
  });
  if (options.scalerOut !== undefined && data.scaler === null) {
    throw new UsageError("--scaler-out needs --normalise standardise: other steps have no mean and std");
  }
  const problem = problemOf(data, options);
  const checked = checkProblem(problem);
  const progress = progressFor(io, options.quiet === true || options.json === true);
  for (const note of data.notes) if (options.quiet !== true) io.stderr.write(`kktid: ${note}\n`);
  const deadline = started + 1000 * options.maxSeconds;
  const training = trainNetwork(problem, {
    ...(options.maxIterations === undefined ? {} : { maxIterations: options.maxIterations }),
    shouldStop: () => performance.now() > deadline || isInterrupted(),
    onProgress: progress.show,
  });
  progress.clear();
  const usable = training.status !== "diverged" && training.status !== "collapsed";
  const files = usable ? filesToWrite(training, checked, data, options) : [];
  writeFiles(files);
  const report: TrainingReport = {
    training,
    problem: { ...checked, hasFrozenBias: options.frozenBias === true },
    neurons: training.status === "stationary" ? countNeurons(training, checked) : null,
    correct: countCorrect(training, checked),
    files: Object.fromEntries(files.map(({ role, path }) => [role, path])),
    notes: data.notes,
  };
  const stamp = {
    tool: toolStamp(),
    inputHash: hashInputs(hashedOptions(options, checked), [bytes]),
    seed: options.seed,
    totalSeconds: (performance.now() - started) / 1000,
  };
  io.stdout.write(options.json ? `${JSON.stringify(trainJson(report, stamp))}\n` : trainText(report, styleFor(io)));
  const complaint = complaintAbout(training, checked);
  if (complaint === null) return 0;
  io.stderr.write(`kktid: ${complaint}\n`);
  return 3;
}

const OUTPUTS = [
  ["out", "--out"],
  ["initOut", "--init-out"],
  ["gradientOut", "--gradient-out"],
  ["dataOut", "--data-out"],
  ["scalerOut", "--scaler-out"],
] as const;

/** Whatever can be refused before a file is read. */
function requireOptions(file: string, options: TrainCommandOptions): void {
  const { setting = "kkt", dtype } = options;
  const need = (value: unknown, what: string, hint: string): void => {
    if (value === undefined) throw new UsageError(`${what} is needed`, hint);
  };
  need(options.activation, "the activation of the network", "pass -a, such as -a 'z + z^2 + z^3'");
  need(options.width, "the number of hidden neurons", "pass -m, such as -m 40");
  need(options.loss, "the loss", "pass --loss mse, logistic or softmax");
  need(options.out, "a file for the network", "pass --out network.npz");
  if (setting !== "gradient") need(options.weightDecay, "the weight decay", "pass --weight-decay, such as 1e-3");
  if (setting === "gradient") need(options.gradientOut, "a file for the gradient", "pass --gradient-out gradient.npz");
  if (setting === "ntk") need(options.initOut, "a file for the initial weights", "pass --init-out init.npz");
  if (setting !== "gradient" && options.gradientOut !== undefined) {
    throw new UsageError("--gradient-out belongs to --setting gradient");
  }
  const seen = new Map<string, string>([[resolve(file), "the data file"]]);
  for (const [key, option] of OUTPUTS) {
    const path = options[key];
    if (path === undefined) continue;
    requireWritable(path, option, key === "dataOut" || key === "scalerOut" ? "float64" : dtype);
    requireFolderOf(path);
    const other = seen.get(resolve(path));
    if (other !== undefined) throw new UsageError(`${option} ${path}: the same file as ${other}`);
    seen.set(resolve(path), option);
  }
}

function problemOf(data: PreparedData, options: TrainCommandOptions): TrainingProblem {
  const setOf = (layers: readonly TrainedLayer[] | undefined) => (layers === undefined ? undefined : new Set(layers));
  const trained = setOf(options.trained);
  const unpenalised = setOf(options.unpenalised);
  return {
    setting: options.setting ?? "kkt",
    activation: parseActivation(options.activation!),
    inputDim: data.inputDim,
    X: data.X,
    labels: data.labels,
    outputs: data.outputs,
    width: options.width!,
    loss: options.loss!,
    weightDecay: options.weightDecay === undefined ? 0 : toNumber(options.weightDecay),
    ...(trained === undefined ? {} : { trained }),
    ...(unpenalised === undefined ? {} : { unpenalised }),
    frozenBias: options.frozenBias === true,
    seed: options.seed,
    initScale: options.initScale,
    precision: options.dtype,
  };
}

function filesToWrite(
  training: Training,
  { precision, outputs }: CheckedProblem,
  data: PreparedData,
  options: TrainCommandOptions,
): readonly (FileToWrite & { readonly role: string })[] {
  const { network, init, gradient } = training;
  const layers = (tensors: Parameters<typeof layerArrays>[0]) => layerArrays(tensors, network, precision);
  const plain = (shape: readonly number[], values: Float64Array) =>
    ({ shape, dtype: "float64", data: values }) as const;
  const dataArrays = () =>
    new Map([
      ["X", plain([data.samples, data.inputDim], data.X)],
      ["y", plain([data.samples], data.y)],
      ["multipliers", plain(outputs === 1 ? [data.samples] : [data.samples, outputs], training.multipliers)],
    ]);
  const scalerArrays = () =>
    new Map([
      ["mean", plain([data.inputDim], data.scaler!.mean)],
      ["std", plain([data.inputDim], data.scaler!.std)],
    ]);
  const wanted = [
    ["network", options.out, () => layers(network)],
    ["init", options.initOut, () => layers(init)],
    ["gradient", options.gradientOut, () => layers(gradient!)],
    ["data", options.dataOut, dataArrays],
    ["scaler", options.scalerOut, scalerArrays],
  ] as const;
  return wanted.flatMap(([role, path, arrays]) => (path === undefined ? [] : [{ role, path, arrays: arrays() }]));
}

function countNeurons(training: Training, { setting, activation, unpenalised }: CheckedProblem): NeuronGroups {
  const { network, init, gradient, trained } = training;
  const question = { setting, activation, network, init, gradient: gradient ?? undefined, trained, unpenalised };
  const { system, unitRoundoff } = buildEquations(question);
  return groupNeurons(system, stationarityErrorOf(question, unitRoundoff));
}

/** Samples on the right side: by sign for ±1, by the largest output for classes; null for other targets. */
function countCorrect({ predictions }: Training, { labels, loss, outputs, samples }: CheckedProblem): number | null {
  const indices = Array.from({ length: samples }, (_, i) => i);
  const best = (values: Float64Array, i: number): number => {
    const row = values.subarray(i * outputs, (i + 1) * outputs);
    return row.indexOf(Math.max(...row));
  };
  if (loss === "softmax") return indices.filter((i) => best(predictions, i) === labels[i]).length;
  if (outputs > 1) return indices.filter((i) => best(predictions, i) === best(labels, i)).length;
  if (!labels.every((y) => y === 1 || y === -1)) return null;
  return indices.filter((i) => predictions[i]! * labels[i]! > 0).length;
}

/** The options that the numbers depend on. */
function hashedOptions(options: TrainCommandOptions, checked: CheckedProblem): object {
  const { setting, activation, width, outputs, loss, weightDecay, trained, unpenalised, initScale, precision } =
    checked;
  const { seed, samples, normalise, maxIterations, frozenBias } = options;
  const shape = { setting, activation: activation.text, width, outputs, loss, weightDecay, initScale, precision };
  const layers = { trained: [...trained], unpenalised: [...unpenalised], frozenBias };
  return { ...shape, ...layers, seed, samples, normalise, maxIterations };
}

/** Why the result is no network to analyse; null if it is one. */
function complaintAbout(
  { status, relativeGradient, equationResidual }: Training,
  { setting }: CheckedProblem,
): string | null {
  const distance = (relativeGradient ?? equationResidual).toExponential(1);
  switch (status) {
    case "stationary":
      return null;
    case "iteration-limit":
    case "stopped":
      return (
        `the weights are not stationary: the gradient is ${distance} of the weight decay times the largest weight; ` +
        "train longer (--max-iterations, --max-seconds), or with samples of more similar norms"
      );
    case "diverged":
      return "the training diverged: the objective is not finite; nothing was written (try a smaller --init-scale)";
    case "collapsed":
      return setting === "gradient"
        ? "the gradient is zero, so it says nothing about the data; nothing was written"
        : "the weight decay drove a trained layer to zero; nothing was written (try a smaller --weight-decay)";
  }
}
