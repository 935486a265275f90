import { type Analysis, dataSideRank, isReduced } from "../analysis.ts";
import { jacobianRankBound } from "../ranks/rank-bounds.ts";
import type { ShapeRanks } from "../ranks/shape-ranks.ts";
import type { Condition } from "../result.ts";

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
  const reference = referenceFor(used);
  const numbers = {
    jacobianRank: jacobianRank?.rank ?? null,
    freeUnknowns,
    inputDim: shape.inputDim,
    dataSideRank: used === analysis.ranks ? dataSideRank(analysis) : null,
    widthForLocal: used.widthForLocal,
    errorProbability: jacobianRank?.errorProbability ?? null,
    primes: primesOf(used),
  };
  if (jacobianRank === null) {
    const statement = `The rank of the Jacobian in ${freeUnknowns} free unknowns was not computed: too large.`;
    return { id, status: "unknown", basis: "probable", statement, reference, numbers };
  }
  if (jacobianRank.rank === freeUnknowns) {
    const statement = `At general nodes and data the Jacobian has full rank ${freeUnknowns}: finitely many data sets fit.`;
    // Minors at cyclic points are exact, too, but no certificate carries them.
    const carried = used.jacobian !== null || used.unitBlock !== null;
    return { id, status: "holds", basis: carried ? "certificate" : "probable", statement, reference, numbers };
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

/** Full rank at one special point proves it at general ones; without one the points were random. */
function referenceFor({ jacobian, jacobianRank }: ShapeRanks): string {
  const special = jacobian === null && jacobianRank !== null;
  return special
    ? "full rank at special points; proofs/unit-points.md"
    : "rank modulo primes; proofs/general-nodes-global.md";
}

function primesOf({ jacobian, unitBlock, cyclicPoint }: ShapeRanks): readonly number[] {
  if (jacobian !== null) return jacobian.primes;
  return [unitBlock?.minor.prime, cyclicPoint?.prime].filter((prime) => prime !== undefined);
}
