import { toNumber } from "../algebra/rational.ts";
import { type EquationShape, equationCount, unknownCount } from "../equations/shape.ts";
import { type KktSystem, packUnknowns, rowsPerNeuron } from "../equations/system.ts";
import { gaugeOf } from "../identifiability/gauge.ts";
import { exactMixing, type RationalData } from "../identifiability/partial/exact-mixing.ts";
import type { Decision } from "../identifiability/result.ts";
import type { DataSet } from "../network/data-set.ts";
import type { LayerTensors, TwoLayerNetwork } from "../network/network.ts";
import { equationProblem } from "../objective/equation-objective.ts";
import { createRandom, type Random } from "../random.ts";
import { moveBetween } from "../solve/relative-moves.ts";
import { findWitness, fitGivenData, hasFreeDirections, type PlainData, type Witness } from "./fitted-data.ts";
import { gatherEvidence, type InstanceQuestion } from "./network-evidence.ts";
import { stationaryNodes } from "./stationary-nodes.ts";

/** Two data sets for a shape, with the nodes at which their equations agree. */
export interface ExampleWitness extends Witness {
  /** The known side is what the first data set gives at these nodes. */
  readonly nodes: ExampleNodes;
  /** The path in exact numbers, whose equations agree at every choice of nodes; null for a walk in doubles. */
  readonly exactPath: readonly RationalData[] | null;
}

/** Random nodes, for `kkt` stationary ones where they can be found: weights m×d, biases (null without) and output weights C×m. */
interface ExampleNodes {
  readonly hiddenWeight: Float64Array;
  readonly hiddenBias: Float64Array | null;
  readonly outputWeight: Float64Array;
  /** Whether the hidden weights are their own known side, to rounding. */
  readonly stationary: boolean;
}

interface ExampleQuestion {
  readonly shape: EquationShape;
  readonly samples: number;
  readonly seed: number;
  readonly softmax?: boolean;
  readonly shouldStop?: () => boolean;
}

/** Multiply-adds of one decomposition of the Jacobian, beyond which no example is made. */
const LARGEST_WORK = 2e7;
const MOST_UNKNOWNS = 40;
const ATTEMPTS = 2;
const EXAMPLE_STREAM = 0x65786d70;

/**
 * An explicit example for a nonidentifiable shape: random nodes and data, and a second data set with the same equations.
 * An exact one from a rational rotation where samples can be mixed; else from a walk along the null space.
 *
 * @returns null for another verdict, for softmax, beyond the limits on size, or where no walk led to a second data set
 * Source: proofs/quadratic-mixing.md, proofs/null-space-walk.md.
 */
export function exampleWitness(
  question: ExampleQuestion,
  decision: Pick<Decision, "verdict" | "counts">,
): ExampleWitness | null {
  const { shape, samples, seed, softmax } = question;
  if (decision.verdict !== "nonidentifiable" || softmax === true) return null;
  const unknowns = unknownCount(shape, samples);
  if (unknowns > MOST_UNKNOWNS || equationCount(shape) * unknowns ** 2 > LARGEST_WORK) return null;
  const exact = exactExample(question, decision);
  if (exact !== null) return exact;
  const shouldStop = question.shouldStop ?? (() => false);
  for (let attempt = 0; attempt < ATTEMPTS && !shouldStop(); attempt++) {
    const random = createRandom(seed, EXAMPLE_STREAM + attempt);
    const start = randomData(shape, samples, random);
    const nodes = nodesFor(shape, start, random);
    const example = instanceAt(question, nodes, start);
    const evidence = gatherEvidence(example.question);
    const data = fitGivenData(example.question, evidence, example.data);
    if (!data.reachedFloor || !hasFreeDirections(data, evidence)) continue;
    const witness = findWitness(example.question, evidence, data);
    if (witness !== null) return { ...witness, nodes, exactPath: null };
  }
  return null;
}

function exactExample(
  { shape, samples, seed }: ExampleQuestion,
  { counts }: Pick<Decision, "counts">,
): ExampleWitness | null {
  const random = createRandom(seed, EXAMPLE_STREAM);
  const exactPath = exactMixing(shape, samples, random);
  if (exactPath === null) return null;
  const path = exactPath.map(toDoubles);
  const [first, second] = [path[0]!, path.at(-1)!];
  const gauge = gaugeOf(shape);
  const packed = ({ points, multipliers }: PlainData): Float64Array => packUnknowns(shape, points, multipliers);
  const symmetries = { scale: gauge.directionsPerSample > 0, sign: gauge.symmetries.includes("sign") };
  return {
    first,
    second,
    relativeResiduals: [0, 0],
    ...moveBetween(shape, packed(first), packed(second), symmetries),
    continuumDimension:
      counts.nullity === null ? (samples * (samples - 1)) / 2 : counts.nullity - counts.gaugeDimension,
    path: path.map((data) => ({ data, relativeResidual: 0 })),
    nodes: nodesFor(shape, first, random),
    exactPath,
  };
}

function toDoubles({ points, multipliers }: RationalData): PlainData {
  return { points: Float64Array.from(points, toNumber), multipliers: Float64Array.from(multipliers, toNumber) };
}

/** Stationary nodes where they can be found, else general ones. */
function nodesFor(shape: EquationShape, data: PlainData, random: Random): ExampleNodes {
  const found = stationaryNodes(shape, data, random);
  return found === null ? generalNodes(shape, random) : { ...found, hiddenBias: null, stationary: true };
}

/** Normal weights of variance 1/d, biases of size one half, output weights of variance 1/m. */
function generalNodes({ inputDim: d, width: m, outputs, bias }: EquationShape, random: Random): ExampleNodes {
  const normals = (length: number, size: number): Float64Array =>
    Float64Array.from({ length }, () => size * random.normal());
  return {
    hiddenWeight: normals(m * d, 1 / Math.sqrt(d)),
    hiddenBias: bias === "none" ? null : normals(m, 0.5),
    outputWeight: normals(outputs * m, 1 / Math.sqrt(m)),
    stationary: false,
  };
}

/** Normal points, multipliers of either sign with sizes in [1/2, 3/2). */
function randomData({ inputDim: d, outputs }: EquationShape, samples: number, random: Random): PlainData {
  return {
    points: Float64Array.from({ length: samples * d }, () => random.normal()),
    multipliers: Float64Array.from(
      { length: samples * outputs },
      () => (random.uniform() + 0.5) * (random.integer(2) === 0 ? 1 : -1),
    ),
  };
}

/** The question whose known side is the equations of the data at the nodes. */
function instanceAt(
  { shape, samples, seed, shouldStop }: ExampleQuestion,
  nodes: ExampleNodes,
  { points, multipliers }: PlainData,
): { question: InstanceQuestion; data: DataSet } {
  const { inputDim, width, outputs, activation, trained } = shape;
  const file = "example";
  const names = { hiddenWeight: "W", hiddenBias: nodes.hiddenBias === null ? null : "b", outputWeight: "A" };
  const hasOutputBias = trained.has("output-bias");
  const network: TwoLayerNetwork = {
    hiddenWeight: nodes.hiddenWeight,
    hiddenBias: nodes.hiddenBias,
    outputWeight: nodes.outputWeight,
    file,
    inputDim,
    width,
    outputs,
    outputBias: hasOutputBias ? new Float64Array(outputs) : null,
    unitRoundoff: Number.EPSILON / 2,
    names: { ...names, outputBias: hasOutputBias ? "c" : null },
  };
  return {
    question: {
      setting: "gradient",
      activation,
      network,
      gradient: gradientOf(shape, nodes, packUnknowns(shape, points, multipliers)),
      trained,
      samples,
      seed,
      shouldStop: shouldStop ?? (() => false),
      onProgress: () => undefined,
    },
    data: { file, samples, inputDim, X: points, y: null, multipliers, multiplierOutputs: outputs },
  };
}

/** Minus Σ_i φ(x_i) g_i, layer by layer. */
function gradientOf(shape: EquationShape, nodes: ExampleNodes, unknowns: Float64Array): LayerTensors {
  const { inputDim: d, width: m, outputs, trained } = shape;
  const rows = equationCount(shape);
  const system: KktSystem = {
    shape,
    weights: nodes.hiddenWeight,
    bias: nodes.hiddenBias ?? new Float64Array(m),
    output: nodes.outputWeight,
    targets: new Float64Array(rows),
    rowScale: new Float64Array(rows).fill(1),
    targetSize: new Float64Array(rows),
  };
  const samples = unknowns.length / (d + outputs);
  const sides = equationProblem(system, samples)
    .residual(unknowns, new Float64Array(rows))
    .map((value) => -value);
  const { hidden, bias, output } = rowsPerNeuron(shape);
  const block = hidden + bias + output;
  /** Entry e of the rows of neuron j from `start` on. */
  const entry = (j: number, start: number, e: number): number => sides[j * block + start + e]!;
  return {
    file: "example",
    hiddenWeight: trained.has("hidden")
      ? Float64Array.from({ length: m * d }, (_, k) => entry(Math.floor(k / d), 0, k % d))
      : null,
    hiddenBias: trained.has("bias") ? Float64Array.from({ length: m }, (_, j) => entry(j, hidden, 0)) : null,
    outputWeight: trained.has("output")
      ? Float64Array.from({ length: outputs * m }, (_, k) => entry(k % m, hidden + bias, Math.floor(k / m)))
      : null,
    outputBias: trained.has("output-bias") ? sides.slice(m * block) : null,
    unitRoundoff: Number.EPSILON / 2,
  };
}
