/**
 * Intervals mid ± rad in doubles that contain every exact result, without directed rounding: each operation adds its own
 * rounding error to the radius. Source: Rump, Acta Numerica 19 (2010), sections 5 and 9; proofs/instance-certificates.md.
 */
export interface Interval {
  readonly mid: number;
  /** At least 0; NaN or infinite where nothing is known, which no test of this project takes for a proof. */
  readonly rad: number;
}

/** Half an ulp of 1: a rounded result is off by at most this share of itself, or by half of {@link SMALLEST}. */
export const HALF_ULP: number = 2 ** -53;
/** The smallest positive double. */
const SMALLEST = 2 ** -1074;
/** Covers underflow in an expression of a dozen operations. */
export const UNDERFLOW: number = 16 * SMALLEST;
/** Covers the relative rounding error of an expression of up to a dozen operations on nonnegative numbers. */
const SLACK = 1 + 16 * HALF_ULP;

/** An upper bound of a sum or product of up to a dozen nonnegative numbers, from its computed value. */
export function upperBound(computed: number): number {
  return computed * SLACK + UNDERFLOW;
}

/** A lower bound of such an expression. */
export function lowerBound(computed: number): number {
  return Math.max(0, computed * (1 - 16 * HALF_ULP) - UNDERFLOW);
}

/** The interval that holds one double. */
export function exactly(value: number): Interval {
  return { mid: value, rad: 0 };
}

export function addIntervals(a: Interval, b: Interval): Interval {
  const mid = a.mid + b.mid;
  if (a.rad === 0 && b.rad === 0 && (a.mid === 0 || b.mid === 0)) return { mid, rad: 0 };
  return { mid, rad: upperBound(a.rad + b.rad + Math.abs(mid) * HALF_ULP) };
}

export function multiplyIntervals(a: Interval, b: Interval): Interval {
  if (isExactly(a, 0) || isExactly(b, 1)) return a;
  if (isExactly(b, 0) || isExactly(a, 1)) return b;
  const mid = a.mid * b.mid;
  const size = Math.abs(b.mid) + b.rad;
  return { mid, rad: upperBound(Math.abs(a.mid) * b.rad + a.rad * size + Math.abs(mid) * HALF_ULP) };
}

const isExactly = ({ mid, rad }: Interval, value: number): boolean => rad === 0 && mid === value;
