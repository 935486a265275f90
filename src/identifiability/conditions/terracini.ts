import { unknownCount } from "../../equations/shape.ts";
import { type Analysis, dataSideRank } from "../analysis.ts";
import { gaugeDimension } from "../gauge.ts";
import { dataRankBound } from "../ranks/rank-bounds.ts";
import type { Condition } from "../result.ts";

/**
 * Terracini: the rank of the derivatives of the moments, what unlimited width could tell apart to first order; null
 * where it was not measured, or where side information adds to the moments.
 */
export function terracini(analysis: Analysis): Condition | null {
  const { shape, samples, ranks, side } = analysis;
  const rank = dataSideRank(analysis);
  if (rank === null || side !== null) return null;
  const free = unknownCount(shape, samples) - gaugeDimension(shape, samples);
  const full = rank === free;
  const bound = dataRankBound(shape, samples);
  return {
    id: "terracini",
    status: full ? "holds" : "fails",
    basis: bound.rank === rank ? (full ? "certificate" : "theorem") : "probable",
    statement: full
      ? `All moments together determine the ${samples} samples to first order (rank ${rank}).`
      : `All moments together have rank ${rank} in ${free} unknowns: no width determines ${samples} samples.`,
    reference: "Terracini's lemma; proofs/decomposition.md",
    numbers: { rank, freeUnknowns: free, bound: bound.rank, sampleCapacity: ranks.sampleCapacity },
  };
}
