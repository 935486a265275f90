import { numberText, powerText } from "./text.ts";

/**
 * A logarithmic axis that has a place for zero: positions are decimal logarithms, and zero sits below a gap. Plot
 * gets it as a linear scale, so that subnormal numbers and zeros need no special care there.
 */
export interface LogScale {
  position(value: number): number;
  readonly domain: readonly [number, number];
  /** Positions with a label. */
  readonly ticks: readonly number[];
  /** Positions without one. */
  readonly minorTicks: readonly number[];
  tickText(position: number): string;
  /** Position of zero, null where no value is zero. */
  readonly zero: number | null;
}

/**
 * The scale over some values ≥ 0, from a power of ten below them to one above.
 *
 * @param maximumTicks - labels that fit on the axis
 */
export function createLogScale(values: readonly number[], maximumTicks = 7): LogScale {
  const [low, high] = decades(values);
  const step = tickStep(high - low, maximumTicks);
  const zero = values.some((value) => value === 0) ? low - Math.max(0.18 * (high - low), 0.4) : null;
  const ticks: number[] = [];
  for (let k = Math.ceil(low / step) * step; k <= high; k += step) ticks.push(k);
  const minor = high - low <= 2 ? minorPositions(low, high) : [];
  const labelled = high - low === 1 ? minor.filter((p) => isTwoOrFive(p)) : [];
  const bottom = zero ?? low;
  const pad = 0.04 * (high - bottom);
  return {
    position: (value) => (value === 0 ? (zero ?? low) : Math.log10(value)),
    domain: [bottom - pad, high + pad],
    ticks: [...(zero === null ? [] : [zero]), ...ticks, ...labelled],
    minorTicks: minor.filter((p) => !labelled.includes(p)),
    tickText: (position) => {
      if (position === zero) return "0";
      return Number.isInteger(position) ? powerText(position) : numberText(Number((10 ** position).toPrecision(1)));
    },
    zero,
  };
}

function decades(values: readonly number[]): [number, number] {
  let least = Number.POSITIVE_INFINITY;
  let greatest = 0;
  for (const value of values) {
    if (value <= 0) continue;
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  if (greatest === 0) return [-1, 0];
  const low = Math.floor(Math.log10(least));
  const high = Math.ceil(Math.log10(greatest));
  return low < high ? [low, high] : [low - 1, high];
}

function tickStep(span: number, maximumTicks: number): number {
  const steps = [1, 2, 3, 4, 5, 10, 20, 25, 50, 100];
  return steps.find((step) => span / step + 1 <= maximumTicks) ?? 200;
}

function minorPositions(low: number, high: number): number[] {
  const positions: number[] = [];
  for (let decade = low; decade < high; decade++) {
    for (let digit = 2; digit <= 9; digit++) positions.push(decade + Math.log10(digit));
  }
  return positions;
}

function isTwoOrFive(position: number): boolean {
  const digit = Math.round(10 ** (position - Math.floor(position)));
  return digit === 2 || digit === 5;
}
