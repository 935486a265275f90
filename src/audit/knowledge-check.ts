import { INSTANCE_RULES } from "../identifiability/condition-table.ts";
import { derive } from "../identifiability/derivation.ts";
import type { Condition } from "../identifiability/result.ts";
import type { DataSet } from "../network/data-set.ts";
import { checkNetwork, type NetworkDecision } from "./check-network.ts";
import { type Exploration, fitGivenData, type KnowledgeOutcome } from "./fitted-data.ts";
import { instanceConditions } from "./instance-conditions.ts";
import { equationKinds, requireUsable } from "./knowledge.ts";
import { exploreGiven, exploreKnowing } from "./knowledge-explore.ts";
import { contradiction, namesOf } from "./knowledge-text.ts";
import { gatherEvidence, type InstanceQuestion, type NetworkEvidence } from "./network-evidence.ts";

const SEARCH_STARTS = 60;

/**
 * Decides one network together with what is known beside its weights.
 *
 * What the weights alone determine stays determined, with its proof; otherwise the Jacobian of the layers' and the side
 * equations decides at a data set that solves both. Data that cannot solve both leave the question open.
 * Source: proofs/side-information.md.
 */
export function checkKnowing(question: InstanceQuestion, given: DataSet | null): NetworkDecision {
  const { knowledge, setting, samples, network } = question;
  if (knowledge !== undefined) requireUsable(knowledge, { ...network, setting, samples });
  const alone = checkNetwork({ ...question, knowledge: undefined }, given);
  if (knowledge === undefined || equationKinds(knowledge, setting).length === 0) return alone;
  const evidence = gatherEvidence(question);
  const { data, witness } = explored(question, evidence, given);
  const outcome = data?.knowledge;
  if (data === null || outcome === undefined) return alone;
  const side = sideCondition(outcome, data.residualFloor, evidence);
  if (outcome.agrees && alone.verdict.endsWith("ly-identifiable")) {
    return { ...alone, conditions: [...alone.conditions, side] };
  }
  const conditions = [...instanceConditions({ question, evidence, data, witness, given: given !== null }), side];
  const { verdict, basis, steps } = derive(INSTANCE_RULES, conditions, "numerical");
  const fitted = data.reachedFloor ? data.errors : null;
  return {
    ...alone,
    verdict,
    basis: basis === "certificate" ? "numerical" : basis,
    upTo: evidence.gauge.symmetries,
    counts: {
      ...alone.counts,
      equations: alone.counts.equations + outcome.rows,
      jacobianRank: fitted?.rank ?? null,
      nullity: fitted === null ? null : alone.counts.unknowns - fitted.rank,
      gaugeDimension: evidence.gaugeDimension,
    },
    conditions,
    derivation: steps,
    repairs: [],
    evidence,
    data,
    witness,
    certificate: null,
  };
}

function explored(question: InstanceQuestion, evidence: NetworkEvidence, given: DataSet | null): Exploration {
  if (given === null) return exploreKnowing(question, evidence, SEARCH_STARTS);
  return exploreGiven(question, evidence, fitGivenData(question, evidence, given));
}

function sideCondition(outcome: KnowledgeOutcome, residualFloor: number, evidence: NetworkEvidence): Condition {
  const { agrees, kinds, rows, sideResidual, equationResidual } = outcome;
  return {
    id: "side-information",
    status: agrees ? "holds" : "fails",
    basis: "numerical",
    statement: agrees
      ? `${rows} equations of what is known beside the weights (${namesOf(kinds)}) are solved, too`
      : contradiction(outcome, residualFloor, evidence),
    reference: "proofs/side-information.md",
    numbers: { rows, sideResidual, equationResidual, residualFloor },
  };
}
