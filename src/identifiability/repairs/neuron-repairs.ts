import type { Verdict } from "../result.ts";
import { countOf, type Proposal, type Situation, verifiedProposal } from "./proposal.ts";
import { findBoundary, strength, type Variant } from "./recheck.ts";

/** The least widths that make the verdict local and global. */
export function moreNeurons(situation: Situation): Proposal[] {
  const { width } = situation.analysis.shape;
  const { widthForLocal, widthForGlobal } = situation.decision.thresholds;
  const proposals: Proposal[] = [];
  for (const [wanted, enough] of [[1, widthForLocal] as const, [2, widthForGlobal] as const]) {
    const reaches = (candidate: number): boolean => strength(verdictAt(situation, candidate)) >= wanted;
    if (enough === null || enough <= width || reaches(width) || !reaches(enough)) continue;
    const { before, after } = findBoundary(width, enough, reaches);
    if (proposals.some(({ threshold }) => threshold === after)) continue;
    proposals.push(widthProposal(situation, { aim: "identify", before, after }));
  }
  return proposals;
}

/** The largest width that leaves a continuum. */
export function fewerNeurons(situation: Situation): Proposal[] {
  const isDetermined = (width: number): boolean => verdictAt(situation, width) !== "nonidentifiable";
  const { before: most, after: least } = findBoundary(0, situation.analysis.shape.width, isDetermined);
  return most === 0 ? [] : [widthProposal(situation, { aim: "protect", before: least, after: most })];
}

function verdictAt({ analysis, recheck }: Situation, width: number): Verdict | null {
  return recheck.verdict(atWidth(analysis, width));
}

function atWidth({ shape, samples }: Variant, width: number): Variant {
  return { shape: { ...shape, width }, samples };
}

interface WidthChange {
  readonly aim: "identify" | "protect";
  readonly before: number;
  readonly after: number;
}

function widthProposal({ analysis, recheck }: Situation, { aim, before, after }: WidthChange): Proposal {
  // Trained neurons may coincide, and then repeat their equations: only different ones count.
  const distinct = analysis.shape.setting === "kkt" ? "distinct " : "";
  const change = `at ${aim === "identify" ? "least" : "most"} ${countOf(after, `${distinct}hidden neuron`)}`;
  const [changed, short] = [atWidth(analysis, after), atWidth(analysis, before)];
  return verifiedProposal({ change, aim, kind: "neurons", threshold: after, changed, short }, recheck);
}
