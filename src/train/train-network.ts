import { toNumber } from "../algebra/rational.ts";
import type { TrainedLayer } from "../equations/shape.ts";
import { dot, maxAbs } from "../linalg/dense.ts";
import type { LayerTensors, TwoLayerNetwork } from "../network/network.ts";
import { initialWeights, roundTo } from "./initial-weights.ts";
import { createLoss } from "./losses.ts";
import type { Model } from "./model.ts";
import { createLayout, parametersOf, type Tensors, tensorsAt } from "./parameters.ts";
import { preciseCombination, preciseEquations, preciseOutputsAt } from "./precise-gradient.ts";
import { type Precise, preciseSlopes } from "./precise-losses.ts";
import { findStationaryPoint, relativeSize } from "./stationary-point.ts";
import { trainTangentModel } from "./tangent-model.ts";
import {
  type CheckedProblem,
  checkProblem,
  type Training,
  type TrainingLimits,
  type TrainingProblem,
} from "./training-problem.ts";

/**
 * Trains a two-layer network with polynomial activation until its weights are, to rounding, the sum over the samples
 * that the setting's equations say; `gradient` computes the gradient of one batch instead.
 *
 * @throws {@link UsageError} if the problem is inconsistent
 * @remarks The same problem and seed give the same numbers. docs/training.md says what is computed how.
 */
export function trainNetwork(problem: TrainingProblem, limits: TrainingLimits = {}): Training {
  const checked = checkProblem(problem);
  const start = initialWeights(checked);
  const model = createModel(checked, start);
  switch (checked.setting) {
    case "kkt":
      return trainToStationarity(checked, model, start, limits);
    case "ntk":
      return trainLazily(checked, model, start, limits);
    case "gradient":
      return batchGradient(checked, model, start);
  }
}

function createModel(problem: CheckedProblem, frozen: Tensors): Model {
  const { activation, loss, labels, outputs, trained, unpenalised, weightDecay } = problem;
  return {
    coefficients: Float64Array.from(activation.coefficients, toNumber),
    samples: problem.samples,
    inputDim: problem.inputDim,
    width: problem.width,
    outputs,
    X: problem.X,
    loss: createLoss(loss, labels, outputs),
    preciseSlopes: (f) => preciseSlopes(loss, labels, f),
    frozen,
    layout: createLayout(frozen, trained, (layer) => (unpenalised.has(layer) ? 0 : weightDecay)),
  };
}

const exactly = (value: Float64Array): Precise => ({ value, correction: new Float64Array(value.length) });

function trainToStationarity(problem: CheckedProblem, model: Model, start: Tensors, limits: TrainingLimits): Training {
  const { precision, samples, weightDecay } = problem;
  const { status, theta, iterations } = findStationaryPoint(model, parametersOf(model.layout, start), limits);
  const { slopes, predictions } = preciseEquations(model, theta);
  const stored = roundTo(precision, theta.value);
  const rounded = exactly(stored);
  const multipliers = slopes.map((slope) => -slope / (samples * weightDecay));
  const network = assemble(problem, tensorsAt(model.layout, start, stored), "trained");
  const init = assemble(problem, start, "initial");
  return {
    status,
    network,
    init,
    gradient: null,
    trained: problem.trained,
    multipliers,
    predictions,
    ...lossOf(problem, model, predictions, theta.value),
    equationResidual: equationResidual(model, rounded, penalisedPart(model, stored), multipliers),
    relativeGradient: relativeSize(model, rounded, preciseEquations(model, rounded).residual),
    iterations,
  };
}

function trainLazily(problem: CheckedProblem, model: Model, start: Tensors, limits: TrainingLimits): Training {
  const { samples, outputs, weightDecay, labels, precision } = problem;
  const theta0 = parametersOf(model.layout, start);
  const at = exactly(theta0);
  const f0 = preciseOutputsAt(model, at).value;
  const kernel = tangentKernel(model, at);
  const solution = trainTangentModel({ f0, kernel, loss: model.loss, samples, weightDecay, targets: labels }, limits);
  const { multipliers, predictions } = solution;
  const displacement = preciseCombination(model, at, multipliers);
  const stored = roundTo(
    precision,
    theta0.map((value, k) => value + displacement.value[k]!),
  );
  const network = assemble(problem, tensorsAt(model.layout, start, stored), "trained");
  const init = assemble(problem, start, "initial");
  const moved = stored.map((value, k) => value - theta0[k]!);
  return {
    status: solution.status === "stationary" && maxAbs(moved) === 0 ? "collapsed" : solution.status,
    network,
    init,
    gradient: null,
    trained: problem.trained,
    multipliers,
    predictions,
    ...lossOf(problem, model, predictions, displacement.value),
    equationResidual: equationResidual(model, at, moved, multipliers),
    relativeGradient: null,
    iterations: { gradient: 0, newton: solution.iterations },
  };

  /** K = J Jᵀ, one row of J per sample and output. */
  function tangentKernel(lazy: Model, point: Precise): Float64Array {
    const N = samples * outputs;
    const unit = new Float64Array(N);
    const rows = Array.from({ length: N }, (_, k) => {
      unit.fill(0);
      unit[k] = 1;
      return preciseCombination(lazy, point, unit).value;
    });
    const K = new Float64Array(N * N);
    for (let k = 0; k < N; k++) for (let l = 0; l < N; l++) K[k * N + l] = dot(rows[k]!, rows[l]!);
    return K;
  }
}

function batchGradient(problem: CheckedProblem, model: Model, start: Tensors): Training {
  const { samples, precision, trained } = problem;
  const theta = parametersOf(model.layout, start);
  const { sums, slopes, predictions } = preciseEquations(model, exactly(theta));
  const mean = roundTo(
    precision,
    sums.map((sum) => sum / samples),
  );
  const multipliers = slopes.map((slope) => -slope / samples);
  const network = assemble(problem, start, "initial");
  const tensors = tensorsAt(model.layout, start, mean);
  const of = (layer: TrainedLayer): Float64Array | null => (trained.has(layer) ? tensors[layer] : null);
  const gradient: LayerTensors = {
    file: "gradient",
    hiddenWeight: of("hidden"),
    hiddenBias: of("bias"),
    outputWeight: of("output"),
    outputBias: of("output-bias"),
    unitRoundoff: network.unitRoundoff,
  };
  return {
    status: maxAbs(mean) === 0 ? "collapsed" : "stationary",
    network,
    init: network,
    gradient,
    trained,
    multipliers,
    predictions,
    ...lossOf({ ...problem, weightDecay: 0 }, model, predictions, theta),
    equationResidual: equationResidual(
      model,
      exactly(theta),
      mean.map((value) => -value),
      multipliers,
    ),
    relativeGradient: null,
    iterations: { gradient: 0, newton: 0 },
  };
}

function assemble(problem: CheckedProblem, tensors: Tensors, file: string): TwoLayerNetwork {
  const { inputDim, width, outputs, hasHiddenBias, hasOutputBias, precision } = problem;
  return {
    file,
    inputDim,
    width,
    outputs,
    hiddenWeight: tensors.hidden,
    hiddenBias: hasHiddenBias ? tensors.bias : null,
    outputWeight: tensors.output,
    outputBias: hasOutputBias ? tensors["output-bias"] : null,
    unitRoundoff: precision === "float32" ? 2 ** -24 : 2 ** -53,
    names: {
      hiddenWeight: "fc1.weight",
      hiddenBias: hasHiddenBias ? "fc1.bias" : null,
      outputWeight: "fc2.weight",
      outputBias: hasOutputBias ? "fc2.bias" : null,
    },
  };
}

/** @param penalised - what the penalty is taken of: θ, or the displacement of lazy training */
function lossOf(
  { samples, weightDecay }: CheckedProblem,
  { loss, layout }: Model,
  predictions: Float64Array,
  penalised: Float64Array,
): { readonly loss: number; readonly objective: number } {
  const mean = loss.evaluate(predictions, new Float64Array(predictions.length)) / samples;
  let penalty = 0;
  for (const { start, end, decay } of layout.segments) {
    for (let k = start; k < end; k++) penalty += 0.5 * (decay === 0 ? 0 : weightDecay) * penalised[k]! ** 2;
  }
  return { loss: mean, objective: mean + penalty };
}

/** θ with zeros where a layer has no decay: the known side of the equations. */
function penalisedPart({ layout }: Model, theta: Float64Array): Float64Array {
  const known = theta.slice();
  for (const { start, end, decay } of layout.segments) if (decay === 0) known.fill(0, start, end);
  return known;
}

/**
 * Largest residual of the equations known = Σ_i g_i ∂f(x_i)/∂θ, relative to the largest entry of the tensor; a layer
 * whose known side is zero takes the largest scale of the others.
 *
 * @param nodes - θ that the derivatives are taken at
 */
function equationResidual(model: Model, nodes: Precise, known: Float64Array, multipliers: Float64Array): number {
  const { value, correction } = preciseCombination(model, nodes, multipliers);
  const { segments } = model.layout;
  const sizes = segments.map(({ start, end }) => maxAbs(known.subarray(start, end)));
  const largest = Math.max(...sizes);
  let relative = 0;
  for (const [s, { start, end }] of segments.entries()) {
    for (let k = start; k < end; k++) {
      const difference = Math.abs(known[k]! - value[k]! - correction[k]!);
      if (difference > 0) relative = Math.max(relative, difference / (sizes[s]! || largest));
    }
  }
  return relative;
}
