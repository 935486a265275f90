import { type Analysis, dataSideRank, isReduced } from "../analysis.ts";
import { jacobianRankBound } from "../rank-bounds.ts";
import type { Condition } from "../result.ts";
import type { ShapeRanks } from "../shape-ranks.ts";

/** The ranks to use for the Jacobian: those of the whole space, or after the reduction where only they are known. */
export function ranksForJacobian(analysis: Analysis): ShapeRanks {
  const { ranks, reducedRanks } = analysis;
  const useReduced = ranks.jacobianRank === null && isReduced(analysis) && reducedRanks?.jacobianRank != null;
  return useReduced ? reducedRanks : ranks;
}

/** Local identifiability: whether the equations fix data and multipliers to first order beyond the gauge. */
export function jacobianFullRank(analysis: Analysis): Condition {
  const used = ranksForJacobian(analysis);
  const { jacobianRank, freeUnknowns, shape, samples } = used;
  const id = "jacobian-full-rank";
  const reference = "rank modulo primes; proofs/general-nodes-global.md";
  const numbers = {
    jacobianRank: jacobianRank?.rank ?? null,
    freeUnknowns,
    inputDim: shape.inputDim,
    dataSideRank: used === analysis.ranks ? dataSideRank(analysis) : null,
    widthForLocal: used.widthForLocal,
    errorProbability: jacobianRank?.errorProbability ?? null,
    primes: used.jacobian?.primes ?? [],
  };
  if (jacobianRank === null) {
    const statement = `The rank of the Jacobian in ${freeUnknowns} free unknowns was not computed: too large.`;
    return { id, status: "unknown", basis: "probable", statement, reference, numbers };
  }
  if (jacobianRank.rank === freeUnknowns) {
    const statement = `At general nodes and data the Jacobian has full rank ${freeUnknowns}: finitely many data sets fit.`;
    return { id, status: "holds", basis: "certificate", statement, reference, numbers };
  }
  const bounded = jacobianRankBound(shape, shape.width, samples) < freeUnknowns;
  const missing = freeUnknowns - jacobianRank.rank;
  const disagreement = used.jacobian?.primesDisagree ? " (the primes disagree; the largest rank counts)" : "";
  return {
    id,
    status: "fails",
    basis: bounded ? "theorem" : "probable",
    statement:
      `At general nodes and data the Jacobian has rank ${jacobianRank.rank} of ${freeUnknowns}${disagreement}: ` +
      `the data move in a continuum of dimension ${missing} beyond the gauge.`,
    reference,
    numbers,
  };
}
