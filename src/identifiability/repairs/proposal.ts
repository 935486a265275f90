import type { Analysis } from "../analysis.ts";
import type { BareDecision } from "../decide-shape.ts";
import type { Repair, RepairKind, Verdict } from "../result.ts";
import type { Recheck, Variant } from "./recheck.ts";

/** A repair with the shapes on both sides of its threshold, so that whoever doubts it can check both. */
export interface Proposal extends Repair {
  /** The changed shape; null where the change leaves it open. */
  readonly changed: Variant | null;
  /** The shape one step short of the change. */
  readonly short: Variant | null;
}

/** What is known before any change. */
export interface Situation {
  readonly analysis: Analysis;
  readonly decision: BareDecision;
  readonly recheck: Recheck;
}

/** Aims that make sense for a verdict: what is unique can only be protected, what is free only be determined. */
export function aimsOf(verdict: Verdict): readonly Repair["aim"][] {
  if (verdict === "globally-identifiable") return ["protect"];
  return verdict === "locally-identifiable" ? ["identify", "protect"] : ["identify"];
}

interface Claim {
  readonly change: string;
  readonly aim: Repair["aim"];
  readonly kind: RepairKind;
  readonly threshold: number | null;
  readonly changed: Variant;
  readonly short: Variant;
}

/** A proposal with the verdicts of the check on both sides; `verified` is null where one of them costs too much. */
export function verifiedProposal(claim: Claim, recheck: Recheck): Proposal {
  const at = recheck.verdict(claim.changed);
  const below = recheck.verdict(claim.short);
  return {
    ...claim,
    because: reasonOf(claim, at ?? "not decided", below),
    verified: at === null || below === null ? null : { below, at },
  };
}

function reasonOf({ changed, short }: Claim, at: string, below: Verdict | null): string {
  const [width, samples] = [changed.shape.width, changed.samples];
  const byWidth = width !== short.shape.width;
  const bySamples = samples !== short.samples;
  const size = bySamples ? countOf(samples, "sample") : countOf(width, "neuron");
  const found = `recomputed with ${size}: ${at}`;
  if (below === null) return found;
  if (!byWidth && !bySamples) return `${found}; one step less: ${below}`;
  return `${found}; with ${bySamples ? short.samples : short.shape.width}: ${below}`;
}

/** "1 neuron", "5 neurons". */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
