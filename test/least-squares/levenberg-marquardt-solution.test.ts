import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LevenbergMarquardtOptions, levenbergMarquardt } from "../../src/least-squares/levenberg-marquardt.ts";
import type { LeastSquaresProblem } from "../../src/least-squares/problem.ts";
import { dot, norm2 } from "../../src/linalg/dense.ts";
import { computeSvd } from "../../src/linalg/svd.ts";
import { kowalikOsborne, rosenbrock } from "./more-garbow-hillstrom.ts";
import type { PublishedProblem } from "./published-problem.ts";
import { randomLinear, randomQuadratic, residualOf, stuck } from "./random-problems.ts";

const solve = (problem: PublishedProblem, options: Partial<LevenbergMarquardtOptions> = {}) =>
  levenbergMarquardt(problem, Float64Array.from(problem.start), { maxIterations: 1000, ...options });

describe("the status of levenbergMarquardt", () => {
  test("is target-reached at the first residual that is small enough, the start included", () => {
    const reached = solve(rosenbrock, { targetResidual: 1e-3 });
    expect(reached.status).toBe("target-reached");
    expect(reached.residualNorm).toBeLessThanOrEqual(1e-3);
    const before = solve(rosenbrock, { maxIterations: reached.iterations - 1, targetResidual: 1e-3 });
    expect(before.status).toBe("iteration-limit");
    expect(before.residualNorm).toBeGreaterThan(1e-3);
    expect(solve(rosenbrock, { maxIterations: 0, targetResidual: 1e3 }).status).toBe("target-reached");
  });

  test("is iteration-limit where neither target nor step is small yet", () => {
    const { status, iterations } = solve(kowalikOsborne, { maxIterations: 3 });
    expect([status, iterations]).toEqual(["iteration-limit", 3]);
    const unmoved = solve(kowalikOsborne, { maxIterations: 0 });
    expect(unmoved.status).toBe("iteration-limit");
    expect(Array.from(unmoved.x)).toEqual(kowalikOsborne.start);
  });

  test("is step-converged once a step is below the tolerance, sooner for a coarser one", () => {
    const fine = solve(kowalikOsborne);
    const coarse = solve(kowalikOsborne, { stepTolerance: 1e-3 });
    expect([fine.status, coarse.status]).toEqual(["step-converged", "step-converged"]);
    expect(coarse.iterations).toBeLessThan(fine.iterations);
  });

  test("is step-converged where the cost stays level until the step vanishes against the point", () => {
    const { status, x } = levenbergMarquardt(stuck, Float64Array.of(1), { maxIterations: 50 });
    expect([status, x[0]]).toEqual(["step-converged", 1]);
  });

  test("is damping-limit where no step lowers the cost and none is small against the point", () => {
    const { status, x } = levenbergMarquardt(stuck, Float64Array.of(0), { maxIterations: 50 });
    expect([status, x[0]]).toEqual(["damping-limit", 0]);
  });

  test("is stopped as soon as it is asked to, with the best point so far", () => {
    let calls = 0;
    const { status, residualNorm, iterations } = solve(rosenbrock, { shouldStop: () => ++calls > 4 });
    expect(status).toBe("stopped");
    expect(iterations).toBeLessThanOrEqual(4);
    expect(residualNorm).toBeLessThan(norm2(residualOf(rosenbrock, Float64Array.from(rosenbrock.start))));
    expect(solve(rosenbrock, { shouldStop: () => true }).iterations).toBe(0);
  });

  test("is nonfinite-residual where the start has none", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e200]) {
      const { status, iterations } = levenbergMarquardt(rosenbrock, Float64Array.of(value, 0), { maxIterations: 9 });
      expect([status, iterations]).toEqual(["nonfinite-residual", 0]);
    }
  });

  test("is nonfinite-jacobian where the Jacobian is not finite, at the start or on the way", () => {
    let calls = 0;
    const breaking = (after: number): LeastSquaresProblem => ({
      ...rosenbrock,
      jacobian: (x, out) => (calls++ < after ? rosenbrock.jacobian(x, out) : out.fill(Number.NaN)),
    });
    for (const [after, iterations] of [
      [0, 0],
      [3, 3],
    ] as const) {
      calls = 0;
      const broken = levenbergMarquardt(breaking(after), Float64Array.from(rosenbrock.start), { maxIterations: 9 });
      expect([broken.status, broken.iterations]).toEqual(["nonfinite-jacobian", iterations]);
      expect(broken.residualNorm).toBe(norm2(residualOf(rosenbrock, broken.x)));
    }
  });

  test("is gradient-converged at a stationary point, cost-converged where the cost is level to the tolerance", () => {
    const still = solve(kowalikOsborne, { gradientTolerance: 1e-3 });
    expect(still.status).toBe("gradient-converged");
    expect(still.gradientNorm).toBeLessThanOrEqual(1e-3);
    const level = solve(kowalikOsborne, { costTolerance: 1e-6 });
    expect(level.status).toBe("cost-converged");
    expect(level.iterations).toBeLessThan(solve(kowalikOsborne, { costTolerance: 1e-12 }).iterations);
  });
});

describe("the solution of levenbergMarquardt", () => {
  test.each(["multiplicative", "trust-region"] as const)("is the same for rotated rows, damping %s", (damping) => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { problem, start } = randomQuadratic(seed, 3, 6, 0.01);
        const v = Float64Array.from({ length: 6 }, (_, k) => Math.sin(seed + k + 1));
        const reflect = (column: Float64Array): void => {
          const factor = (2 * dot(v, column)) / dot(v, v);
          for (let i = 0; i < column.length; i++) column[i]! -= factor * v[i]!;
        };
        const rotated: LeastSquaresProblem = {
          ...problem,
          residual(x, out) {
            reflect(problem.residual(x, out));
            return out;
          },
          jacobian(x, out) {
            problem.jacobian(x, out);
            for (let k = 0; k < 3; k++) {
              const column = Float64Array.from({ length: 6 }, (_, i) => out[i * 3 + k]!);
              reflect(column);
              for (let i = 0; i < 6; i++) out[i * 3 + k] = column[i]!;
            }
            return out;
          },
        };
        const [plain, other] = [problem, rotated].map((each) =>
          levenbergMarquardt(each, start, { maxIterations: 4, damping }),
        );
        // Four well-conditioned iterations amplify rounding by far less than 10⁶.
        const distance = norm2(plain!.x.map((value, k) => value - other!.x[k]!));
        expect(distance).toBeLessThanOrEqual(1e6 * Number.EPSILON * (1 + norm2(plain!.x)));
      }),
    );
  });

  test("has the rank and the condition number of J with unit columns", () => {
    const { problem, A } = randomLinear(3, 4, 7);
    const { rank, conditionNumber } = levenbergMarquardt(problem, new Float64Array(4), { maxIterations: 9 });
    const norms = [0, 1, 2, 3].map((k) => norm2(Float64Array.from({ length: 7 }, (_, i) => A[i * 4 + k]!)));
    const { S } = computeSvd(
      A.map((value, at) => value / norms[at % 4]!),
      7,
      4,
    );
    expect(rank()).toBe(4);
    expect(Math.abs(conditionNumber() / (S[0]! / S[3]!) - 1)).toBeLessThanOrEqual(
      100 * Number.EPSILON * (S[0]! / S[3]!),
    );
  });

  test("has a lower rank where columns are dependent or zero, and an infinite condition for a zero one", () => {
    const blank = levenbergMarquardt(randomLinear(3, 4, 7, [2]).problem, new Float64Array(4), { maxIterations: 9 });
    expect([blank.rank(), blank.conditionNumber()]).toEqual([3, Number.POSITIVE_INFINITY]);
    const { problem } = randomLinear(5, 4, 7);
    const twice: LeastSquaresProblem = {
      ...problem,
      residual: (x, out) => problem.residual(Float64Array.of(x[0]!, x[1]!, x[2]! + x[3]!, 0), out),
      jacobian(x, out) {
        problem.jacobian(x, out);
        for (let i = 0; i < 7; i++) out[i * 4 + 3] = out[i * 4 + 2]!;
        return out;
      },
    };
    const dependent = levenbergMarquardt(twice, new Float64Array(4), { maxIterations: 50 });
    expect(dependent.rank()).toBe(3);
    expect(dependent.conditionNumber()).toBeGreaterThan(1e12);
    expect(dependent.gradientNorm).toBeLessThan(1e-10);
  });

  test("counts every evaluation", () => {
    const counts = { residual: 0, jacobian: 0 };
    const counted: LeastSquaresProblem = {
      ...rosenbrock,
      residual: (x, out) => {
        counts.residual++;
        return rosenbrock.residual(x, out);
      },
      jacobian: (x, out) => {
        counts.jacobian++;
        return rosenbrock.jacobian(x, out);
      },
    };
    for (const geodesic of [false, true]) {
      Object.assign(counts, { residual: 0, jacobian: 0 });
      const start = Float64Array.from(rosenbrock.start);
      expect(levenbergMarquardt(counted, start, { maxIterations: 7, geodesic }).evaluations).toEqual(counts);
    }
  });
});
