import { describe, expect, test } from "vitest";
import { parseActivation } from "../../src/algebra/activation.ts";
import type { TrainedLayer } from "../../src/equations/shape.ts";
import { ResourceLimitError } from "../../src/errors.ts";
import {
  type ExpansionShape,
  expandEquations,
  LARGEST_INPUT_DIM,
  LARGEST_TERM_COUNT,
} from "../../src/expansion/expansion.ts";

const shapeOf = (
  activation: string,
  inputDim: number | null,
  { outputs = 1, trained = ["hidden"] as readonly TrainedLayer[], bias = "none" as ExpansionShape["bias"] } = {},
): ExpansionShape => ({
  setting: "kkt",
  activation: parseActivation(activation),
  inputDim,
  outputs,
  trained: new Set(trained),
  bias,
});

describe("expandEquations", () => {
  test("has coordinates for a given dimension only, tensor notation always", () => {
    const general = expandEquations(shapeOf("z + z^3", null));
    expect([general.coordinates, general.degrees, general.equations.length]).toEqual([null, [1, 3], 1]);
    const plane = expandEquations(shapeOf("z + z^3", 2));
    expect(plane.coordinates!.coordinatesPerDegree).toEqual([2, 4]);
    expect(plane.equations).toEqual(general.equations);
  });

  test("names the gauge of the shape, and Taylor coefficients with a bias only", () => {
    const odd = expandEquations(shapeOf("z^3", 2));
    expect([odd.gauge.symmetries, odd.taylor]).toEqual([["permutation", "sign", "scale"], null]);
    const shifted = expandEquations(shapeOf("z^3", 2, { bias: "frozen" }));
    expect([shifted.gauge.symmetries, shifted.taylor!.length]).toEqual([["permutation"], 4]);
  });

  test("refuses more terms than its limit before it expands them, and expands as many as the limit", () => {
    // Each of the d equations has as many terms as there are monomials of degree 0, 1 and 2.
    const terms = (d: number): number => d * (1 + d + (d * (d + 1)) / 2);
    const largest = Array.from({ length: 40 }, (_, d) => d)
      .filter((d) => terms(d) <= LARGEST_TERM_COUNT)
      .at(-1)!;
    expect(expandEquations(shapeOf("z + z^2 + z^3", largest)).coordinates!.terms).toBe(terms(largest));
    expect(() => expandEquations(shapeOf("z + z^2 + z^3", largest + 1))).toThrow(ResourceLimitError);
    expect(() => expandEquations(shapeOf("z + z^12", 1e9))).toThrow(
      /-d 1000000000: .* terms in coordinates; at most 10,000/,
    );
    expect(() => expandEquations(shapeOf("z", 1, { outputs: 1e9 }))).toThrow(ResourceLimitError);
  });

  test("refuses a dimension above its limit also where the terms are few", () => {
    expect(expandEquations(shapeOf("z^2", LARGEST_INPUT_DIM)).coordinates!.terms).toBe(LARGEST_INPUT_DIM ** 2);
    expect(() => expandEquations(shapeOf("z", LARGEST_INPUT_DIM + 1))).toThrow(/101 terms .* -d up to 100/);
  });

  test("expands the general dimension of an activation whose coordinates would be refused", () => {
    expect(expandEquations(shapeOf("z + z^12", null, { outputs: 1e9 })).equations.length).toBe(1);
  });
});
