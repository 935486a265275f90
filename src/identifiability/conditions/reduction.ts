import { type Analysis, isReduced, widthForReducedMoments } from "../analysis.ts";
import type { Condition } from "../result.ts";

/** Whether the known side shows a smaller space with all samples in which it determines the moments; null without one. */
export function reductionCondition(analysis: Analysis): Condition | null {
  const { reduction, reducedRanks, shape, samples } = analysis;
  if (reduction === null) return null;
  const width = widthForReducedMoments(analysis);
  const shown = isReduced(analysis);
  const determined = width !== null && shape.width >= width;
  const space = shape.trained.has("bias") ? "affine hull" : "span";
  return {
    id: "reduction",
    status: determined ? "holds" : shown && width === null ? "unknown" : "fails",
    basis: "certificate",
    statement: shown
      ? `The known side has rank ${reduction.knownSideRank}, so it shows the ${space} of the ${samples} samples (dimension ` +
        `${reduction.dimension}), for every data set that fits; ${determined ? "there all moments are determined" : "there the moments are not shown to be determined"}.`
      : `The known side of ${shape.width} neurons has rank below ${reduction.knownSideRank} and does not show the ${space} of the samples.`,
    reference: "proofs/general-nodes-global.md, section Reduction",
    numbers: {
      dimension: reduction.dimension,
      knownSideRank: reduction.knownSideRank,
      knownSideWidth: reduction.width,
      momentColumns: reducedRanks?.momentColumns ?? null,
      momentRank: reducedRanks?.momentRank?.rank ?? null,
      widthForMoments: width,
    },
  };
}
