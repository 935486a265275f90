import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DimensionMismatchError } from "../../src/errors.ts";
import { minimise } from "../../src/least-squares/minimise.ts";
import { type SeparableProblem, variableProjection } from "../../src/least-squares/variable-projection.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import { createRandom } from "../../src/random.ts";
import { osborne1Y } from "./more-garbow-hillstrom-data.ts";
import { gradientAt } from "./random-problems.ts";

/** y(t) = c₁ + Σ_l c_{l+1} exp(−θ_l t) at the given times. */
function decays(times: readonly number[], count: number, data: Float64Array): SeparableProblem {
  const k = count + 1;
  return {
    parameters: count,
    observations: times.length,
    functions: k,
    data,
    basis(theta, out) {
      times.forEach((t, i) => {
        out[i * k] = 1;
        for (let l = 0; l < count; l++) out[i * k + l + 1] = Math.exp(-theta[l]! * t);
      });
      return out;
    },
    basisDerivatives(theta, out) {
      out.fill(0);
      for (let l = 0; l < count; l++) {
        times.forEach((t, i) => {
          out[(l * times.length + i) * k + l + 1] = -t * Math.exp(-theta[l]! * t);
        });
      }
      return out;
    },
  };
}

const osborneTimes = osborne1Y.map((_, i) => 10 * i);
const osborne = decays(osborneTimes, 2, Float64Array.from(osborne1Y));
const times = Array.from({ length: 12 }, (_, i) => i / 4);

/** Noisy decays with two right-hand sides. */
function randomDecays(seed: number, noise: number): { separable: SeparableProblem; theta: Float64Array } {
  const random = createRandom(seed);
  const theta = Float64Array.of(0.3 + 0.4 * random.uniform(), 1.5 + random.uniform());
  const sides = 2;
  const C = Float64Array.from({ length: 3 * sides }, () => 1 + random.uniform());
  const data = new Float64Array(times.length * sides);
  const basis = decays(times, 2, data).basis(theta, new Float64Array(times.length * 3));
  for (let i = 0; i < times.length; i++) {
    for (let s = 0; s < sides; s++) {
      data[i * sides + s] = noise * random.normal();
      for (let j = 0; j < 3; j++) data[i * sides + s]! += basis[i * 3 + j]! * C[j * sides + s]!;
    }
  }
  return { separable: decays(times, 2, data), theta };
}

describe("variableProjection", () => {
  test("has Golub and Pereyra's Jacobian: the derivative of the projected residual", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { separable, theta } = randomDecays(seed, 0.1);
        const { problem } = variableProjection(separable);
        const at = theta.map((value) => 1.2 * value);
        const J = problem.jacobian(at, new Float64Array(problem.rows * 2));
        for (let l = 0; l < 2; l++) {
          const h = Math.cbrt(Number.EPSILON);
          const moved = (sign: number) =>
            problem.residual(at.with(l, at[l]! + sign * h), new Float64Array(problem.rows));
          const [ahead, behind] = [moved(1), moved(-1)];
          for (let i = 0; i < problem.rows; i++) {
            // ε/h and h² are 4e-11; the third derivatives are below 10³ here.
            expect(Math.abs((ahead[i]! - behind[i]!) / (2 * h) - J[i * 2 + l]!)).toBeLessThanOrEqual(1e-7);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  test("Kaufman's Jacobian differs where there is a residual, has the same gradient, and is the same at none", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        for (const noise of [0, 0.1]) {
          const { separable, theta } = randomDecays(seed, noise);
          const [full, kaufman] = (["golub-pereyra", "kaufman"] as const).map(
            (kind) => variableProjection(separable, kind).problem,
          );
          const [J, K] = [full!, kaufman!].map((p) => p.jacobian(theta, new Float64Array(p.rows * 2)));
          const difference = norm2(J!.map((value, at) => value - K![at]!)) / norm2(J!);
          if (noise === 0) expect(difference).toBeLessThanOrEqual(1e-10);
          else expect(difference).toBeGreaterThan(1e-6);
          const [g, h] = [gradientAt(full!, theta), gradientAt(kaufman!, theta)];
          expect(norm2(g.map((value, l) => value - h[l]!))).toBeLessThanOrEqual(1e-10 * (1 + norm2(J!)));
        }
      }),
      { numRuns: 30 },
    );
  });

  test.each(["golub-pereyra", "kaufman"] as const)("solves Osborne 1 in two unknowns instead of five, %s", (kind) => {
    const { problem, coefficients } = variableProjection(osborne, kind);
    expect(problem.unknowns).toBe(2);
    const { x, residualNorm } = minimise(problem, Float64Array.of(0.01, 0.02));
    expect(Math.abs(residualNorm ** 2 - 5.46489e-5)).toBeLessThanOrEqual(1e-10);
    const c = coefficients(x);
    const r = osborneTimes.map(
      (t, i) => c[0]! + c[1]! * Math.exp(-x[0]! * t) + c[2]! * Math.exp(-x[1]! * t) - osborne1Y[i]!,
    );
    expect(Math.abs(norm2(Float64Array.from(r)) / residualNorm - 1)).toBeLessThanOrEqual(1e-8);
  });

  test("finds parameters that several right-hand sides share, and not from too few observations", () => {
    const { separable, theta } = randomDecays(7, 0);
    const { problem } = variableProjection(separable);
    expect(problem.rows).toBe(24);
    const { x, residualNorm } = minimise(
      problem,
      theta.map((value) => 1.3 * value),
    );
    expect(residualNorm).toBeLessThanOrEqual(1e-13);
    expect(norm2(x.map((value, l) => value - theta[l]!))).toBeLessThanOrEqual(1e-10);
    // As many observations as functions: the projected residual vanishes for every θ.
    const few = variableProjection(decays(times.slice(0, 3), 2, separable.data.slice(0, 6))).problem;
    expect(norm2(few.residual(Float64Array.of(9, 2), new Float64Array(6)))).toBeLessThanOrEqual(1e-12);
  });

  test("refuses data that are no whole number of right-hand sides, and fewer observations than functions", () => {
    expect(() => variableProjection({ ...osborne, data: new Float64Array(34) })).toThrow(DimensionMismatchError);
    expect(() => variableProjection({ ...osborne, observations: 2, data: new Float64Array(2) })).toThrow(
      DimensionMismatchError,
    );
  });
});
