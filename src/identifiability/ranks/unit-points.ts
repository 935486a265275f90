import { multiply, type Rational, rational } from "../../algebra/rational.ts";
import { evaluatePolynomial } from "../../algebra/ring.ts";
import type { DataPoints, Nodes } from "../../equations/ring-tools.ts";
import type { EquationShape } from "../../equations/shape.ts";
import type { PrimeField } from "../../modular/prime-field.ts";
import { gaugeOf } from "../gauge.ts";
import { type BlockQuestion, blockRanks, isWithinLimits, type Minor } from "./block-ranks.ts";
import { primeRing, randomNodes } from "./prime-ring.ts";
import { oneDrawError } from "./rank-error.ts";

/** A minor of the equations of coordinate 1 at unit points, which proves that the Jacobian has full rank. */
export interface UnitBlock {
  /** Dimension of the span of the samples, which the other coordinates of the nodes do not enter: n. */
  readonly inputDim: number;
  /** Neurons that are enough. */
  readonly width: number;
  /** Rows are neurons; columns those of {@link unitBlockMatrix}; the point has no `points`, they are the unit vectors. */
  readonly minor: Minor;
}

/**
 * The space in which the equations of a coordinate stand alone: that of the points x, or of (x, 1) with nodes (w, b)
 * where a hidden bias is trained; null where the hidden layer gives no equations.
 */
export function homogeneousShape(shape: EquationShape): EquationShape | null {
  const { trained, bias, inputDim } = shape;
  if (!trained.has("hidden")) return null;
  if (bias !== "trained") return trained.has("bias") ? null : shape;
  return trained.has("bias") ? { ...shape, inputDim: inputDim + 1, bias: "none" } : null;
}

/**
 * Rank that the block of one coordinate must have: all its columns, or all but the scale of the sample on that axis for
 * one monomial, where that scale is gauge or the coordinate 1 of (x, 1) fixes it. Null where neither holds.
 */
export function requiredBlockRank(shape: EquationShape, samples: number): number | null {
  const space = homogeneousShape(shape);
  if (space === null || samples > space.inputDim) return null;
  const columns = unitBlockColumns(space.outputs, samples);
  const monomial = shape.activation.support.length === 1 && shape.bias !== "frozen";
  if (!monomial) return columns;
  const fixed = shape.bias === "trained" || gaugeOf(shape).directionsPerSample === 1;
  return fixed ? columns - 1 : null;
}

function unitBlockColumns(outputs: number, samples: number): number {
  return outputs + 2 * samples - 1;
}

/**
 * Proves that n ≤ d general samples (n ≤ d + 1 with a trained bias) are determined to first order, by samples at the
 * unit vectors: there the hidden equations of coordinate e contain only the unknowns of sample e and coordinate e of
 * the others, so one block of that size stands for all. Source: proofs/unit-points.md.
 *
 * @returns null if the block has not the rank required, which says nothing, or is beyond the limits
 */
export function findUnitBlock(shape: EquationShape, samples: number, seed: number): UnitBlock | null {
  const space = homogeneousShape(shape);
  const required = requiredBlockRank(shape, samples);
  if (space === null || required === null || required > shape.width) return null;
  // Rows are values of the same functions at general nodes: each adds to the rank until none does.
  const narrow = { ...space, inputDim: samples, width: required };
  const question: BlockQuestion = {
    blocks: required,
    rowsPerBlock: 1,
    fixedRows: 0,
    cols: unitBlockColumns(space.outputs, samples),
    coefficients: shape.activation.coefficients,
    seed,
    upperBound: (blocks) => blocks,
    oneDrawError: (size) => oneDrawError(narrow, size),
    build: (field, random) => {
      const nodes = randomNodes(field, narrow, random);
      const multipliers = Array.from({ length: samples * space.outputs }, () => field.random(random));
      return { entries: unitBlockMatrix(field, narrow, nodes, multipliers), point: { ...nodes, multipliers } };
    },
  };
  if (!isWithinLimits(question)) return null;
  const { ranks, minor } = blockRanks(question);
  return ranks.at(-1) === required ? { inputDim: samples, width: required, minor } : null;
}

/**
 * The derivatives of the hidden equations of coordinate 1, one row a neuron, at n = `inputDim` samples x_i = e_i.
 *
 * Columns: the C multipliers and n coordinates of sample 1, then coordinate 1 of the samples 2 … n; all other derivatives
 * are zero. Entries for sample 1: a_jc σ′(z_1), then (a_j·g_1)(σ″(z_1) w_jf + [f = 1] σ′(z_1)); for sample i:
 * (a_j·g_i) σ′(z_i), with z_i = w_ji + b_j.
 */
export function unitBlockMatrix(
  field: PrimeField,
  shape: EquationShape,
  { weights, bias, output }: Nodes<number>,
  multipliers: DataPoints<number>["multipliers"],
): Float64Array {
  const { inputDim: n, outputs, width: m, activation } = shape;
  const ring = primeRing(field);
  const slope = derivative(activation.coefficients);
  const bend = derivative(slope);
  const cols = unitBlockColumns(outputs, n);
  const entries = new Float64Array(m * cols);
  for (let j = 0; j < m; j++) {
    const w = weights.slice(j * n, (j + 1) * n);
    const a = Array.from({ length: outputs }, (_, c) => output[c * m + j]!);
    const factor = (i: number): number =>
      a.reduce((sum, value, c) => field.add(sum, field.mul(value, multipliers[i * outputs + c]!)), 0);
    const slopeAt = (i: number): number => evaluatePolynomial(ring, slope, field.add(w[i]!, bias[j]!));
    const first = slopeAt(0);
    const second = field.mul(factor(0), evaluatePolynomial(ring, bend, field.add(w[0]!, bias[j]!)));
    const row = [...a.map((value) => field.mul(value, first)), ...w.map((value) => field.mul(second, value))];
    row[outputs] = field.add(row[outputs]!, field.mul(factor(0), first));
    for (let i = 1; i < n; i++) row.push(field.mul(factor(i), slopeAt(i)));
    entries.set(row, j * cols);
  }
  return entries;
}

function derivative(coefficients: readonly Rational[]): Rational[] {
  return coefficients.slice(1).map((c, k) => multiply(c, rational(BigInt(k + 1))));
}
