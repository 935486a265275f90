import { InternalError, ResourceLimitError, TensorError } from "../errors.ts";
import type { Gauge } from "../identifiability/result.ts";
import { norm2 } from "../linalg/dense.ts";
import type { DataSet } from "../network/data-set.ts";
import type { Scaler } from "../network/scaler.ts";
import { matchPoints } from "../solve/match.ts";
import { type Convergence, convergenceOf, NO_PATH } from "../solve/path-recorder.ts";
import { searchFits } from "../solve/search.ts";
import type { SplitTree } from "../splitting/split-tree.ts";
import { type FittedData, freeDirections, type KnowledgeOutcome, printedData, type Witness } from "./fitted-data.ts";
import { findSecondIsolated } from "./isolated-pair.ts";
import { exploreKnowing } from "./knowledge-explore.ts";
import { type LimitingFactor, limitingFactor } from "./limiting-factor.ts";
import { gatherEvidence, type InstanceQuestion, type NetworkEvidence } from "./network-evidence.ts";
import { type RankSpectrum, rankSpectra } from "./rank-spectra.ts";
import { judgeRecovery, type RecoveryStatus } from "./recovery-verdict.ts";
import type { SampleCount } from "./sample-count.ts";
import { othersExpected } from "./spare-equations.ts";
import { type Stationarity, stationarityOf } from "./stationarity.ts";

export type { RecoveryStatus } from "./recovery-verdict.ts";

export interface RecoveredSample {
  /** d coordinates, in the units of the file. */
  readonly x: Float64Array;
  /** C multipliers. */
  readonly multiplier: Float64Array;
  /** ±1 by the sign of the multiplier, or the class with the largest one: the label, for the usual losses. */
  readonly label: number;
  /** Bound on the Euclidean error of x; null where no bound is claimed. An estimate, not proved. */
  readonly errorBound: number | null;
  /** Expected Euclidean error of x, root mean square; null where the bound is. */
  readonly expectedError: number | null;
  /** Whether the sample was given. */
  readonly known: boolean;
}

export interface TruthComparison {
  readonly maxError: number;
  readonly perSample: Float64Array;
  /** Recovered sample that belongs to each true one. */
  readonly assignment: Int32Array;
  /** The true sample of each recovered one, in its gauge and units: of x and −x the one that is nearer, where both are allowed. */
  readonly samples: readonly TrueSample[];
}

interface TrueSample {
  readonly x: Float64Array;
  /** As the file has it; null where it has none. */
  readonly label: number | null;
}

export interface Recovery {
  readonly status: RecoveryStatus;
  readonly samples: readonly RecoveredSample[];
  readonly relativeResidual: number | null;
  readonly residualFloor: number;
  readonly method: readonly string[];
  readonly starts: number;
  /** Linearisations of the equations in the search, before refinement. */
  readonly evaluations: number;
  /** Samples split in the search. */
  readonly splits: number;
  /** Sample splits of the attempt that found the answer, in the order of time. */
  readonly splitTree: SplitTree;
  /** How the residual fell on the way to the answer; null where nothing was found. */
  readonly convergence: Convergence | null;
  /** The spectra that the ranks of this answer were read off. */
  readonly spectra: readonly RankSpectrum[];
  readonly upTo: readonly Gauge[];
  readonly witness: Witness | null;
  readonly truth: TruthComparison | null;
  readonly conditionNumber: number | null;
  readonly singularValues: Float64Array | null;
  /** Numerical rank of the Jacobian, which the spectrum is cut at. */
  readonly jacobianRank: number | null;
  readonly equationError: number | null;
  /** What keeps the errors from being smaller; null where nothing was found. */
  readonly limitedBy: LimitingFactor | null;
  /** What was made of the knowledge beside the weights; null where there was none. */
  readonly knowledge: KnowledgeOutcome | null;
  /** How far the weights are from stationary at the best fit; null where there is none. */
  readonly stationarity: Stationarity | null;
  /** The scaler by which samples, bounds and errors are in raw units; null in the units that the network saw. */
  readonly scaler: Scaler | null;
  /** Bounds on the number of samples; null where they were not looked for. */
  readonly count: SampleCount | null;
  /** One sentence on why the status is what it is. */
  readonly explanation: string;
  /** Number of samples that was used, when a range was asked for. */
  readonly sampleCount: number;
  readonly evidence: NetworkEvidence;
}

export interface RecoverOptions {
  readonly maxStarts: number;
  /** Largest predicted error, relative to the largest ‖x‖, that still counts as recovered. */
  readonly acceptError: number;
  readonly truth: DataSet | null;
}

/**
 * Bound over expected error. The estimate was between 0.25 and 16 times the true error on random and real networks
 * (bench/results/families.md, bench/results/networks.md); ten leaves more than a factor two where it was lowest.
 */
const BOUND_FACTOR = 10;

/**
 * Recovers the training samples of one network.
 *
 * 1. evidence from the weights; 2. search until the residual reaches its floor; 3. rank of the Jacobian: free
 * directions lead to a second data set; 4. error bound per sample; 5. status.
 */
export function recoverNetwork(question: InstanceQuestion, options: RecoverOptions): Recovery {
  if (options.truth !== null) requireComparable(question, options.truth);
  const evidence = gatherEvidence(question);
  if (!searchFits(evidence.reduced.system.shape, question.samples)) {
    throw new ResourceLimitError(
      `-n ${question.samples}: too many unknowns for a search on one machine`,
      "kktid check still decides what counting and the shape decide",
    );
  }
  const { data: found, witness } = exploreKnowing(question, evidence, options.maxStarts);
  const hasOthers = found !== null && isIsolated(found, evidence) && othersExpected(evidence, found, question.samples);
  const isOpen = hasOthers && witness === null && found.knowledge === undefined;
  const second = isOpen ? findSecondIsolated(question, evidence, found) : witness;
  return assemble(question, evidence, { found, witness: second, hasOthers, options });
}

interface Outcome {
  readonly found: FittedData | null;
  readonly witness: Witness | null;
  /** Whether no equation is left over, so that a fit shows little. */
  readonly hasOthers: boolean;
  readonly options: RecoverOptions;
}

function isIsolated(found: FittedData, evidence: NetworkEvidence): boolean {
  return found.reachedFloor && freeDirections(found, evidence) <= 0;
}

function assemble(
  question: InstanceQuestion,
  evidence: NetworkEvidence,
  { found, witness, hasOthers, options }: Outcome,
): Recovery {
  const samples = found === null ? [] : describeSamples(question, evidence, found);
  const { acceptError } = options;
  const { status, explanation } = judgeRecovery({ evidence, found, witness, hasOthers, samples, acceptError });
  const claimed = status === "recovered" || (status === "ill-conditioned" && !hasOthers);
  const described = claimed ? samples : samples.map((sample) => ({ ...sample, errorBound: null, expectedError: null }));
  return {
    status,
    samples: described,
    relativeResidual: found?.point.relativeResidual ?? null,
    residualFloor: found?.residualFloor ?? 0,
    ...effortOf(found, evidence),
    spectra: rankSpectra(evidence, found),
    upTo: evidence.gauge.symmetries,
    witness,
    truth:
      options.truth === null || described.length === 0 ? null : compare(question, evidence, described, options.truth),
    conditionNumber: found?.errors.conditionNumber ?? null,
    singularValues: found?.errors.singularValues ?? null,
    jacobianRank: found?.errors.rank ?? null,
    equationError: found?.errors.equationError ?? null,
    limitedBy: found === null ? null : limitingFactor(found, evidence),
    knowledge: found?.knowledge ?? null,
    stationarity: found === null ? null : stationarityOf(found, evidence),
    scaler: null,
    count: null,
    explanation,
    sampleCount: question.samples,
    evidence,
  };
}

/** What the search did for the answer. */
function effortOf(
  found: FittedData | null,
  { reduced }: NetworkEvidence,
): Pick<Recovery, "method" | "starts" | "evaluations" | "splits" | "splitTree" | "convergence"> {
  const { method, starts, evaluations = 0, splits = 0, tree = [], path = NO_PATH } = found ?? { method: [], starts: 0 };
  const convergence = convergenceOf(reduced.system, path);
  return { method, starts, evaluations, splits, splitTree: tree, convergence };
}

/** Samples in the order of their multipliers, largest first: the order of a run says nothing. */
function describeSamples(question: InstanceQuestion, evidence: NetworkEvidence, found: FittedData): RecoveredSample[] {
  const { inputDim: d, outputs } = question.network;
  const { points, multipliers } = printedData(question, evidence, found);
  const block = evidence.reduced.inputDim + outputs;
  const known = found.knowledge?.side == null ? 0 : (question.knowledge?.known?.samples ?? 0);
  const samples = Array.from({ length: question.samples }, (_, i) => {
    const x = points.slice(i * d, (i + 1) * d);
    const multiplier = multipliers.slice(i * outputs, (i + 1) * outputs);
    const step = found.point.lastStep.subarray(i * block + outputs, (i + 1) * block);
    const bound = BOUND_FACTOR * found.errors.expectedErrors[i]! + 2 * norm2(step) * evidence.reduced.scale;
    const errorBound = found.errors.complete ? bound : null;
    const expectedError = found.errors.complete ? found.errors.expectedErrors[i]! : null;
    const sample = { x, multiplier, label: labelOf(multiplier), errorBound, expectedError, known: i < known };
    return withFixedScale(evidence, sample);
  });
  return samples.sort((a, b) => norm2(b.multiplier) - norm2(a.multiplier) || b.x[0]! - a.x[0]!);
}

/** One monomial fixes x only up to its scale: the multiplier is brought to norm one. */
function withFixedScale({ gauge, equations }: NetworkEvidence, sample: RecoveredSample): RecoveredSample {
  if (gauge.directionsPerSample === 0) return sample;
  const size = norm2(sample.multiplier);
  const factor = size ** (1 / equations.system.shape.activation.degree);
  return {
    x: sample.x.map((value) => value * factor),
    multiplier: sample.multiplier.map((value) => value / size),
    label: sample.label,
    errorBound: sample.errorBound === null ? null : sample.errorBound * factor,
    expectedError: sample.expectedError === null ? null : sample.expectedError * factor,
    known: sample.known,
  };
}

function labelOf(multiplier: Float64Array): number {
  if (multiplier.length === 1) return Math.sign(multiplier[0]!);
  return multiplier.indexOf(Math.max(...multiplier));
}

/** Checked before the search: a comparison that cannot be made should not cost one. */
function requireComparable({ network, samples }: InstanceQuestion, truth: DataSet): void {
  const { inputDim: d } = network;
  if (truth.inputDim !== d) {
    throw new TensorError(truth.file, "X", `has ${truth.inputDim} columns, the network has ${d} inputs`);
  }
  if (truth.samples !== samples) {
    throw new TensorError(truth.file, "X", `has ${truth.samples} rows, but -n asks for ${samples} samples`);
  }
}

function compare(
  question: InstanceQuestion,
  evidence: NetworkEvidence,
  samples: readonly RecoveredSample[],
  truth: DataSet,
): TruthComparison {
  const d = question.network.inputDim;
  const points = new Float64Array(samples.length * d);
  for (const [i, { x }] of samples.entries()) points.set(x, i * d);
  const target = comparableTruth(evidence, truth);
  const { errors, assignment, signs } = matchPoints(points, target, d, {
    sign: evidence.gauge.symmetries.includes("sign"),
  });
  const trueSamples: TrueSample[] = Array.from(samples, (_, j) => {
    const i = assignment.indexOf(j);
    const x = target.slice(i * d, (i + 1) * d).map((value) => value * signs[i]!);
    return { x, label: truth.y?.[i] ?? null };
  });
  return { maxError: Math.max(...errors), perSample: errors, assignment, samples: trueSamples };
}

/** True points in the same gauge as the recovered ones. */
function comparableTruth({ gauge, equations }: NetworkEvidence, truth: DataSet): Float64Array {
  if (gauge.directionsPerSample === 0) return truth.X;
  if (truth.multipliers === null) {
    throw new TensorError(
      truth.file,
      "multipliers",
      "one monomial determines x only up to scale, so the comparison needs the true multipliers",
      "add multipliers to the file, or leave --truth out",
    );
  }
  const { degree } = equations.system.shape.activation;
  const { inputDim: d, multiplierOutputs } = truth;
  if (multiplierOutputs === 0) throw new InternalError("multipliers without outputs");
  return truth.X.map((value, k) => {
    const i = Math.floor(k / d);
    const g = truth.multipliers!.subarray(i * multiplierOutputs, (i + 1) * multiplierOutputs);
    return value * norm2(g) ** (1 / degree);
  });
}
