import { expect, test } from "vitest";
import { momentColumnCount } from "../../../src/equations/shape.ts";
import { decideDecomposition } from "../../../src/identifiability/decomposition/decomposition.ts";
import { dataSideRanks } from "../../../src/identifiability/ranks/generic-ranks.ts";
import { check, conditionOf, shapeOf, sumOfPowers } from "../shapes.ts";

/** [d, n] with d <= 5 where the data-side rank misses min(n(d + 1), N). */
function defective(degrees: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (let d = 1; d <= 5; d++) {
    const shape = shapeOf({ activation: sumOfPowers(degrees), inputDim: d });
    const columns = momentColumnCount(shape);
    const { ranks } = dataSideRanks(shape, Math.ceil(columns / (d + 1)), 1)!;
    ranks.forEach((rank, n) => {
      if (rank < Math.min(n * (d + 1), columns)) found.push([d, n]);
    });
  }
  return found;
}

// Measured lists of theory.md section 5, here for d <= 5.
const DEFECTIVE: readonly [readonly number[], readonly [number, number][]][] = [
  [[2, 3], [[4, 6]]],
  [
    [2, 3, 4],
    [
      [2, 4],
      [3, 8],
      [4, 13],
    ],
  ],
  [
    [2, 4],
    [
      [3, 5],
      [4, 9],
      [5, 14],
    ],
  ],
  [[2, 4, 6], [[2, 5]]],
  [[1, 2, 3], []],
  [[1, 2, 3, 4], []],
  [[3, 4], []],
  [[3, 5], []],
  [[1, 3, 5], []],
  [[4, 5], []],
];

test.each(DEFECTIVE)("the data-side rank of degrees %j falls short exactly at the listed (d, n)", (degrees, listed) => {
  expect(defective(degrees)).toEqual(listed);
});

test("degrees 1 and 2 fall short for 2 to d - 1 samples", () => {
  const short = defective([1, 2]);
  for (let d = 3; d <= 5; d++) for (let n = 2; n <= d - 1; n++) expect(short).toContainEqual([d, n]);
  expect(short.filter(([d, n]) => d < 3 || n < 2)).toEqual([]);
});

test("two degrees a < b fall short for every unsaturated n > N_a", () => {
  const short = defective([1, 4]);
  expect(short).toContainEqual([3, 4]);
  for (let d = 2; d <= 5; d++) {
    const shape = shapeOf({ activation: "z + z^4", inputDim: d });
    const { ranks } = dataSideRanks(shape, d + 2, 1)!;
    expect(ranks[d]).toBe(d * (d + 1));
    expect(ranks[d + 1]).toBeLessThan((d + 1) ** 2);
  }
});

test("one tensor: all theorems at their borders", () => {
  const decide = (d: number, p: number, n: number): unknown[] => {
    const { status, theorem } = decideDecomposition(shapeOf({ activation: `z^${p}`, inputDim: d }), n, null);
    return [status, theorem];
  };
  expect(decide(4, 3, 4)).toEqual(["holds", "jennrich"]);
  expect(decide(3, 4, 4)).toEqual(["holds", "subgeneric"]);
  expect(decide(3, 4, 5)).toEqual(["unknown", null]);
  expect(decide(2, 5, 3)).toEqual(["holds", "perfect"]);
  expect(decide(4, 3, 5)).toEqual(["holds", "perfect"]);
  expect(decide(3, 5, 7)).toEqual(["holds", "perfect"]);
  expect(decide(5, 4, 14)).toEqual(["unknown", null]);
  expect(decide(3, 4, 1)).toEqual(["holds", "one-sample"]);
  expect(decide(3, 2, 2)).toEqual(["fails", "mixing"]);
  for (const [d, p, n] of [
    [3, 6, 9],
    [4, 4, 8],
    [6, 3, 9],
  ] as const) {
    expect(decide(d, p, n)).toEqual(["fails", "two-decompositions"]);
    expect(decide(d, p, n - 1)).toEqual(["holds", "subgeneric"]);
  }
});

test("a trained bias makes one tensor in d + 1 variables, of degree p - 1 where only the bias is trained", () => {
  const hidden = shapeOf({ activation: "z^3", inputDim: 5, trained: ["hidden", "bias"] });
  expect(decideDecomposition(hidden, 9, null)).toMatchObject({ status: "fails", variables: 6, degree: 3 });
  const onlyBias = shapeOf({ activation: "z^4", inputDim: 5, trained: ["bias"] });
  expect(decideDecomposition(onlyBias, 6, null)).toMatchObject({ theorem: "jennrich", variables: 6, degree: 3 });
});

test("the scales need a lower degree with independent powers, and a third degree only signs", () => {
  const withLinear = shapeOf({ activation: "z + z^5", inputDim: 3 });
  expect(decideDecomposition(withLinear, 3, null)).toMatchObject({ status: "holds", scaleDegree: 1 });
  expect(decideDecomposition(withLinear, 4, null)).toMatchObject({ status: "unknown" });
});

test("Massarenti–Mella decides n where n + 1 samples still have full data-side rank", () => {
  const question = { activation: "z + z^2/2 + z^3/3 + z^4/4", inputDim: 3, width: 30 };
  const seven = check({ ...question, samples: 7 });
  expect(seven).toMatchObject({ verdict: "globally-identifiable", basis: "certificate" });
  expect(conditionOf(seven, "decomposition-unique")?.numbers).toMatchObject({
    theorem: "massarenti-mella",
    capacity: 8,
  });
  const minor = seven.evidence.find((entry) => entry.matrix === "data-side");
  expect(minor).toMatchObject({ samples: 8, inputDim: 3 });
  expect(minor?.rows).toHaveLength(32);
  expect(check({ ...question, samples: 8 }).verdict).toBe("locally-identifiable");
});

test("several outputs make degree 2 enough: n <= d by Jennrich, more by Kruskal", () => {
  const two = { activation: "z + z^2", inputDim: 4, width: 20, outputs: 2 };
  expect(check({ ...two, samples: 4 })).toMatchObject({ verdict: "globally-identifiable", upTo: ["permutation"] });
  expect(check({ ...two, outputs: 1, samples: 4 }).verdict).toBe("nonidentifiable");
  const decide = (outputs: number, samples: number): string | null =>
    decideDecomposition(shapeOf({ activation: "z + z^2", inputDim: 4, outputs }), samples, null).theorem;
  expect(decide(2, 4)).toBe("jennrich");
  expect(decide(4, 5)).toBe("kruskal");
  expect(decide(2, 5)).toBeNull();
  expect(check({ ...two, activation: "z", samples: 2 }).verdict).toBe("nonidentifiable");
});
