import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { levenbergMarquardt } from "../../src/least-squares/levenberg-marquardt.ts";
import { minimise } from "../../src/least-squares/minimise.ts";
import { polish } from "../../src/least-squares/polish.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import { misra1a } from "./misra1a.ts";
import { moreGarbowHillstrom, rosenbrock } from "./more-garbow-hillstrom.ts";
import { startAt } from "./published-problem.ts";
import { gradientAt, randomQuadratic } from "./random-problems.ts";

describe("polish", () => {
  test("gains the digits of the unknowns that the cost cannot show", () => {
    const certified = misra1a[0]!.minimisers[0]!;
    for (const problem of misra1a) {
      // ‖r‖² is level to 1e-10 here: √ of it is what a descent may be off by.
      const rough = levenbergMarquardt(problem, Float64Array.from(problem.start), {
        maxIterations: 99,
        costTolerance: 1e-6,
      });
      const error = (x: Float64Array) => Math.max(...x.map((value, k) => Math.abs(value / certified[k]! - 1)));
      expect(error(rough.x)).toBeGreaterThan(1e-9);
      expect(error(polish(problem, rough).x)).toBeLessThanOrEqual(1e-10);
    }
  });

  test("never ends with a longer Gauss–Newton step, nor with a cost above that of the start by more than 2⁻²⁶", () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(0, 0.1, 1), (seed, noise) => {
        const { problem, start } = randomQuadratic(seed, 3, 7, noise);
        const rough = levenbergMarquardt(problem, start, { maxIterations: 40, costTolerance: 1e-8 });
        const fine = polish(problem, rough);
        expect(fine.residualNorm).toBeLessThanOrEqual(rough.residualNorm * (1 + 2 ** -26));
        expect(fine.residualNorm).toBe(norm2(problem.residual(fine.x, new Float64Array(7))));
        expect(fine.iterations).toBeGreaterThanOrEqual(rough.iterations);
        expect(norm2(gradientAt(problem, fine.x))).toBeLessThanOrEqual(
          norm2(gradientAt(problem, rough.x)) * 10 + 1e-12,
        );
      }),
    );
  });
});

describe("minimise", () => {
  test("stops when asked to, at the target, and at the limit, in every method", () => {
    for (const method of ["automatic", "trust-region", "geodesic", "dogleg", "newton"] as const) {
      const start = Float64Array.from(rosenbrock.start);
      expect(minimise(rosenbrock, start, { method, shouldStop: () => true }).status).toBe("stopped");
      const near = minimise(rosenbrock, start, { method, targetResidual: 1 });
      expect(near.status).toBe("target-reached");
      expect(near.residualNorm).toBeLessThanOrEqual(1);
      const short = minimise(rosenbrock, start, { method, maxIterations: 2 });
      expect([short.status, short.iterations]).toEqual(["iteration-limit", 2]);
      expect(minimise(rosenbrock, Float64Array.of(Number.NaN, 0), { method }).status).toBe("nonfinite-residual");
      expect(Array.from(start)).toEqual(rosenbrock.start);
    }
  });

  test("keeps clear of points without a finite residual in every method", () => {
    const logarithm = {
      unknowns: 1,
      rows: 1,
      residual: (x: Float64Array, out: Float64Array) => out.fill(Math.log(x[0]!)), // NaN below 0, where Gauss–Newton leads
      jacobian: (x: Float64Array, out: Float64Array) => out.fill(1 / x[0]!),
    };
    for (const method of ["automatic", "trust-region", "geodesic", "dogleg", "newton"] as const) {
      const { x } = minimise(logarithm, Float64Array.of(20), { method });
      expect(Math.abs(x[0]! - 1), method).toBeLessThanOrEqual(1e-15);
    }
  });

  test("alternates with Newton's method where Levenberg–Marquardt alone is slow", () => {
    const brownDennis = moreGarbowHillstrom.find(({ name }) => name === "Brown and Dennis")!;
    const solve = (method: "automatic" | "trust-region") =>
      minimise(brownDennis, startAt(brownDennis, 1), { method, maxIterations: 400 });
    expect(solve("trust-region").status).toBe("iteration-limit");
    const { status, residualNorm, iterations } = solve("automatic");
    expect(status).not.toBe("iteration-limit");
    expect(iterations).toBeLessThan(400);
    expect(Math.abs(residualNorm ** 2 - 85822.2)).toBeLessThanOrEqual(0.1);
  });

  test("counts the iterations and evaluations of all rounds", () => {
    const slow = moreGarbowHillstrom.find(({ name }) => name === "Brown and Dennis")!;
    const counts = { residual: 0 };
    const counted = {
      ...slow,
      residual: (x: Float64Array, out: Float64Array) => {
        counts.residual++;
        return slow.residual(x, out);
      },
    };
    expect(minimise(counted, startAt(slow, 1)).evaluations.residual).toBe(counts.residual);
  });
});
