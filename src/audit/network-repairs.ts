import type { Analysis } from "../identifiability/analysis.ts";
import { decideShape } from "../identifiability/decide-shape.ts";
import { proposeFor } from "../identifiability/repairs/find-repairs.ts";
import { aimsOf, type Proposal } from "../identifiability/repairs/proposal.ts";
import { createRecheck, withWidth } from "../identifiability/repairs/recheck.ts";
import type { Repair } from "../identifiability/result.ts";
import { type PrecisionFindings, precisionRepairs } from "./precision-repairs.ts";

/** What a check of a network has found, with the analysis of its shape for general nodes. */
export interface NetworkFindings extends PrecisionFindings {
  readonly analysis: Analysis;
}

/**
 * Smallest changes that make the data of a network identifiable, or for a defender not: the repairs of a general network
 * with as many neurons as this one has distinct ones, then the precision of the published weights.
 */
export function networkRepairs(findings: NetworkFindings): Repair[] {
  const { question, evidence, verdict } = findings;
  question.onProgress("repairs");
  const analysis = withWidth(findings.analysis, Math.max(1, evidence.neurons.distinct));
  const situation = { analysis, decision: decideShape(analysis), recheck: createRecheck(analysis) };
  const general = aimsOf(verdict).flatMap((aim) => proposeFor(situation, aim));
  return [...general.map((proposal) => forNetwork(proposal, analysis)), ...precisionRepairs(findings)];
}

/** The proposal in the words of one network, whose nodes need not be general. */
function forNetwork(proposal: Proposal, { shape, samples }: Analysis): Repair {
  const { changed: _changed, short: _short, ...repair } = proposal;
  const given = repair.kind === "neurons" ? shape.width : repair.kind === "samples" ? samples : null;
  const change = given === null ? repair.change : `${repair.change} instead of ${given}`;
  return { ...repair, change, because: `${repair.because} (for general nodes)` };
}
