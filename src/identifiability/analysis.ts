import { type EquationShape, equationsPerNeuron } from "../equations/shape.ts";
import type { SideInformation } from "../equations/side-information.ts";
import { type Decomposition, decideDecomposition, UNIQUE_BY_HESSIAN } from "./decomposition/decomposition.ts";
import { hessianCriterion } from "./decomposition/hessian-criterion.ts";
import { type GaugeGroup, gaugeWithSide } from "./gauge.ts";
import { rankAt } from "./ranks/generic-ranks.ts";
import { findReduction, type Reduction } from "./ranks/reduction.ts";
import { measureRanks, type ShapeRanks } from "./ranks/shape-ranks.ts";
import { type SideRanks, sideRanks } from "./ranks/side-ranks.ts";
import { UNWATCHED, type Watch } from "./watch.ts";

/** A question about almost every network and data set of a shape; the width is that of the shape. */
export interface ShapeQuestion {
  readonly shape: EquationShape;
  /** n, at least 1. */
  readonly samples: number;
  readonly seed: number;
  /** Equations beside those of the layers; undefined or null = none. */
  readonly side?: SideInformation | null | undefined;
}

/** Everything measured and looked up about a shape; the conditions only read it. */
export interface Analysis {
  readonly shape: EquationShape;
  readonly samples: number;
  readonly seed: number;
  readonly gauge: GaugeGroup;
  readonly ranks: ShapeRanks;
  /** The smaller space that contains the samples, if any, and the ranks there; null ranks for a single point. */
  readonly reduction: Reduction | null;
  readonly reducedRanks: ShapeRanks | null;
  readonly decomposition: Decomposition;
  /** Equations that loss, margins or norms add, and the ranks with them; null where nothing is known. */
  readonly side: SideRanks | null;
}

/** Measures the ranks of a shape and decides step B. */
export function analyzeShape(question: ShapeQuestion, watch: Watch = UNWATCHED): Analysis {
  const { shape, samples, seed } = question;
  const known = question.side ?? null;
  const ranks = measureRanks({ shape, samples, seed, hermiteOnly: false }, watch);
  watch.onStage("reduction to the span of the samples", 0);
  // On the sphere the samples are not general; the generic rank of the known side says nothing about them.
  const reduction = known?.sphere ? null : findReduction(shape, samples, seed);
  watch.onStage("uniqueness of the decomposition", 0);
  const decomposition = decomposeOrTryHessian(question, ranks.sampleCapacity, known);
  if (known !== null) watch.onStage("rank with the side information", 0);
  return {
    shape,
    samples,
    seed,
    gauge: gaugeWithSide(shape, known),
    ranks,
    reduction,
    reducedRanks: reduction === null || reduction.dimension === 0 ? null : measureReduced(ranks, reduction, seed),
    decomposition,
    side: known === null ? null : sideRanks(shape, known, samples, seed),
  };

  function measureReduced(full: ShapeRanks, { dimension }: Reduction, at: number): ShapeRanks {
    const hermiteOnly = full.momentRank !== null && full.jacobianRank !== null;
    const reducedShape = { ...shape, inputDim: dimension };
    return measureRanks({ shape: reducedShape, samples, seed: at, hermiteOnly }, watch);
  }
}

/** Theorems first; the Hessian criterion where they are silent. */
function decomposeOrTryHessian(
  { shape, samples, seed }: ShapeQuestion,
  capacity: number | null,
  side: SideInformation | null,
): Decomposition {
  const decision = decideDecomposition(shape, samples, capacity, side);
  if (decision.status !== "unknown" || side !== null) return decision;
  return hessianCriterion(shape, samples, seed)?.holds ? UNIQUE_BY_HESSIAN : decision;
}

/** Whether the known side of this width shows the smaller space. */
export function isReduced({ reduction, shape }: Analysis): boolean {
  return reduction !== null && shape.width >= reduction.width;
}

/** Least width with which the moments are determined after the reduction; null without one. */
export function widthForReducedMoments({ reduction, reducedRanks, shape }: Analysis): number | null {
  if (reduction === null) return null;
  const moments = reduction.dimension === 0 ? widthAtPoint(shape) : (reducedRanks?.widthForMoments ?? null);
  return moments === null ? null : Math.max(moments, reduction.width);
}

/** In a space that is one point the only moment is T_0: seen whole by the output layer, else one combination a neuron. */
function widthAtPoint({ trained, outputs }: EquationShape): number {
  return trained.has("output") || trained.has("output-bias") ? 1 : outputs;
}

/** Least width m ≥ r + 1 at general nodes, before or after the reduction; null for kkt, whose nodes are not general. */
export function widthForGeneralNodes({ shape, samples, ranks, reduction, gauge }: Analysis): number | null {
  if (shape.setting === "kkt" || equationsPerNeuron(shape) === 0) return null;
  const width = ranks.freeUnknowns + 1;
  if (reduction === null) return width;
  const perSample = reduction.dimension + shape.outputs - gauge.directionsPerSample;
  return Math.min(width, Math.max(samples * perSample + 1, reduction.width));
}

/** Least width for a unique data set: step A by moments or by general nodes, with step B unique; else null. */
export function widthForGlobal(analysis: Analysis): number | null {
  if (analysis.decomposition.status !== "holds") return null;
  const widths = [
    analysis.ranks.widthForMoments,
    widthForReducedMoments(analysis),
    widthForGeneralNodes(analysis),
  ].filter((width) => width !== null);
  return widths.length === 0 ? null : Math.min(...widths);
}

/** The rank of the data side at n samples, if it was measured. */
export function dataSideRank({ ranks, samples }: Analysis): number | null {
  return rankAt(ranks.dataSide, samples)?.rank ?? null;
}
