import { fromNumber, type Rational, subtract, toNumber } from "../algebra/rational.ts";
import type { Ring } from "../algebra/ring.ts";
import { addIntervals, exactly, HALF_ULP, type Interval, multiplyIntervals, upperBound } from "../interval/interval.ts";

/**
 * Intervals as the numbers of the equations: whatever is evaluated over them contains the exact value at every point of
 * the box. They obey the laws of a ring only up to inclusion.
 */
export const intervalRing: Ring<Interval> = {
  zero: exactly(0),
  one: exactly(1),
  add: addIntervals,
  multiply: multiplyIntervals,
  fromRational: encloseRational,
};

/** An interval around a rational; a point where the rational is a double. */
export function encloseRational(value: Rational): Interval {
  const mid = toNumber(value);
  const exact = subtract(value, fromNumber(mid)).numerator === 0n;
  return { mid, rad: exact ? 0 : upperBound(Math.abs(mid) * HALF_ULP) };
}
