import { add, divide, formatRational, multiply, negate, one, type Rational, rational } from "../../algebra/rational.ts";
import type { EquationShape } from "../../equations/shape.ts";
import type { Random } from "../../random.ts";
import { isMixed } from "../decomposition/decomposition.ts";
import { range } from "./quantities.ts";

/** A data set in exact numbers: points n×d, one multiplier a sample. */
export interface RationalData {
  readonly points: readonly Rational[];
  readonly multipliers: readonly Rational[];
}

/** Data sets along the rotation; the last turns by the angle with cosine 3/5 and sine 4/5. */
const STEPS = 8;

/** Coordinates are integers of at most this size. */
const LARGEST_COORDINATE = 9;

/**
 * Data sets with the same moments Σ g_i, Σ g_i x_i and Σ g_i x_i x_iᵀ, exactly, from a rotation of the rows √g_i·(1, x_i):
 * the multipliers are squares of rationals and stay so, since the rotations are rational too.
 *
 * @returns nine data sets, the first and the last with every sample moved; null where the equations see more than these
 * moments, or several outputs
 * Source: proofs/quadratic-mixing.md.
 */
export function exactMixing(shape: EquationShape, samples: number, random: Random): RationalData[] | null {
  if (shape.outputs !== 1 || !isMixed(shape, samples)) return null;
  const roots = rootsOfMultipliers(samples, random);
  const points = range(samples).map((i) => distinctPoint(shape.inputDim, i, random));
  // Row i of the rotated matrix is √g_i·(1, x_i).
  const rows = roots.map((root, i) => [root, ...points[i]!.map((x) => multiply(root, x))]);
  return range(STEPS + 1).map((step) => dataOf(rotatedPairs(rows, rational(BigInt(step), BigInt(2 * STEPS)))));
}

/** Square roots of the multipliers: a rotation by up to arctan 4/3 turns none of the first column to zero. */
function rootsOfMultipliers(samples: number, random: Random): Rational[] {
  return range(samples).map((i) => {
    if (i % 2 === 1) return one;
    const alone = i === samples - 1;
    return alone ? rational(1n, 2n) : rational(BigInt(2 + random.integer(2)));
  });
}

/** A point with integer coordinates; the first one tells samples apart. */
function distinctPoint(inputDim: number, i: number, random: Random): Rational[] {
  const first = i + 1;
  const rest = range(inputDim - 1).map(() => random.integer(2 * LARGEST_COORDINATE + 1) - LARGEST_COORDINATE);
  return [first, ...rest].map((value) => rational(BigInt(value)));
}

/** Rotates rows 0 and 1, 2 and 3, …; a last odd row with the one before it. The tangent of half the angle is `half`. */
function rotatedPairs(rows: readonly (readonly Rational[])[], half: Rational): Rational[][] {
  const square = multiply(half, half);
  const size = add(one, square);
  const cosine = divide(add(one, negate(square)), size);
  const sine = divide(add(half, half), size);
  const turned = rows.map((row) => [...row]);
  const rotate = (a: number, b: number): void => {
    const [first, second] = [turned[a]!, turned[b]!];
    turned[a] = first.map((value, k) => add(multiply(cosine, value), negate(multiply(sine, second[k]!))));
    turned[b] = first.map((value, k) => add(multiply(sine, value), multiply(cosine, second[k]!)));
  };
  for (let i = 0; i + 1 < rows.length; i += 2) rotate(i, i + 1);
  if (rows.length % 2 === 1) rotate(rows.length - 2, rows.length - 1);
  return turned;
}

function dataOf(rows: readonly (readonly Rational[])[]): RationalData {
  return {
    points: rows.flatMap(([root, ...row]) => row.map((value) => divide(value, root!))),
    multipliers: rows.map(([root]) => multiply(root!, root!)),
  };
}

/** The numbers as text, such as "3/5". */
export function rationalTexts({ points, multipliers }: RationalData): {
  readonly points: readonly string[];
  readonly multipliers: readonly string[];
} {
  return { points: points.map(formatRational), multipliers: multipliers.map(formatRational) };
}
