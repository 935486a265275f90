import { describe, expect, test } from "vitest";
import { momentColumnCount, unknownCount } from "../../../src/equations/shape.ts";
import { decideDecomposition } from "../../../src/identifiability/decomposition/decomposition.ts";
import { hessianCriterion } from "../../../src/identifiability/decomposition/hessian-criterion.ts";
import { gaugeDimension } from "../../../src/identifiability/gauge.ts";
import { dataSideRanks } from "../../../src/identifiability/ranks/generic-ranks.ts";
import { check, conditionOf, shapeOf, sumOfPowers } from "../shapes.ts";

const at = (degrees: readonly number[], d: number, n: number, seed = 1) =>
  hessianCriterion(shapeOf({ activation: sumOfPowers(degrees), inputDim: d }), n, seed);

// Degree sets where the rank is full and the criterion silent (measured, proofs/decomposition.md), then the three forms
// with two decompositions.
test.each<readonly [readonly number[], number, number]>([
  [[2, 3], 5, 8],
  [[1, 2, 3], 5, 9],
  [[2, 3, 4], 3, 7],
  [[1, 2, 3, 4], 3, 8],
  [[2, 4], 4, 8],
  [[2, 5], 3, 6],
  [[6], 3, 9],
  [[4], 4, 8],
  [[3], 6, 9],
])("is silent at %j, d = %i, n = %i, and holds for one sample less", (degrees, d, n) => {
  for (const seed of [1, 2]) {
    expect(at(degrees, d, n, seed)).toMatchObject({ holds: false });
    expect(at(degrees, d, n - 1, seed)).toMatchObject({ holds: true });
  }
});

test("never holds where the data-side rank falls short or fills the space", () => {
  for (const degrees of [
    [1, 2],
    [2, 3],
    [2, 3, 4],
    [2, 4],
    [1, 4],
  ]) {
    for (const d of [2, 3, 4]) {
      const shape = shapeOf({ activation: sumOfPowers(degrees), inputDim: d });
      const columns = momentColumnCount(shape);
      const largest = Math.ceil(columns / (d + 1)) + 1;
      const { ranks } = dataSideRanks(shape, largest, 1)!;
      for (let n = 1; n <= largest; n++) {
        const full = ranks[n] === unknownCount(shape, n) - gaugeDimension(shape, n) && ranks[n]! < columns;
        if (!full) expect(at(degrees, d, n)?.holds ?? false, `${degrees} d=${d} n=${n}`).toBe(false);
      }
    }
  }
});

test("agrees with Chiantini, Ottaviani & Vannieuwenhoven on one tensor: every subgeneric number but the exceptions", () => {
  for (const [d, p] of [
    [3, 4],
    [3, 5],
    [4, 3],
    [3, 6],
  ] as const) {
    for (let n = 2; n * d < momentColumnCount(shapeOf({ activation: `z^${p}`, inputDim: d })); n++) {
      const { status } = decideDecomposition(shapeOf({ activation: `z^${p}`, inputDim: d }), n, null);
      expect(at([p], d, n)?.holds ?? false, `d=${d} p=${p} n=${n}`).toBe(status === "holds");
    }
  }
});

describe("in a verdict", () => {
  const question = { activation: "z + z^2 + z^3", inputDim: 4, width: 40, samples: 6, setting: "gradient" } as const;

  test("proves what no listed theorem does", () => {
    const decision = check(question);
    expect(decision.verdict).toBe("globally-identifiable");
    expect(conditionOf(decision, "decomposition-unique")).toMatchObject({
      status: "holds",
      basis: "certificate",
      numbers: { theorem: "hessian" },
    });
  });

  test("leaves the border case local", () => {
    expect(check({ ...question, inputDim: 5, samples: 9, width: 60 }).verdict).toBe("locally-identifiable");
  });
});

test("of two outputs has one more direction of the cone's complement", () => {
  const shape = shapeOf({ activation: "z + z^2 + z^3", inputDim: 2, outputs: 2 });
  expect(hessianCriterion(shape, 2, 1)).toMatchObject({ holds: true, needed: 3 });
});
