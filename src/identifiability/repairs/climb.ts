import { decideShape } from "../decide-shape.ts";
import type { Verdict } from "../result.ts";
import { countOf, type Proposal, type Situation, verifiedProposal } from "./proposal.ts";
import { findBoundary, strength, type Variant } from "./recheck.ts";
import type { Ladder, Rung } from "./shape-ladders.ts";

/** A rung of a ladder that was re-run, and the shape one rung below. */
interface Climbed {
  readonly rung: Rung;
  readonly changed: Variant;
  readonly verdict: Verdict;
  readonly short: Variant;
}

/** The first change of a ladder with a better verdict: at the given width, else with the neurons that it needs. */
export function climbToIdentify(situation: Situation, ladder: Ladder): Proposal[] {
  const given = strength(situation.decision.verdict);
  const climbed: Climbed[] = [];
  for (const step of climb(situation, ladder)) {
    if (strength(step.verdict) > given) return [rungProposal(situation, ladder, step, "identify")];
    climbed.push(step);
  }
  for (const step of climbed) {
    const wider = withMoreNeurons(situation, ladder, step);
    if (wider !== null) return [wider];
  }
  return [];
}

/** The first change of a ladder that leaves a continuum. */
export function climbToProtect(situation: Situation, ladder: Ladder): Proposal[] {
  for (const step of climb(situation, ladder)) {
    if (step.verdict === "nonidentifiable") return [rungProposal(situation, ladder, step, "protect")];
  }
  return [];
}

/** Re-runs the check rung by rung, until the work is used up. */
function* climb({ analysis, recheck }: Situation, { rungs }: Ladder): Generator<Climbed> {
  const { samples } = analysis;
  let short: Variant = analysis;
  for (const rung of rungs) {
    const changed = { shape: rung.shape, samples };
    const verdict = recheck.verdict(changed);
    if (verdict === null) return;
    yield { rung, changed, verdict, short };
    short = changed;
  }
}

function rungProposal(
  { recheck }: Situation,
  { kind }: Ladder,
  { rung, changed, short }: Climbed,
  aim: Proposal["aim"],
): Proposal {
  const { text: change, threshold } = rung;
  return verifiedProposal({ change, aim, kind, threshold, changed, short }, recheck);
}

/** The rung with the least width that beats the given verdict and the same width without the change; null without one. */
function withMoreNeurons(
  { analysis, decision, recheck }: Situation,
  { kind }: Ladder,
  { rung, changed }: Climbed,
): Proposal | null {
  const { width } = changed.shape;
  const at = (variant: Variant, candidate: number): Variant => ({
    shape: { ...variant.shape, width: candidate },
    samples: variant.samples,
  });
  const strengthAt = (variant: Variant, candidate: number): number => strength(recheck.verdict(at(variant, candidate)));
  const { widthForGlobal, widthForLocal } = decideShape(recheck.analysis(changed)!).thresholds;
  const enough = widthForGlobal ?? widthForLocal;
  const reaches = (candidate: number): boolean => strengthAt(changed, candidate) > strength(decision.verdict);
  if (enough === null || enough <= width || !reaches(enough)) return null;
  const { before, after } = findBoundary(width, enough, reaches);
  if (strengthAt(analysis, after) >= strengthAt(changed, after)) return null;
  const change = `${rung.text} and at least ${countOf(after, "hidden neuron")}`;
  const sides = { changed: at(changed, after), short: at(changed, before) };
  return verifiedProposal({ change, aim: "identify", kind, threshold: after, ...sides }, recheck);
}
