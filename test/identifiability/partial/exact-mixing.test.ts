import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatRational, isZero, type Rational, rational } from "../../../src/algebra/rational.ts";
import { rationalRing } from "../../../src/algebra/ring.ts";
import { exactMixing, type RationalData, rationalTexts } from "../../../src/identifiability/partial/exact-mixing.ts";
import { createRandom } from "../../../src/random.ts";
import { leftSide } from "../../support/definition.ts";
import { tensor } from "../../support/quantity-values.ts";
import { type ShapeOptions, shapeOf } from "../shapes.ts";

const mix = (options: ShapeOptions, samples: number, seed = 1): RationalData[] | null =>
  exactMixing(shapeOf(options), samples, createRandom(seed));

/** Entries of Σ_i g_i x_i^{⊗k} as text. */
function moment({ points, multipliers }: RationalData, degree: number): string[] {
  const d = points.length / multipliers.length;
  const terms = multipliers.map((g, i) => tensor(rationalRing, g, points.slice(i * d, (i + 1) * d), degree));
  return terms.reduce((sum, term) => sum.map((value, k) => rationalRing.add(value, term[k]!))).map(formatRational);
}

describe("nine data sets on a rational rotation", () => {
  test("share T_0, T_1 and T_2 exactly, not T_3, and move every sample", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 7 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 1e6 }),
        (samples, inputDim, seed) => {
          const path = mix({ activation: "z + z^2", inputDim }, samples, seed)!;
          expect(path).toHaveLength(9);
          const [first, last] = [path[0]!, path.at(-1)!];
          for (const data of path) {
            for (const degree of [0, 1, 2]) expect(moment(data, degree)).toEqual(moment(first, degree));
            expect(data.multipliers.every((g) => !isZero(g))).toBe(true);
          }
          expect(moment(last, 3)).not.toEqual(moment(first, 3));
          for (let i = 0; i < samples; i++) {
            const at = (data: RationalData) => rationalTexts(data).points.slice(i * inputDim, (i + 1) * inputDim);
            expect(at(last)).not.toEqual(at(first));
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test.each([
    ["z + z^2", ["hidden"]],
    ["1/3 - z + 2*z^2", ["hidden", "output", "output-bias"]],
    ["z + z^2", ["hidden", "bias"]],
    ["z^2", ["output"]],
    ["z", ["hidden", "bias", "output"]],
  ] as const)("solve the same equations of %s with %j trained, at any nodes", (activation, trained) => {
    const shape = shapeOf({ activation, trained, inputDim: 3, width: 4 });
    const path = exactMixing(shape, 3, createRandom(5))!;
    const random = createRandom(9);
    const entries = (length: number): Rational[] =>
      Array.from({ length }, () => rational(BigInt(random.integer(19) - 9), BigInt(1 + random.integer(5))));
    const bias = shape.bias === "none" ? entries(4).map(() => rational(0n)) : entries(4);
    const nodes = { weights: entries(12), bias, output: entries(4) };
    const sides = path.map((data) => leftSide(rationalRing, shape, nodes, data).map(formatRational));
    for (const side of sides) expect(side).toEqual(sides[0]);
    expect(new Set(sides[0]).size).toBeGreaterThan(1);
  });
});

test("none for one sample, a third degree or two outputs", () => {
  expect(mix({ activation: "z + z^2", inputDim: 3 }, 1)).toBeNull();
  expect(mix({ activation: "z + z^2 + z^3", inputDim: 3 }, 2)).toBeNull();
  expect(mix({ activation: "z + z^2", inputDim: 3, outputs: 2 }, 2)).toBeNull();
  expect(mix({ activation: "z + z^2", inputDim: 3 }, 2)).not.toBeNull();
});
