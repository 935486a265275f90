import { decideDecomposition } from "../decomposition/decomposition.ts";
import { nodeRankBound } from "../ranks/rank-bounds.ts";
import type { Verdict } from "../result.ts";
import { countOf, type Proposal, type Situation, verifiedProposal } from "./proposal.ts";
import { findBoundary, strength, type Variant } from "./recheck.ts";

/** The most samples that the network determines locally and globally. */
export function fewerSamples(situation: Situation): Proposal[] {
  const { analysis, decision } = situation;
  const { samples, ranks, side } = analysis;
  // Side information may determine more samples than the moments alone.
  const capacity = side === null ? (ranks.sampleCapacity ?? samples) : samples;
  const tooMany = Math.min(samples, capacity + 1);
  if (tooMany <= 1) return [];
  if (verdictAt(situation, 1) === null || verdictAt(situation, tooMany) === null) return fromThresholds(situation);
  const proposals: Proposal[] = [];
  for (const wanted of [1, 2] as const) {
    const reaches = (n: number): boolean => strength(verdictAt(situation, n)) >= wanted;
    if (strength(decision.verdict) >= wanted || reaches(tooMany) || !reaches(1)) continue;
    const { before, after } = findBoundary(tooMany, 1, reaches);
    if (proposals.some(({ threshold }) => threshold === after)) continue;
    proposals.push(sampleProposal(situation, { aim: "identify", before, after }));
  }
  return proposals;
}

/** The fewest samples in one batch that leave a continuum. */
export function moreSamples(situation: Situation): Proposal[] {
  const { shape, samples, ranks, gauge, side } = situation.analysis;
  const perSample = shape.inputDim + shape.outputs - gauge.directionsPerSample - (side?.rows ?? 0) / samples;
  if (perSample <= 0) return [];
  const equations = nodeRankBound(shape, shape.width).rank;
  const byCounting = Math.floor(equations / perSample) + 1;
  const capacity = side === null ? (ranks.sampleCapacity ?? byCounting) : byCounting;
  const enough = Math.min(byCounting, capacity + 1);
  const isFree = (n: number): boolean => verdictAt(situation, n) === "nonidentifiable";
  if (isFree(enough)) return [sampleProposal(situation, { aim: "protect", ...findBoundary(samples, enough, isFree) })];
  if (side !== null) return [];
  const because =
    enough === byCounting
      ? `at most ${equations} independent equations then face ${enough * perSample} unknowns: nonidentifiable`
      : `no width determines more than ${countOf(capacity, "sample")} with this activation and these layers`;
  return [thresholdProposal(situation.analysis, { aim: "protect", samples: enough, because })];
}

function verdictAt({ analysis, recheck }: Situation, samples: number): Verdict | null {
  return recheck.verdict(withSamples(analysis, samples));
}

function withSamples({ shape }: Variant, samples: number): Variant {
  return { shape, samples };
}

interface SampleChange {
  readonly aim: "identify" | "protect";
  readonly before: number;
  readonly after: number;
}

function sampleProposal({ analysis, recheck }: Situation, { aim, before, after }: SampleChange): Proposal {
  const [changed, short] = [withSamples(analysis, after), withSamples(analysis, before)];
  const change = sampleText(analysis, aim, after);
  return verifiedProposal({ change, aim, kind: "samples", threshold: after, changed, short }, recheck);
}

function sampleText({ shape }: Variant, aim: "identify" | "protect", samples: number): string {
  if (aim === "identify") return samples === 1 ? "one sample" : `at most ${countOf(samples, "sample")}`;
  return shape.setting === "gradient"
    ? `at least ${countOf(samples, "sample")} in the batch`
    : `at least ${countOf(samples, "training sample")}`;
}

/** What the data-side rank and the theorems on decompositions allow at some width, where a re-run costs too much. */
function fromThresholds({ analysis, decision }: Situation): Proposal[] {
  const { shape, samples, ranks, side } = analysis;
  const capacity = ranks.sampleCapacity;
  if (capacity === null || capacity < 1 || side !== null) return [];
  const isUnique = (n: number): boolean => decideDecomposition(shape, n, capacity).status === "holds";
  let most = Math.min(capacity, samples - 1);
  while (most >= 1 && !isUnique(most)) most--;
  const proposals: Proposal[] = [];
  if (samples > capacity && strength(decision.verdict) === 0 && capacity !== most) {
    const because = "the data-side rank is then full: locally-identifiable with enough neurons";
    proposals.push(thresholdProposal(analysis, { aim: "identify", samples: capacity, because }));
  }
  if (most >= 1 && !isUnique(samples)) {
    const because = "P then determines its samples: globally-identifiable with enough neurons";
    proposals.push(thresholdProposal(analysis, { aim: "identify", samples: most, because }));
  }
  return proposals;
}

interface ThresholdClaim {
  readonly aim: "identify" | "protect";
  readonly samples: number;
  readonly because: string;
}

function thresholdProposal(given: Variant, { aim, samples, because }: ThresholdClaim): Proposal {
  const change = sampleText(given, aim, samples);
  return { change, because, aim, kind: "samples", threshold: samples, verified: null, changed: null, short: null };
}
