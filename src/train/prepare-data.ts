import { TensorError, UsageError } from "../errors.ts";
import { norm2 } from "../linalg/dense.ts";
import type { DataSet } from "../network/data-set.ts";
import { createRandom } from "../random.ts";
import type { TrainingLoss } from "./losses.ts";

/** How the points are brought to scale before training; steps are taken in the order given. */
export type Normalisation = "unit" | "standardise";

export const NORMALISATIONS: readonly Normalisation[] = ["unit", "standardise"];

/** x ↦ (x − mean) / std, columnwise. */
interface Scaler {
  readonly mean: Float64Array;
  readonly std: Float64Array;
}

export interface DataOptions {
  readonly loss: TrainingLoss;
  /** C of mse with class labels or softmax; undefined: one output, or one per class. */
  readonly outputs?: number | undefined;
  readonly normalisation: readonly Normalisation[];
  /** Rows to keep, drawn evenly from the classes; undefined keeps all in their order. */
  readonly samples?: number | undefined;
  readonly seed: number;
}

/** The points and labels that a network is trained on. */
export interface PreparedData {
  readonly samples: number;
  readonly inputDim: number;
  readonly X: Float64Array;
  /** As TrainingProblem wants them. */
  readonly labels: Float64Array;
  /** One label a sample, as a data file holds them: ±1, the class, or the value. */
  readonly y: Float64Array;
  readonly outputs: number;
  /** Of `standardise`, if it was the only step. */
  readonly scaler: Scaler | null;
  /** Changes of the data that the user may not expect. */
  readonly notes: readonly string[];
}

/**
 * Reads the labels of a loss, normalises all points of the file, then picks the rows.
 *
 * @throws {@link TensorError} if labels are missing or do not suit the loss
 * @throws {@link UsageError} if more rows are wanted than the file has
 */
export function prepareData(data: DataSet, options: DataOptions): PreparedData {
  const { file, inputDim, samples } = data;
  if (data.y === null) {
    throw new TensorError(file, "y", "not found: training needs labels", "a CSV needs a header with a column y");
  }
  const { y, notes } = readLabels(file, data.y, options);
  const { X, scaler } = normalise(data, options.normalisation);
  const rows = pickRows(y, options, samples);
  const outputs = options.outputs ?? (options.loss === "softmax" ? Math.max(...y) + 1 : 1);
  const picked = Float64Array.from(rows, (i) => y[i]!);
  return {
    samples: rows.length,
    inputDim,
    X: Float64Array.from({ length: rows.length * inputDim }, (_, k) => {
      const i = rows[Math.floor(k / inputDim)]!;
      return X[i * inputDim + (k % inputDim)]!;
    }),
    labels: options.loss === "mse" && outputs > 1 ? oneHot(picked, outputs) : picked,
    y: picked,
    outputs,
    scaler,
    notes,
  };
}

interface Labels {
  readonly y: Float64Array;
  readonly notes: readonly string[];
}

function readLabels(file: string, y: Float64Array, { loss, outputs }: DataOptions): Labels {
  if (loss === "logistic") return readSigns(file, y);
  if (loss === "mse" && (outputs ?? 1) === 1) return { y, notes: [] };
  requireClasses(file, y, outputs);
  return { y, notes: loss === "mse" ? ["classes were turned into one-hot targets 0 and 1"] : [] };
}

/** Different labels, ascending. */
function valuesOf(y: Float64Array): readonly number[] {
  return [...new Set(y)].sort((a, b) => a - b);
}

function readSigns(file: string, y: Float64Array): Labels {
  const values = valuesOf(y);
  if (values.length !== 2) {
    const shown = `${values.slice(0, 5).join(", ")}${values.length > 5 ? ", …" : ""}`;
    const hint = values.length < 2 ? "two classes are needed" : "use --loss softmax for several classes";
    throw new TensorError(file, "y", `logistic needs two classes, −1 and 1, got the labels ${shown}`, hint);
  }
  const [low, high] = values;
  if (low === -1 && high === 1) return { y, notes: [] };
  if (low === 0 && high === 1) {
    return { y: y.map((label) => 2 * label - 1), notes: ["labels 0 and 1 were read as −1 and 1"] };
  }
  const problem = `logistic expects the labels −1 and 1, or 0 and 1, got ${low} and ${high}`;
  throw new TensorError(file, "y", problem, "write the labels as −1 and 1");
}

function requireClasses(file: string, y: Float64Array, outputs: number | undefined): void {
  const values = valuesOf(y);
  const fail = (problem: string, hint?: string): never => {
    throw new TensorError(file, "y", problem, hint);
  };
  const wrong = values.find((label) => !Number.isInteger(label) || label < 0);
  if (wrong !== undefined) fail(`expected the classes 0, 1, 2, … as labels, got ${wrong}`, "number the classes from 0");
  const largest = values.at(-1)!;
  if (outputs !== undefined && largest >= outputs) fail(`the class ${largest} does not fit ${outputs} outputs`);
  if (values.length < 2) fail("all samples have the same label", "two classes are needed");
  const missing = values.findIndex((label, c) => label !== c);
  if (outputs === undefined && missing >= 0) {
    fail(`no sample has the class ${missing}, but one has ${largest}`, "number the classes from 0, or pass --outputs");
  }
}

function oneHot(classes: Float64Array, outputs: number): Float64Array {
  const targets = new Float64Array(classes.length * outputs);
  for (const [i, c] of classes.entries()) targets[i * outputs + c] = 1;
  return targets;
}

/** Rows in the order of the file; a part of them is drawn round by round, one from each class in turn. */
function pickRows(y: Float64Array, { samples, seed, loss, outputs }: DataOptions, available: number): number[] {
  const all = Array.from({ length: available }, (_, i) => i);
  if (samples === undefined) return all;
  if (samples > available) throw new UsageError(`-n ${samples}: the file has ${available} rows`);
  const random = createRandom(seed, 0);
  const order = all.map((i) => ({ i, key: random.uniform() })).sort((a, b) => a.key - b.key || a.i - b.i);
  const hasClasses = loss !== "mse" || (outputs ?? 1) > 1 || new Set(y).size === 2;
  const seen = new Map<number, number>();
  const ranked = order.map(({ i }, position) => {
    const label = hasClasses ? y[i]! : position;
    const round = seen.get(label) ?? 0;
    seen.set(label, round + 1);
    return { i, round: hasClasses ? round : position };
  });
  ranked.sort((a, b) => a.round - b.round);
  return ranked
    .slice(0, samples)
    .map(({ i }) => i)
    .sort((a, b) => a - b);
}

function normalise(
  { X: raw, inputDim: d, samples: n, file }: DataSet,
  steps: readonly Normalisation[],
): { readonly X: Float64Array; readonly scaler: Scaler | null } {
  let X = raw;
  let scaler: Scaler | null = null;
  for (const step of steps) {
    if (step === "standardise") {
      const found = standardScaler(X, n, d);
      scaler = found;
      X = X.map((value, k) => (value - found.mean[k % d]!) / found.std[k % d]!);
    } else {
      const norms = Float64Array.from({ length: n }, (_, i) => norm2(X.subarray(i * d, (i + 1) * d)));
      const zero = norms.indexOf(0);
      if (zero >= 0) throw new TensorError(file, "X", `row ${zero} is zero and has no direction`, "leave unit out");
      X = X.map((value, k) => value / norms[Math.floor(k / d)]!);
    }
  }
  return { X, scaler: steps.length === 1 ? scaler : null };
}

/** Mean and standard deviation (over n, not n − 1) of every column; a constant column is only centred. */
function standardScaler(X: Float64Array, n: number, d: number): Scaler {
  const mean = new Float64Array(d);
  const std = new Float64Array(d);
  for (let k = 0; k < X.length; k++) mean[k % d]! += X[k]! / n;
  for (let k = 0; k < X.length; k++) std[k % d]! += (X[k]! - mean[k % d]!) ** 2 / n;
  return { mean, std: std.map((variance) => Math.sqrt(variance) || 1) };
}
