import { add, multiply, type Rational, rational, subtract, toNumber } from "../algebra/rational.ts";
import type { KktSystem } from "../equations/system.ts";
import { lowerBound } from "../interval/interval.ts";
import { addDyadic, type Dyadic, dyadic, dyadicZero, multiplyDyadic, negateDyadic, toRational } from "./dyadic.ts";
import { type PlainData, residualOf } from "./fit.ts";

/** Two data sets that solve systems within ρ of a file, and how far apart they are at least. */
export interface WitnessProof {
  readonly first: PlainData;
  readonly second: PlainData;
  /** Largest residual of both. */
  readonly residual: number;
  /** D ≤ √(Σ_i min_k ‖x_i − x′_k‖² / Σ_i ‖x_i‖²), points after the best sign or scale where the gauge has them. */
  readonly distance: number;
}

/**
 * Proves that two data sets solve a system to a residual that is stated, and differ.
 *
 * @returns null where one of them is no set of n samples, or no distance is left
 * Source: proofs/instance-certificates.md.
 */
export function proveWitness(
  system: KktSystem,
  first: PlainData,
  second: PlainData,
  gauge: readonly string[],
): WitnessProof | null {
  const residuals = [residualOf(system, first), residualOf(system, second)];
  if (residuals[0] === null || residuals[1] === null) return null;
  const distance = distanceBelow(first, second, system.shape.inputDim, gauge);
  if (!(distance > 0)) return null;
  return { first, second, residual: Math.max(residuals[0]!, residuals[1]!), distance };
}

/** D, exactly squared, then rounded down. */
function distanceBelow(first: PlainData, second: PlainData, d: number, gauge: readonly string[]): number {
  const from = pointsOf(first, d);
  const to = pointsOf(second, d);
  let moved = rational(0n);
  let size = rational(0n);
  for (const x of from) {
    const distances = to.map((y) => squaredDistance(x, y, gauge));
    moved = add(
      moved,
      distances.reduce((least, value) => (isBelow(value, least) ? value : least)),
    );
    size = add(size, toRational(product(x, x)));
  }
  if (size.numerator === 0n) return 0;
  const square = rational(moved.numerator * size.denominator, moved.denominator * size.numerator);
  return lowerBound(Math.sqrt(lowerBound(toNumber(square))));
}

const isBelow = (a: Rational, b: Rational): boolean => subtract(a, b).numerator < 0n;

const pointsOf = ({ points }: PlainData, d: number): Dyadic[][] =>
  Array.from({ length: points.length / d }, (_, i) => Array.from(points.subarray(i * d, (i + 1) * d), dyadic));

function product(x: readonly Dyadic[], y: readonly Dyadic[]): Dyadic {
  return x.reduce((sum, value, e) => addDyadic(sum, multiplyDyadic(value, y[e]!)), dyadicZero);
}

/** ‖x − y‖², or ‖x ∓ y‖² with the sign, or the distance of x from the line of y with the scale as gauge. */
function squaredDistance(x: readonly Dyadic[], y: readonly Dyadic[], gauge: readonly string[]): Rational {
  const [xx, xy, yy] = [product(x, x), product(x, y), product(y, y)];
  if (gauge.includes("scale")) {
    if (yy.mantissa === 0n) return toRational(xx);
    const along = multiply(toRational(xy), toRational(xy));
    const length = toRational(yy);
    return subtract(
      toRational(xx),
      rational(along.numerator * length.denominator, along.denominator * length.numerator),
    );
  }
  const twice = addDyadic(xy, xy);
  const pairing = gauge.includes("sign") && twice.mantissa < 0n ? negateDyadic(twice) : twice;
  return toRational(addDyadic(addDyadic(xx, yy), negateDyadic(pairing)));
}
