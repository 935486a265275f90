import { sideSpectrum } from "../equations/reduction.ts";
import { findBoundary, strength } from "../identifiability/repairs/recheck.ts";
import type { Condition, Repair, Verdict } from "../identifiability/result.ts";
import { norm2 } from "../linalg/dense.ts";
import { type TensorDtype, unitRoundoff } from "../network/tensor.ts";
import { analyseErrors } from "../solve/error-analysis.ts";
import { type FittedData, fitGivenData, freeDirections, toPlainData } from "./fitted-data.ts";
import {
  gatherEvidence,
  type InstanceQuestion,
  type NetworkEvidence,
  stationarityErrorOf,
} from "./network-evidence.ts";

/** A question with its evidence and a data set that was fitted to it. */
export interface DataAtHand {
  readonly question: InstanceQuestion;
  readonly evidence: NetworkEvidence;
  readonly data: FittedData;
}

/** What a check of a network has found, as far as the precision of its weights matters. */
export interface PrecisionFindings {
  readonly question: InstanceQuestion;
  readonly evidence: NetworkEvidence;
  readonly data: FittedData | null;
  readonly verdict: Verdict;
  readonly conditions: readonly Condition[];
  /** The verdict of the check at a data set that is at hand. */
  verdictOf(found: DataAtHand): Verdict;
}

/** Findings with a data set that fits. */
interface Fitted extends PrecisionFindings {
  readonly data: FittedData;
}

/** A sample is told apart from others like it while its expected error stays below this share of its norm. */
const BLUR = 1e-2;

/** Two decimal digits: coarser weights are no longer the same network, and the first-order analysis says nothing. */
const COARSEST = 0.05;

/** Digits of a double: finer weights cannot be in a file that the tool reads. */
const FINEST = 2 ** -53;

/**
 * Precisions of the published weights at which the answer changes: to protect, those from which on the check loses its
 * verdict or every sample is blurred; to determine, the one at which every sample is sharp.
 *
 * Source: proofs/repairs.md, section "Precision".
 */
export function precisionRepairs(findings: PrecisionFindings): Repair[] {
  const { data, evidence, verdict } = findings;
  if (data === null || !data.reachedFloor || data.errors.absent > 0) return [];
  const fitted = { ...findings, data };
  if (!data.errors.complete) {
    return freeDirections(data, evidence) > 0 && !data.errors.clear ? [resolved(fitted)] : [];
  }
  const sharpness = blurringPrecisions(fitted);
  const repairs: (Repair | null)[] = [sharpened(fitted, sharpness)];
  if (strength(verdict) > 0) repairs.push(undecided(fitted, sharpness), blurred(fitted, sharpness));
  return repairs.filter((repair) => repair !== null);
}

/** What is published: the numbers that the equations are built from. */
function publishedBy({ question }: Fitted): string {
  return question.setting === "gradient" ? "weights and gradient published" : "weights published";
}

/** For every sample the ρ at which its expected error is {@link BLUR}: rounding errors are proportional to ρ. */
function blurringPrecisions({ question, evidence, data }: Fitted): Float64Array {
  const { reduced, equations, entryError, gaugeDimension } = evidence;
  const exact = { ...data.point, relativeResidual: 0 };
  const options = { unitRoundoff: entryError, gaugeDimension };
  const { expectedErrors } = analyseErrors(reduced, equations.system, exact, options);
  const { inputDim: d } = question.network;
  const { points } = toPlainData(question, evidence, data.point.unknowns);
  return expectedErrors.map((error, i) => (BLUR * norm2(points.subarray(i * d, (i + 1) * d)) * entryError) / error);
}

function blurred(fitted: Fitted, sharpness: Float64Array): Repair | null {
  const rho = Math.max(...sharpness);
  if (!(rho > fitted.evidence.entryError && rho <= COARSEST)) return null;
  return {
    change: `${publishedBy(fitted)} to at most ${coarserThan(rho)}; ${formatsAround(rho)}`,
    because: `from the error analysis: from ρ = ${shown(rho)} on the expected error of every sample exceeds 1 % of its norm`,
    aim: "protect",
    kind: "precision",
    threshold: rho,
    verified: null,
  };
}

function sharpened(fitted: Fitted, sharpness: Float64Array): Repair | null {
  const rho = Math.min(...sharpness);
  if (!(rho < fitted.evidence.entryError && rho >= FINEST)) return null;
  return {
    change: `${publishedBy(fitted)} to at least ${finerThan(rho)}`,
    because: `from the error analysis: up to ρ = ${shown(rho)} the expected error of every sample stays below 1 % of its norm`,
    aim: "identify",
    kind: "precision",
    threshold: rho,
    verified: null,
  };
}

/** The precision that shows the weakest direction of the Jacobian, where that is not rounding itself. */
function resolved(fitted: Fitted): Repair {
  const { evidence, data } = fitted;
  const { singularValues, unknowns, rankTolerance } = data.errors;
  const weakest = singularValues[unknowns - evidence.gaugeDimension - 1] ?? 0;
  const rho = toleratedPrecision(data, weakest);
  // A tenth of the tolerance is the size of rounding: values below are not those of exact weights.
  const known = weakest > (rankTolerance / 10) * singularValues[0]! && rho >= FINEST;
  const common = { aim: "identify", kind: "precision", verified: null } as const;
  if (!known) {
    return {
      ...common,
      change: `${publishedBy(fitted)} with more digits`,
      because: "directions of the data are lost in the rounding of the weights; how many digits show them is open",
      threshold: null,
    };
  }
  return {
    ...common,
    change: `${publishedBy(fitted)} to at least ${finerThan(rho)}`,
    because: `from the error analysis: up to ρ = ${shown(rho)} every singular value of the Jacobian stands out from rounding`,
    threshold: rho,
  };
}

/** The ρ whose rank tolerance is the given singular value. */
function toleratedPrecision({ errors }: FittedData, singularValue: number): number {
  return singularValue / (10 * Math.sqrt(errors.unknowns) * errors.singularValues[0]!);
}

/** The fewest bits at which the check keeps its verdict, and one bit less; null where that is out of reach. */
function undecided(fitted: Fitted, sharpness: Float64Array): Repair | null {
  const { question, evidence, verdict } = fitted;
  if (question.shouldStop()) return null;
  const finest = Math.floor(-Math.log2(evidence.entryError));
  const coarsest = Math.ceil(-Math.log2(COARSEST));
  const verdicts = new Map<number, Verdict | null>(2 ** -finest === evidence.entryError ? [[finest, verdict]] : []);
  const verdictAt = (bits: number): Verdict | null => {
    if (!verdicts.has(bits)) verdicts.set(bits, verdictAtPrecision(fitted, 2 ** -bits));
    return verdicts.get(bits)!;
  };
  const isLost = (bits: number): boolean => strength(verdictAt(bits)) < strength(verdict);
  if (finest <= coarsest || isLost(finest)) return null;
  const first = Math.max(coarsest, Math.min(finest, Math.ceil(-Math.log2(expectedLoss(fitted)))));
  const [kept, lost] = isLost(first)
    ? [stepwise(first, finest, (bits) => !isLost(bits)), first]
    : [first, stepwise(first, coarsest, isLost)];
  if (!isLost(lost)) return null;
  const { before, after } = findBoundary(kept, lost, isLost);
  const rho = 2 ** -after;
  const at = verdictAt(after);
  const errors = sharpness.map((sharp) => (BLUR * rho) / sharp);
  return {
    change: `${publishedBy(fitted)} to at most ${coarserThan(rho)}`,
    because:
      `with --weight-precision ${shown(rho)} the check ${at === null ? "no longer sees the span of the samples" : `says ${at}`}, ` +
      `although the expected errors are ${shown(Math.min(...errors))} to ${shown(Math.max(...errors))} of the norms`,
    aim: "protect",
    kind: "precision",
    threshold: rho,
    verified: at === null ? null : { below: verdictAt(before)!, at },
  };
}

/** The first of the numbers 1, 3, 7, … steps from `from` towards `to` that passes, else `to`. */
function stepwise(from: number, to: number, passes: (value: number) => boolean): number {
  const direction = Math.sign(to - from);
  for (let steps = 1; steps < Math.abs(to - from); steps = 2 * steps + 1) {
    if (passes(from + direction * steps)) return from + direction * steps;
  }
  return to;
}

/** Where the gaps that the verdict rests on close, whose tolerances are proportional to ρ, or where its proof ends. */
function expectedLoss({ question, evidence, data, verdict, conditions }: Fitted): number {
  const { entryError, stationarityError, moments, kernel } = evidence;
  if (verdict !== "globally-identifiable") {
    const { singularValues, unknowns } = data.errors;
    return toleratedPrecision(data, singularValues[unknowns - evidence.gaugeDimension - 1]!);
  }
  const roomOf = (rank: { smallestKept: number | null; tolerance: number } | null | undefined): number =>
    rank?.smallestKept ? rank.smallestKept / (10 * rank.tolerance) : 1;
  const byMoments = Math.min(roomOf(moments?.rank), roomOf(moments?.catalecticant));
  const room = kernel.holds ? Math.max(byMoments, roomOf(kernel.rank)) : byMoments;
  const provable = conditions.find(({ id }) => id === "weights-within-rho")?.numbers.largestProvableRho;
  const rho = Math.max(stationarityError * room, typeof provable === "number" ? provable : 0);
  return Math.max(entryError, rho / stationarityErrorOf(question, 1));
}

/**
 * The verdict of the check at the data set found, with weights that are assumed to be off by `rho`.
 *
 * @returns null where the known side no longer shows the span of the samples: without it the evidence costs too much
 */
function verdictAtPrecision(fitted: Fitted, rho: number): Verdict | null {
  const { question, evidence, data } = fitted;
  const { system } = evidence.equations;
  const span = sideSpectrum(system, stationarityErrorOf(question, rho));
  if (evidence.reduced.basis !== null && span?.rank !== evidence.spectrum?.rank) return null;
  const coarser = { ...question, weightPrecision: rho, onProgress: () => undefined };
  const coarse = gatherEvidence(coarser);
  const { points, multipliers } = toPlainData(question, evidence, data.point.unknowns);
  const { inputDim, outputs } = question.network;
  const found = {
    file: "the data set found",
    samples: question.samples,
    inputDim,
    X: points,
    y: null,
    multipliers,
    multiplierOutputs: outputs,
  };
  return fitted.verdictOf({ question: coarser, evidence: coarse, data: fitGivenData(coarser, coarse, found) });
}

const shown = (value: number): string => value.toExponential(1);

/** Significant bits b and decimal digits D whose rounding, 2^−b and 10^(1−D)/2 relative, is at least ρ. */
function coarserThan(rho: number): string {
  return digits(Math.floor(-Math.log2(rho)), Math.floor(1 - Math.log10(2 * rho)));
}

/** Significant bits and decimal digits whose rounding is at most ρ. */
function finerThan(rho: number): string {
  return digits(Math.ceil(-Math.log2(rho)), Math.ceil(1 - Math.log10(2 * rho)));
}

function digits(bits: number, decimals: number): string {
  return `${bits} significant bits or ${decimals} decimal digits`;
}

const FORMATS: readonly TensorDtype[] = ["bfloat16", "float16", "float32", "float64"];

function formatsAround(rho: number): string {
  const coarse = FORMATS.filter((format) => unitRoundoff(format) >= rho);
  const fine = FORMATS.filter((format) => unitRoundoff(format) < rho);
  return coarse.length === 0 ? `${fine[0]} is too fine` : `${coarse.join(" and ")} will do, ${fine[0]} will not`;
}
