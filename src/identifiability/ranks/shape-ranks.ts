import { type EquationShape, momentColumnCount, unknownCount } from "../equations/shape.ts";
import { gaugeDimension } from "./gauge.ts";
import {
  countingCapacity,
  dataSideRanks,
  type GenericRank,
  hermiteRanks,
  jacobianRanks,
  leastBlocks,
  type PrefixRanks,
  rankAt,
} from "./generic-ranks.ts";
import { dataRankBound } from "./rank-bounds.ts";

/** What random points modulo primes say about one space: all ranks by width or by number of samples. */
export interface ShapeRanks {
  readonly shape: EquationShape;
  readonly samples: number;
  /** unknowns − gauge dimension: the rank of a Jacobian that leaves nothing open. */
  readonly freeUnknowns: number;
  readonly momentColumns: number;
  readonly momentRank: GenericRank | null;
  readonly jacobianRank: GenericRank | null;
  readonly widthForMoments: number | null;
  readonly widthForLocal: number | null;
  readonly sampleCapacity: number | null;
  readonly hermite: PrefixRanks | null;
  readonly jacobian: PrefixRanks | null;
  readonly dataSide: PrefixRanks | null;
}

/** What to measure, and where. */
export interface RankQuestion {
  readonly shape: EquationShape;
  readonly samples: number;
  readonly seed: number;
  /** Leave out data side and Jacobian. */
  readonly hermiteOnly: boolean;
}

/** The generic ranks of a shape, each null where it was not asked for or is beyond the limits on memory and work. */
export function measureRanks(question: RankQuestion, onProgress: (stage: string) => void): ShapeRanks {
  const { shape, samples, seed, hermiteOnly } = question;
  const freeUnknowns = unknownCount(shape, samples) - gaugeDimension(shape, samples);
  const momentColumns = momentColumnCount(shape);
  onProgress("rank of the Hermite matrix");
  const hermite = hermiteRanks(shape, seed);
  const { dataSide, jacobian } = hermiteOnly ? { dataSide: null, jacobian: null } : measureData(question, onProgress);
  return {
    shape,
    samples,
    freeUnknowns,
    momentColumns,
    momentRank: rankAt(hermite, shape.width),
    jacobianRank: rankAt(jacobian, shape.width),
    widthForMoments: leastBlocks(hermite, momentColumns),
    widthForLocal: leastBlocks(jacobian, freeUnknowns),
    sampleCapacity: capacityOf(shape, dataSide),
    hermite,
    jacobian,
    dataSide,
  };
}

function measureData(
  { shape, samples, seed }: RankQuestion,
  onProgress: (stage: string) => void,
): { dataSide: PrefixRanks | null; jacobian: PrefixRanks | null } {
  onProgress("data-side rank");
  const largest = countingCapacity(shape);
  const dataSide = dataSideRanks(shape, largest, seed);
  const reachable = samples <= largest ? rankAt(dataSide, samples)?.rank : undefined;
  onProgress("rank of the Jacobian");
  const target = reachable ?? dataRankBound(shape, samples).rank;
  return { dataSide, jacobian: jacobianRanks(shape, samples, target, seed) };
}

/** Most samples whose derivatives are independent beyond the gauge; a prefix of independent samples is independent. */
function capacityOf(shape: EquationShape, dataSide: PrefixRanks | null): number | null {
  if (dataSide === null) return null;
  return dataSide.ranks.findLastIndex((rank, n) => rank === unknownCount(shape, n) - gaugeDimension(shape, n));
}
