import { equationCount, unknownCount } from "../equations/shape.ts";
import { InternalError } from "../errors.ts";
import { type Analysis, isReduced, widthForGlobal } from "./analysis.ts";
import { strongestBasis } from "./bases.ts";
import { SHAPE_RULES } from "./condition-table.ts";
import { counting } from "./conditions/counting.ts";
import { decompositionUnique } from "./conditions/decomposition-unique.ts";
import { gauge } from "./conditions/gauge.ts";
import { generalNodesGlobal } from "./conditions/general-nodes-global.ts";
import { jacobianFullRank, ranksForJacobian } from "./conditions/jacobian-full-rank.ts";
import { nodesAreGeneral } from "./conditions/nodes-are-general.ts";
import { nodesDetermineMoments } from "./conditions/nodes-determine-moments.ts";
import { quadraticMixing } from "./conditions/quadratic-mixing.ts";
import { reductionCondition } from "./conditions/reduction.ts";
import { jacobianWithSideInformation, sideInformation } from "./conditions/side-information.ts";
import { terracini } from "./conditions/terracini.ts";
import { derive } from "./derivation.ts";
import { gaugeDimension } from "./gauge.ts";
import { rankAt } from "./ranks/generic-ranks.ts";
import type { ShapeRanks } from "./ranks/shape-ranks.ts";
import type { SideRanks } from "./ranks/side-ranks.ts";
import type { Basis, Condition, Counts, Decision, Thresholds } from "./result.ts";

/** A decision about a shape before anyone asks how to repair it. */
export type BareDecision = Omit<Decision, "repairs">;

/** The verdict that the conditions of an analysed shape imply, with counts and thresholds. */
export function decideShape(analysis: Analysis): BareDecision {
  const conditions = evaluateConditions(analysis);
  requireConsistent(conditions);
  const { verdict, basis, steps } = derive(SHAPE_RULES, conditions, decidedBasis(conditions));
  const jacobianError = rankErrorOf(analysis);
  return {
    scope: "generic",
    verdict,
    basis,
    errorProbability: basis === "probable" && verdict === "nonidentifiable" ? jacobianError : 0,
    upTo: analysis.gauge.symmetries,
    counts: countsOf(analysis),
    thresholds: thresholdsOf(analysis),
    conditions,
    derivation: steps,
  };
}

/** Chance that the rank which a continuum rests on is too small: the Jacobian's, or without it that of the moments. */
function rankErrorOf(analysis: Analysis): number {
  if (analysis.side !== null) return analysis.side.jacobian?.errorProbability ?? 0;
  const rank = ranksForJacobian(analysis).jacobianRank ?? rankAt(analysis.ranks.dataSide, analysis.samples);
  return rank?.errorProbability ?? 0;
}

function evaluateConditions(analysis: Analysis): Condition[] {
  return [
    gauge(analysis),
    counting(analysis),
    quadraticMixing(analysis),
    nodesDetermineMoments(analysis),
    reductionCondition(analysis),
    generalNodesGlobal(analysis),
    terracini(analysis),
    decompositionUnique(analysis),
    sideInformation(analysis),
    analysis.side === null ? jacobianFullRank(analysis) : jacobianWithSideInformation(analysis, analysis.side),
    nodesAreGeneral(analysis),
  ].filter((condition) => condition !== null);
}

/** Theorems and ranks that contradict each other are a bug, and better reported than averaged. */
function requireConsistent(conditions: readonly Condition[]): void {
  const status = (id: string): string | undefined => conditions.find((condition) => condition.id === id)?.status;
  const jacobian = conditions.find(({ id }) => id === "jacobian-full-rank")!;
  const never = ["counting", "quadratic-mixing", "terracini"].find((id) => status(id) === "fails");
  if (jacobian.status === "holds" && never !== undefined) {
    throw new InternalError(`the Jacobian has full rank although the condition ${never} fails: ${jacobian.statement}`);
  }
  const determined = ["nodes-determine-moments", "general-nodes-global", "reduction"].some(
    (id) => status(id) === "holds",
  );
  if (jacobian.status === "fails" && determined && status("decomposition-unique") === "holds") {
    throw new InternalError(`the data are unique by theorem, yet a continuum was found: ${jacobian.statement}`);
  }
}

/** The basis of the strongest part that was decided; "probable" if nothing was. */
function decidedBasis(conditions: readonly Condition[]): Basis {
  const decided = conditions.filter(({ id, status }) => !ASSUMPTIONS.has(id) && status !== "unknown");
  return strongestBasis(decided.map(({ basis }) => basis)) ?? "probable";
}

/** Conditions that decide nothing by themselves. */
const ASSUMPTIONS: ReadonlySet<string> = new Set(["nodes-are-general", "gauge", "side-information"]);

/** The space whose counts are complete: the whole one, unless only the reduced one was within the limits. */
function ranksForCounts(analysis: Analysis): ShapeRanks {
  const { ranks, reducedRanks } = analysis;
  const complete = ranks.momentRank !== null && ranks.jacobianRank !== null;
  return complete || reducedRanks === null || !isReduced(analysis) ? ranks : reducedRanks;
}

function countsOf(analysis: Analysis): Counts {
  return analysis.side === null ? countsWithout(analysis) : countsWith(analysis, analysis.side);
}

/** Counts of equations and side information together, in the whole space. */
function countsWith({ shape, samples, ranks, gauge }: Analysis, { rows, jacobian }: SideRanks): Counts {
  const unknowns = unknownCount(shape, samples);
  const jacobianRank = jacobian?.ranks.at(-1) ?? null;
  return {
    unknowns,
    equations: equationCount(shape) + rows,
    distinctNeurons: shape.width,
    effectiveInputDim: shape.inputDim,
    reduced: false,
    momentColumns: ranks.momentColumns,
    momentRank: ranks.momentRank?.rank ?? null,
    jacobianRank,
    nullity: jacobianRank === null ? null : unknowns - jacobianRank,
    gaugeDimension: gauge.directionsPerSample * samples,
  };
}

function countsWithout(analysis: Analysis): Counts {
  const { shape, samples, momentColumns, momentRank, jacobianRank } = ranksForCounts(analysis);
  const unknowns = unknownCount(shape, samples);
  return {
    unknowns,
    equations: equationCount(shape),
    distinctNeurons: shape.width,
    effectiveInputDim: shape.inputDim,
    reduced: shape.inputDim < analysis.shape.inputDim,
    momentColumns,
    momentRank: momentRank?.rank ?? null,
    jacobianRank: jacobianRank?.rank ?? null,
    nullity: jacobianRank === null ? null : unknowns - jacobianRank.rank,
    gaugeDimension: gaugeDimension(shape, samples),
  };
}

function thresholdsOf(analysis: Analysis): Thresholds {
  return {
    widthForMoments: analysis.ranks.widthForMoments,
    widthForGlobal: widthForGlobal(analysis),
    // With side information fewer neurons may do and more samples fit; those thresholds are not searched for.
    widthForLocal: analysis.side === null ? ranksForJacobian(analysis).widthForLocal : null,
    sampleCapacity: analysis.side === null ? analysis.ranks.sampleCapacity : null,
  };
}
