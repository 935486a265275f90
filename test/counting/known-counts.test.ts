import { describe, expect, test } from "vitest";
import { hasFiniteFibre } from "../../src/counting/finite-fibre.ts";
import { knownCount } from "../../src/counting/known-counts.ts";
import { momentColumnCount } from "../../src/equations/shape.ts";
import { dataSideRanks } from "../../src/identifiability/ranks/generic-ranks.ts";
import { doublePointRank } from "../../src/identifiability/ranks/rank-bounds.ts";
import { degreesUpTo, shapeOf, sumOfPowers } from "../identifiability/shapes.ts";

const shapeWith = (degrees: readonly number[], d: number): ReturnType<typeof shapeOf> =>
  shapeOf({ activation: sumOfPowers(degrees), inputDim: d, trained: [degrees[0] === 0 ? "output" : "hidden"] });

const known = (degrees: readonly number[], d: number, n: number): number | null =>
  knownCount(shapeWith(degrees, d), n)?.count ?? null;

test.each([
  [[6], 3, 9],
  [[0, 1, 2, 3, 4, 5, 6], 2, 9],
  [[1, 2, 3, 4, 5, 6], 2, 9],
  [[0, 1, 2, 3, 4], 3, 8],
  [[1, 2, 3, 4], 3, 8],
  [[0, 1, 2, 3], 5, 9],
  [[1, 2, 3], 5, 9],
  [[2, 3, 4, 5, 6], 2, 8],
  [[2, 3, 4], 3, 7],
  [[2, 3], 5, 8],
  [[2, 4], 4, 8],
  [[0, 2, 4], 4, 8],
  [[3, 6], 3, 9],
] as const)("degrees %j in dimension %i: two data sets of %i samples, not of one more or one less", (degrees, d, n) => {
  expect(known(degrees, d, n)).toBe(2);
  expect(known(degrees, d, n - 1)).not.toBe(2);
  expect(known(degrees, d, n + 1)).not.toBe(2);
  expect(known([...degrees.filter((l) => l !== degrees[0]), 7], d, n)).not.toBe(2);
});

test("low moments follow from the high ones up to the bound and no further", () => {
  expect(known([1, 2, 3, 4], 2, 4)).toBe(1);
  expect(known([1, 2, 3, 4], 4, 13)).toBe(1);
  expect(known([1, 2, 3, 4], 4, 14)).toBeNull();
  expect(known([2, 3, 4], 3, 6)).toBe(1);
  expect(known([2, 3, 4], 4, 10)).toBe(1);
  expect(known([2, 3, 4], 4, 11)).toBeNull();
});

test("a count is claimed only where the rank says that it is finite", () => {
  let claims = 0;
  for (let chosen = 1; chosen < 32; chosen++) {
    const degrees = [0, 1, 2, 3, 4].filter((l) => (chosen >> l) & 1);
    if (degrees.at(-1)! === 0) continue;
    for (let d = 1; d <= 3; d++) {
      for (let n = 1; n <= 9; n++) {
        const shape = shapeWith(degrees, d);
        if (knownCount(shape, n) === null) continue;
        claims++;
        const finite = hasFiniteFibre(shape, n, { level: "moments", seed: 3 });
        expect(finite, `${degrees.join()} in dimension ${d}, ${n} samples`).toBe(true);
      }
    }
  }
  expect(claims).toBeGreaterThan(100);
});

describe("data-side rank with low degrees unseen", () => {
  test.each([3, 4, 5])("degrees 1 or 2 to %i: double points in one more variable", (p) => {
    for (let d = 1; d <= 4; d++) {
      for (const lowest of [1, 2]) {
        const shape = shapeWith(degreesUpTo(p).slice(lowest), d);
        const columns = momentColumnCount(shape);
        const most = Math.ceil(columns / (d + 1)) + 1;
        const { ranks } = dataSideRanks(shape, most, 1)!;
        const expected = ranks.map((_, n) =>
          lowest === 1 ? Math.min(doublePointRank(d + 1, p, n), columns) : doublePointRank(d + 1, p, n + 1) - (d + 1),
        );
        expect([...ranks]).toEqual(expected);
      }
    }
  });
});
