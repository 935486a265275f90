import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { norm2 } from "../../src/linalg/dense.ts";
import { createRandom } from "../../src/random.ts";
import { type LeastSquaresProblem, levenbergMarquardt } from "../../src/solve/levenberg-marquardt.ts";
import { leastCostAssignment, matchPoints } from "../../src/solve/match.ts";

/** Problems of Moré, Garbow & Hillstrom, ACM TOMS 7 (1981), by their number there, with the published minimisers. */
const rosenbrock: LeastSquaresProblem = {
  unknowns: 2,
  rows: 2,
  residual(x, out) {
    out[0] = 10 * (x[1]! - x[0]! ** 2);
    out[1] = 1 - x[0]!;
    return out;
  },
  jacobian(x, out) {
    out.set([-20 * x[0]!, 10, -1, 0]);
    return out;
  },
};

const powellSingular: LeastSquaresProblem = {
  unknowns: 4,
  rows: 4,
  residual(x, out) {
    out[0] = x[0]! + 10 * x[1]!;
    out[1] = Math.sqrt(5) * (x[2]! - x[3]!);
    out[2] = (x[1]! - 2 * x[2]!) ** 2;
    out[3] = Math.sqrt(10) * (x[0]! - x[3]!) ** 2;
    return out;
  },
  jacobian(x, out) {
    const b = 2 * (x[1]! - 2 * x[2]!);
    const c = 2 * Math.sqrt(10) * (x[0]! - x[3]!);
    out.set([1, 10, 0, 0, 0, 0, Math.sqrt(5), -Math.sqrt(5), 0, b, -2 * b, 0, c, 0, 0, -c]);
    return out;
  },
};

const bard = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39];
const bardProblem: LeastSquaresProblem = {
  unknowns: 3,
  rows: 15,
  residual(x, out) {
    for (let i = 0; i < 15; i++) {
      const [u, v] = [i + 1, 15 - i];
      out[i] = bard[i]! - (x[0]! + u / (v * x[1]! + Math.min(u, v) * x[2]!));
    }
    return out;
  },
  jacobian(x, out) {
    for (let i = 0; i < 15; i++) {
      const [u, v] = [i + 1, 15 - i];
      const w = Math.min(u, v);
      const square = (v * x[1]! + w * x[2]!) ** 2;
      out.set([-1, (u * v) / square, (u * w) / square], 3 * i);
    }
    return out;
  },
};

describe("levenbergMarquardt", () => {
  test.each([false, true])("solves Rosenbrock's valley from (−1.2, 1), geodesic %s", (geodesic) => {
    const { x, residualNorm } = levenbergMarquardt(rosenbrock, Float64Array.of(-1.2, 1), {
      maxIterations: 200,
      geodesic,
    });
    expect(residualNorm).toBeLessThanOrEqual(1e-13);
    expect(Math.abs(x[0]! - 1)).toBeLessThanOrEqual(1e-13);
  });

  test("approaches the singular root of Powell's function", () => {
    const start = Float64Array.of(3, -1, 0, 1);
    const { x } = levenbergMarquardt(powellSingular, start, { maxIterations: 200 });
    expect(norm2(x)).toBeLessThanOrEqual(1e-6);
  });

  test("reaches Bard's nonzero minimum ½·8.21487…e-3", () => {
    const { residualNorm, status } = levenbergMarquardt(bardProblem, Float64Array.of(1, 1, 1), { maxIterations: 200 });
    expect(residualNorm ** 2).toBeCloseTo(8.21487730657e-3, 13);
    expect(status).toBe("step-converged");
  });

  test("never raises the cost and never changes the start", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 2 }), (point) => {
        const start = Float64Array.from(point);
        const before = norm2(rosenbrock.residual(start, new Float64Array(2)));
        const { residualNorm } = levenbergMarquardt(rosenbrock, start, { maxIterations: 3 });
        expect(residualNorm).toBeLessThanOrEqual(before);
        expect(Array.from(start)).toEqual(point);
      }),
    );
  });

  test("says why it stopped", () => {
    const start = Float64Array.of(-1.2, 1);
    const status = (options: Parameters<typeof levenbergMarquardt>[2], at = start) =>
      levenbergMarquardt(rosenbrock, at, options).status;
    expect(status({ maxIterations: 2 })).toBe("iteration-limit");
    expect(status({ maxIterations: 200, targetResidual: 1e-3 })).toBe("target-reached");
    expect(status({ maxIterations: 200, shouldStop: () => true })).toBe("stopped");
    expect(status({ maxIterations: 200 }, Float64Array.of(Number.NaN, 0))).toBe("nonfinite-residual");
    const constant: LeastSquaresProblem = {
      unknowns: 1,
      rows: 1,
      residual: (_, out) => out.fill(1),
      jacobian: (_, out) => out.fill(1), // a wrong derivative: no step helps
    };
    expect(["damping-limit", "step-converged"]).toContain(
      levenbergMarquardt(constant, Float64Array.of(0), { maxIterations: 50 }).status,
    );
  });
});

describe("assignment", () => {
  const permutations = (n: number): number[][] =>
    n === 0 ? [[]] : permutations(n - 1).flatMap((p) => Array.from({ length: n }, (_, k) => p.toSpliced(k, 0, n - 1)));

  test("has the least cost of all permutations", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(), (n, seed) => {
        const random = createRandom(seed);
        const cost = Float64Array.from({ length: n * n }, () => random.uniform());
        const total = (p: ArrayLike<number>): number => {
          let sum = 0;
          for (let i = 0; i < n; i++) sum += cost[i * n + p[i]!]!;
          return sum;
        };
        const least = Math.min(...permutations(n).map(total));
        expect(total(leastCostAssignment(cost, n))).toBeCloseTo(least, 12);
      }),
    );
  });

  test("finds shuffled points, up to sign only where asked", () => {
    const truth = Float64Array.of(1, 2, 3, 4, 5, 6);
    const found = Float64Array.of(5, 6, -1, -2, 3, 4);
    const signed = matchPoints(found, truth, 2, { sign: true });
    expect(Array.from(signed.assignment)).toEqual([1, 2, 0]);
    expect(Array.from(signed.signs)).toEqual([-1, 1, 1]);
    expect(Array.from(signed.errors)).toEqual([0, 0, 0]);
    expect(Math.max(...matchPoints(found, truth, 2, { sign: false }).errors)).toBeGreaterThan(4);
  });
});
