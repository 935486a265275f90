import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LeastSquaresProblem } from "../../src/least-squares/problem.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import { computeSvd } from "../../src/linalg/svd.ts";
import { createRandom } from "../../src/random.ts";
import { type LevenbergMarquardtOptions, levenbergMarquardt } from "../../src/solve/levenberg-marquardt.ts";
import {
  kowalikOsborne,
  misra1a,
  moreGarbowHillstrom,
  type PublishedProblem,
  powellSingular,
  rosenbrock,
} from "../support/least-squares-problems.ts";

const published = [...moreGarbowHillstrom, ...misra1a];
const variants = published.flatMap((problem) => [
  { problem, name: problem.name, geodesic: false },
  { problem, name: problem.name, geodesic: true },
]);

const solve = (problem: PublishedProblem, options: Partial<LevenbergMarquardtOptions> = {}) =>
  levenbergMarquardt(problem, Float64Array.from(problem.start), { maxIterations: 1000, ...options });
const residualOf = (problem: LeastSquaresProblem, x: Float64Array): Float64Array =>
  problem.residual(x, new Float64Array(problem.rows));
const jacobianOf = (problem: LeastSquaresProblem, x: Float64Array): Float64Array =>
  problem.jacobian(x, new Float64Array(problem.rows * problem.unknowns));

/** Jᵀr. */
function gradient(problem: LeastSquaresProblem, x: Float64Array): Float64Array {
  const [r, J] = [residualOf(problem, x), jacobianOf(problem, x)];
  const n = problem.unknowns;
  return Float64Array.from({ length: n }, (_, k) => r.reduce((sum, value, i) => sum + value * J[i * n + k]!, 0));
}

/** Hessian of ½‖r‖² in coordinates scaled by `unit`, from central differences of the gradient. */
function hessian(problem: LeastSquaresProblem, x: Float64Array, unit: Float64Array): Float64Array {
  const n = problem.unknowns;
  const H = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const h = 1e-5 * unit[k]!;
    const at = (sign: number) => gradient(problem, x.with(k, x[k]! + sign * h));
    const [ahead, behind] = [at(1), at(-1)];
    for (let e = 0; e < n; e++) H[e * n + k] = ((ahead[e]! - behind[e]!) / (2 * h)) * unit[k]! * unit[e]!;
  }
  return H;
}

describe("levenbergMarquardt on published problems", () => {
  test.each(variants)("$name, geodesic $geodesic: Σ r² is the published minimum", ({ problem, geodesic }) => {
    const { x, residualNorm } = solve(problem, { geodesic });
    const { value, unit } = problem.minimum;
    const size = norm2(residualOf(problem, Float64Array.from(problem.start)));
    // At a root every residual is a difference of terms that cancel: nothing below their rounding is promised.
    const rounding = (problem.rows * Number.EPSILON * size) ** 2;
    expect(residualNorm ** 2).toBeGreaterThanOrEqual(value);
    expect(residualNorm ** 2).toBeLessThanOrEqual(value + unit + (value === 0 ? rounding : 0));
    expect(residualNorm).toBe(norm2(residualOf(problem, x)));
  });

  test.each(variants.filter(({ problem }) => problem.minimum.value === 0 && problem.regular))(
    "$name, geodesic $geodesic: a regular root is met to condition × ε",
    ({ problem, geodesic }) => {
      const { x } = solve(problem, { geodesic });
      const distances = problem.minimisers.map((root) => {
        const { S } = computeSvd(jacobianOf(problem, Float64Array.from(root)), problem.rows, problem.unknowns);
        const condition = S[0]! / S.at(-1)!;
        return norm2(x.map((value, k) => value - root[k]!)) / (condition * norm2(Float64Array.from(root)));
      });
      expect(Math.min(...distances)).toBeLessThanOrEqual(4 * Number.EPSILON);
    },
  );

  test.each(variants.filter(({ problem }) => problem.minimum.value > 0))(
    "$name, geodesic $geodesic: no step could lower a nonzero minimum by more than its rounding",
    ({ problem, geodesic }) => {
      const { x, residualNorm } = solve(problem, { geodesic });
      // A step δ lowers ‖r‖² by δᵀHδ at most; below 2m ε‖r‖² that is lost in the sum of m squares.
      const unit = x.map(Math.abs);
      const n = problem.unknowns;
      const { S } = computeSvd(hessian(problem, x, unit), n, n);
      const slope = norm2(gradient(problem, x).map((value, k) => value * unit[k]!));
      const invisible = Math.sqrt(2 * problem.rows * Number.EPSILON * S[0]!) * residualNorm;
      expect(slope).toBeLessThanOrEqual(invisible);
      const reach = Math.sqrt((2 * problem.rows * Number.EPSILON) / S.at(-1)!) * residualNorm;
      for (const root of problem.minimisers) {
        const printed = problem.name.startsWith("NIST") ? 1e-10 : 0; // eleven certified digits
        x.forEach((value, k) => {
          expect(Math.abs(value / root[k]! - 1)).toBeLessThanOrEqual(reach + printed);
        });
      }
    },
  );

  test("halves the distance to Powell's double root in every iteration, as Gauss–Newton does", () => {
    const start = norm2(Float64Array.from(powellSingular.start));
    // Ten iterations are left for the damping to vanish.
    const { x } = solve(powellSingular, { maxIterations: 50 });
    expect(norm2(x)).toBeLessThanOrEqual(2 ** -40 * start);
    expect(norm2(solve(powellSingular, { maxIterations: 5 }).x)).toBeGreaterThan(2 ** -10 * start);
  });

  test("follows Rosenbrock's valley in fewer iterations along the geodesic", () => {
    const [plain, geodesic] = [solve(rosenbrock), solve(rosenbrock, { geodesic: true })];
    expect(geodesic.iterations).toBeLessThan(plain.iterations);
  });
});

/** A problem, a start within a factor ten of the published one, and a way to run. */
const runs = fc.record({
  problem: fc.constantFrom(...published),
  factors: fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 4, maxLength: 4 }),
  maxIterations: fc.integer({ min: 0, max: 12 }),
  geodesic: fc.boolean(),
  initialDamping: fc.constantFrom(0, 1e-20, 1e-3, 1e3),
});

describe("levenbergMarquardt", () => {
  test("never raises the cost, from one iteration to the next either, and leaves the start alone", () => {
    fc.assert(
      fc.property(runs, ({ problem, factors, maxIterations, ...options }) => {
        const start = Float64Array.from(problem.start, (value, k) => (value || 1) * factors[k]!);
        const before = norm2(residualOf(problem, start));
        fc.pre(Number.isFinite(before));
        const copy = start.slice();
        const short = levenbergMarquardt(problem, start, { maxIterations, ...options });
        const long = levenbergMarquardt(problem, start, { maxIterations: maxIterations + 1, ...options });
        expect(start).toEqual(copy);
        expect(short.residualNorm).toBeLessThanOrEqual(before);
        expect(long.residualNorm).toBeLessThanOrEqual(short.residualNorm);
        expect(short.residualNorm).toBe(norm2(residualOf(problem, short.x)));
        expect(short.iterations).toBeLessThanOrEqual(maxIterations);
      }),
      { numRuns: 300 },
    );
  });

  test("makes the same iterates, bit by bit, in units that are powers of two", () => {
    fc.assert(
      fc.property(
        runs,
        fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 4, maxLength: 4 }),
        fc.integer({ min: -20, max: 20 }),
        ({ problem, maxIterations }, exponents, rowExponent) => {
          const unit = exponents.slice(0, problem.unknowns).map((e) => 2 ** e);
          const row = 2 ** rowExponent;
          const scaled: LeastSquaresProblem = {
            ...problem,
            residual: (y, out) =>
              problem
                .residual(
                  y.map((value, k) => value * unit[k]!),
                  out,
                )
                .map((r) => r * row),
            jacobian(y, out) {
              problem.jacobian(
                y.map((value, k) => value * unit[k]!),
                out,
              );
              out.forEach((value, at) => {
                out[at] = value * unit[at % unit.length]! * row;
              });
              return out;
            },
          };
          const start = Float64Array.from(problem.start, (value, k) => value / unit[k]!);
          const plain = solve(problem, { maxIterations });
          const other = levenbergMarquardt(scaled, start, { maxIterations });
          expect(other.x.map((value, k) => value * unit[k]!)).toEqual(plain.x);
          expect(other.residualNorm).toBe(plain.residualNorm * row);
        },
      ),
    );
  });

  test("solves a linear problem in one undamped step: the residual is orthogonal to the columns", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 6 }), (seed, n, more) => {
        const { problem, size } = randomLinear(seed, n, n + more);
        const { x } = levenbergMarquardt(problem, new Float64Array(n), { maxIterations: 1, initialDamping: 0 });
        // Householder QR is columnwise backward stable, constant ~ m n (Higham 2002, theorem 20.3).
        const tolerance = 10 * problem.rows * n * Number.EPSILON * size(x);
        for (const value of gradient(problem, x)) expect(Math.abs(value)).toBeLessThanOrEqual(tolerance);
      }),
    );
  });

  test("meets an underdetermined system exactly and does not move an unknown that no row sees", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { problem, size } = randomLinear(seed, 5, 3, [4]);
        const start = Float64Array.of(0, 0, 0, 0, 7);
        const { x, residualNorm } = levenbergMarquardt(problem, start, { maxIterations: 50 });
        expect(residualNorm).toBeLessThanOrEqual(50 * Number.EPSILON * size(x));
        expect(x[4]).toBe(7);
      }),
    );
  });

  test("stays at the start where the Jacobian is not finite", () => {
    const broken = { ...stuck, jacobian: (_: Float64Array, out: Float64Array) => out.fill(Number.NaN) };
    expect(levenbergMarquardt(broken, Float64Array.of(1), { maxIterations: 9 }).x[0]).toBe(1);
  });

  test("keeps clear of points where the residual is not finite", () => {
    const logarithm: LeastSquaresProblem = {
      unknowns: 1,
      rows: 1,
      residual: (x, out) => out.fill(Math.log(x[0]!)), // NaN for x < 0, where the first step from 20 leads
      jacobian: (x, out) => out.fill(1 / x[0]!),
    };
    const start = Float64Array.of(20);
    const { x, residualNorm } = levenbergMarquardt(logarithm, start, { maxIterations: 100, initialDamping: 0 });
    expect(Math.abs(x[0]! - 1)).toBeLessThanOrEqual(4 * Number.EPSILON);
    expect(residualNorm).toBeLessThanOrEqual(4 * Number.EPSILON);
  });
});

/** A x = b with independent normal entries; the columns in `blank` are zero. `size(x)` is ‖A‖_F(‖A‖_F‖x‖ + ‖b‖). */
function randomLinear(seed: number, unknowns: number, rows: number, blank: readonly number[] = []) {
  const random = createRandom(seed);
  const A = Float64Array.from({ length: rows * unknowns }, (_, at) =>
    blank.includes(at % unknowns) ? 0 : random.normal(),
  );
  const b = Float64Array.from({ length: rows }, () => random.normal());
  const problem: LeastSquaresProblem = {
    unknowns,
    rows,
    residual(x, out) {
      for (let i = 0; i < rows; i++) {
        out[i] = -b[i]!;
        for (let k = 0; k < unknowns; k++) out[i]! += A[i * unknowns + k]! * x[k]!;
      }
      return out;
    },
    jacobian(_, out) {
      out.set(A);
      return out;
    },
  };
  return { problem, size: (x: Float64Array) => norm2(A) * (norm2(A) * norm2(x) + norm2(b)) };
}

/** r = 1 with a wrong derivative: no step helps. */
const stuck: LeastSquaresProblem = {
  unknowns: 1,
  rows: 1,
  residual: (_, out) => out.fill(1),
  jacobian: (_, out) => out.fill(1),
};

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
});
