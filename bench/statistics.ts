import type { Random } from "../src/random.ts";

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Percentile bootstrap interval of a statistic of paired or single observations.
 *
 * Source: Efron & Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
 */
export function bootstrapInterval<T>(
  observations: readonly T[],
  statistic: (sample: readonly T[]) => number,
  { random, replicates = 2000, level = 0.95 }: { random: Random; replicates?: number; level?: number },
): Interval {
  const values = Array.from({ length: replicates }, () =>
    statistic(observations.map(() => observations[random.integer(observations.length)]!)),
  ).sort((a, b) => a - b);
  const at = (share: number): number => values[Math.min(replicates - 1, Math.max(0, Math.round(share * replicates)))]!;
  return { low: at((1 - level) / 2), high: at((1 + level) / 2) };
}

/**
 * Two-sided p-value of the Wilcoxon signed-rank test for paired differences: exact over all signs, ties with their mean
 * rank, zeros left out.
 *
 * @returns 1 where all differences are zero
 */
export function wilcoxonSignedRank(differences: readonly number[]): number {
  const nonzero = differences.filter((value) => value !== 0);
  const doubled = doubledRanks(nonzero.map(Math.abs));
  const total = doubled.reduce((sum, rank) => sum + rank, 0);
  const positive = doubled.reduce((sum, rank, i) => sum + (nonzero[i]! > 0 ? rank : 0), 0);
  // ways[s]: share of the sign patterns in which the positive ranks add up to s.
  const ways = new Float64Array(total + 1);
  ways[0] = 1;
  for (const rank of doubled) {
    for (let s = total; s >= 0; s--) ways[s] = (ways[s]! + (s >= rank ? ways[s - rank]! : 0)) / 2;
  }
  const least = Math.min(positive, total - positive);
  let tail = 0;
  for (let s = 0; s <= least; s++) tail += ways[s]!;
  return Math.min(1, 2 * tail);
}

/** Twice the mean rank of each value, so that ties stay whole numbers. */
function doubledRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return 2 * below + equal + 1;
  });
}

/** Holm's step-down adjusted p-values, in the order given. Source: Holm, Scand. J. Statist. 6 (1979). */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const adjusted: number[] = Array(values.length).fill(1);
  let largest = 0;
  order.forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, (values.length - rank) * values[index]!));
    adjusted[index] = largest;
  });
  return adjusted;
}
