import { rational, toNumber } from "../algebra/rational.ts";
import { type KktSystem, rowsPerNeuron } from "../equations/system.ts";
import { upperBound } from "../interval/interval.ts";
import { rowSizes } from "./box.ts";
import { addDyadic, type Dyadic, dyadic, dyadicZero, multiplyDyadic, negateDyadic } from "./dyadic.ts";

/** n points (n×d) and their multipliers (n×C) in the coordinates of the file, row-major. */
export interface PlainData {
  readonly points: Float64Array;
  readonly multipliers: Float64Array;
}

/** Products in exact arithmetic, n·m·(d + C), that take about a second. */
const WORK_LIMIT = 4e5;

/** Multipliers below this share of the largest are as good as zero: the sample has left no trace. */
const LEAST_MULTIPLIER = 2 ** -30;

/**
 * Least ρ at which a data set solves a system: the largest residual of an equation over the largest entry of its tensor,
 * evaluated without rounding and rounded up.
 *
 * @returns null where the data set is none of n samples (a multiplier vanishes, two points coincide, a number is not
 * finite), a tensor of the known side is zero, or there are too many terms for exact arithmetic
 */
export function residualOf(system: KktSystem, data: PlainData): number | null {
  const { width, inputDim, outputs } = system.shape;
  const work = data.points.length * width * (1 + outputs / inputDim);
  if (work > WORK_LIMIT || !isDataSet(system, data)) return null;
  const residuals = exactResiduals(system, data);
  let largest = 0;
  rowSizes(system).forEach(({ atLeast, rounding }, r) => {
    largest = Math.max(largest, upperBound((upperBound(Math.abs(residuals[r]!)) + rounding) / atLeast));
  });
  return Number.isFinite(largest) ? largest : null;
}

/** Whether the points are finite and pairwise distinct, and no multiplier is negligible. */
function isDataSet({ shape }: KktSystem, { points, multipliers }: PlainData): boolean {
  const { inputDim: d, outputs } = shape;
  if (!points.every(Number.isFinite) || !multipliers.every(Number.isFinite)) return false;
  const samples = points.length / d;
  const rows = Array.from({ length: samples }, (_, i) => points.slice(i * d, (i + 1) * d).join());
  const sizes = Array.from({ length: samples }, (_, i) =>
    Math.max(...multipliers.slice(i * outputs, (i + 1) * outputs).map(Math.abs)),
  );
  return new Set(rows).size === samples && Math.min(...sizes) >= LEAST_MULTIPLIER * Math.max(...sizes);
}

/** Σ_i φ(x_i)g_i − G of every row, exact and then rounded once: proofs/moment-expansion.md, equations (1)–(4). */
export function exactResiduals(system: KktSystem, data: PlainData): number[] {
  const { shape, targets } = system;
  const denominator = shape.activation.coefficients.reduce((lcm, c) => leastMultiple(lcm, c.denominator), 1n);
  const scale: Dyadic = { mantissa: denominator, exponent: 0 };
  const sums = Array.from(targets, (value) => negateDyadic(multiplyDyadic(dyadic(value), scale)));
  const evaluate = createEvaluation(system, data, denominator);
  const { hidden, bias, output } = rowsPerNeuron(shape);
  const { inputDim: d, outputs: C } = shape;
  const points = Array.from(data.points, dyadic);
  const multipliers = Array.from(data.multipliers, dyadic);
  const samples = data.points.length / d;
  const add = (row: number, term: Dyadic): void => {
    sums[row] = addDyadic(sums[row]!, term);
  };
  for (let i = 0; i < samples; i++) {
    let row = 0;
    for (let j = 0; j < shape.width; j++) {
      const { value, weightedSlope } = evaluate(i, j);
      for (let e = 0; e < hidden; e++) add(row++, multiplyDyadic(weightedSlope, points[i * d + e]!));
      if (bias > 0) add(row++, weightedSlope);
      for (let c = 0; c < output; c++) add(row++, multiplyDyadic(multipliers[i * C + c]!, value));
    }
    for (let c = 0; row < sums.length; c++) add(row++, multiplyDyadic(multipliers[i * C + c]!, scale));
  }
  return sums.map((sum) => nearestQuotient(sum, denominator));
}

/** The double nearest to a/b. */
function nearestQuotient({ mantissa, exponent }: Dyadic, b: bigint): number {
  const power = 1n << BigInt(Math.abs(exponent));
  return toNumber(
    exponent < 0 ? { numerator: mantissa, denominator: b * power } : { numerator: mantissa * power, denominator: b },
  );
}

/** `denominator` times σ(z) and (g_i·a_j) σ′(z) at z = w_j·x_i + b_j. */
function createEvaluation(
  { shape, weights, bias, output }: KktSystem,
  data: PlainData,
  denominator: bigint,
): (i: number, j: number) => { readonly value: Dyadic; readonly weightedSlope: Dyadic } {
  const { inputDim: d, outputs, width: m, activation } = shape;
  const coefficients = activation.coefficients.map(
    (c): Dyadic => ({ mantissa: c.numerator * (denominator / c.denominator), exponent: 0 }),
  );
  const [W, b, A] = [weights, bias, output].map((values) => Array.from(values, dyadic)) as [
    Dyadic[],
    Dyadic[],
    Dyadic[],
  ];
  const [X, g] = [data.points, data.multipliers].map((values) => Array.from(values, dyadic)) as [Dyadic[], Dyadic[]];
  return (i, j) => {
    let z = b[j]!;
    for (let e = 0; e < d; e++) z = addDyadic(z, multiplyDyadic(W[j * d + e]!, X[i * d + e]!));
    let value = dyadicZero;
    let slope = dyadicZero;
    for (const c of coefficients.toReversed()) {
      slope = addDyadic(multiplyDyadic(slope, z), value);
      value = addDyadic(multiplyDyadic(value, z), c);
    }
    let pairing = dyadicZero;
    for (let c = 0; c < outputs; c++) {
      pairing = addDyadic(pairing, multiplyDyadic(g[i * outputs + c]!, A[c * m + j]!));
    }
    return { value, weightedSlope: multiplyDyadic(pairing, slope) };
  };
}

function leastMultiple(a: bigint, b: bigint): bigint {
  // The denominator of a/b in lowest terms is b over the greatest common divisor.
  return a * rational(a, b).denominator;
}
