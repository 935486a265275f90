import { derivativeCoefficients } from "../../algebra/activation.ts";
import { evaluatePolynomial } from "../../algebra/ring.ts";
import type { DataPoints, Nodes } from "../../equations/ring-tools.ts";
import type { EquationShape } from "../../equations/shape.ts";
import type { PrimeField } from "../../modular/prime-field.ts";
import { type BlockRanks, blockRanks } from "./block-ranks.ts";
import { primeRing, randomData, randomNodes } from "./prime-ring.ts";
import { oneDrawError } from "./rank-error.ts";

/** Ranks of the first 0, 1, … rows of the known side of n ≤ d (+1) general samples at general nodes. */
export function knownSideRanks(shape: EquationShape, samples: number, seed: number): BlockRanks {
  const cols = shape.inputDim + (shape.trained.has("bias") ? 1 : 0);
  // A general neuron that adds no rank is followed by none that does.
  const wide = { ...shape, width: samples };
  return blockRanks({
    blocks: samples,
    rowsPerBlock: 1,
    fixedRows: 0,
    cols,
    coefficients: shape.activation.coefficients,
    seed,
    upperBound: (blocks) => blocks,
    oneDrawError: (size) => oneDrawError(shape, size),
    build: (field, random) => {
      const nodes = randomNodes(field, wide, random);
      const data = randomData(field, wide, samples, random);
      return { entries: knownSide(field, wide, nodes, data), point: { ...nodes, ...data } };
    },
  });
}

/** Rows Σ_i (a_j·g_i) σ′(w_j·x_i + b_j) (x_i, 1), the 1 only with a trained bias. */
function knownSide(
  field: PrimeField,
  shape: EquationShape,
  { weights, bias, output }: Nodes<number>,
  { points, multipliers }: DataPoints<number>,
): Float64Array {
  const { inputDim: d, outputs, width: m } = shape;
  const ring = primeRing(field);
  const slope = derivativeCoefficients(shape.activation);
  const cols = d + (shape.trained.has("bias") ? 1 : 0);
  const entries = new Float64Array(m * cols);
  const samples = multipliers.length / outputs;
  for (let j = 0; j < m; j++) {
    const w = weights.slice(j * d, (j + 1) * d);
    const a = Array.from({ length: outputs }, (_, c) => output[c * m + j]!);
    for (let i = 0; i < samples; i++) {
      const x = points.slice(i * d, (i + 1) * d);
      const g = multipliers.slice(i * outputs, (i + 1) * outputs);
      const argument = field.add(innerProduct(field, w, x), bias[j]!);
      const factor = field.mul(innerProduct(field, a, g), evaluatePolynomial(ring, slope, argument));
      for (let e = 0; e < cols; e++) {
        entries[j * cols + e] = field.add(entries[j * cols + e]!, field.mul(factor, x[e] ?? 1));
      }
    }
  }
  return entries;
}

function innerProduct(field: PrimeField, a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => field.add(sum, field.mul(value, b[k]!)), 0);
}
