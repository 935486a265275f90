import { parseRational, toNumber } from "../algebra/rational.ts";
import { type NetworkKnowledge, NOTHING_KNOWN } from "../audit/knowledge.ts";
import { type Recovery, type RecoveryStatus, recoverNetwork } from "../audit/recover-network.ts";
import { ResourceLimitError, UsageError } from "../errors.ts";
import type { DataSet } from "../network/data-set.ts";
import type { LayerTensors, TwoLayerNetwork } from "../network/network.ts";
import { createRandom, type Random } from "../random.ts";
import { trainNetwork } from "../train/train-network.ts";
import type { Training, TrainingProblem, TrainingStatus } from "../train/training-problem.ts";
import type { CellProblem } from "./cell-problem.ts";
import type { EmpiricalCount } from "./cell-result.ts";
import type { EmpiricalPlan } from "./grid.ts";

/** One network of a cell: how its training ended, and what a recovery made of it. */
export interface Trial {
  readonly seed: number;
  /** refused: no such training exists, such as logistic on one sample. */
  readonly training: TrainingStatus | "refused";
  /** too-large: beyond the search; null where there was no network to attack. */
  readonly recovery: RecoveryStatus | "too-large" | null;
  readonly relativeResidual: number | null;
  /** Largest distance of a sample from the truth, and largest bound claimed, over the largest norm. */
  readonly trueError: number | null;
  readonly errorBound: number | null;
  /** Whether every sample is within its own bound; null where none is claimed. */
  readonly withinBounds: boolean | null;
  readonly explanation: string;
}

/** Half an ulp of a double, relative: weights are no better than that. */
const DOUBLE_ROUNDOFF = 2 ** -53;

/**
 * Draws data, makes a network from them (kkt: trains it to a stationary point; ntk: trains the tangent model; gradient:
 * one batch gradient of a random network) and recovers the data from it.
 *
 * @param index - of the trial within its cell: the seed is the cell's, in a stream of its own
 */
export function runTrial(problem: CellProblem, plan: EmpiricalPlan, index: number): Trial {
  const seed = createRandom(problem.seed, index + 1).integer(2 ** 31);
  const training = trainOn(problem, plan, seed);
  if (training instanceof UsageError) return untrained(seed, "refused", training.message);
  if (training.status !== "stationary") return untrained(seed, training.status, "training found no stationary point");
  return attack(problem, plan, { training, seed });
}

/** How often the data came back, and how often a claim was wrong. */
export function countTrials(trials: readonly Trial[]): EmpiricalCount {
  const attacked = trials.filter(({ recovery }) => recovery !== null);
  const claimed = attacked.filter(({ recovery }) => recovery === "recovered");
  return {
    trials: attacked.length,
    successes: claimed.filter(({ withinBounds }) => withinBounds === true).length,
    wrong: claimed.filter(({ withinBounds }) => withinBounds !== true).length,
    untrained: trials.length - attacked.length,
  };
}

function untrained(seed: number, training: Trial["training"], explanation: string): Trial {
  const nothing = { relativeResidual: null, trueError: null, errorBound: null, withinBounds: null };
  return { seed, training, recovery: null, ...nothing, explanation };
}

/** A refusal (one label only, say) is an outcome of the cell, no reason to end the sweep. */
function trainOn(problem: CellProblem, plan: EmpiricalPlan, seed: number): Training | UsageError {
  try {
    return trainNetwork(trainingProblem(problem, plan, seed));
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}

function trainingProblem({ shape, samples }: CellProblem, plan: EmpiricalPlan, seed: number): TrainingProblem {
  const { setting, activation, inputDim, width, outputs, trained, bias } = shape;
  const random = createRandom(seed, 1);
  return {
    ...{ setting, activation, inputDim, width, outputs, trained, seed },
    X: drawPoints(samples, inputDim, plan, random),
    labels: drawLabels(samples, outputs, plan, random),
    loss: plan.loss,
    weightDecay: toNumber(parseRational(plan.weightDecay)),
    frozenBias: bias === "frozen",
  };
}

function drawPoints(samples: number, d: number, { data, norm }: EmpiricalPlan, random: Random): Float64Array {
  const X = Float64Array.from({ length: samples * d }, () => (random.normal() * norm) / Math.sqrt(d));
  if (data === "gaussian") return X;
  return X.map((value, k) => {
    const row = X.subarray(k - (k % d), k - (k % d) + d);
    return (value * norm) / Math.hypot(...row);
  });
}

/** Classes in turn, from a random one on; real labels (mse) are ±1, or one-hot targets. */
function drawLabels(samples: number, outputs: number, { loss }: EmpiricalPlan, random: Random): Float64Array {
  const classes = Math.max(2, outputs);
  const first = random.integer(classes);
  const classOf = (i: number): number => (first + i) % classes;
  if (loss === "softmax") return Float64Array.from({ length: samples }, (_, i) => classOf(i));
  if (outputs === 1) return Float64Array.from({ length: samples }, (_, i) => (classOf(i) === 0 ? -1 : 1));
  return Float64Array.from({ length: samples * outputs }, (_, k) =>
    classOf(Math.floor(k / outputs)) === k % outputs ? 1 : 0,
  );
}

interface Instance {
  readonly training: Training;
  readonly seed: number;
}

function attack(problem: CellProblem, plan: EmpiricalPlan, { training, seed }: Instance): Trial {
  const { shape, samples, weightPrecision } = problem;
  const { setting, activation } = shape;
  const { X } = trainingProblem(problem, plan, seed);
  const truth: DataSet = {
    file: "the true data",
    ...{ samples, inputDim: shape.inputDim, X, y: null },
    multipliers: training.multipliers,
    multiplierOutputs: shape.outputs,
  };
  const question = {
    ...{ setting, activation, samples, seed, trained: training.trained },
    ...blur(training, setting, weightPrecision ?? 0, createRandom(seed, 2)),
    init: setting === "ntk" ? training.init : undefined,
    weightPrecision: weightPrecision ?? undefined,
    knowledge: knowledgeOf(problem),
    shouldStop: () => false,
    onProgress: () => undefined,
  };
  try {
    const { maxStarts, acceptError } = plan;
    return describe(seed, recoverNetwork(question, { maxStarts, acceptError, truth }), X, shape.inputDim);
  } catch (error) {
    if (!(error instanceof ResourceLimitError)) throw error;
    return { ...untrained(seed, "stationary", error.message), recovery: "too-large" };
  }
}

/** The known side with relative errors of up to ρ: the weights, for ntk their displacement, for gradient the gradient. */
function blur(
  { network, init, gradient }: Training,
  setting: "kkt" | "ntk" | "gradient",
  precision: number,
  random: Random,
): { readonly network: TwoLayerNetwork; readonly gradient: LayerTensors | undefined } {
  const factor = (): number => 1 + precision * (2 * random.uniform() - 1);
  if (precision <= DOUBLE_ROUNDOFF) return { network, gradient: gradient ?? undefined };
  if (setting === "gradient") return { network, gradient: mapTensors(gradient!, (value) => value * factor()) };
  const moved = (value: number, before: number): number => before + (value - before) * factor();
  if (setting === "ntk") return { network: mapTensors(network, moved, init), gradient: undefined };
  return { network: mapTensors(network, (value) => value * factor()), gradient: undefined };
}

function mapTensors<T extends LayerTensors>(
  tensors: T,
  change: (value: number, before: number) => number,
  before: LayerTensors = tensors,
): T {
  const changed = (name: "hiddenWeight" | "hiddenBias" | "outputWeight" | "outputBias"): Float64Array | null =>
    tensors[name]?.map((value, k) => change(value, before[name]?.[k] ?? 0)) ?? null;
  return {
    ...tensors,
    hiddenWeight: changed("hiddenWeight"),
    hiddenBias: changed("hiddenBias"),
    outputWeight: changed("outputWeight"),
    outputBias: changed("outputBias"),
  };
}

function knowledgeOf({ knowledge }: CellProblem): NetworkKnowledge | undefined {
  const { domain, loss, weightDecay } = knowledge;
  if (domain === "free" && loss === null && weightDecay === null) return undefined;
  return {
    ...NOTHING_KNOWN,
    unitNorms: domain === "sphere",
    loss,
    weightDecay: weightDecay === null ? null : toNumber(weightDecay),
  };
}

function describe(seed: number, recovery: Recovery, X: Float64Array, d: number): Trial {
  const { status, relativeResidual, samples, truth, explanation } = recovery;
  const norms = Array.from({ length: X.length / d }, (_, i) => Math.hypot(...X.subarray(i * d, (i + 1) * d)));
  const largest = Math.max(...norms);
  const bounds = samples.map(({ errorBound }) => errorBound);
  const claimed = truth !== null && bounds.every((bound) => bound !== null);
  return {
    seed,
    training: "stationary",
    recovery: status,
    relativeResidual,
    trueError: truth === null ? null : truth.maxError / largest,
    errorBound: claimed ? Math.max(...bounds.map(Number)) / largest : null,
    withinBounds: claimed
      ? Array.from(truth.assignment, (j, i) => truth.perSample[i]! <= bounds[j]!).every(Boolean)
      : null,
    explanation,
  };
}
