import { InternalError } from "../../errors.ts";
import type { Analysis } from "../analysis.ts";
import { nodeRankBound } from "../ranks/rank-bounds.ts";
import type { Condition } from "../result.ts";

/** Step A: whether the equations at general nodes determine all moments (proofs/interpolation.md). */
export function nodesDetermineMoments({ shape, ranks }: Analysis): Condition {
  const { momentColumns, momentRank, widthForMoments } = ranks;
  const theorem = nodeRankBound(shape, shape.width);
  const numbers = { momentColumns, momentRank: momentRank?.rank ?? null, width: shape.width, widthForMoments };
  const id = "nodes-determine-moments";
  if (theorem.exact && momentRank !== null && momentRank.rank !== theorem.rank) {
    throw new InternalError(
      `Hermite matrix of ${shape.activation.text}: rank ${momentRank.rank}, but the theorem says ${theorem.rank}`,
    );
  }
  const rank = momentRank?.rank ?? (theorem.exact ? theorem.rank : null);
  if (rank === null && theorem.rank < momentColumns) {
    const statement = `${shape.width} neurons give at most ${theorem.rank} independent equations for ${momentColumns} moment coordinates.`;
    return {
      id,
      status: "fails",
      basis: "theorem",
      statement,
      reference: "proofs/interpolation.md, section Counting",
      numbers,
    };
  }
  if (rank === null) {
    const statement = `The rank of the Hermite matrix with ${momentColumns} columns was not computed: too large.`;
    return { id, status: "unknown", basis: "probable", statement, reference: "proofs/interpolation.md", numbers };
  }
  const holds = rank === momentColumns;
  return {
    id,
    status: holds ? "holds" : "fails",
    basis: theorem.exact ? "theorem" : momentRank?.proved ? "certificate" : "probable",
    statement: holds
      ? `${shape.width} general neurons determine all ${momentColumns} moment coordinates linearly.`
      : `${shape.width} general neurons give ${rank} independent equations for ${momentColumns} moment coordinates.`,
    reference: theorem.exact
      ? "Alexander & Hirschowitz 1995; proofs/interpolation.md"
      : "rank modulo primes; proofs/interpolation.md",
    numbers: { ...numbers, momentRank: rank },
  };
}
