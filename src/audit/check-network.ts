import type { CertifiedInstance } from "../certify/claim.ts";
import { analyzeShape } from "../identifiability/analysis.ts";
import { INSTANCE_RULES } from "../identifiability/condition-table.ts";
import { decideShape } from "../identifiability/decide-shape.ts";
import { type Derivation, derive } from "../identifiability/derivation.ts";
import type { Condition, Counts, Decision, Verdict } from "../identifiability/result.ts";
import type { DataSet } from "../network/data-set.ts";
import { certifyNetwork } from "./certify-network.ts";
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
import { networkRepairs } from "./network-repairs.ts";
import type { DataAtHand } from "./precision-repairs.ts";

/** A decision about one network. */
export interface NetworkDecision extends Decision {
  readonly evidence: NetworkEvidence;
  /** The data set that local statements are made at; null if none was found. */
  readonly data: FittedData | null;
  readonly witness: Witness | null;
  /** The proof of the verdict for every system within ρ of the file; null where the basis is `numerical`. */
  readonly certificate: CertifiedInstance | null;
}

const SEARCH_STARTS = 60;

/**
 * Decides one network: are its n training samples determined by the weights?
 *
 * 1. evidence: rank of the known side, distinct neurons, Hermite rank, kernel criterion — from the weights alone.
 * 2. thresholds: what general nodes of this shape would need.
 * 3. data: the given data set, or one that the solver finds; the Jacobian there.
 * 4. witness: where the Jacobian leaves directions free, a second data set.
 * 5. proofs: what holds for every system within ρ of the file replaces its numerical condition.
 * 6. decide: the strongest verdict that the conditions imply.
 */
export function checkNetwork(question: InstanceQuestion, given: DataSet | null): NetworkDecision {
  const evidence = gatherEvidence(question);
  const { shape } = evidence.equations.system;
  question.onProgress("thresholds for general nodes");
  const analysis = analyzeShape({ shape, samples: question.samples, seed: question.seed });
  const { data, witness } =
    given === null ? explore(question, evidence, SEARCH_STARTS) : inspect(question, evidence, given);
  const numerical = instanceConditions({ question, evidence, data, witness, given: given !== null });
  const { conditions, certificate } = certifyNetwork({ question, evidence, data, witness }, numerical);
  const { verdict, basis: derived, steps } = decide(conditions);
  const proved = certificate?.verdict === verdict && derived === "certificate";
  // "certificate" is what recheck verifies.
  const basis = derived === "certificate" && !proved ? "numerical" : derived;
  return {
    scope: "instance",
    verdict,
    basis,
    errorProbability: 0,
    upTo: evidence.gauge.symmetries,
    counts: countsOf(question, evidence, data),
    thresholds: decideShape(analysis).thresholds,
    conditions,
    derivation: steps,
    repairs: networkRepairs({ question, evidence, data, verdict, conditions, analysis, verdictOf }),
    evidence,
    data,
    witness,
    certificate: proved ? certificate : null,
  };
}

/** The verdict at a data set that is at hand: what the weights and that data set imply without a search. */
function verdictOf(at: DataAtHand): Verdict {
  const found = { ...at, witness: null };
  const numerical = instanceConditions({ ...found, given: true });
  return decide(certifyNetwork(found, numerical).conditions).verdict;
}

/** The strongest verdict that the conditions imply, by the argument that proves it where one does. */
function decide(conditions: readonly Condition[]): Derivation {
  const derivation = derive(INSTANCE_RULES, conditions, "numerical");
  const proof = derivation.steps.find(
    ({ verdict, basis }) => verdict === derivation.verdict && basis === "certificate",
  );
  if (proof === undefined) return derivation;
  return { ...derivation, basis: proof.basis, steps: [proof, ...derivation.steps.filter((step) => step !== proof)] };
}

function inspect(question: InstanceQuestion, evidence: NetworkEvidence, given: DataSet): Exploration {
  const data = fitGivenData(question, evidence, given);
  const walkable = data.reachedFloor && hasFreeDirections(data, evidence);
  return { data, witness: walkable ? findWitness(question, evidence, data) : null };
}

function countsOf(question: InstanceQuestion, evidence: NetworkEvidence, data: FittedData | null): Counts {
  const { equations, reduced, moments, gaugeDimension, neurons } = evidence;
  const { shape } = equations.system;
  const small = reduced.system.shape;
  // A rank at data that solve nothing says nothing.
  const fitted = data?.reachedFloor === true ? data : null;
  const unknowns = question.samples * (small.inputDim + small.outputs);
  return {
    unknowns,
    equations: reduced.system.targets.length,
    distinctNeurons: neurons.distinct,
    effectiveInputDim: small.inputDim,
    reduced: small.inputDim < shape.inputDim,
    momentColumns: moments?.columns ?? 0,
    momentRank: moments?.rank.rank ?? null,
    jacobianRank: fitted?.errors.rank ?? null,
    nullity: fitted === null ? null : unknowns - fitted.errors.rank,
    gaugeDimension,
  };
}
