import { type EquationShape, equationsPerNeuron } from "../equations/shape.ts";
import { type Decomposition, decideDecomposition } from "./decomposition.ts";
import { type GaugeGroup, gaugeOf } from "./gauge.ts";
import { rankAt } from "./generic-ranks.ts";
import { findReduction, type Reduction } from "./reduction.ts";
import type { Basis } from "./result.ts";
import { measureRanks, type ShapeRanks } from "./shape-ranks.ts";

/** A question about almost every network and data set of a shape; the width is that of the shape. */
export interface ShapeQuestion {
  readonly shape: EquationShape;
  /** n, at least 1. */
  readonly samples: number;
  readonly seed: number;
  /** Softmax cross-entropy: the C multipliers of a sample sum to 0, as if there were C − 1 free outputs. */
  readonly softmax?: boolean;
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
}

/** Measures the ranks of a shape and decides step B. */
export function analyzeShape({ shape, samples, seed }: ShapeQuestion, onProgress: (stage: string) => void): Analysis {
  const ranks = measureRanks({ shape, samples, seed, hermiteOnly: false }, onProgress);
  onProgress("reduction to the span of the samples");
  const reduction = findReduction(shape, samples, seed);
  const decomposition = decideDecomposition(shape, samples, ranks.sampleCapacity);
  return {
    shape,
    samples,
    seed,
    gauge: gaugeOf(shape),
    ranks,
    reduction,
    reducedRanks: reduction === null || reduction.dimension === 0 ? null : measureReduced(ranks, reduction, seed),
    decomposition,
  };

  function measureReduced(full: ShapeRanks, { dimension }: Reduction, at: number): ShapeRanks {
    const hermiteOnly = full.momentRank !== null && full.jacobianRank !== null;
    const reducedShape = { ...shape, inputDim: dimension };
    return measureRanks({ shape: reducedShape, samples, seed: at, hermiteOnly }, onProgress);
  }
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

const STRENGTH: readonly Basis[] = ["theorem", "certificate", "probable", "numerical"];

/** The weakest basis of a chain of statements; "theorem" for an empty one. */
export function weakestBasis(bases: readonly Basis[]): Basis {
  return STRENGTH[Math.max(0, ...bases.map((basis) => STRENGTH.indexOf(basis)))]!;
}

/** The strongest basis among some statements, or null if there are none. */
export function strongestBasis(bases: readonly Basis[]): Basis | null {
  return STRENGTH.find((basis) => bases.includes(basis)) ?? null;
}

/** The rank of the data side at n samples, if it was measured. */
export function dataSideRank({ ranks, samples }: Analysis): number | null {
  return rankAt(ranks.dataSide, samples)?.rank ?? null;
}
