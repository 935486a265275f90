import { describe, expect, test } from "vitest";
import { levenbergMarquardt } from "../../src/least-squares/levenberg-marquardt.ts";
import type { LeastSquaresProblem } from "../../src/least-squares/problem.ts";

/** Rosenbrock's valley. */
const valley: LeastSquaresProblem = {
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
const start = Float64Array.of(-1.2, 1);

interface Seen {
  readonly x: number[];
  readonly residualNorm: number;
  readonly iteration: number;
}

function observe(maxIterations: number): { seen: Seen[]; x: Float64Array; residualNorm: number; iterations: number } {
  const seen: Seen[] = [];
  const { x, residualNorm, iterations } = levenbergMarquardt(valley, start, {
    maxIterations,
    onIterate: (point, norm, iteration) => seen.push({ x: Array.from(point), residualNorm: norm, iteration }),
  });
  return { seen, x, residualNorm, iterations };
}

describe("onIterate", () => {
  test("sees the start, every point that was kept, and the end", () => {
    const { seen, x, residualNorm } = observe(100);
    expect(seen[0]).toMatchObject({ x: [-1.2, 1], iteration: 0 });
    expect(seen[0]!.residualNorm).toBeCloseTo(Math.hypot(-4.4, 2.2), 14);
    expect(seen.at(-1)).toMatchObject({ x: Array.from(x), residualNorm });
    expect(residualNorm).toBeLessThan(1e-12);
    for (let k = 1; k < seen.length; k++) {
      expect(seen[k]!.residualNorm).toBeLessThan(seen[k - 1]!.residualNorm);
      expect(seen[k]!.iteration).toBe(k);
    }
  });

  test("a solve with fewer iterations sees fewer points", () => {
    const { seen, iterations } = observe(3);
    expect(seen.length).toBe(iterations + 1);
    expect(seen.length).toBe(4);
    expect(seen).toEqual(observe(100).seen.slice(0, 4));
  });

  test("changes nothing", () => {
    const plain = levenbergMarquardt(valley, start, { maxIterations: 100 });
    const { x, iterations } = observe(100);
    expect([x, iterations]).toEqual([plain.x, plain.iterations]);
  });
});
