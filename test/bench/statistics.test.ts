import { describe, expect, test } from "vitest";
import { bootstrapInterval, holm, wilcoxonSignedRank } from "../../bench/statistics.ts";
import { createRandom } from "../../src/random.ts";

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("wilcoxonSignedRank", () => {
  test("is the share of sign patterns at least as extreme, counted by hand", () => {
    // Five differences of one sign: 2 of 32 patterns. One of the five against, with the least rank: sums 0 and 1.
    expect(wilcoxonSignedRank([1, 2, 3, 4, 5])).toBe(2 / 32);
    expect(wilcoxonSignedRank([-1, 2, 3, 4, 5])).toBe(4 / 32);
    // Ranks 1.5, 1.5, 3: the positive ones add up to 1.5, as do, with their mirror images, 3 + 3 of 8 patterns.
    expect(wilcoxonSignedRank([1, -1, -2])).toBe(6 / 8);
  });

  test("agrees with the published table: n = 10, T = 8 is the two-sided 5 % point", () => {
    const withSum = (against: readonly number[]) =>
      wilcoxonSignedRank(Array.from({ length: 10 }, (_, i) => (against.includes(i + 1) ? -1 : 1) * (i + 1)));
    expect(withSum([8])).toBeLessThanOrEqual(0.05);
    expect(withSum([9])).toBeGreaterThan(0.05);
  });

  test("zeros say nothing, and the direction does not matter", () => {
    expect(wilcoxonSignedRank([0, 0])).toBe(1);
    expect(wilcoxonSignedRank([0, 1, 2, -5])).toBe(wilcoxonSignedRank([-1, -2, 5]));
  });
});

describe("bootstrapInterval", () => {
  test("covers the mean about as often as it says", () => {
    const random = createRandom(5);
    let covered = 0;
    for (let run = 0; run < 200; run++) {
      const sample = Array.from({ length: 40 }, () => random.normal());
      const { low, high } = bootstrapInterval(sample, mean, { random, replicates: 300 });
      if (low <= 0 && high >= 0) covered++;
    }
    // 95 % of 200 ± three standard deviations, and the percentile interval is a little short at 40 observations.
    expect(covered).toBeGreaterThan(176);
    expect(covered).toBeLessThan(200);
  });
});

describe("holm", () => {
  test("multiplies the least by the number of tests, and never falls", () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(holm([0.6, 0.5])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });
});
