import type { Activation } from "../algebra/activation.ts";
import { equationCount, type Setting, type TrainedLayer } from "../equations/shape.ts";
import { UsageError } from "../errors.ts";
import type { LayerTensors, TwoLayerNetwork } from "../network/network.ts";
import type { TrainingLoss } from "./losses.ts";

/**
 * What to train on what. The objective is (1/n) Σ ℓ(y_i, f(x_i)) + (μ/2)‖penalised parameters‖²; the setting `ntk` has
 * the tangent model in place of f and the displacement in place of the parameters, `gradient` trains nothing.
 */
export interface TrainingProblem {
  /** Default: kkt. */
  readonly setting?: Setting;
  readonly activation: Activation;
  /** d */
  readonly inputDim: number;
  /** n×d, row-major */
  readonly X: Float64Array;
  /** Length n: ±1 (logistic) or classes 0..C−1 (softmax); n×C values, row-major (mse). */
  readonly labels: Float64Array;
  /** m */
  readonly width: number;
  /** C; default 1, for softmax the number of classes. */
  readonly outputs?: number;
  readonly loss: TrainingLoss;
  /** μ; positive, but for `gradient`, and for `ntk` with mse, where 0 is the limit μ → 0: interpolation of least norm. */
  readonly weightDecay: number;
  /** Layers that move; default: hidden for kkt, hidden and output for ntk and gradient. */
  readonly trained?: ReadonlySet<TrainedLayer>;
  /** Layers that move without weight decay (kkt). */
  readonly unpenalised?: ReadonlySet<TrainedLayer>;
  /** A hidden bias that keeps its random value. */
  readonly frozenBias?: boolean;
  readonly seed: number;
  /** Typical size of w_j·x_i before training; default ½. */
  readonly initScale?: number;
  /** Format that the weights are rounded to; default float64. */
  readonly precision?: "float64" | "float32";
}

/** How long to train, and whom to tell. */
export interface TrainingLimits {
  /** Steps in all; by default 2000 of the first-order and 500 of the second-order search. */
  readonly maxIterations?: number;
  readonly shouldStop?: () => boolean;
  readonly onProgress?: (message: string) => void;
}

/**
 * `stationary`: the equations hold to the rounding of doubles; `iteration-limit`, `stopped`: not yet; `diverged`: the
 * objective is not finite; `collapsed`: weight decay drove a trained layer to zero.
 */
export type TrainingStatus = "stationary" | "iteration-limit" | "stopped" | "diverged" | "collapsed";

/** A trained network with everything that is known about its training. */
export interface Training {
  readonly status: TrainingStatus;
  /** The weights after training; for `gradient` those before. */
  readonly network: TwoLayerNetwork;
  /** The weights before training. */
  readonly init: TwoLayerNetwork;
  /** Gradient of the mean loss at the initial weights, of the trained layers; null but for `gradient`. */
  readonly gradient: LayerTensors | null;
  readonly trained: ReadonlySet<TrainedLayer>;
  /** g, n×C: −∂ℓ/∂f(x_i) over nμ, for `gradient` over n. */
  readonly multipliers: Float64Array;
  /** f(x_i) before rounding, n×C; of the tangent model for `ntk`. */
  readonly predictions: Float64Array;
  /** Mean loss, without the penalty. */
  readonly loss: number;
  readonly objective: number;
  /** Largest residual of the equations with these multipliers, relative to the largest entry of its tensor. */
  readonly equationResidual: number;
  /** Largest entry of ∇L at the rounded weights over μ times the largest entry of its tensor; null but for `kkt`. */
  readonly relativeGradient: number | null;
  /** Steps of the first-order and of the second-order search. */
  readonly iterations: { readonly gradient: number; readonly newton: number };
}

/** A problem with its defaults filled in and its shapes checked. */
export interface CheckedProblem extends Required<Omit<TrainingProblem, "frozenBias">> {
  readonly samples: number;
  readonly hasHiddenBias: boolean;
  readonly hasOutputBias: boolean;
}

/** Weights of more neurons, or more numbers than this, are not trained on one machine by a dense method. */
const MOST_PARAMETERS = 2 ** 24;

/**
 * Fills in the defaults.
 *
 * @throws {@link UsageError} naming the first thing that cannot be trained
 */
export function checkProblem(problem: TrainingProblem): CheckedProblem {
  const { inputDim, X, labels, width, loss, setting = "kkt" } = problem;
  requireCount("the input dimension", inputDim);
  requireCount("the width", width);
  const samples = X.length / inputDim;
  requireCount("the number of rows of X", samples);
  if (!X.every(Number.isFinite)) throw new UsageError("X: every entry must be a finite number");
  if (!labels.every(Number.isFinite)) throw new UsageError("y: every label must be a finite number");
  const outputs = problem.outputs ?? (loss === "softmax" ? Math.max(...labels) + 1 : 1);
  requireCount("the number of outputs", outputs);
  checkLabels(loss, labels, samples, outputs);
  const trained = problem.trained ?? new Set<TrainedLayer>(setting === "kkt" ? ["hidden"] : ["hidden", "output"]);
  const checked: CheckedProblem = {
    ...problem,
    setting,
    outputs,
    trained,
    unpenalised: problem.unpenalised ?? new Set(),
    initScale: problem.initScale ?? 0.5,
    precision: problem.precision ?? "float64",
    samples,
    hasHiddenBias: trained.has("bias") || problem.frozenBias === true,
    hasOutputBias: trained.has("output-bias"),
  };
  checkLayers(checked, problem.frozenBias === true);
  checkDecay(checked);
  if (equationCount({ ...checked, bias: "none" }) > MOST_PARAMETERS) {
    throw new UsageError(`the network has more than ${MOST_PARAMETERS} trained parameters`);
  }
  return checked;
}

function requireCount(what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new UsageError(`${what}: expected a positive integer, got ${value}`);
}

function checkLabels(loss: TrainingLoss, labels: Float64Array, samples: number, outputs: number): void {
  const expected = loss === "mse" ? samples * outputs : samples;
  if (labels.length !== expected) throw new UsageError(`y: expected ${expected} labels, got ${labels.length}`);
  if (loss === "mse") return;
  const different = new Set(labels);
  if (loss === "logistic") {
    if (outputs !== 1) throw new UsageError(`logistic: expected one output, got ${outputs}`, "use --loss softmax");
    if (!labels.every((y) => y === 1 || y === -1)) throw new UsageError("logistic: expected the labels −1 and 1");
  } else {
    if (outputs < 2) throw new UsageError("softmax: expected the labels of at least two classes");
    if (!labels.every((y) => Number.isInteger(y) && y >= 0 && y < outputs)) {
      throw new UsageError(`softmax: expected the classes 0 to ${outputs - 1} as labels`);
    }
  }
  if (different.size < 2) throw new UsageError(`${loss}: all samples have the same label`, "two classes are needed");
}

function checkLayers({ trained, unpenalised, setting }: CheckedProblem, frozenBias: boolean): void {
  if (trained.size === 0) throw new UsageError("no layer is trained", "name at least one with --trained");
  for (const layer of unpenalised) {
    if (!trained.has(layer)) throw new UsageError(`--unpenalised names ${layer}, which is not trained`);
  }
  if (unpenalised.size > 0 && setting !== "kkt") throw new UsageError("--unpenalised belongs to --setting kkt");
  if (frozenBias && trained.has("bias")) throw new UsageError("the hidden bias cannot be trained and frozen at once");
  if (setting === "kkt" && [...trained].every((layer) => unpenalised.has(layer))) {
    throw new UsageError("every trained layer is unpenalised, so the weights are no sum over the samples");
  }
}

function checkDecay({ weightDecay, initScale, setting, loss }: CheckedProblem): void {
  if (!Number.isFinite(initScale) || initScale <= 0) {
    throw new UsageError(`the scale of the initial weights: expected a positive number, got ${initScale}`);
  }
  if (!Number.isFinite(weightDecay) || weightDecay < 0) {
    throw new UsageError(`the weight decay: expected a positive number, got ${weightDecay}`);
  }
  if (weightDecay > 0 || setting === "gradient" || (setting === "ntk" && loss === "mse")) return;
  throw new UsageError(
    "the weight decay is 0: there is no stationary point that is a sum over the samples",
    setting === "ntk" ? "only mse has a limit without weight decay" : "pass a positive --weight-decay, such as 1e-3",
  );
}
