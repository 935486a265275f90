import { type EquationShape, equationsPerNeuron, unknownCount } from "../equations/shape.ts";
import type { Analysis } from "./analysis.ts";
import type { Minor, ModularPoint } from "./block-ranks.ts";
import { ranksForJacobian } from "./conditions/jacobian-full-rank.ts";
import { gaugeDimension } from "./gauge.ts";
import { dataSideRanks, leastBlocks, type PrefixRanks } from "./generic-ranks.ts";

/**
 * A minor that is nonzero modulo a prime, hence a nonzero polynomial: the matrix has full rank outside a proper algebraic
 * set. Rows and columns are those of the Hermite matrix or Jacobian of `width` neurons; for the data side, rows are moment
 * coordinates and columns unknowns of `samples` samples.
 */
export interface FullRankEvidence {
  readonly matrix: "hermite" | "jacobian" | "data-side";
  readonly inputDim: number;
  readonly samples: number;
  readonly width: number;
  readonly prime: number;
  readonly point: ModularPoint;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
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
  if (decomposition.theorem === "massarenti-mella") found.push(dataSideMinor(analysis));
  return found.filter((evidence) => evidence !== null);
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
