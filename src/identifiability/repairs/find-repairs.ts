import type { Analysis } from "../analysis.ts";
import type { BareDecision } from "../decide-shape.ts";
import type { Repair } from "../result.ts";
import { climbToIdentify, climbToProtect } from "./climb.ts";
import { fewerNeurons, moreNeurons } from "./neuron-repairs.ts";
import { aimsOf, type Proposal, type Situation } from "./proposal.ts";
import { createRecheck } from "./recheck.ts";
import { fewerSamples, moreSamples } from "./sample-repairs.ts";
import { poorerShapes, richerShapes } from "./shape-ladders.ts";

/**
 * The smallest changes of each kind that make the data identifiable, or more so, and those that leave a continuum, each
 * with the verdicts of the check on both sides of its threshold. Source: proofs/repairs.md.
 */
export function findRepairs(analysis: Analysis, decision: BareDecision): Repair[] {
  return proposeRepairs(analysis, decision).map(({ changed: _changed, short: _short, ...repair }) => repair);
}

/** The repairs of {@link findRepairs} with the shapes that were compared. */
export function proposeRepairs(analysis: Analysis, decision: BareDecision): Proposal[] {
  const situation: Situation = { analysis, decision, recheck: createRecheck(analysis) };
  return aimsOf(decision.verdict).flatMap((aim) => proposeFor(situation, aim));
}

/** The proposals for one aim; none to protect what is free already, none to determine what is unique already. */
export function proposeFor(situation: Situation, aim: Repair["aim"]): Proposal[] {
  const { analysis, decision } = situation;
  if (!aimsOf(decision.verdict).includes(aim)) return [];
  if (aim === "identify") {
    const richer = richerShapes(analysis.shape).flatMap((ladder) => climbToIdentify(situation, ladder));
    return [...moreNeurons(situation), ...fewerSamples(situation), ...richer];
  }
  const poorer = poorerShapes(analysis.shape).flatMap((ladder) => climbToProtect(situation, ladder));
  return [...fewerNeurons(situation), ...moreSamples(situation), ...poorer];
}
