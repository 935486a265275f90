import { equationCount, unknownCount } from "../equations/shape.ts";
import { InternalError } from "../errors.ts";
import {
  type Analysis,
  isReduced,
  strongestBasis,
  weakestBasis,
  widthForGlobal,
  widthForReducedMoments,
} from "./analysis.ts";
import { counting } from "./conditions/counting.ts";
import { decompositionUnique } from "./conditions/decomposition-unique.ts";
import { generalNodesGlobal } from "./conditions/general-nodes-global.ts";
import { jacobianFullRank, ranksForJacobian } from "./conditions/jacobian-full-rank.ts";
import { nodesAreGeneral } from "./conditions/nodes-are-general.ts";
import { nodesDetermineMoments } from "./conditions/nodes-determine-moments.ts";
import { quadraticMixing } from "./conditions/quadratic-mixing.ts";
import { reductionCondition } from "./conditions/reduction.ts";
import { gaugeDimension } from "./gauge.ts";
import type { Basis, Condition, Counts, Decision, Thresholds, Verdict } from "./result.ts";
import type { ShapeRanks } from "./shape-ranks.ts";

/** A decision about a shape before anyone asks how to repair it. */
export type BareDecision = Omit<Decision, "repairs">;

/** The verdict that the conditions of an analysed shape imply, with counts and thresholds. */
export function decideShape(analysis: Analysis): BareDecision {
  const conditions = evaluateConditions(analysis);
  requireConsistent(conditions);
  const { verdict, because } = conclude(conditions);
  const basis = verdict === "inconclusive" ? decidedBasis(conditions) : weakestBasis(because.map(({ basis }) => basis));
  const jacobianError = ranksForJacobian(analysis).jacobianRank?.errorProbability ?? 0;
  return {
    scope: "generic",
    verdict,
    basis,
    errorProbability: basis === "probable" && verdict === "nonidentifiable" ? jacobianError : 0,
    upTo: analysis.gauge.symmetries,
    counts: countsOf(analysis),
    thresholds: thresholdsOf(analysis),
    conditions: [...conditions.values()],
  };
}

type Conditions = ReadonlyMap<string, Condition>;

function evaluateConditions(analysis: Analysis): Conditions {
  const list = [
    counting(analysis),
    quadraticMixing(analysis),
    nodesDetermineMoments(analysis),
    reductionCondition(analysis),
    generalNodesGlobal(analysis),
    decompositionUnique(analysis),
    jacobianFullRank(analysis),
    nodesAreGeneral(analysis),
  ];
  return new Map(list.filter((condition) => condition !== null).map((condition) => [condition.id, condition]));
}

/** Theorems and ranks that contradict each other are a bug, and better reported than averaged. */
function requireConsistent(conditions: Conditions): void {
  const status = (id: string): string | undefined => conditions.get(id)?.status;
  const jacobian = conditions.get("jacobian-full-rank")!;
  const never = ["counting", "quadratic-mixing"].find((id) => status(id) === "fails");
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

/** The strongest verdict and the conditions it rests on, the shortest argument first. */
function conclude(conditions: Conditions): { verdict: Verdict; because: Condition[] } {
  const inStatus = (id: string, status: Condition["status"]): Condition[] =>
    [...conditions.values()].filter((condition) => condition.id === id && condition.status === status);
  const obstacles = ["counting", "quadratic-mixing", "jacobian-full-rank"].flatMap((id) => inStatus(id, "fails"));
  if (obstacles.length > 0) return { verdict: "nonidentifiable", because: [obstacles[0]!] };
  const local = inStatus("jacobian-full-rank", "holds");
  const unique = inStatus("decomposition-unique", "holds");
  const determined = ["nodes-determine-moments", "general-nodes-global", "reduction"].flatMap((id) =>
    inStatus(id, "holds"),
  );
  if (unique.length > 0 && determined.length > 0) {
    return { verdict: "globally-identifiable", because: [unique[0]!, determined[0]!, ...local] };
  }
  if (local.length > 0) return { verdict: "locally-identifiable", because: local };
  return { verdict: "inconclusive", because: [] };
}

/** The basis of the strongest part that was decided; "probable" if nothing was. */
function decidedBasis(conditions: Conditions): Basis {
  const decided = [...conditions.values()].filter(
    ({ id, status }) => id !== "nodes-are-general" && status !== "unknown",
  );
  return strongestBasis(decided.map(({ basis }) => basis)) ?? "probable";
}

/** The space whose counts are complete: the whole one, unless only the reduced one was within the limits. */
function ranksForCounts(analysis: Analysis): ShapeRanks {
  const { ranks, reducedRanks } = analysis;
  const complete = ranks.momentRank !== null && ranks.jacobianRank !== null;
  return complete || reducedRanks === null || !isReduced(analysis) ? ranks : reducedRanks;
}

function countsOf(analysis: Analysis): Counts {
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
    widthForMoments: analysis.ranks.widthForMoments ?? widthForReducedMoments(analysis),
    widthForGlobal: widthForGlobal(analysis),
    widthForLocal: ranksForJacobian(analysis).widthForLocal,
    sampleCapacity: analysis.ranks.sampleCapacity,
  };
}
