import { equationsPerNeuron } from "../equations/shape.ts";
import { checkShape } from "../identifiability/check-shape.ts";
import type { Basis, Condition, Counts, Decision, Thresholds, Verdict } from "../identifiability/result.ts";
import type { DataSet } from "../network/data-set.ts";
import {
  type Exploration,
  explore,
  type FittedData,
  findWitness,
  fitGivenData,
  hasFreeDirections,
  type Witness,
} from "./fitted-data.ts";
import { instanceConditions } from "./instance-conditions.ts";
import { gatherEvidence, type InstanceQuestion, type NetworkEvidence } from "./network-evidence.ts";

/** A decision about one network. */
export interface NetworkDecision extends Decision {
  readonly evidence: NetworkEvidence;
  /** The data set that local statements are made at; null if none was found. */
  readonly data: FittedData | null;
  readonly witness: Witness | null;
}

const SEARCH_STARTS = 60;

/**
 * Decides one network: are its n training samples determined by the weights?
 *
 * 1. evidence: rank of the known side, distinct neurons, Hermite rank, kernel criterion — from the weights alone.
 * 2. thresholds: what general nodes of this shape would need.
 * 3. data: the given data set, or one that the solver finds; the Jacobian there.
 * 4. witness: where the Jacobian leaves directions free, a second data set.
 * 5. decide: the strongest verdict that the conditions imply.
 */
export function checkNetwork(question: InstanceQuestion, given: DataSet | null): NetworkDecision {
  const evidence = gatherEvidence(question);
  const { shape } = evidence.equations.system;
  question.onProgress("thresholds for general nodes");
  const generic = checkShape({ shape, samples: question.samples, seed: question.seed });
  const { data, witness } =
    given === null ? explore(question, evidence, SEARCH_STARTS) : inspect(question, evidence, given);
  const conditions = instanceConditions({ question, evidence, data, witness, given: given !== null });
  const { verdict, basis } = decide(conditions);
  return {
    scope: "instance",
    verdict,
    basis,
    errorProbability: 0,
    upTo: evidence.gauge.symmetries,
    counts: countsOf(question, evidence, data),
    thresholds: generic.thresholds,
    conditions,
    repairs: verdict === "globally-identifiable" ? [] : repairsOf(question, evidence, generic.thresholds),
    evidence,
    data,
    witness,
  };
}

function inspect(question: InstanceQuestion, evidence: NetworkEvidence, given: DataSet): Exploration {
  const data = fitGivenData(question, evidence, given);
  const walkable = data.reachedFloor && hasFreeDirections(data, evidence);
  return { data, witness: walkable ? findWitness(question, evidence, data) : null };
}

/** The strongest verdict that the conditions imply. A witness outweighs everything: it is shown, not inferred. */
function decide(conditions: readonly Condition[]): { verdict: Verdict; basis: Basis } {
  const holds = (id: string): boolean => conditions.some((c) => c.id === id && c.status === "holds");
  if (holds("second-data-set")) return { verdict: "nonidentifiable", basis: "numerical" };
  const fits = holds("data-set-fits");
  if (holds("kernel-criterion") && fits) return { verdict: "globally-identifiable", basis: "numerical" };
  if (holds("nodes-determine-moments") && holds("catalecticant") && holds("scales-fixed") && fits) {
    return { verdict: "globally-identifiable", basis: "numerical" };
  }
  if (holds("jacobian-full-rank") && fits) return { verdict: "locally-identifiable", basis: "numerical" };
  return { verdict: "inconclusive", basis: "numerical" };
}

function countsOf(question: InstanceQuestion, evidence: NetworkEvidence, data: FittedData | null): Counts {
  const { equations, reduced, moments, gaugeDimension, neurons } = evidence;
  const { shape } = equations.system;
  const small = reduced.system.shape;
  const unknowns = question.samples * (small.inputDim + small.outputs);
  return {
    unknowns,
    equations: reduced.system.targets.length,
    distinctNeurons: neurons.distinct,
    effectiveInputDim: small.inputDim,
    reduced: small.inputDim < shape.inputDim,
    momentColumns: moments?.columns ?? 0,
    momentRank: moments?.rank.rank ?? null,
    jacobianRank: data?.errors.rank ?? null,
    nullity: data === null ? null : unknowns - data.errors.rank,
    gaugeDimension,
  };
}

function repairsOf(
  question: InstanceQuestion,
  { neurons, equations }: NetworkEvidence,
  { widthForLocal, widthForGlobal, sampleCapacity }: Thresholds,
): Decision["repairs"] {
  const repairs: { change: string; because: string }[] = [];
  const { distinct } = neurons;
  const perNeuron = equationsPerNeuron(equations.system.shape);
  if (widthForLocal !== null && distinct < widthForLocal) {
    repairs.push({
      change: `at least ${widthForLocal} distinct neurons instead of ${distinct}`,
      because: `${distinct} distinct neurons give ${distinct * perNeuron} equations; general nodes need ${widthForLocal}`,
    });
  }
  if (widthForGlobal !== null && distinct < widthForGlobal && widthForGlobal !== widthForLocal) {
    repairs.push({
      change: `at least ${widthForGlobal} distinct neurons for a unique answer`,
      because: `general nodes determine the data globally from width ${widthForGlobal} on`,
    });
  }
  if (sampleCapacity !== null && question.samples > sampleCapacity) {
    repairs.push({
      change: `at most ${sampleCapacity} samples instead of ${question.samples}`,
      because: "no width determines more samples with this activation and these layers",
    });
  }
  return repairs;
}
