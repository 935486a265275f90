import type { Fraction, Ring } from "./numbers.ts";

/** All reals between two doubles. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Outward rounding without directed rounding: a result x of one operation is off by at most 2⁻⁵³|x| + 2⁻¹⁰⁷⁴, and so is
 * the subtraction here; 2⁻⁵¹|x| + 2⁻¹⁰⁷³ covers both.
 */
export function down(x: number): number {
  return x - (Math.abs(x) * 2 ** -51 + 2 ** -1073);
}

/** The same upwards. */
export function up(x: number): number {
  return x + (Math.abs(x) * 2 ** -51 + 2 ** -1073);
}

export function exactly(x: number): Interval {
  return { low: x, high: x };
}

/** value ± radius. */
export function around(value: number, radius: number): Interval {
  return radius === 0 ? exactly(value) : { low: down(value - radius), high: up(value + radius) };
}

function isZero({ low, high }: Interval): boolean {
  return low === 0 && high === 0;
}

/** Sums and products that contain those of all members; exact with an exact zero, so that what is missing stays so. */
export const INTERVALS: Ring<Interval> = {
  add: (a, b) => {
    if (isZero(a)) return b;
    return isZero(b) ? a : { low: down(a.low + b.low), high: up(a.high + b.high) };
  },
  multiply: (a, b) => {
    if (isZero(a) || isZero(b)) return exactly(0);
    const ends = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
    return { low: down(Math.min(...ends)), high: up(Math.max(...ends)) };
  },
  integer: exactly,
};

/** An interval around a rational; integers below 2⁵³ are exact. */
export function enclose({ numerator, denominator }: Fraction): Interval {
  const [top, bottom] = [Number(numerator), Number(denominator)];
  if (Number.isSafeInteger(top) && denominator === 1n) return exactly(top);
  // Three roundings: numerator, denominator, quotient.
  return { low: down(down(down(top / bottom))), high: up(up(up(top / bottom))) };
}

/** The middle and a radius that covers both ends. */
export function middleAndRadius({ low, high }: Interval): { readonly middle: number; readonly radius: number } {
  if (low === high) return { middle: low, radius: 0 };
  const middle = low + (high - low) / 2;
  return { middle, radius: up(Math.max(high - middle, middle - low)) };
}
