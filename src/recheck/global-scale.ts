import { sizeOf } from "./global-discs.ts";
import { exactly, INTERVALS, type Interval } from "./intervals.ts";
import { require } from "./json.ts";

const { add, multiply } = INTERVALS;

/** Σ_j f_j y_j for every y with y_h = 1 and |y_j| at most as given. */
export function alongEigenvector(row: readonly Interval[], components: readonly number[], h: number): Interval {
  return row
    .map((entry, j) => {
      if (j === h) return entry;
      const size = sizeOf(multiply(exactly(sizeOf(entry)), exactly(components[j]!)));
      return { low: -size, high: size };
    })
    .reduce(add);
}

/**
 * All |s| with s^exponent in an interval that does not contain zero.
 *
 * @throws {@link Rejection} if it does, or if an even power would be negative
 */
export function rootSizes(power: Interval, exponent: number): { readonly size: Interval; readonly sign: number } {
  const { low, high } = power;
  require(low > 0 || high < 0, "a scale is not bounded away from zero");
  const isEven = exponent % 2 === 0;
  require(!isEven || low > 0, "an even power of a scale is negative");
  const sign = low > 0 ? 1 : -1;
  const [least, most] = low > 0 ? [low, high] : [-high, -low];
  const degree = Math.abs(exponent);
  const size =
    exponent > 0
      ? { low: rootBelow(least, degree), high: rootAbove(most, degree) }
      : invert({ low: rootBelow(least, degree), high: rootAbove(most, degree) });
  return { size, sign: isEven ? 0 : sign };
}

/** 1/t for all t of a positive interval. */
function invert({ low, high }: Interval): Interval {
  const part = 2 ** -50;
  return { low: (1 / high) * (1 - part), high: (1 / low) * (1 + part) };
}

const powerOf = (base: number, degree: number): Interval =>
  new Array<Interval>(degree).fill(exactly(base)).reduce(multiply);

/** A positive number whose power is at most the value. */
function rootBelow(value: number, degree: number): number {
  const root = value ** (1 / degree) * (1 - 2 ** -45);
  require(root > 0 && powerOf(root, degree).high <= value, "no root of a scale is found");
  return root;
}

function rootAbove(value: number, degree: number): number {
  const root = value ** (1 / degree) * (1 + 2 ** -45);
  require(Number.isFinite(root) && powerOf(root, degree).low >= value, "no root of a scale is found");
  return root;
}
