import { binomial, type EquationShape, momentDegrees } from "../../equations/shape.ts";

/** Top degree, [d, n] and lowest degree seen of the pairs in proofs/number-of-solutions.md; all degrees between are seen. */
const TWO_FROM_RANGES: readonly (readonly [degree: number, inputDim: number, samples: number, lowest: number])[] = [
  [3, 5, 9, 1],
  [6, 2, 8, 2],
  [4, 3, 7, 2],
  [3, 5, 8, 2],
];

/** Degrees {a, 2a}, with or without 0, whose two sets lie on one curve in space: [a, d, n]. */
const TWO_IN_SPACE: readonly (readonly [lower: number, inputDim: number, samples: number])[] = [
  [2, 4, 8],
  [3, 3, 9],
];

/**
 * Whether exactly two data sets over C have the moments of n general samples, on an elliptic curve through them.
 *
 * Source: proofs/number-of-solutions.md, section Exactly two data sets
 */
export function haveTwoDivisors(shape: EquationShape, samples: number): boolean {
  if (shape.outputs !== 1) return false;
  const degrees = momentDegrees(shape);
  const degree = degrees.at(-1)!;
  const isRange = degrees.at(0)! + degrees.length - 1 === degree;
  const range = TWO_FROM_RANGES.some(
    ([p, d, n, lowest]) => isRange && p === degree && lowest === degrees[0] && d === shape.inputDim && n === samples,
  );
  const space = TWO_IN_SPACE.some(
    ([a, d, n]) => degrees.filter((l) => l > 0).join() === `${a},${2 * a}` && d === shape.inputDim && n === samples,
  );
  return range || space;
}

/**
 * The shape that sees all degrees, where the low moments that this one does not see follow from the others; else null.
 *
 * Source: proofs/number-of-solutions.md, section Low moments follow from the high ones
 */
export function withLowMoments(shape: EquationShape, samples: number): EquationShape | null {
  if (shape.outputs !== 1) return null;
  const degrees = momentDegrees(shape);
  const lowest = lowestOfRun(degrees);
  const [d, k] = [shape.inputDim, Math.floor(degrees.at(-1)! / 2)];
  if (lowest === 0 || lowest > k + 1) return null;
  if (samples > binomial(d + k, k) - binomial(d + lowest - 1, lowest - 1)) return null;
  // What a trained hidden bias brings.
  return { ...shape, bias: "trained", trained: new Set([...shape.trained, "hidden", "bias"]) };
}

/** The least s such that s, s + 1, …, p are all seen. */
function lowestOfRun(degrees: readonly number[]): number {
  let lowest = degrees.at(-1)!;
  for (const degree of degrees.toReversed().slice(1)) {
    if (degree !== lowest - 1) break;
    lowest = degree;
  }
  return lowest;
}
