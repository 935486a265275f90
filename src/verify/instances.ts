import { fromNumber, toNumber } from "../algebra/rational.ts";
import { rationalRing } from "../algebra/ring.ts";
import type { InstanceQuestion } from "../audit/network-evidence.ts";
import { type Recovery, recoverNetwork } from "../audit/recover-network.ts";
import type { NetworkEquations } from "../equations/build.ts";
import type { DataPoints, Nodes } from "../equations/ring-tools.ts";
import type { EquationShape } from "../equations/shape.ts";
import { type KktSystem, rowsPerNeuron } from "../equations/system.ts";
import type { DataSet } from "../network/data-set.ts";
import type { Random } from "../random.ts";
import { trainNetwork } from "../train/train-network.ts";
import type { Training, TrainingProblem } from "../train/training-problem.ts";
import type { Draw } from "./experiment.ts";
import { leftSides } from "./modular.ts";
import { type ShapeText, shapeOf } from "./shapes.ts";

/** A system in doubles with data that solve it exactly before its known side was rounded. */
export interface PlantedSystem {
  readonly equations: NetworkEquations;
  readonly points: Float64Array;
  readonly multipliers: Float64Array;
}

const GRID = 64;

/** Nodes and data in multiples of 1/64; the known side follows in rational arithmetic and is rounded once. */
export function plantSystem(random: Random, text: ShapeText, samples: number): PlantedSystem {
  const shape = shapeOf(text);
  const { inputDim: d, width: m, outputs, bias } = shape;
  const numbers = (count: number): number[] =>
    Array.from({ length: count }, () => (Math.round(GRID * random.normal()) || 1) / GRID);
  const nodes: Nodes<number> = {
    weights: numbers(m * d),
    bias: bias === "none" ? new Array<number>(m).fill(0) : numbers(m),
    output: numbers(outputs * m),
  };
  const data = { points: numbers(samples * d), multipliers: numbers(samples * outputs) };
  return {
    equations: { system: systemAt(shape, nodes, data), unitRoundoff: 2 ** -53 },
    points: Float64Array.from(data.points),
    multipliers: Float64Array.from(data.multipliers),
  };
}

/** The system whose known side is that of the data, rounded to doubles. */
function systemAt(shape: EquationShape, nodes: Nodes<number>, data: DataPoints<number>): KktSystem {
  const exact = (values: readonly number[]) => values.map(fromNumber);
  const targets = leftSides(
    rationalRing,
    shape,
    { weights: exact(nodes.weights), bias: exact(nodes.bias), output: exact(nodes.output) },
    { points: exact(data.points), multipliers: exact(data.multipliers) },
  ).map(toNumber);
  const layers = layersOf(shape);
  const largest = new Map<string, number>();
  targets.forEach((value, r) => {
    largest.set(layers[r]!, Math.max(largest.get(layers[r]!) ?? 0, Math.abs(value)));
  });
  return {
    shape,
    weights: Float64Array.from(nodes.weights),
    bias: Float64Array.from(nodes.bias),
    output: Float64Array.from(nodes.output),
    targets: Float64Array.from(targets),
    rowScale: Float64Array.from(layers, (layer) => 1 / largest.get(layer)!),
    targetSize: Float64Array.from(targets, Math.abs),
  };
}

/** The layer of every row. */
function layersOf(shape: EquationShape): string[] {
  const { hidden, bias, output } = rowsPerNeuron(shape);
  const neuron = [
    ...new Array<string>(hidden).fill("hidden"),
    ...new Array<string>(bias).fill("bias"),
    ...new Array<string>(output).fill("output"),
  ];
  const rows = Array.from({ length: shape.width }, () => neuron).flat();
  return shape.trained.has("output-bias") ? [...rows, ...new Array<string>(shape.outputs).fill("output-bias")] : rows;
}

/** Points of norm 1, n×d. */
function unitPoints(random: Random, samples: number, inputDim: number): Float64Array {
  const X = Float64Array.from({ length: samples * inputDim }, () => random.normal());
  for (let i = 0; i < samples; i++) {
    const row = X.subarray(i * inputDim, (i + 1) * inputDim);
    const norm = Math.hypot(...row);
    for (let e = 0; e < inputDim; e++) row[e]! /= norm;
  }
  return X;
}

/** A network to train: shape, samples, and how. */
export interface TrainedText extends ShapeText {
  readonly width: number;
  readonly samples: number;
  readonly precision?: "float64" | "float32";
}

/** A trained network with its data, and the question about it. */
export interface TrainedInstance {
  readonly training: Training;
  readonly question: InstanceQuestion;
  readonly truth: DataSet;
}

/** Trains a network on random points of norm 1 with labels ±1; `gradient` takes the gradient of one batch. */
export function trainInstance({ random, seed }: Draw, text: TrainedText): TrainedInstance {
  const { activation, inputDim, setting, trained, outputs } = shapeOf(text);
  const X = unitPoints(random, text.samples, inputDim);
  const problem: TrainingProblem = {
    setting,
    activation,
    inputDim,
    X,
    labels: Float64Array.from({ length: text.samples * outputs }, (_, k) => (k % 2 === 0 ? 1 : -1)),
    width: text.width,
    outputs,
    loss: "mse",
    weightDecay: setting === "gradient" ? 0 : 1e-3,
    trained,
    frozenBias: text.frozenBias === true,
    seed,
    precision: text.precision ?? "float64",
  };
  const training = trainNetwork(problem);
  const question: InstanceQuestion = {
    setting,
    activation,
    network: training.network,
    init: setting === "ntk" ? training.init : undefined,
    gradient: training.gradient ?? undefined,
    trained,
    samples: text.samples,
    seed,
    shouldStop: () => false,
    onProgress: () => undefined,
  };
  const truth: DataSet = {
    file: "training data",
    samples: text.samples,
    inputDim,
    X,
    y: null,
    multipliers: training.multipliers,
    multiplierOutputs: outputs,
  };
  return { training, question, truth };
}

/** The recovery of the data of a trained network, compared with the truth. */
export function recoverInstance({ question, truth }: TrainedInstance): Recovery {
  return recoverNetwork(question, { maxStarts: 40, acceptError: 1e-2, truth });
}
