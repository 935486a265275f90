import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { norm2 } from "../../src/linalg/dense.ts";
import { equationObjective } from "../../src/objective/equation-objective.ts";
import { createMomentSystem, momentObjective } from "../../src/objective/moment-metric.ts";
import type { SampleEquations, SampleObjective } from "../../src/objective/sample-objective.ts";
import { problemOf, type SampleProblem, splittingMatrix } from "../../src/objective/sample-problem.ts";
import { createRandom, type Random } from "../../src/random.ts";
import { equationsOf, type InstanceShape, makeInstance } from "../support/instances.ts";

const base = { activation: "z + z^2/2 + z^3/4", inputDim: 3, samples: 2, width: 9, layers: ["hidden"] } as const;
const shapes: readonly InstanceShape[] = [
  base,
  { ...base, layers: ["hidden", "output"], activation: "1 + z + z^4" },
  { ...base, layers: ["hidden", "bias", "output"] },
  { ...base, layers: ["output"] },
  { ...base, outputs: 3, layers: ["hidden", "output"] },
];

/** ‖x_i‖² = 1 twice over, the second row with the multiplier in it: all products of a block occur. */
const side: SampleEquations = {
  rowsPerSample: 2,
  value(u, { at }, out, row) {
    const [g, x, y, z] = u.subarray(at, at + 4) as unknown as [number, number, number, number];
    out[row] = x * x + y * y + z * z - 1;
    out[row + 1] = g * x * y;
  },
  fillJacobian(u, { at }, out, { stride, offset }) {
    const [g, x, y, z] = u.subarray(at, at + 4) as unknown as [number, number, number, number];
    out.set([0, 2 * x, 2 * y, 2 * z], offset);
    out.set([x * y, g * y, g * x, 0], offset + stride);
  },
  addCurvature(u, { at }, weights, { v, out }) {
    const [g, x, y] = u.subarray(at, at + 3) as unknown as [number, number, number];
    const [a, b] = weights as unknown as [number, number];
    for (let e = 1; e < 4; e++) out[e]! += 2 * a * v[e]!;
    out[0]! += b * (y * v[1]! + x * v[2]!);
    out[1]! += b * (y * v[0]! + g * v[2]!);
    out[2]! += b * (x * v[0]! + g * v[1]!);
  },
};

function objectivesOf(shape: InstanceShape, seed: number): SampleObjective[] {
  const { system } = equationsOf(makeInstance(shape, createRandom(seed)), shape.layers);
  return [equationObjective(system), momentObjective(createMomentSystem(system), 1e-4, 1e-12)];
}

const randomVector = (length: number, random: Random): Float64Array =>
  Float64Array.from({ length }, () => random.normal());

/** (f(x + hv) − f(x − hv))/2h */
function slope(f: (x: Float64Array) => Float64Array, x: Float64Array, v: Float64Array): Float64Array {
  const h = 2 ** -14;
  const ahead = f(x.map((value, k) => value + h * v[k]!));
  const behind = f(x.map((value, k) => value - h * v[k]!));
  return ahead.map((value, k) => (value - behind[k]!) / (2 * h));
}

function expectClose(actual: Float64Array, expected: Float64Array, relative: number): void {
  expect(norm2(actual.map((value, k) => value - expected[k]!))).toBeLessThanOrEqual(relative * norm2(expected));
}

const problemsOf = (shape: InstanceShape, seed: number): SampleProblem[] => [
  ...objectivesOf(shape, seed).map((objective) => problemOf(objective, shape.samples)),
  ...((shape.outputs ?? 1) === 1 ? objectivesOf(shape, seed).map((o) => problemOf(o, shape.samples, side)) : []),
];

describe.each(shapes)("derivatives of $activation, $layers, $outputs outputs", (shape) => {
  const seeds = fc.integer({ min: 1, max: 1000 });

  test("J v is the slope of the residual, and the stored J gives the same product", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = createRandom(seed, 1);
        for (const problem of problemsOf(shape, seed)) {
          const { rows, unknowns: n } = problem;
          const u = randomVector(n, random);
          const v = randomVector(n, random);
          const product = problem.jacobianVector(u, v, new Float64Array(rows));
          expectClose(
            slope((x) => problem.residual(x, new Float64Array(rows)), u, v),
            product,
            1e-6,
          );
          const J = problem.jacobian(u, new Float64Array(rows * n).fill(Number.NaN));
          const direct = product.map((_, r) => v.reduce((sum, value, k) => sum + J[r * n + k]! * value, 0));
          expectClose(direct, product, 1e-12);
        }
      }),
      { numRuns: 10 },
    );
  });

  test("Jᵀ is the transpose of J", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = createRandom(seed, 2);
        for (const problem of problemsOf(shape, seed)) {
          const { rows, unknowns: n } = problem;
          const [u, v, w] = [randomVector(n, random), randomVector(n, random), randomVector(rows, random)];
          const image = problem.jacobianVector(u, v, new Float64Array(rows));
          const back = problem.transposedJacobianVector(u, w, new Float64Array(n));
          const inner = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, k) => sum + value * b[k]!, 0);
          expect(Math.abs(inner(image, w) - inner(v, back))).toBeLessThanOrEqual(1e-12 * norm2(image) * norm2(w));
        }
      }),
      { numRuns: 10 },
    );
  });

  test("the Hessian product is the slope of Jᵀ R, and is symmetric", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = createRandom(seed, 3);
        for (const problem of problemsOf(shape, seed)) {
          const { rows, unknowns: n } = problem;
          const [u, v, w] = [randomVector(n, random), randomVector(n, random), randomVector(n, random)];
          const gradient = (x: Float64Array) =>
            problem.transposedJacobianVector(x, problem.residual(x, new Float64Array(rows)), new Float64Array(n));
          const residual = problem.residual(u, new Float64Array(rows));
          const Hv = problem.hessianVector(u, residual, v, new Float64Array(n));
          const Hw = problem.hessianVector(u, residual, w, new Float64Array(n));
          expectClose(slope(gradient, u, v), Hv, 1e-5);
          const [left, right] = [Hv, Hw].map((H, i) => H.reduce((sum, h, k) => sum + h * [w, v][i]![k]!, 0));
          expect(Math.abs(left! - right!)).toBeLessThanOrEqual(1e-11 * norm2(Hv) * norm2(w));
        }
      }),
      { numRuns: 10 },
    );
  });

  test("φ(x) g is the value that a sample adds", () => {
    for (const objective of objectivesOf(shape, 7)) {
      const { outputs: C, inputDim: d, rows } = objective;
      const u = randomVector(C + d, createRandom(3));
      const image = objective.image(u, C, new Float64Array(C * rows).fill(Number.NaN));
      const value = new Float64Array(rows);
      objective.addValue(u, 0, value);
      const sum = value.map((_, r) => u.subarray(0, C).reduce((total, g, c) => total + g * image[c * rows + r]!, 0));
      expectClose(sum, value, 1e-12);
    }
  });

  test("a split by ±εv changes F by (ε²/2) vᵀSv up to ε⁴", () => {
    for (const objective of objectivesOf(shape, 11)) {
      const { outputs: C, inputDim: d, rows } = objective;
      const random = createRandom(5);
      const one = randomVector(C + d, random);
      const v = randomVector(d, random);
      const whole = problemOf(objective, 1);
      const halves = problemOf(objective, 2);
      const residual = whole.residual(one, new Float64Array(rows));
      const S = splittingMatrix(objective, one, 0, residual);
      const predicted = S.reduce((sum, s, k) => sum + s * v[Math.floor(k / d)]! * v[k % d]!, 0) / 2;
      const changes = [2 ** -5, 2 ** -6, 2 ** -7].map((epsilon) => {
        const two = new Float64Array(2 * (C + d));
        for (const [i, sign] of [1, -1].entries()) {
          for (let c = 0; c < C; c++) two[i * (C + d) + c] = one[c]! / 2;
          for (let e = 0; e < d; e++) two[i * (C + d) + C + e] = one[C + e]! + sign * epsilon * v[e]!;
        }
        const after = halves.residual(two, new Float64Array(rows));
        return (norm2(after) ** 2 - norm2(residual) ** 2) / 2 / epsilon ** 2;
      });
      const errors = changes.map((value) => Math.abs(value - predicted));
      // Each halving of ε divides what is left by four, the mark of an ε⁴ remainder.
      expect(errors[0]! / errors[1]!).toBeGreaterThan(3.5);
      expect(errors[1]! / errors[2]!).toBeGreaterThan(3.5);
    }
  });
});
