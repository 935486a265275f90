import { lowerBound, upperBound } from "../interval/interval.ts";
import { dot, norm2 } from "../linalg/dense.ts";
import type { PlainData } from "./fit.ts";

interface Radii {
  readonly radius: number;
  readonly multiplierRadius: number;
}

/**
 * Whether no multiplier within its radius is 0 and no two points within theirs are the same, up to the sign or scale where
 * the gauge has them.
 *
 * Source: proofs/certified-samples.md, section Distinct samples.
 */
export function areApart(
  { points, multipliers }: PlainData,
  d: number,
  radii: readonly Radii[],
  gauge: readonly string[],
): boolean {
  const outputs = (multipliers.length * d) / points.length;
  return radii.every(({ radius, multiplierRadius }, i) => {
    const g = norm2(multipliers.subarray(i * outputs, (i + 1) * outputs));
    if (!(lowerBound(g * (1 - RELATIVE_ERROR * outputs)) > multiplierRadius)) return false;
    const x = points.subarray(i * d, (i + 1) * d);
    return radii.slice(0, i).every((other, k) => {
      const y = points.subarray(k * d, (k + 1) * d);
      return gapBelow(x, y, gauge) > upperBound(radius + reachOf([x, y], [radius, other.radius], gauge));
    });
  });
}

/** Covers the rounding of a norm or a product of `d` terms, with d factors of it. */
const RELATIVE_ERROR = 2 ** -50;

/** Lower bound of the least ‖x − c·y‖ for c = 1, c = ±1 or any c. */
function gapBelow(x: Float64Array, y: Float64Array, gauge: readonly string[]): number {
  const factor = gauge.includes("scale") ? dot(x, y) / dot(y, y) : gauge.includes("sign") && dot(x, y) < 0 ? -1 : 1;
  const gap = norm2(x.map((value, e) => value - factor * y[e]!));
  // Rounding moves the gap by a share of the numbers it is the difference of; another c would not make it smaller.
  return gap - (4 * x.length + 16) * RELATIVE_ERROR * (norm2(x) + Math.abs(factor) * norm2(y));
}

/** How far c·y moves when y does by its radius: |c| times that, where c brings y to the length of x. */
function reachOf(
  [x, y]: readonly [Float64Array, Float64Array],
  [radius, other]: readonly [number, number],
  gauge: readonly string[],
): number {
  if (!gauge.includes("scale")) return other;
  const shortest = norm2(y) * (1 - RELATIVE_ERROR * y.length) - other;
  return shortest > 0 ? upperBound(((norm2(x) + radius) * other) / shortest) : Number.POSITIVE_INFINITY;
}
