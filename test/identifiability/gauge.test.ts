import { expect, test } from "vitest";
import { gaugeDimension, gaugeOf } from "../../src/identifiability/gauge.ts";
import { check, type ShapeOptions, shapeOf } from "./shapes.ts";

const symmetries = (options: Omit<ShapeOptions, "inputDim">): readonly string[] =>
  gaugeOf(shapeOf({ inputDim: 3, ...options })).symmetries;

test("permutation is always a symmetry; degrees of one parity add the sign, one monomial the scale", () => {
  expect(symmetries({ activation: "z + z^2" })).toEqual(["permutation"]);
  expect(symmetries({ activation: "z^2 + z^4" })).toEqual(["permutation", "sign"]);
  expect(symmetries({ activation: "z + z^3" })).toEqual(["permutation", "sign"]);
  expect(symmetries({ activation: "z^3" })).toEqual(["permutation", "sign", "scale"]);
  expect(symmetries({ activation: "z^4" })).toEqual(["permutation", "sign", "scale"]);
});

test("a trained or frozen bias breaks sign and scale", () => {
  for (const activation of ["z^3", "z + z^3", "z^2 + z^4"]) {
    expect(symmetries({ activation, trained: ["hidden", "bias"] })).toEqual(["permutation"]);
    expect(symmetries({ activation, frozenBias: true })).toEqual(["permutation"]);
  }
});

test("a frozen bias is not seen by a linear activation, whose only moment keeps its scale", () => {
  expect(symmetries({ activation: "z", frozenBias: true })).toEqual(["permutation", "sign", "scale"]);
});

test("seeing T_0 breaks the odd sign and the scale, not the even sign", () => {
  const trained = ["hidden", "output"] as const;
  expect(symmetries({ activation: "1 + z + z^3", trained })).toEqual(["permutation"]);
  expect(symmetries({ activation: "z + z^3", trained })).toEqual(["permutation", "sign"]);
  expect(symmetries({ activation: "z + z^3", trained: ["hidden", "output-bias"] })).toEqual(["permutation"]);
  expect(symmetries({ activation: "1 + z^2 + z^4", trained })).toEqual(["permutation", "sign"]);
  expect(symmetries({ activation: "1 + z^4", trained })).toEqual(["permutation", "sign"]);
});

test("the scale is one direction per sample, for several outputs too", () => {
  expect(gaugeDimension(shapeOf({ activation: "z^3", inputDim: 3 }), 4)).toBe(4);
  expect(gaugeDimension(shapeOf({ activation: "z^3", inputDim: 3, outputs: 3 }), 4)).toBe(4);
  expect(gaugeDimension(shapeOf({ activation: "z^3", inputDim: 3, trained: ["hidden", "bias"] }), 4)).toBe(0);
});

// theory.md section 5: 1 + z³, n = 2: rank 7 of 8.
test("one monomial with T_0 seen keeps n - 1 scale directions, which are a continuum", () => {
  const question = { activation: "1 + z^3", inputDim: 3, width: 20, trained: ["hidden", "output"] } as const;
  const two = check({ ...question, samples: 2 });
  expect(two.counts).toMatchObject({ unknowns: 8, jacobianRank: 7, nullity: 1, gaugeDimension: 0 });
  expect(two.verdict).toBe("nonidentifiable");
  expect(check({ ...question, samples: 1 })).toMatchObject({ verdict: "globally-identifiable", upTo: ["permutation"] });
  expect(check({ ...question, samples: 3, outputs: 3 }).verdict).toBe("globally-identifiable");
});

test("a verdict with the scale gauge is identifiable modulo scale, its nullity the gauge dimension", () => {
  const { verdict, counts, upTo } = check({ activation: "z^3", inputDim: 4, samples: 3, width: 8 });
  expect(verdict).toBe("globally-identifiable");
  expect(upTo).toContain("scale");
  expect(counts).toMatchObject({ nullity: 3, gaugeDimension: 3 });
});
