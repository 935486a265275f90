import { InternalError, ResourceLimitError, TensorError } from "../errors.ts";
import type { Gauge } from "../identifiability/result.ts";
import { norm2 } from "../linalg/dense.ts";
import type { DataSet } from "../network/data-set.ts";
import type { ErrorAnalysis } from "../solve/error-analysis.ts";
import { matchPoints } from "../solve/match.ts";
import { searchFits } from "../solve/search.ts";
import { explore, type FittedData, freeDirections, toPlainData, type Witness } from "./fitted-data.ts";
import { gatherEvidence, type InstanceQuestion, type NetworkEvidence } from "./network-evidence.ts";

export type RecoveryStatus = "recovered" | "nonidentifiable" | "ill-conditioned" | "not-found";

export interface RecoveredSample {
  /** d coordinates, in the units of the file. */
  readonly x: Float64Array;
  /** C multipliers. */
  readonly multiplier: Float64Array;
  /** ±1 by the sign of the multiplier, or the class with the largest one: the label, for the usual losses. */
  readonly label: number;
  /** Bound on the Euclidean error of x; null where no bound is claimed. An estimate, not proved. */
  readonly errorBound: number | null;
}

interface TruthComparison {
  readonly maxError: number;
  readonly perSample: Float64Array;
  /** Recovered sample that belongs to each true one. */
  readonly assignment: Int32Array;
}

export interface Recovery {
  readonly status: RecoveryStatus;
  readonly samples: readonly RecoveredSample[];
  readonly relativeResidual: number | null;
  readonly residualFloor: number;
  readonly method: readonly string[];
  readonly starts: number;
  readonly upTo: readonly Gauge[];
  readonly witness: Witness | null;
  readonly truth: TruthComparison | null;
  readonly conditionNumber: number | null;
  readonly singularValues: Float64Array | null;
  /** Numerical rank of the Jacobian, which the spectrum is cut at. */
  readonly jacobianRank: number | null;
  readonly equationError: number | null;
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
  const { data: found, witness } = explore(question, evidence, options.maxStarts);
  return assemble(question, evidence, { found, witness, options });
}

interface Outcome {
  readonly found: FittedData | null;
  readonly witness: Witness | null;
  readonly options: RecoverOptions;
}

function assemble(
  question: InstanceQuestion,
  evidence: NetworkEvidence,
  { found, witness, options }: Outcome,
): Recovery {
  const samples = found === null ? [] : describeSamples(question, evidence, found);
  const largest = Math.max(0, ...samples.map(({ x }) => norm2(x)));
  const { status, explanation } = judge(evidence, { found, witness, options }, samples, largest);
  const claimed = status === "recovered" || status === "ill-conditioned";
  const described = claimed ? samples : samples.map((sample) => ({ ...sample, errorBound: null }));
  return {
    status,
    samples: described,
    relativeResidual: found?.point.relativeResidual ?? null,
    residualFloor: found?.residualFloor ?? 0,
    method: found?.method ?? [],
    starts: found?.starts ?? 0,
    upTo: evidence.gauge.symmetries,
    witness,
    truth:
      options.truth === null || described.length === 0 ? null : compare(question, evidence, described, options.truth),
    conditionNumber: found?.errors.conditionNumber ?? null,
    singularValues: found?.errors.singularValues ?? null,
    jacobianRank: found?.errors.rank ?? null,
    equationError: found?.errors.equationError ?? null,
    explanation,
    sampleCount: question.samples,
    evidence,
  };
}

function judge(
  evidence: NetworkEvidence,
  { found, witness, options }: Outcome,
  samples: readonly RecoveredSample[],
  largest: number,
): { status: RecoveryStatus; explanation: string } {
  if (found === null) return { status: "not-found", explanation: "no start was made within the limits" };
  const { point, residualFloor, errors } = found;
  if (!found.reachedFloor) {
    return {
      status: "not-found",
      explanation:
        `the best fit leaves a residual of ${point.relativeResidual.toExponential(1)}, above the rounding floor ${residualFloor.toExponential(1)}: ` +
        "either n is not the number of samples, the starts missed the solution, or the weights are not stationary to their own precision (--weight-precision)",
    };
  }
  const free = freeDirections(found, evidence);
  if (witness !== null) {
    return {
      status: "nonidentifiable",
      explanation: `${free} directions change no equation to first order, and a second data set ${(100 * witness.distance).toFixed(0)} % away fits as well`,
    };
  }
  if (free > 0) {
    return {
      status: "ill-conditioned",
      explanation: explainFreedom(errors, samples.length, free),
    };
  }
  const worst = Math.max(...samples.map(({ errorBound }) => errorBound ?? Number.POSITIVE_INFINITY));
  if (worst <= options.acceptError * largest) {
    return {
      status: "recovered",
      explanation: "the residual is at its rounding floor, the solution is isolated, and the predicted error is small",
    };
  }
  return {
    status: "ill-conditioned",
    explanation: `the weights fix the samples only to ±${worst.toExponential(1)}, more than ${options.acceptError} of the largest norm`,
  };
}

/** Why the Jacobian leaves directions free although no second data set was found. */
function explainFreedom({ absent, clear }: ErrorAnalysis, samples: number, free: number): string {
  if (absent > 0) {
    return (
      `the multiplier of ${absent} of ${samples} samples vanishes against rounding: they left no trace, ` +
      "or there are fewer samples than n"
    );
  }
  return clear
    ? `${free} directions change no equation to first order, but no second data set was found along them`
    : `${free} directions are lost in the rounding of the weights, without a gap that would make them free`;
}

/** Samples in the order of their multipliers, largest first: the order of a run says nothing. */
function describeSamples(question: InstanceQuestion, evidence: NetworkEvidence, found: FittedData): RecoveredSample[] {
  const { inputDim: d, outputs } = question.network;
  const { points, multipliers } = toPlainData(question, evidence, found.point.unknowns);
  const block = evidence.reduced.inputDim + outputs;
  const samples = Array.from({ length: question.samples }, (_, i) => {
    const x = points.slice(i * d, (i + 1) * d);
    const multiplier = multipliers.slice(i * outputs, (i + 1) * outputs);
    const step = found.point.lastStep.subarray(i * block + outputs, (i + 1) * block);
    const bound = BOUND_FACTOR * found.errors.expectedErrors[i]! + 2 * norm2(step) * evidence.reduced.scale;
    const errorBound = found.errors.complete ? bound : null;
    return withFixedScale(evidence, { x, multiplier, label: labelOf(multiplier), errorBound });
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
  const { errors, assignment } = matchPoints(points, target, d, { sign: evidence.gauge.symmetries.includes("sign") });
  return { maxError: Math.max(...errors), perSample: errors, assignment };
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
