import { norm2 } from "./dense.ts";
import type { DampedFactors } from "./factors.ts";

/**
 * Reflects the lower block away, one column after the other: overwrites `upper`, which holds R with its diagonal, and
 * `reflectors`, which holds √λ I, and fills the rest.
 */
export function reflectPlain(factors: DampedFactors): void {
  for (let k = 0; k < factors.n; k++) reflectColumn(factors, k);
}

/** Makes reflector k, which clears column k of the lower block, and applies it to the columns behind. */
function reflectColumn({ n, upper, diagonal, reflectors, pivots }: DampedFactors, k: number): void {
  const own = reflectors.subarray(k * n, k * n + k + 1);
  const alpha = upper[k * n + k]!;
  const length = norm2(Float64Array.of(alpha, norm2(own)));
  if (length === 0) return;
  const norm = alpha < 0 ? -length : length;
  for (let i = 0; i <= k; i++) own[i]! /= norm;
  const pivot = 1 + alpha / norm;
  pivots[k] = pivot;
  diagonal[k] = -norm;
  for (let j = k + 1; j < n; j++) {
    const start = j * n;
    let s = pivot * upper[start + k]!;
    for (let i = 0; i < k; i++) s += own[i]! * reflectors[start + i]!;
    s = -s / pivot;
    upper[start + k]! += s * pivot;
    for (let i = 0; i <= k; i++) reflectors[start + i]! += s * own[i]!;
  }
}
