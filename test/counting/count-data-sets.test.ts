import { describe, expect, test } from "vitest";
import { type CountOptions, countDataSets, type DataSetCount } from "../../src/counting/count-data-sets.ts";
import { ResourceLimitError } from "../../src/errors.ts";
import { type ShapeOptions, shapeOf, sumOfPowers } from "../identifiability/shapes.ts";

const UNAIDED = { useTheorems: false, maxMacaulayEntries: 0 } as const;

/** The fibre of the moments of n samples in d variables. */
function moments(degrees: readonly number[], d: number, n: number, options: Partial<CountOptions> = {}): DataSetCount {
  const trained = degrees[0] === 0 ? (["output"] as const) : (["hidden"] as const);
  return countDataSets(shapeOf({ activation: sumOfPowers(degrees), inputDim: d, trained: [...trained] }), n, options);
}

/** The fibre of the equations at a width, without theorems. */
function equations(shape: ShapeOptions, n: number, options: Partial<CountOptions> = {}): DataSetCount {
  return countDataSets(shapeOf(shape), n, { level: "equations", useTheorems: false, ...options });
}

describe("moments: monodromy finds what the theorems say", () => {
  test.each([
    ["binary cubics, two terms (Sylvester)", [3], 2, 2],
    ["binary quintics, three terms (Sylvester)", [5], 2, 3],
    ["cubic surfaces, five terms (Sylvester's pentahedron)", [3], 4, 5],
    ["plane quintics, seven terms (Hilbert)", [5], 3, 7],
    ["two degrees fix the scales", [2, 3], 2, 2],
    ["four terms in the plane, T_0 unseen", [1, 2, 3, 4], 2, 4],
  ] as const)("%s: one", (_, degrees, d, n) => {
    expect(moments(degrees, d, n, { ...UNAIDED, maxLoops: 6 })).toMatchObject({
      count: 1,
      real: 1,
      status: "at-least",
      finished: true,
    });
    expect(moments(degrees, d, n)).toMatchObject({ count: 1, status: "exact", proof: "known-count" });
  });

  test.each([
    ["plane sextics, nine terms", [6], 3, 9],
    ["the same in affine points, T_0 unseen", [1, 2, 3, 4, 5, 6], 2, 9],
    ["T_0 and T_1 unseen", [2, 3, 4, 5, 6], 2, 8],
  ] as const)("%s: two, and one with a sample less", (_, degrees, d, n) => {
    const found = moments(degrees, d, n, { ...UNAIDED, maxLoops: 6 });
    expect(found).toMatchObject({ count: 2, status: "at-least", proof: null });
    expect(moments(degrees, d, n - 1, { ...UNAIDED, maxLoops: 1 }).count).toBe(1);
  });

  test.each([
    ["quartics in four variables, eight terms", [4], 4, 8],
    ["quartics in space, seven terms and the origin", [2, 3, 4], 3, 7],
    ["degrees 3 and 6 on one curve", [3, 6], 3, 9],
  ] as const)("%s: both are found, and a theorem says no more", (_, degrees, d, n) => {
    const count = moments(degrees, d, n);
    expect(count).toMatchObject({ count: 2, status: "exact", proof: "known-count" });
    expect(count.dataSets).toHaveLength(2);
  });

  test.each([
    ["quadratic mixing", [1, 2], 3, 2],
    ["Alexander–Hirschowitz with one point at the origin", [2, 3, 4], 2, 4],
    ["more samples than the moments can hold", [1, 2, 3], 1, 2],
  ] as const)("%s is a continuum", (_, degrees, d, n) => {
    expect(moments(degrees, d, n)).toMatchObject({ count: null, status: "continuum", dataSets: [] });
    expect(moments(degrees, d, n - 1).status).not.toBe("continuum");
  });
});

describe("equations at a width", () => {
  const output = { trained: ["output"] as const };
  test.each([
    ["cubic on a line", { activation: "z + z^2 + z^3", inputDim: 1, width: 2 }, 2],
    ["quartic on a line", { activation: "z + z^2 + z^3 + z^4", inputDim: 1, width: 2 }, 3],
    ["cubic in the plane", { activation: "z + z^2 + z^3", inputDim: 2, width: 3 }, 8],
  ])("%s, one sample seen by the output layer: solutions, then one with a neuron more", (_, shape, count) => {
    const exact = { status: "exact", proof: "macaulay-bound" };
    expect(equations({ ...shape, ...output }, 1)).toMatchObject({ ...exact, count });
    expect(equations({ ...shape, ...output, width: shape.width + 1 }, 1)).toMatchObject({ ...exact, count: 1 });
    expect(equations({ ...shape, ...output, width: shape.width - 1 }, 1).status).toBe("continuum");
  });

  test("z + z^3: a sample and its negative are one data set, z + z^2 + z^3: they are two points apart", () => {
    const odd = equations({ activation: "z + z^3", inputDim: 1, width: 2, ...output }, 1);
    expect(odd).toMatchObject({ count: 1, macaulay: { count: 1, zeros: 2 } });
    const mixed = equations({ activation: "z + z^2 + z^3", inputDim: 1, width: 3, ...output }, 1);
    expect(mixed).toMatchObject({ count: 1, macaulay: { count: 1, zeros: 1 } });
  });

  test("the same count for every seed", () => {
    const counts = [1, 2, 3, 4].map((seed) =>
      equations({ activation: "z + z^2 + z^3", inputDim: 2, width: 3 }, 2, { seed, maxMacaulayEntries: 0 }),
    );
    expect(counts.map(({ count }) => count)).toEqual([7, 7, 7, 7]);
    expect(new Set(counts.map(({ real }) => real)).size).toBeGreaterThan(1);
  });

  test("enough neurons make the moments known, and theorems count", () => {
    const shape = shapeOf({ activation: "z^3", inputDim: 2, width: 2 });
    const count = countDataSets(shape, 2, { level: "equations" });
    expect(count).toMatchObject({ count: 1, status: "exact", theorem: "jennrich" });
  });
});

describe("what is found", () => {
  test("solves the equations, by another evaluation, and is different", () => {
    const { dataSets } = moments([3, 6], 3, 9);
    expect(dataSets).toHaveLength(2);
    const [first, second] = dataSets.map((data) =>
      [3, 6].flatMap((degree) =>
        range(degree).flatMap((a) => range(degree - a).map((b) => monomial(data, [a, b, degree - a - b]))),
      ),
    );
    const size = Math.max(...first!.flat().map(Math.abs));
    expect(first).toHaveLength(38);
    first!.forEach(([re, im], k) => {
      expect(Math.hypot(re - second![k]![0], im - second![k]![1])).toBeLessThan(1e-9 * size);
    });
    const square = dataSets.map((data) => monomial(data, [2, 0, 0]));
    expect(Math.hypot(square[0]![0]! - square[1]![0]!, square[0]![1]! - square[1]![1]!)).toBeGreaterThan(1e-3);
    for (const { alpha, residual } of dataSets) {
      expect(alpha).toBeLessThan(0.157);
      expect(residual).toBeLessThan(1e-8);
    }
  });

  test("a search that is stopped at once says at least one", () => {
    const count = moments([6], 3, 9, { ...UNAIDED, shouldStop: () => true });
    expect(count).toMatchObject({ count: 1, status: "at-least", finished: false, paths: 0 });
  });

  test("progress counts upwards", () => {
    const seen: number[] = [];
    moments([6], 3, 9, { onProgress: (found) => seen.push(found) });
    expect(seen.at(-1)).toBe(2);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  test("too many moments are refused", () => {
    expect(() => moments([5], 12, 3)).toThrow(ResourceLimitError);
  });
});

/** 0 … last. */
function range(last: number): number[] {
  return Array.from({ length: last + 1 }, (_, k) => k);
}

/** Σ_i g_i x_i^α in complex numbers. */
function monomial(
  { points, multipliers }: DataSetCount["dataSets"][number],
  exponent: readonly number[],
): [number, number] {
  const d = exponent.length;
  let total: [number, number] = [0, 0];
  for (let i = 0; i < multipliers.re.length; i++) {
    let [re, im] = [multipliers.re[i]!, multipliers.im[i]!];
    exponent.forEach((power, e) => {
      const [xr, xi] = [points.re[i * d + e]!, points.im[i * d + e]!];
      for (let k = 0; k < power; k++) [re, im] = [re * xr - im * xi, re * xi + im * xr];
    });
    total = [total[0] + re, total[1] + im];
  }
  return total;
}
