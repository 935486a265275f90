import type { Fraction } from "./fields.ts";

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

function sum(a: Interval, b: Interval): Interval {
  return { low: down(a.low + b.low), high: up(a.high + b.high) };
}

export function product(a: Interval, b: Interval): Interval {
  const ends = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
  return { low: down(Math.min(...ends)), high: up(Math.max(...ends)) };
}

export function innerProduct(a: readonly Interval[], b: readonly Interval[]): Interval {
  return a.reduce((total, value, k) => sum(total, product(value, b[k]!)), exactly(0));
}

/** x^exponent, as a product. */
export function power(x: Interval, exponent: number): Interval {
  let value = exactly(1);
  for (let k = 0; k < exponent; k++) value = k === 0 ? x : product(value, x);
  return value;
}

/** Σ coefficients_k x^k by Horner's rule. */
export function evaluate(coefficients: readonly Interval[], x: Interval): Interval {
  return coefficients.reduceRight((value, c) => sum(product(value, x), c), exactly(0));
}

/** An interval around a rational; integers below 2⁵³ are exact. */
export function fromFraction({ numerator, denominator }: Fraction): Interval {
  const [top, bottom] = [Number(numerator), Number(denominator)];
  const isExact = Number.isSafeInteger(top) && denominator === 1n;
  // Three roundings: numerator, denominator, quotient.
  return isExact ? exactly(top) : { low: down(down(down(top / bottom))), high: up(up(up(top / bottom))) };
}

/** The middle and a radius that covers both ends. */
export function middleAndRadius({ low, high }: Interval): { readonly middle: number; readonly radius: number } {
  const middle = low === high ? low : low + (high - low) / 2;
  return { middle, radius: low === high ? 0 : up(Math.max(high - middle, middle - low)) };
}
