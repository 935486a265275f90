import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DimensionMismatchError, UsageError } from "../../src/errors.ts";
import { activeBounds, box } from "../../src/least-squares/bounds.ts";
import { minimise } from "../../src/least-squares/minimise.ts";
import { spheres } from "../../src/least-squares/sphere.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import { computeSvd } from "../../src/linalg/svd.ts";
import { createRandom } from "../../src/random.ts";
import { rosenbrock } from "./more-garbow-hillstrom.ts";
import { gradientAt, randomLinear, randomQuadratic } from "./random-problems.ts";

const METHODS = ["trust-region", "geodesic", "dogleg"] as const;

describe("minimise in a box", () => {
  test.each(METHODS)("ends at a Karush–Kuhn–Tucker point inside it, method %s", (method) => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 5 }), (seed, n) => {
        const { problem, size } = randomLinear(seed, n, n + 3);
        const random = createRandom(seed, 3);
        const lower = Float64Array.from({ length: n }, () => random.normal() * 0.3);
        const upper = lower.map((value) => value + random.uniform() * 0.5);
        const bounds = { lower, upper };
        const { x, gradientNorm } = minimise(problem, new Float64Array(n), { method, bounds });
        const g = gradientAt(problem, x);
        const rounding = 1e-9 * size(x);
        activeBounds(x, bounds).forEach((state, k) => {
          expect(x[k]).toBeGreaterThanOrEqual(lower[k]!);
          expect(x[k]).toBeLessThanOrEqual(upper[k]!);
          if (state === "lower") expect(g[k]).toBeGreaterThanOrEqual(-rounding);
          else if (state === "upper") expect(g[k]).toBeLessThanOrEqual(rounding);
          else expect(Math.abs(g[k]!)).toBeLessThanOrEqual(rounding);
        });
        expect(gradientNorm).toBeLessThanOrEqual(1e-6);
      }),
    );
  });

  test("is what it is without one where the minimum is inside, and stops at the wall where it is not", () => {
    const start = Float64Array.from(rosenbrock.start);
    const wide = { lower: Float64Array.of(-5, -5), upper: Float64Array.of(5, 5) };
    expect(minimise(rosenbrock, start, { bounds: wide }).residualNorm).toBeLessThanOrEqual(1e-14);
    const narrow = { ...wide, upper: Float64Array.of(0.5, 5) };
    const { x, gradientNorm } = minimise(rosenbrock, start, { bounds: narrow });
    expect(activeBounds(x, narrow)).toEqual(["upper", "free"]);
    expect(Math.abs(x[1]! - 0.25)).toBeLessThanOrEqual(1e-12);
    expect(gradientNorm).toBeLessThanOrEqual(1e-12);
  });

  test("keeps an unknown whose bounds are equal, and starts at the nearest point", () => {
    const bounds = { lower: Float64Array.of(3, -1), upper: Float64Array.of(3, 1) };
    const { x } = minimise(randomLinear(2, 2, 4).problem, Float64Array.of(-7, 90), { bounds });
    expect(x[0]).toBe(3);
  });

  test("is refused for bounds that cross, do not fit, or meet Newton's method", () => {
    const one = Float64Array.of(1);
    expect(() => box({ lower: one, upper: Float64Array.of(0) })).toThrow(UsageError);
    expect(() => box({ lower: one, upper: Float64Array.of(2, 3) })).toThrow(DimensionMismatchError);
    const start = Float64Array.from(rosenbrock.start);
    expect(() => minimise(rosenbrock, start, { bounds: { lower: one, upper: one } })).toThrow(DimensionMismatchError);
    const bounds = { lower: Float64Array.of(0, 0), upper: Float64Array.of(1, 1) };
    expect(() => minimise(rosenbrock, start, { bounds, method: "newton" })).toThrow(UsageError);
    expect(() => minimise(rosenbrock, start, { bounds, spheres: [] })).toThrow(UsageError);
    expect(() => minimise(rosenbrock, one)).toThrow(DimensionMismatchError);
  });
});

describe("minimise on spheres", () => {
  test.each(METHODS)("finds points that fit on their spheres, method %s", (method) => {
    const blocks = [
      { offset: 3, length: 3, radius: 2 },
      { offset: 0, length: 2, radius: 0.5 },
    ];
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { problem, start: near, truth } = randomQuadratic(seed, 6, 14);
        const onto = spheres(6, blocks);
        // The same functions with the root moved onto the spheres.
        const root = onto.project(truth);
        const shift = problem.residual(root, new Float64Array(14)).slice();
        const moved = {
          ...problem,
          residual: (x: Float64Array, out: Float64Array) => problem.residual(x, out).map((r, e) => r - shift[e]!),
        };
        const start = root.map((value, k) => value + 0.2 * (near[k]! - truth[k]!));
        const { x, residualNorm } = minimise(moved, start, { method, spheres: blocks });
        for (const { offset, length, radius } of blocks) {
          const size = norm2(x.subarray(offset, offset + length));
          expect(Math.abs(size / radius - 1)).toBeLessThanOrEqual(8 * Number.EPSILON);
        }
        expect(residualNorm).toBeLessThanOrEqual(1e-12);
      }),
      { numRuns: 50 },
    );
  });

  test("gives the smallest singular value of a matrix on the unit sphere", () => {
    const { A } = randomLinear(4, 3, 5);
    const problem = {
      unknowns: 3,
      rows: 5,
      residual: (x: Float64Array, out: Float64Array) =>
        out.map((_, i) => A[i * 3]! * x[0]! + A[i * 3 + 1]! * x[1]! + A[i * 3 + 2]! * x[2]!),
      jacobian: (_: Float64Array, out: Float64Array) => {
        out.set(A);
        return out;
      },
    };
    const { residualNorm, gradientNorm } = minimise(problem, Float64Array.of(1, 2, -1), {
      spheres: [{ offset: 0, length: 3, radius: 1 }],
    });
    const { S } = computeSvd(A, 5, 3);
    expect(Math.abs(residualNorm / S[2]! - 1)).toBeLessThanOrEqual(1e-12);
    expect(gradientNorm).toBeLessThanOrEqual(1e-7);
  });

  test("is refused for blocks that overlap, leave the unknowns or have no radius, and for a start at the centre", () => {
    const block = { offset: 0, length: 2, radius: 1 };
    expect(() => spheres(3, [block, { ...block, offset: 1 }])).toThrow(UsageError);
    expect(() => spheres(1, [block])).toThrow(UsageError);
    expect(() => spheres(3, [{ ...block, radius: 0 }])).toThrow(UsageError);
    expect(() => minimise(rosenbrock, Float64Array.of(0, 0), { spheres: [block] })).toThrow(UsageError);
  });
});
