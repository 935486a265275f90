import { one, type Rational } from "../../algebra/rational.ts";
import { jacobianMatrix } from "../../equations/jacobian.ts";
import { type EquationShape, equationCount, unknownCount } from "../../equations/shape.ts";
import { type Analysis, widthForGeneralNodes } from "../analysis.ts";
import { SHAPE_RULES } from "../condition-table.ts";
import { generalNodesGlobal } from "../conditions/general-nodes-global.ts";
import type { BareDecision } from "../decide-shape.ts";
import { derive } from "../derivation.ts";
import { type BlockQuestion, type BlockRanks, blockRanks, isWithinLimits } from "../ranks/block-ranks.ts";
import { primeRing, randomNodes } from "../ranks/prime-ring.ts";
import { jacobianRankBound } from "../ranks/rank-bounds.ts";
import { oneDrawError } from "../ranks/rank-error.ts";
import type { Condition } from "../result.ts";
import { decideAtPoints, type PointDecomposition } from "./decide-at-points.ts";
import { powerVectors } from "./kruskal-rank.ts";

type Points = readonly (readonly Rational[])[];

/**
 * The decision about these very samples at general nodes, with general multipliers.
 *
 * Independent samples are as good as general ones, so the decision about the shape stands. Otherwise step B and the
 * Jacobian are decided at the points, and what holds only for almost all data no longer counts.
 * Source: proofs/given-data.md.
 */
export function decideAtData(analysis: Analysis, decision: BareDecision, points: Points): BareDecision {
  const { shape, seed } = analysis;
  if (isGeneral(shape, points, seed)) {
    return { ...decision, conditions: [...decision.conditions, dataAreGeneral(true)] };
  }
  const decomposition = decideAtPoints(shape, points, seed);
  const ranks = jacobianAt(shape, points, seed);
  // Dependent samples do not show their span.
  const unreduced = { ...analysis, reduction: null, reducedRanks: null };
  const conditions = [
    ...decision.conditions.filter(({ id }) => !GENERAL_ONLY.has(id)).map(forAlmostAllData),
    generalNodesGlobal(unreduced),
    uniqueAtPoints(decomposition),
    jacobianAtPoints(analysis, ranks),
    dataAreGeneral(false),
  ];
  const { verdict, basis, steps } = derive(SHAPE_RULES, conditions, "probable");
  const unknowns = unknownCount(shape, points.length);
  const jacobianRank = ranks?.ranks.at(-1) ?? null;
  const widths = [analysis.ranks.widthForMoments, widthForGeneralNodes(unreduced)];
  const known = widths.filter((width) => width !== null);
  return {
    ...decision,
    verdict,
    basis,
    errorProbability: basis === "probable" && verdict === "nonidentifiable" ? rankError(analysis, ranks) : 0,
    counts: {
      ...decision.counts,
      unknowns,
      equations: equationCount(shape),
      effectiveInputDim: shape.inputDim,
      reduced: false,
      momentColumns: analysis.ranks.momentColumns,
      momentRank: analysis.ranks.momentRank?.rank ?? null,
      jacobianRank,
      nullity: jacobianRank === null ? null : unknowns - jacobianRank,
    },
    thresholds: {
      widthForMoments: analysis.ranks.widthForMoments,
      widthForGlobal: decomposition.status === "holds" && known.length > 0 ? Math.min(...known) : null,
      widthForLocal: null,
      sampleCapacity: null,
    },
    conditions,
    derivation: steps,
  };
}

/** Chance that the rank at the given points, or the one of general points that it is compared with, is too small. */
function rankError({ ranks }: Analysis, found: BlockRanks | null): number {
  return Math.min(1, (found?.errorProbability ?? 0) + (ranks.jacobianRank?.errorProbability ?? 0));
}

/** Whether a decision is about given samples that are no general ones, so that it says nothing about the shape. */
export function isAboutGivenData({ conditions }: Pick<BareDecision, "conditions">): boolean {
  return conditions.some(({ id, status }) => id === "data-are-general" && status === "fails");
}

/** Conditions that speak of general data only. */
const GENERAL_ONLY: ReadonlySet<string> = new Set([
  "reduction",
  "terracini",
  "general-nodes-global",
  "decomposition-unique",
  "jacobian-full-rank",
]);

/** Too few equations leave a continuum for almost all data; for given ones the Jacobian there has to tell. */
function forAlmostAllData(condition: Condition): Condition {
  if (condition.id !== "counting" || condition.status !== "fails") return condition;
  return { ...condition, status: "unknown" };
}

/** Whether a linear map, or with a trained bias an affine one, takes the samples to general ones. */
function isGeneral(shape: EquationShape, points: Points, seed: number): boolean {
  const vectors = shape.bias === "trained" ? points.map((x) => [...x, one]) : points;
  return powerVectors(vectors, seed).rank(1) === points.length;
}

function dataAreGeneral(general: boolean): Condition {
  return {
    id: "data-are-general",
    status: general ? "holds" : "fails",
    basis: general ? "theorem" : "probable",
    statement: general
      ? "The given samples are independent: a change of coordinates takes them to general ones, so what holds for the shape holds for them."
      : "The given samples are dependent, so only what was decided at these very points counts.",
    reference: "proofs/given-data.md",
    numbers: {},
  };
}

function uniqueAtPoints(found: PointDecomposition): Condition {
  const { status, theorem, degree, variables, kruskalRanks, partition } = found;
  const statements = {
    holds: `The moments of degree ${degree} determine the given samples (${theorem}).`,
    fails: "No moment of degree 3 or more is seen: the given samples can be mixed.",
    unknown: "Neither Jennrich's nor Kruskal's condition holds at the given samples, or a scale stays open.",
  };
  return {
    id: "decomposition-unique",
    status,
    basis: "theorem",
    statement: statements[status],
    reference: "Kruskal 1977; Sidiropoulos & Bro 2000; proofs/given-data.md",
    numbers: { theorem, degree, variables, kruskalRanks, partition },
  };
}

/** The Jacobian at the given points, at general nodes and multipliers; null beyond the limits. */
function jacobianAt(shape: EquationShape, points: Points, seed: number): BlockRanks | null {
  const samples = points.length;
  const bound = jacobianRankBound(shape, shape.width, samples);
  const question: BlockQuestion = {
    blocks: 1,
    rowsPerBlock: equationCount(shape),
    fixedRows: 0,
    cols: unknownCount(shape, samples),
    // Primes that divide a denominator of a point are left out as well.
    coefficients: [...shape.activation.coefficients, ...points.flat()],
    seed,
    upperBound: (blocks) => (blocks === 0 ? 0 : bound),
    oneDrawError: (size) => oneDrawError(shape, size),
    build: (field, random) => {
      const nodes = randomNodes(field, shape, random);
      const multipliers = Array.from({ length: samples * shape.outputs }, () => field.random(random));
      const residues = points.flat().map(({ numerator, denominator }) => field.fromRational(numerator, denominator));
      const data = { points: residues, multipliers };
      const { entries } = jacobianMatrix(primeRing(field), shape, nodes, data);
      return { entries: Float64Array.from(entries), point: { ...nodes, ...data } };
    },
  };
  return isWithinLimits(question) ? blockRanks(question) : null;
}

function jacobianAtPoints({ shape, samples, ranks }: Analysis, found: BlockRanks | null): Condition {
  const free = ranks.freeUnknowns;
  const rank = found?.ranks.at(-1) ?? null;
  const common = {
    id: "jacobian-full-rank",
    reference: "rank modulo primes; proofs/given-data.md",
    numbers: { jacobianRank: rank, freeUnknowns: free, primes: found?.primes ?? [] },
  } as const;
  if (rank === null) {
    const statement = "The rank of the Jacobian at the given samples was not computed: too large.";
    return { ...common, status: "unknown", basis: "probable", statement };
  }
  if (rank === free) {
    const statement = `At the given samples the Jacobian has full rank ${rank} for almost all nodes and multipliers.`;
    return { ...common, status: "holds", basis: "probable", statement };
  }
  // Where the rank is as large as it can be nearby, the solutions nearby are a manifold of that many dimensions fewer.
  const bound = jacobianRankBound(shape, shape.width, samples);
  const largest = rank === bound || rank === ranks.jacobianRank?.rank;
  return {
    ...common,
    status: largest ? "fails" : "unknown",
    basis: rank === bound ? "theorem" : "probable",
    statement: largest
      ? `At the given samples the Jacobian has rank ${rank} of ${free}, the largest possible: they move in a continuum of dimension ${free - rank} beyond the gauge.`
      : `At the given samples the Jacobian has rank ${rank} of ${free}, less than at general ones: first order does not decide.`,
  };
}
