import { type EquationShape, momentColumnCount, unknownCount } from "../../equations/shape.ts";
import { gaugeDimension } from "../gauge.ts";
import { timedStage, type Watch } from "../watch.ts";
import { type CyclicPoint, findCyclicPoint } from "./cyclic-points.ts";
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
import { dataRankBound, leastWidth, nodeRankBound } from "./rank-bounds.ts";
import { findUnitBlock, type UnitBlock } from "./unit-points.ts";

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
  /** What proves full rank of a large Jacobian: one block at unit points, and points on cyclic orbits. */
  readonly unitBlock: UnitBlock | null;
  readonly cyclicPoint: CyclicPoint | null;
}

type DataRanks = Pick<ShapeRanks, "dataSide" | "jacobian" | "unitBlock" | "cyclicPoint">;

const NO_DATA: DataRanks = { dataSide: null, jacobian: null, unitBlock: null, cyclicPoint: null };

/** Up to here the whole Jacobian is eliminated in a moment and shows its rank at every width. */
const SMALL_UNKNOWN_COUNT = 1000;

/** What to measure, and where. */
export interface RankQuestion {
  readonly shape: EquationShape;
  readonly samples: number;
  readonly seed: number;
  /** Leave out data side and Jacobian. */
  readonly hermiteOnly: boolean;
}

/**
 * The generic ranks of a shape, the Jacobian first; each null where it was not asked for, is beyond the limits on memory
 * and work, or there was no time left for it.
 */
export function measureRanks(question: RankQuestion, watch: Watch): ShapeRanks {
  const { shape, samples, seed, hermiteOnly } = question;
  const freeUnknowns = unknownCount(shape, samples) - gaugeDimension(shape, samples);
  const momentColumns = momentColumnCount(shape);
  const ofData = hermiteOnly ? NO_DATA : measureData(question, watch);
  const size = { name: "rank of the Hermite matrix", rows: momentColumns, cols: momentColumns };
  const hermite = timedStage(watch, size, () => hermiteRanks(shape, seed));
  const measured: ShapeRanks = {
    shape,
    samples,
    freeUnknowns,
    momentColumns,
    momentRank: null,
    jacobianRank: null,
    widthForMoments: leastBlocks(hermite, momentColumns) ?? widthForMomentsByTheorem(shape),
    widthForLocal: leastBlocks(ofData.jacobian, freeUnknowns) ?? leastWidthOf(ofData),
    sampleCapacity: capacityOf(shape, ofData.dataSide),
    hermite,
    ...ofData,
  };
  return ranksAtWidth(measured, shape.width);
}

/** The ranks at another width, from what was measured and from theorems; null where these do not reach. */
export function ranksAtWidth(ranks: ShapeRanks, width: number): ShapeRanks {
  const shape = { ...ranks.shape, width };
  const special = isProvedBy(ranks, shape) ? provedRank(ranks.freeUnknowns) : null;
  return {
    ...ranks,
    shape,
    momentRank: rankAt(ranks.hermite, width) ?? rankByTheorem(shape),
    jacobianRank: rankAt(ranks.jacobian, width) ?? special,
  };
}

function rankByTheorem(shape: EquationShape): GenericRank | null {
  const { rank, exact } = nodeRankBound(shape, shape.width);
  return exact ? provedRank(rank) : null;
}

/** The least width with full Hermite rank, where theorems prove it and fewer rows than columns exclude the next smaller. */
function widthForMomentsByTheorem(shape: EquationShape): number | null {
  const columns = momentColumnCount(shape);
  const width = leastWidth((width) => nodeRankBound(shape, width).rank >= columns, columns);
  return width !== null && nodeRankBound(shape, width).exact ? width : null;
}

/** As {@link capacityOf}, where a theorem gives the dimension of the moments. */
function capacityByTheorem(shape: EquationShape): number | null {
  for (let n = countingCapacity(shape); n >= 1; n--) {
    const { rank, exact } = dataRankBound(shape, n);
    if (!exact) return null;
    if (rank === unknownCount(shape, n) - gaugeDimension(shape, n)) return n;
  }
  return 0;
}

function provedRank(rank: number): GenericRank {
  return { rank, proved: true, errorProbability: 0 };
}

function isProvedBy({ unitBlock, cyclicPoint }: DataRanks, { width }: EquationShape): boolean {
  return [unitBlock, cyclicPoint].some((point) => point !== null && point.width <= width);
}

function leastWidthOf({ cyclicPoint }: DataRanks): number | null {
  return cyclicPoint?.least ? cyclicPoint.width : null;
}

/** Full rank at special points proves generic full rank: for a large Jacobian that is tried first, for others at last. */
function measureData({ shape, samples, seed }: RankQuestion, watch: Watch): DataRanks {
  const largest = countingCapacity(shape);
  const columns = momentColumnCount(shape);
  const moments = { name: "rank of all moments", rows: unknownCount(shape, largest), cols: columns };
  const dataSide = timedStage(watch, moments, () => dataSideRanks(shape, largest, seed));
  const reachable = samples <= largest ? rankAt(dataSide, samples)?.rank : undefined;
  const target = reachable ?? dataRankBound(shape, samples).rank;
  const unknowns = unknownCount(shape, samples);
  if (watch.secondsLeft() <= 0) return { ...NO_DATA, dataSide };
  watch.onStage("rank of the Jacobian at special points", 0);
  const cyclic = (): CyclicPoint | null => findCyclicPoint(shape, samples, seed, () => watch.secondsLeft() <= 0);
  const unitBlock = unknowns > SMALL_UNKNOWN_COUNT ? findUnitBlock(shape, samples, seed) : null;
  const early = unitBlock === null ? null : cyclic();
  if (early?.least) return { dataSide, jacobian: null, unitBlock, cyclicPoint: early };
  const equations = { name: "rank of the Jacobian", rows: unknowns, cols: unknowns };
  const jacobian = timedStage(watch, equations, () => jacobianRanks(shape, samples, target, seed));
  const found = rankAt(jacobian, shape.width)?.rank;
  if (found !== undefined) watch.onFinding(`rank of the Jacobian: ${found} of ${unknowns} unknowns`);
  if (jacobian?.saturated) return { dataSide, jacobian, unitBlock: null, cyclicPoint: null };
  if (watch.secondsLeft() <= 0) return { dataSide, jacobian, unitBlock, cyclicPoint: early };
  return { dataSide, jacobian, unitBlock, cyclicPoint: early ?? cyclic() };
}

/** Most samples whose derivatives are independent beyond the gauge; a prefix of independent samples is independent. */
function capacityOf(shape: EquationShape, dataSide: PrefixRanks | null): number | null {
  if (dataSide === null) return capacityByTheorem(shape);
  return dataSide.ranks.findLastIndex((rank, n) => rank === unknownCount(shape, n) - gaugeDimension(shape, n));
}
