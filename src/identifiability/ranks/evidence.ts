import { type EquationShape, equationsPerNeuron, unknownCount } from "../../equations/shape.ts";
import type { Analysis } from "../analysis.ts";
import { ranksForJacobian } from "../conditions/jacobian-full-rank.ts";
import { gaugeDimension } from "../gauge.ts";
import type { Minor, ModularPoint } from "./block-ranks.ts";
import type { CyclicPoint } from "./cyclic-points.ts";
import { dataSideRanks, leastBlocks, type PrefixRanks } from "./generic-ranks.ts";
import type { ShapeRanks } from "./shape-ranks.ts";

/**
 * A minor that is nonzero modulo a prime, hence a nonzero polynomial: the matrix has full rank outside a proper algebraic
 * set. Rows and columns are those of the Hermite matrix or Jacobian of `width` neurons; for the data side, rows are moment
 * coordinates and columns unknowns of `samples` samples. A "unit-block" is the block of coordinate 1 of the Jacobian at the
 * unit vectors, which are not in the point (proofs/unit-points.md); its rows are neurons.
 */
export interface FullRankEvidence {
  readonly matrix: "hermite" | "jacobian" | "data-side" | "unit-block";
  readonly inputDim: number;
  readonly samples: number;
  readonly width: number;
  readonly prime: number;
  readonly point: ModularPoint;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/**
 * Minors of the Jacobian at a configuration that a cyclic group permutes, one per divisor of its order, which together
 * prove full rank for `samples` samples and fewer (proofs/unit-points.md, section "Cyclic points").
 */
export interface CyclicEvidence extends Omit<CyclicPoint, "least"> {
  readonly matrix: "cyclic-modes";
}

/** Minors for every full rank that a decision about this shape uses: widths at most the width asked about. */
export function collectEvidence(analysis: Analysis): FullRankEvidence[] {
  const { ranks, reducedRanks, decomposition, samples } = analysis;
  const found: (FullRankEvidence | null)[] = [];
  for (const space of reducedRanks === null ? [ranks] : [ranks, reducedRanks]) {
    found.push(minorByNeuron("hermite", space.shape, samples, space.hermite, space.momentColumns));
  }
  const used = ranksForJacobian(analysis);
  found.push(minorByNeuron("jacobian", used.shape, samples, used.jacobian, used.freeUnknowns));
  found.push(unitBlockMinor(used));
  if (decomposition.theorem === "massarenti-mella") found.push(dataSideMinor(analysis));
  return found.filter((evidence) => evidence !== null);
}

/** The minors behind a full rank of the Jacobian that neither its own minor nor a single block proves; else null. */
export function collectCyclicEvidence(analysis: Analysis): CyclicEvidence | null {
  const { jacobianRank, jacobian, unitBlock, cyclicPoint } = ranksForJacobian(analysis);
  if (jacobianRank === null || jacobian !== null || unitBlock !== null || cyclicPoint === null) return null;
  const { least: _, ...evidence } = cyclicPoint;
  return { matrix: "cyclic-modes", ...evidence };
}

function minorByNeuron(
  matrix: "hermite" | "jacobian",
  shape: EquationShape,
  samples: number,
  ranks: PrefixRanks | null,
  fullRank: number,
): FullRankEvidence | null {
  const width = leastBlocks(ranks, fullRank);
  if (ranks === null || width === null || width > shape.width || ranks.minor.rows.length !== fullRank) return null;
  const fixedRows = shape.trained.has("output-bias") ? shape.outputs : 0;
  const ofNeurons = width * equationsPerNeuron(shape);
  // The fixed rows came first in the elimination; among the equations they come last.
  const rows = sorted(ranks.minor.rows, (row) => (row < fixedRows ? ofNeurons + row : row - fixedRows));
  const point = firstNeurons(ranks.minor, shape, width);
  const columns = Array.from(ranks.minor.columns);
  return { matrix, inputDim: shape.inputDim, samples, width, prime: ranks.minor.prime, point, rows, columns };
}

/** The block has just the neurons that are needed, so its minor is kept as it is. */
function unitBlockMinor({ unitBlock, samples }: ShapeRanks): FullRankEvidence | null {
  if (unitBlock === null) return null;
  const { inputDim, width, minor } = unitBlock;
  const { prime, point } = minor;
  const [rows, columns] = [Array.from(minor.rows), Array.from(minor.columns)];
  return { matrix: "unit-block", inputDim, samples, width, prime, point, rows, columns };
}

/** The point with the first `width` of its neurons. */
function firstNeurons({ point }: Minor, { inputDim: d, outputs }: EquationShape, width: number): ModularPoint {
  const { weights = [], bias = [], output = [] } = point;
  const drawn = bias.length;
  return {
    ...point,
    weights: weights.slice(0, width * d),
    bias: bias.slice(0, width),
    output: Array.from({ length: outputs }, (_, c) => output.slice(c * drawn, c * drawn + width)).flat(),
  };
}

/** A minor of n + 1 samples: the elimination of just these, whose pivots are all needed. */
function dataSideMinor({ ranks, samples, seed }: Analysis): FullRankEvidence | null {
  const { shape } = ranks;
  const width = 0;
  const dataSide = dataSideRanks(shape, samples + 1, seed);
  if (dataSide === null) return null;
  const { prime, point, rows, columns } = dataSide.minor;
  if (rows.length !== unknownCount(shape, samples + 1) - gaugeDimension(shape, samples + 1)) return null;
  const common = { matrix: "data-side", inputDim: shape.inputDim, samples: samples + 1, width, prime, point } as const;
  return { ...common, rows: Array.from(columns), columns: Array.from(rows) };
}

function sorted(rows: Int32Array, rename: (row: number) => number): number[] {
  return Array.from(rows, rename).sort((a, b) => a - b);
}
