import { parseActivation } from "../algebra/activation.ts";
import { fromNumber, type Rational } from "../algebra/rational.ts";
import type { ProblemAnswer } from "../answers/problem-answer.ts";
import { findingsForShape, type PartialFindings } from "../audit/partial-findings.ts";
import { countDataSets, type DataSetCount } from "../counting/count-data-sets.ts";
import type { EquationShape, TrainedLayer } from "../equations/shape.ts";
import { type Knowledge, sideInformationOf } from "../equations/side-information.ts";
import { DimensionMismatchError, UsageError } from "../errors.ts";
import { checkShape, type ShapeDecision } from "../identifiability/check-shape.ts";
import type { Decision } from "../identifiability/result.ts";
import type { Watch } from "../identifiability/watch.ts";
import type { DataSet } from "../network/data-set.ts";
import { shapeCertificate } from "../report/certificate.ts";
import { stateProblem } from "../report/problem.ts";
import { dataFile, dataSetOf } from "./inputs.ts";
import type { ShapeOptions } from "./options.ts";
import { hashInputs } from "./tool.ts";
import { exactWeightDecay } from "./validate.ts";

/** A question about a shape, with the files it came from. */
export interface AskedShape {
  readonly shape: EquationShape;
  readonly samples: number;
  readonly knowledge: Knowledge;
  readonly seed: number;
  /** Exact samples to decide at; undefined = almost all. */
  readonly points?: readonly (readonly Rational[])[] | undefined;
  /** Count the data sets of a random instance as well. */
  readonly count: boolean;
  readonly bytes: readonly Uint8Array[];
}

/** What was found out about a shape, before it is written down. */
export interface ShapeAnswer {
  readonly decision: Decision;
  readonly problem: ProblemAnswer;
  /** Null where the verdict has no proof that can be rechecked. */
  readonly certificate: object | null;
  readonly findings: PartialFindings;
  readonly solutions: DataSetCount | null;
  readonly inputHash: string;
  readonly seed: number;
}

/**
 * The question that the options of a program ask.
 *
 * @throws {@link UsageError} if a size is missing, or options contradict each other
 * @throws {@link ActivationError} if the activation is not a polynomial
 */
export function shapeQuestion(options: ShapeOptions): AskedShape {
  const { loss = null, domain = "free", weightDecay, seed = 1, count = false } = options;
  const file = options.data === undefined ? null : dataFile(options.data, "data.json");
  const data = file === null ? null : dataSetOf(file);
  const samples = sizeOf("samples", options.samples, data);
  const shape = shapeOf({ ...options, inputDim: sizeOf("inputDim", options.inputDim, data) });
  return {
    shape,
    samples,
    knowledge: { domain, loss, weightDecay: weightDecay === undefined ? null : exactWeightDecay(weightDecay) },
    seed,
    points: data === null ? undefined : exactRows(data),
    count,
    bytes: file === null ? [] : [file.bytes],
  };
}

/** Decides a shape, with its certificate, the parts that are determined, and the count of data sets if it is asked. */
export function answerShape(asked: AskedShape, watch: Watch): ShapeAnswer {
  const { shape, samples, knowledge, seed, points, bytes } = asked;
  if (asked.count) requireCountable(asked);
  const question = { shape, samples, seed, knowledge, points };
  const decision = checkShape(question, watch);
  const findings = findingsForShape(question, decision, watch);
  const problem = stateProblem(shape, samples, knowledge);
  const solutions = asked.count ? countSolutions(asked, watch) : null;
  const certificate = shapeCertificate(decision, question);
  return {
    decision: withoutUnprovedBasis(decision, certificate),
    problem,
    certificate,
    findings,
    solutions,
    inputHash: hashInputs({ problem, seed }, bytes),
    seed,
  };
}

/** Counting looks at random instances of the layers' equations. */
function requireCountable({ shape, samples, knowledge, points }: AskedShape): void {
  const known = sideInformationOf(knowledge, shape, samples) !== null || knowledge.loss === "softmax";
  if (!known && points === undefined) return;
  throw new UsageError(
    "count: data sets are counted for general data and the layers' equations alone",
    "leave out data, loss and domain",
  );
}

/** The data sets that share the equations of one random instance of the shape. */
function countSolutions({ shape, samples, seed }: AskedShape, watch: Watch): DataSetCount {
  watch.onStage("data sets that share the equations", 0);
  return countDataSets(shape, samples, {
    seed,
    level: "equations",
    shouldStop: () => watch.secondsLeft() <= 0,
    onProgress: (found, loops) => watch.onStage(`data sets that share the equations: ${found}, ${loops} loops`, 0),
  });
}

/** "certificate" is what recheck verifies; an exact verdict that no certificate carries is called probable, error 0. */
function withoutUnprovedBasis(decision: ShapeDecision, certificate: object | null): Decision {
  return decision.basis === "certificate" && certificate === null ? { ...decision, basis: "probable" } : decision;
}

/** The size that the options give, or else the data. */
function sizeOf(name: "samples" | "inputDim", asked: number | undefined, data: DataSet | null): number {
  const found = data?.[name];
  if (asked !== undefined && found !== undefined && asked !== found) {
    throw new DimensionMismatchError(`${name} for the X of ${data!.file}`, found, asked);
  }
  const size = asked ?? found;
  if (size === undefined) throw new UsageError(`check: ${name} is missing`, "give it, or the data");
  return size;
}

/** The rows of X, exact: doubles are dyadic rationals. */
export function exactRows({ X, samples, inputDim }: DataSet): Rational[][] {
  return Array.from({ length: samples }, (_, i) =>
    Array.from(X.subarray(i * inputDim, (i + 1) * inputDim), (value) => fromNumber(value)),
  );
}

/** What a shape is made of. */
type ShapeParts = Pick<
  ShapeOptions,
  "activation" | "setting" | "inputDim" | "width" | "outputs" | "trained" | "frozenBias"
> & { readonly inputDim: number };

/**
 * The shape that options or a problem file describe.
 *
 * @throws {@link ActivationError} if the activation is not a polynomial
 * @throws {@link UsageError} if the bias is both trained and frozen
 */
export function shapeOf({
  activation,
  setting = "kkt",
  inputDim,
  width,
  outputs = 1,
  trained,
  frozenBias,
}: ShapeParts): EquationShape {
  const layers = new Set<TrainedLayer>(trained ?? ["hidden"]);
  return {
    setting,
    activation: parseActivation(activation),
    inputDim,
    width,
    outputs,
    trained: layers,
    bias: biasOf(layers, frozenBias),
  };
}

/**
 * What is known of the hidden bias.
 *
 * @throws {@link UsageError} if it is both trained and frozen
 */
export function biasOf(trained: ReadonlySet<TrainedLayer>, frozenBias = false): EquationShape["bias"] {
  if (trained.has("bias") && frozenBias) {
    throw new UsageError("frozenBias: the bias is trained as well", 'leave it out, or "bias" out of trained');
  }
  return trained.has("bias") ? "trained" : frozenBias ? "frozen" : "none";
}
