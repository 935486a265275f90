import { hermiteMatrix } from "../../equations/hermite.ts";
import { jacobianMatrix } from "../../equations/jacobian.ts";
import type { RingMatrix } from "../../equations/ring-tools.ts";
import {
  type EquationShape,
  equationsPerNeuron,
  momentColumnCount,
  momentDegrees,
  unknownCount,
} from "../../equations/shape.ts";
import { gaugeOf } from "../gauge.ts";
import { type BlockQuestion, type BlockRanks, blockRanks, isWithinLimits } from "./block-ranks.ts";
import { momentJacobian } from "./moment-jacobian.ts";
import { primeRing, randomData, randomNodes } from "./prime-ring.ts";
import { dataRankBound, independentEquationsPerNeuron, jacobianRankBound, nodeRankBound } from "./rank-bounds.ts";
import { oneDrawError } from "./rank-error.ts";

/** Generic ranks of the first k blocks, for every k up to saturation. */
export interface PrefixRanks extends BlockRanks {
  /** Whether more blocks than were tried leave the rank as it is. */
  readonly saturated: boolean;
}

/** A rank at one place of {@link PrefixRanks}. */
export interface GenericRank {
  readonly rank: number;
  readonly proved: boolean;
  readonly errorProbability: number;
}

/**
 * The rank of the first `blocks` blocks, or null where that was not computed.
 */
export function rankAt(ranks: PrefixRanks | null, blocks: number): GenericRank | null {
  if (ranks === null) return null;
  const last = ranks.ranks.length - 1;
  if (blocks > last && !ranks.saturated) return null;
  const at = Math.min(blocks, last);
  const proved = ranks.proved[at]!;
  return { rank: ranks.ranks[at]!, proved, errorProbability: proved ? 0 : ranks.errorProbability };
}

/** The least number of blocks whose rank is `target`, or null if none is known. */
export function leastBlocks(ranks: PrefixRanks | null, target: number): number | null {
  const blocks = ranks === null ? -1 : ranks.ranks.indexOf(target);
  return blocks < 0 ? null : blocks;
}

/**
 * Ranks of the Hermite matrix at general nodes for widths 0, 1, … until all moments are determined.
 *
 * @returns null if the matrix is beyond the limits on memory and work
 */
export function hermiteRanks(shape: EquationShape, seed: number): PrefixRanks | null {
  const target = momentColumnCount(shape);
  return untilSaturated(shape, target, (width) => ({
    ...familyByNeuron({ ...shape, width }, target, seed),
    upperBound: (blocks) => nodeRankBound(shape, blocks).rank,
    build: (field, random) => {
      const wide = { ...shape, width };
      const nodes = randomNodes(field, wide, random);
      return { entries: fixedRowsFirst(hermiteMatrix(primeRing(field), wide, nodes), wide), point: nodes };
    },
  }));
}

/**
 * Ranks of the Jacobian in data and multipliers at general nodes and data for widths 0, 1, … until they stop growing.
 *
 * @param target - the rank to expect at unlimited width
 * @returns null if the matrix is beyond the limits on memory and work
 */
export function jacobianRanks(shape: EquationShape, samples: number, target: number, seed: number): PrefixRanks | null {
  return untilSaturated(shape, target, (width) => ({
    ...familyByNeuron({ ...shape, width }, unknownCount(shape, samples), seed),
    upperBound: (blocks) => jacobianRankBound(shape, blocks, samples),
    build: (field, random) => {
      const wide = { ...shape, width };
      const nodes = randomNodes(field, wide, random);
      const data = randomData(field, wide, samples, random);
      const entries = fixedRowsFirst(jacobianMatrix(primeRing(field), wide, nodes, data), wide);
      return { entries, point: { ...nodes, ...data } };
    },
  }));
}

/**
 * Ranks of the derivatives of the moments for 0, 1, … `samples` samples: what step B can tell apart to first order.
 *
 * @returns null if the matrix is beyond the limits on memory and work
 */
export function dataSideRanks(shape: EquationShape, samples: number, seed: number): PrefixRanks | null {
  const question: BlockQuestion = {
    blocks: samples,
    rowsPerBlock: shape.inputDim + shape.outputs,
    fixedRows: 0,
    cols: momentColumnCount(shape),
    coefficients: shape.activation.coefficients,
    seed,
    upperBound: (blocks) => dataRankBound(shape, blocks).rank,
    oneDrawError: (size) => oneDrawError(shape, size),
    build: (field, random) => {
      const data = randomData(field, shape, samples, random);
      return { entries: momentJacobian(field, shape, data), point: data };
    },
  };
  if (!isWithinLimits(question)) return null;
  const ranks = blockRanks(question);
  return { ...ranks, saturated: ranks.ranks.at(-1) === question.cols };
}

/** The most samples that the number of moments could allow: ⌊N / (d + C − scale)⌋. */
export function countingCapacity(shape: EquationShape): number {
  const perSample = shape.inputDim + shape.outputs - gaugeOf(shape).directionsPerSample;
  return Math.floor(momentColumnCount(shape) / perSample);
}

function familyByNeuron(shape: EquationShape, cols: number, seed: number): Omit<BlockQuestion, "upperBound" | "build"> {
  return {
    blocks: shape.width,
    rowsPerBlock: equationsPerNeuron(shape),
    fixedRows: fixedRowCount(shape),
    cols,
    coefficients: shape.activation.coefficients,
    seed,
    oneDrawError: (size) => oneDrawError(shape, size),
  };
}

function fixedRowCount({ trained, outputs }: EquationShape): number {
  return trained.has("output-bias") ? outputs : 0;
}

/** The rows of a trained output bias moved to the front, so that every prefix of neurons contains them. */
function fixedRowsFirst({ rows, cols, entries }: RingMatrix<number>, shape: EquationShape): Float64Array {
  const ofNeurons = (rows - fixedRowCount(shape)) * cols;
  const reordered = new Float64Array(entries.length);
  reordered.set(entries.slice(ofNeurons), 0);
  reordered.set(ofNeurons === entries.length ? entries : entries.slice(0, ofNeurons), entries.length - ofNeurons);
  return reordered;
}

/**
 * Widens the network until the target is reached or one more general neuron adds nothing, which by genericity means
 * that no neuron will.
 */
function untilSaturated(
  shape: EquationShape,
  target: number,
  questionFor: (width: number) => BlockQuestion,
): PrefixRanks | null {
  const perNeuron = Math.max(1, independentEquationsPerNeuron(shape));
  // Quadrics need about d double points however few the equations are.
  const slack = (momentDegrees(shape).at(-1) ?? 0) <= 2 ? shape.inputDim + 2 : 1;
  let width = Math.ceil(target / perNeuron) + slack;
  for (;;) {
    const question = questionFor(width);
    if (!isWithinLimits(question)) return atAskedWidth(shape, target, questionFor);
    const result = blockRanks(question);
    const last = result.ranks.at(-1)!;
    if (last >= target || last === result.ranks.at(-2)) return { ...result, saturated: true };
    width = Math.ceil(1.5 * width) + 1;
  }
}

/** The ranks up to the width asked for, where the threshold itself is out of reach. */
function atAskedWidth(
  shape: EquationShape,
  target: number,
  questionFor: (width: number) => BlockQuestion,
): PrefixRanks | null {
  const question = questionFor(shape.width);
  if (!isWithinLimits(question)) return null;
  const result = blockRanks(question);
  return { ...result, saturated: result.ranks.at(-1)! >= target };
}
