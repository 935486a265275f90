import { describe, expect, test } from "vitest";
import { maxAbs } from "../../src/linalg/dense.ts";
import { type Evaluate, minimiseLbfgs } from "../../src/train/lbfgs.ts";
import { minimiseNewton } from "../../src/train/newton.ts";
import { newtonSystem } from "../../src/train/newton-systems.ts";
import type { Objective } from "../../src/train/objective.ts";

const quiet = { shouldStop: () => false, onIteration: () => undefined };
const limits = { ...quiet, maxIterations: 500, reduction: 1e-12 };

/** Rosenbrock's function, 1960: minimum 0 at (1, 1). */
const rosenbrock: Evaluate = ([x, y], gradient) => {
  const bend = y! - x! * x!;
  gradient[0] = -400 * x! * bend - 2 * (1 - x!);
  gradient[1] = 200 * bend;
  return 100 * bend ** 2 + (1 - x!) ** 2;
};

describe("L-BFGS", () => {
  test("follows Rosenbrock's valley from its usual start", () => {
    const { point, status } = minimiseLbfgs(rosenbrock, Float64Array.of(-1.2, 1), limits);
    expect(status).toBe("reduced");
    expect(maxAbs(point.map((x) => x - 1))).toBeLessThan(1e-9);
  });

  test("stops at its iteration limit, on request, and where the function is not finite", () => {
    const start = Float64Array.of(-1.2, 1);
    expect(minimiseLbfgs(rosenbrock, start, { ...limits, maxIterations: 3 }).status).toBe("iteration-limit");
    expect(minimiseLbfgs(rosenbrock, start, { ...limits, shouldStop: () => true }).status).toBe("stopped");
    expect(minimiseLbfgs(() => Number.NaN, start, limits).status).toBe("nonfinite");
  });

  test("backs away from where the function is infinite", () => {
    // x − log x has its minimum at 1 and no value left of 0.
    const barrier: Evaluate = ([x], gradient) => {
      gradient[0] = 1 - 1 / x!;
      return x! > 0 ? x! - Math.log(x!) : Number.POSITIVE_INFINITY;
    };
    const { point } = minimiseLbfgs(barrier, Float64Array.of(20), limits);
    expect(Math.abs(point[0]! - 1)).toBeLessThan(1e-6);
  });

  test("never raises the value", () => {
    const values: number[] = [];
    minimiseLbfgs(rosenbrock, Float64Array.of(-1.2, 1), { ...limits, onIteration: (_, value) => values.push(value) });
    expect(values.every((value, k) => k === 0 || value <= values[k - 1]!)).toBe(true);
  });
});

/** An objective with a dense Hessian, given as functions of the point. */
function objectiveOf(size: number, evaluate: Evaluate, hessian: (x: Float64Array) => number[][]): Objective {
  let H: number[][] = [];
  return {
    size,
    evaluate,
    linearise(theta) {
      H = hessian(theta);
    },
    product(v, out) {
      H.forEach((row, i) => {
        out[i] = row.reduce((sum, h, k) => sum + h * v[k]!, 0);
      });
      return out;
    },
    hessian(out) {
      for (const [i, row] of H.entries()) out.set(row, i * size);
      return out;
    },
  };
}

/** (x² − 1)²/4 + y²/2: a saddle at 0, minima at (±1, 0). */
const doubleWell = objectiveOf(
  2,
  ([x, y], gradient) => {
    gradient[0] = x! * (x! * x! - 1);
    gradient[1] = y!;
    return (x! * x! - 1) ** 2 / 4 + y! ** 2 / 2;
  },
  ([x]) => [
    [3 * x! * x! - 1, 0],
    [0, 1],
  ],
);

describe("Newton", () => {
  const from = (x: number, y: number) => {
    const gradient = new Float64Array(2);
    const point = Float64Array.of(x, y);
    const value = doubleWell.evaluate(point, gradient);
    return { point, value, gradient, iterations: 0, status: "reduced" as const };
  };

  test("leaves the neighbourhood of a saddle for a minimum", () => {
    const { point } = minimiseNewton(doubleWell, from(1e-3, 0.5), { ...quiet, maxIterations: 100 });
    expect(Math.abs(point[0]! - 1)).toBeLessThan(1e-12);
    expect(Math.abs(point[1]!)).toBeLessThan(1e-12);
  });

  test("converges quadratically near a minimum", () => {
    const { iterations } = minimiseNewton(doubleWell, from(1.1, 0.5), { ...quiet, maxIterations: 100 });
    expect(iterations).toBeLessThanOrEqual(7);
  });

  test("stops on request and at its limit", () => {
    expect(minimiseNewton(doubleWell, from(0.5, 1), { ...quiet, maxIterations: 1 }).status).toBe("iteration-limit");
    const stopped = minimiseNewton(doubleWell, from(0.5, 1), { ...quiet, shouldStop: () => true, maxIterations: 9 });
    expect(stopped.status).toBe("stopped");
  });
});

describe("the system of a Newton step", () => {
  /** ½ xᵀHx with a Hessian of 1 + rank one, in `size` variables. */
  const rankOne = (size: number, sign: 1 | -1): Objective => {
    const u = Float64Array.from({ length: size }, (_, k) => Math.sin(k + 1) / Math.sqrt(size));
    return {
      size,
      evaluate: () => 0,
      linearise: () => undefined,
      product(v, out) {
        const along = u.reduce((sum, value, k) => sum + value * v[k]!, 0);
        v.forEach((value, k) => {
          out[k] = value + sign * 9 * along * u[k]!;
        });
        return out;
      },
      hessian(out) {
        for (let i = 0; i < size; i++) {
          for (let k = 0; k < size; k++) out[i * size + k] = (i === k ? 1 : 0) + sign * 9 * u[i]! * u[k]!;
        }
        return out;
      },
    };
  };

  // 1300 is beyond the dense factor: conjugate gradients.
  test.each([20, 1300])(
    "solves (H + τI)s = r, or says that the matrix is not positive definite: %d variables",
    (size) => {
      const r = Float64Array.from({ length: size }, (_, k) => Math.cos(k));
      const objective = rankOne(size, 1);
      for (const shift of [0, 0.7]) {
        const s = newtonSystem(objective).solve(r, shift)!;
        const image = objective.product(s, new Float64Array(size));
        const error = maxAbs(image.map((value, k) => value + shift * s[k]! - r[k]!));
        expect(error).toBeLessThan(1e-7);
      }
      const indefinite = newtonSystem(rankOne(size, -1));
      expect(indefinite.solve(r, 0)).toBeNull();
      expect(indefinite.solve(r, 9)).not.toBeNull();
    },
  );
});
