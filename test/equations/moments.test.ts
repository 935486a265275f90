import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseActivation } from "../../src/algebra/activation.ts";
import { createMomentMap } from "../../src/equations/moments.ts";
import { type EquationShape, momentColumnCount } from "../../src/equations/shape.ts";

const shapeOf = (inputDim: number, outputs = 1): EquationShape => ({
  setting: "gradient",
  activation: parseActivation("1 + z + z^2 + z^3 + z^4"),
  inputDim,
  width: 1,
  outputs,
  trained: new Set(["hidden", "output"]),
  bias: "none",
});

const pair = fc.integer({ min: 1, max: 4 }).chain((d) => {
  const vector = fc
    .array(fc.integer({ min: -40, max: 40 }), { minLength: d, maxLength: d })
    .map((values) => Float64Array.from(values, (value) => value / 8));
  return fc.tuple(fc.constant(d), vector, vector);
});

describe("the moment map in Bombieri scaling", () => {
  test("is isometric degree by degree: the coordinates of x^⊗l and y^⊗l have the inner product (x·y)^l", () => {
    fc.assert(
      fc.property(pair, ([d, x, y]) => {
        const map = createMomentMap(shapeOf(d));
        const atX = map.monomials(x, 0, new Float64Array(map.perOutput));
        const atY = map.monomials(y, 0, new Float64Array(map.perOutput));
        let at = 0;
        for (const { degree, count } of map.tables) {
          let inner = 0;
          for (let i = 0; i < count; i++, at++) inner += atX[at]! * atY[at]!;
          const product = x.reduce((sum, value, e) => sum + value * y[e]!, 0);
          const size = x.reduce((sum, value, e) => sum + Math.abs(value * y[e]!), 0);
          // x·y is exact; a term has at most 2·degree + 4 roundings, and the sum of `count` terms as many.
          const tolerance = (2 * degree + 4 + count) * Number.EPSILON * size ** degree;
          expect(Math.abs(inner - product ** degree)).toBeLessThanOrEqual(tolerance);
        }
        expect(at).toBe(map.perOutput);
      }),
    );
  });

  test("reads a point at its offset and has the columns of each output", () => {
    const map = createMomentMap(shapeOf(2, 3));
    expect(map.columns).toBe(momentColumnCount(shapeOf(2, 3)));
    expect(map.columns).toBe(3 * map.perOutput);
    const alone = map.monomials(Float64Array.of(2, 3), 0, new Float64Array(map.perOutput));
    const behind = map.monomials(Float64Array.of(9, 9, 9, 2, 3), 3, new Float64Array(map.perOutput));
    expect(behind).toEqual(alone);
    // Degrees 0 to 2: 1; x, y; x², √2·xy, y².
    expect(Array.from(alone.subarray(0, 6))).toEqual([1, 2, 3, 4, Math.SQRT2 * 6, 9]);
  });
});
