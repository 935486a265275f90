import { liftPoints, projectPoints } from "../equations/reduction.ts";
import type { EquationShape } from "../equations/shape.ts";
import { type KktSystem, packUnknowns, unpackUnknowns } from "../equations/system.ts";
import { DimensionMismatchError, TensorError } from "../errors.ts";
import { norm2 } from "../linalg/dense.ts";
import type { DataSet } from "../network/data-set.ts";
import { equationProblem } from "../objective/equation-objective.ts";
import type { SideRows } from "../objective/side-facts.ts";
import { createRandom } from "../random.ts";
import { analyseErrors, type ErrorAnalysis } from "../solve/error-analysis.ts";
import { fitMultipliersAt } from "../solve/multipliers.ts";
import { type DataSetPair, walkNullSpace } from "../solve/null-space-walk.ts";
import type { SearchPath } from "../solve/path-recorder.ts";
import { polish, type RefinedPoint, refine } from "../solve/refine.ts";
import { residualFloorAt, search, searchFits } from "../solve/search.ts";
import type { SplitTree } from "../splitting/split-tree.ts";
import type { NetworkKnowledge } from "./knowledge.ts";
import type { InstanceQuestion, NetworkEvidence } from "./network-evidence.ts";

/** A data set that was found or given, in the coordinates of the reduced system, with its error analysis. */
export interface FittedData {
  readonly point: RefinedPoint;
  readonly reachedFloor: boolean;
  readonly residualFloor: number;
  readonly method: readonly string[];
  readonly starts: number;
  /** Linearisations of the search before refinement, and samples split in it; absent where there was no search. */
  readonly evaluations?: number;
  readonly splits?: number;
  /** Sample splits of the attempt that found the data. */
  readonly tree?: SplitTree;
  /** The iterations that led to the data; absent where there was no search. */
  readonly path?: SearchPath;
  readonly errors: ErrorAnalysis;
  /** What was made of the knowledge beside the weights; absent where there was none. */
  readonly knowledge?: KnowledgeOutcome;
}

/** Whether a data set solves what is known beside the weights. */
export interface KnowledgeOutcome {
  readonly given: NetworkKnowledge;
  /** Equations that the knowledge added. */
  readonly kinds: readonly string[];
  readonly rows: number;
  /** Root mean square of the side rows and of the layers' rows, in the same unit. */
  readonly sideResidual: number;
  readonly equationResidual: number;
  readonly agrees: boolean;
  /** What the data set fails: the equations of both, the box, or the span in which all samples must lie. */
  readonly objection: "residual" | "box" | "span" | null;
  /** The side equations at the data set; null if the knowledge adds none. */
  readonly side: SideRows | null;
  /** The data set that solves the layers' equations alone, where it does. */
  readonly alone: FittedData | null;
}

/** Two data sets in the file's coordinates that the weights cannot tell apart. */
export interface Witness {
  readonly first: PlainData;
  readonly second: PlainData;
  readonly relativeResiduals: readonly [number, number];
  readonly distance: number;
  readonly leastMove: number;
  readonly continuumDimension: number;
  /** Data sets on the way from the first to the second, both included; at most nine. */
  readonly path: readonly WitnessPoint[];
}

/** A data set of a path with its residual, root mean square in units of the largest entry of each tensor. */
interface WitnessPoint {
  readonly data: PlainData;
  readonly relativeResidual: number;
}

export interface PlainData {
  /** n×d row-major. */
  readonly points: Float64Array;
  /** n×C row-major. */
  readonly multipliers: Float64Array;
}

interface FitOptions {
  readonly maxStarts: number;
  readonly aim: "determined" | "nearby";
  /** Offsets the seed, for a second search. */
  readonly attempt: number;
}

/** Looks for a data set of n samples; null if not even a start was made. */
export function findData(
  question: InstanceQuestion,
  evidence: NetworkEvidence,
  { maxStarts, aim, attempt }: FitOptions,
): FittedData | null {
  const { equations, entryError, reduced } = evidence;
  const result = search(reduced, {
    samples: question.samples,
    seed: question.seed + 7919 * attempt,
    unitRoundoff: equations.unitRoundoff,
    weightPrecision: entryError,
    shouldStop: question.shouldStop,
    maxStarts,
    aim,
    onProgress: question.onProgress,
    ...question.search,
  });
  if (result.point === null) return null;
  return { ...result, point: result.point, errors: analyse(evidence, result.point) };
}

/** A refinement that moves a given point by more than this share of the largest norm has found other data. */
const LARGEST_MOVE = 0.05;

/** Largest distance that a point moves, over the largest norm of the points before. */
function largestMove(before: Float64Array, after: Float64Array, { inputDim, outputs }: EquationShape): number {
  let [move, size] = [0, 0];
  for (let at = outputs; at < before.length; at += outputs + inputDim) {
    const [x, y] = [before.subarray(at, at + inputDim), after.subarray(at, at + inputDim)];
    move = Math.max(move, norm2(x.map((value, e) => value - y[e]!)));
    size = Math.max(size, norm2(x));
  }
  return size > 0 ? move / size : 0;
}

/** The data as they are, with their residual. */
function unrefined(system: KktSystem, unknowns: Float64Array): RefinedPoint {
  const { inputDim, outputs } = system.shape;
  const problem = equationProblem(system, unknowns.length / (inputDim + outputs));
  const residual = problem.residual(unknowns, new Float64Array(problem.rows));
  const relativeResidual = norm2(residual) / Math.sqrt(problem.rows);
  return { unknowns, relativeResidual, lastStep: new Float64Array(unknowns.length) };
}

/**
 * The given data with the multipliers that fit best, refined to the equations; unrefined where that leads to other data.
 *
 * @throws {@link DimensionMismatchError} if n or d differ from the question's
 */
export function fitGivenData(question: InstanceQuestion, evidence: NetworkEvidence, data: DataSet): FittedData {
  const { reduced, equations, entryError } = evidence;
  if (data.inputDim !== question.network.inputDim) {
    throw new TensorError(
      data.file,
      "X",
      `has ${data.inputDim} columns, the network has ${question.network.inputDim} inputs`,
    );
  }
  if (data.samples !== question.samples) {
    throw new DimensionMismatchError(`${data.file}: rows of X against -n`, question.samples, data.samples);
  }
  const points = projectPoints(reduced, data.X, data.inputDim);
  const start = packUnknowns(reduced.system.shape, points, fitMultipliersAt(reduced.system, points));
  const refined = refine(reduced.system, start, question.shouldStop);
  const isNear = largestMove(start, refined.unknowns, reduced.system.shape) <= LARGEST_MOVE;
  const point = isNear ? refined : unrefined(reduced.system, start);
  const residualFloor = residualFloorAt(reduced.system, point.unknowns, Math.max(entryError, equations.unitRoundoff));
  return {
    point,
    reachedFloor: point.relativeResidual <= residualFloor,
    residualFloor,
    method: ["given-data", "levenberg-marquardt"],
    starts: 1,
    errors: analyse(evidence, point),
  };
}

function analyse(
  { reduced, equations, entryError, gaugeDimension }: NetworkEvidence,
  point: RefinedPoint,
): ErrorAnalysis {
  return analyseErrors(reduced, equations.system, point, {
    unitRoundoff: Math.max(entryError, equations.unitRoundoff),
    gaugeDimension,
  });
}

/** Whether the Jacobian at the data has directions beyond the gauge that no equation sees, by a clear gap. */
export function hasFreeDirections(data: FittedData, evidence: NetworkEvidence): boolean {
  return freeDirections(data, evidence) > 0 && data.errors.clear;
}

/** Number of directions beyond the gauge that change no equation to the precision of the weights. */
export function freeDirections({ errors }: FittedData, { gaugeDimension }: NetworkEvidence): number {
  return errors.unknowns - errors.rank - gaugeDimension;
}

/** A data set with a second one beside it, or the first one found where there is no second. */
export interface Exploration {
  readonly data: FittedData | null;
  readonly witness: Witness | null;
}

const WITNESS_ATTEMPTS = 16;
/** Random starts of one attempt; where data of typical size fit, one of the first finds them. */
const NEARBY_STARTS = 6;
/** Attempts without any fit after which there is no data set of typical size to walk from. */
const FRUITLESS_ATTEMPTS = 2;

/**
 * Searches for a data set; where its Jacobian leaves directions free, looks for a second one, from several data sets of
 * typical size if need be.
 */
export function explore(question: InstanceQuestion, evidence: NetworkEvidence, maxStarts: number): Exploration {
  if (!searchFits(evidence.reduced.system.shape, question.samples)) return { data: null, witness: null };
  const data = findData(question, evidence, { maxStarts, aim: "determined", attempt: 0 });
  if (data === null || !data.reachedFloor || freeDirections(data, evidence) <= 0) return { data, witness: null };
  return exploreNearby(question, evidence, data, maxStarts) ?? { data, witness: null };
}

/** A data set of typical size near which there is a second one, or null. */
function exploreNearby(
  question: InstanceQuestion,
  evidence: NetworkEvidence,
  data: FittedData,
  maxStarts: number,
): Exploration | null {
  // A sample that is not there leaves all of its coordinates free: no data set of typical size is to be expected.
  let patience = data.errors.absent > 0 ? 1 : FRUITLESS_ATTEMPTS;
  const limits = { maxStarts: Math.min(maxStarts, NEARBY_STARTS), aim: "nearby" } as const;
  for (let attempt = 1; attempt <= WITNESS_ATTEMPTS && patience > 0 && !question.shouldStop(); attempt++) {
    const nearby = findData(question, evidence, { ...limits, attempt });
    if (nearby === null || !nearby.reachedFloor) patience--;
    else if (hasFreeDirections(nearby, evidence)) {
      const witness = findWitness(question, evidence, nearby);
      if (witness !== null) return { data: nearby, witness };
    }
  }
  return null;
}

/** Looks for a second data set along the null space at `data`; null where none was found. */
export function findWitness(question: InstanceQuestion, evidence: NetworkEvidence, data: FittedData): Witness | null {
  const { reduced, gauge } = evidence;
  question.onProgress("walking the null space for a second data set");
  const pair = walkNullSpace(reduced.system, data.point.unknowns, {
    random: createRandom(question.seed, 17),
    residualFloor: data.residualFloor,
    rankTolerance: data.errors.rankTolerance,
    scaleGauge: gauge.directionsPerSample > 0,
    signGauge: gauge.symmetries.includes("sign"),
    shouldStop: question.shouldStop,
    side: data.knowledge?.side ?? null,
  });
  return pair === null ? null : toWitness(question, evidence, pair);
}

/** Two data sets in unknowns of the reduced system as a witness in the file's coordinates. */
export function toWitness(question: InstanceQuestion, evidence: NetworkEvidence, pair: DataSetPair): Witness {
  const { first, second, path, ...numbers } = pair;
  const plain = (unknowns: Float64Array): PlainData => toPlainData(question, evidence, unknowns);
  return {
    ...numbers,
    first: plain(first),
    second: plain(second),
    path: path.map(({ unknowns, relativeResidual }) => ({ data: plain(unknowns), relativeResidual })),
  };
}

/** Unknowns of the reduced system as points and multipliers in the file's coordinates. */
export function toPlainData(question: InstanceQuestion, evidence: NetworkEvidence, unknowns: Float64Array): PlainData {
  const { reduced } = evidence;
  const { points, multipliers } = unpackUnknowns(reduced.system.shape, unknowns);
  return { points: liftPoints(reduced, points, question.network.inputDim), multipliers };
}

/**
 * The data that are printed: after a reduction polished once more in all d coordinates, where the rounding of the basis of
 * the span is gone. Not where side equations or a gauge fix the point: they are not part of the equations.
 */
export function printedData(
  question: InstanceQuestion,
  evidence: NetworkEvidence,
  { point, knowledge, reachedFloor }: FittedData,
): PlainData {
  const plain = toPlainData(question, evidence, point.unknowns);
  const isFixed = evidence.gaugeDimension > 0 || (knowledge?.side ?? null) !== null;
  if (evidence.reduced.basis === null || isFixed || !reachedFloor) return plain;
  const { system } = evidence.equations;
  const start = packUnknowns(system.shape, plain.points, plain.multipliers);
  const polished = polish(system, start, question.shouldStop);
  if (largestMove(start, polished.unknowns, system.shape) > LARGEST_POLISH) return plain;
  return unpackUnknowns(system.shape, polished.unknowns);
}

/** A polish that moves a point by more than this share of the largest norm has left the solution. */
const LARGEST_POLISH = 1e-6;
