import fc from "fast-check";
import { expect, test } from "vitest";
import { symmetricDimension } from "../../../src/equations/shape.ts";
import {
  countingCapacity,
  dataSideRanks,
  hermiteRanks,
  type PrefixRanks,
} from "../../../src/identifiability/ranks/generic-ranks.ts";
import { doublePointRank, provedNodeRank, separatedRank } from "../../../src/identifiability/ranks/interpolation.ts";
import { dataRankBound, nodeRankBound } from "../../../src/identifiability/ranks/rank-bounds.ts";
import { measureRanks } from "../../../src/identifiability/ranks/shape-ranks.ts";
import { UNWATCHED } from "../../../src/identifiability/watch.ts";
import { degreesUpTo, questions, shapeOf, sumOfPowers } from "../shapes.ts";

/** Widths at which the rank misses min(m · perNeuron, columns). */
function defective({ ranks }: PrefixRanks, perNeuron: number): number[] {
  const columns = ranks.at(-1)!;
  return [...ranks.keys()].filter((m) => ranks[m]! < Math.min(m * perNeuron, columns));
}

const hermiteOf = (degrees: readonly number[], inputDim: number, layers: readonly ("hidden" | "output" | "bias")[]) =>
  hermiteRanks(shapeOf({ activation: sumOfPowers(degrees), inputDim, trained: layers }), 1)!;

// Alexander & Hirschowitz 1995, theory.md section 4: [d, p, widths].
const TABLE = [
  [2, 4, [5]],
  [3, 4, [9]],
  [4, 4, [14]],
  [4, 3, [7]],
] as const;

test("with a constant term the widths of Alexander–Hirschowitz miss the expected rank by one, their neighbours do not", () => {
  for (const [d, p, widths] of TABLE) {
    const ranks = hermiteOf(degreesUpTo(p), d, ["hidden", "output"]);
    expect(defective(ranks, d + 1)).toEqual(widths);
    expect(ranks.ranks[widths[0]]).toBe(symmetricDimension(d + 1, p) - 1);
    expect(ranks.ranks[widths[0] + 1]).toBe(symmetricDimension(d + 1, p));
  }
});

test("without a constant term those widths have the expected rank", () => {
  for (const [d, p] of TABLE)
    expect(defective(hermiteOf(degreesUpTo(p, 1), d, ["hidden", "output"]), d + 1)).toEqual([]);
});

test("quadrics miss the expected rank for 2 to d neurons, and for 2 to d - 1 without a constant term", () => {
  for (let d = 2; d <= 5; d++) {
    const widths = Array.from({ length: d - 1 }, (_, k) => k + 2);
    expect(defective(hermiteOf([0, 1, 2], d, ["hidden", "output"]), d + 1)).toEqual(widths);
    expect(defective(hermiteOf([1, 2], d, ["hidden", "output"]), d + 1)).toEqual(widths.slice(0, -1));
  }
});

test("no other shape with all degrees and d, p <= 5 misses the expected rank", () => {
  for (let d = 1; d <= 5; d++) {
    for (let p = 3; p <= (d <= 3 ? 5 : 4); p++) {
      if (TABLE.some(([e, q]) => e === d && q === p)) continue;
      expect(defective(hermiteOf(degreesUpTo(p), d, ["hidden", "output"]), d + 1)).toEqual([]);
    }
  }
});

test("one monomial with the gradient only has the same table with one variable more", () => {
  for (const [d, p, widths] of TABLE) {
    const ranks = hermiteOf([p], d + 1, ["hidden"]);
    expect(defective(ranks, d + 1)).toEqual(widths);
  }
  expect(defective(hermiteOf([4], 2, ["hidden"]), 2)).toEqual([]);
  expect(defective(hermiteOf([3], 4, ["hidden"]), 4)).toEqual([]);
});

test("one monomial with a trained bias has the table of d, since its points are (w, b)", () => {
  for (const [d, p, widths] of TABLE) expect(defective(hermiteOf([p], d, ["hidden", "bias"]), d + 1)).toEqual(widths);
});

test("the theorem agrees with ranks of one monomial for all d <= 5 and p <= 4", () => {
  for (let d = 1; d <= 5; d++) {
    for (let p = 1; p <= 4; p++) {
      const { ranks } = hermiteOf([p], d, ["hidden"]);
      expect(ranks).toEqual(ranks.map((_, m) => doublePointRank(d, p, m)));
    }
  }
});

test("ranks that meet a bound need one prime and are proved; others use two and state an error", () => {
  const proved = hermiteOf([1, 2, 3], 4, ["hidden"]);
  expect(proved.primes).toHaveLength(1);
  expect(proved.errorProbability).toBe(0);
  const probable = hermiteOf([1, 2], 4, ["hidden"]);
  expect(probable.primes.length).toBeGreaterThanOrEqual(2);
  expect(probable.errorProbability).toBeGreaterThan(0);
  expect(probable.errorProbability).toBeLessThan(1e-8);
});

test("no theorem contradicts a computed rank, on shapes of every kind and at every width", () => {
  const seen = { widths: 0, exact: 0 };
  fc.assert(
    fc.property(questions, (question) => {
      const shape = shapeOf(question);
      hermiteRanks(shape, 1)!.ranks.forEach((rank, width) => {
        const bound = nodeRankBound(shape, width);
        seen.widths++;
        if (bound.exact) seen.exact++;
        expect(provedNodeRank(shape, width)).toBeLessThanOrEqual(rank);
        expect(bound.rank).toBeGreaterThanOrEqual(rank);
        if (bound.exact) expect(bound.rank).toBe(rank);
      });
    }),
    { numRuns: 300 },
  );
  expect(seen.exact / seen.widths).toBeGreaterThan(0.5);
});

test("the dimension of the moments of all degrees from 1 is that of the theorem", () => {
  for (let d = 1; d <= 4; d++) {
    for (let p = 3; p <= 4; p++) {
      const shape = shapeOf({ activation: sumOfPowers(degreesUpTo(p, 1)), inputDim: d });
      const { ranks } = dataSideRanks(shape, countingCapacity(shape) + 2, 1)!;
      expect(ranks).toEqual(ranks.map((_, n) => dataRankBound(shape, n).rank));
      expect(dataRankBound(shape, 1).exact).toBe(true);
    }
  }
});

test("scales far apart prove independent gradients up to one node per lower degree, and not one node more", () => {
  // 1 node for linear forms, 1 for quadrics and ⌊N_3/d⌋ for cubics in 4 variables: N_3 = 20.
  expect(separatedRank(4, [1, 2, 3], 7)).toBe(28);
  expect(separatedRank(4, [1, 2, 3], 8)).toBe(31);
  // All 4 + 10 + 20 from 1 + 4 + 5 nodes.
  expect(separatedRank(4, [1, 2, 3], 9)).toBe(33);
  expect(separatedRank(4, [1, 2, 3], 10)).toBe(34);
});

test("the Hermite rank of a shape beyond the limits is that of the theorem, where the theorem speaks", () => {
  const rankAtWidth = (width: number): number | null => {
    const shape = shapeOf({ activation: "z + z^2 + z^3 + z^4", inputDim: 30, width });
    expect(hermiteRanks(shape, 1)).toBeNull();
    return measureRanks({ shape, samples: 60, seed: 1, hermiteOnly: true }, UNWATCHED).momentRank?.rank ?? null;
  };
  expect(rankAtWidth(400)).toBe(12_000);
  // Nodes without loss: 1 for linear forms, 1 for quadrics, ⌊4,960/30⌋ for cubics and 40,920/30 for quartics.
  expect(rankAtWidth(1531)).toBe(1531 * 30);
  expect(rankAtWidth(1532)).toBeNull();
  // 1 + 30 + 166 + 1364 nodes determine all.
  expect(rankAtWidth(1560)).toBeNull();
  expect(rankAtWidth(1561)).toBe(46_375);
});
