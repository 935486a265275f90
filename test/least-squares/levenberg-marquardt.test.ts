import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LevenbergMarquardtOptions, levenbergMarquardt } from "../../src/least-squares/levenberg-marquardt.ts";
import type { LeastSquaresProblem } from "../../src/least-squares/problem.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import { computeSvd } from "../../src/linalg/svd.ts";
import { misra1a } from "./misra1a.ts";
import { moreGarbowHillstrom, powellSingular, rosenbrock } from "./more-garbow-hillstrom.ts";
import type { PublishedProblem } from "./published-problem.ts";
import { gradientAt, randomLinear, residualOf, stuck } from "./random-problems.ts";

const SMALL = [
  "Rosenbrock",
  "Freudenstein and Roth",
  "Helical valley",
  "Bard",
  "Box three-dimensional",
  "Powell singular",
  "Wood",
  "Kowalik and Osborne",
];
const published = [...moreGarbowHillstrom.filter(({ name }) => SMALL.includes(name)), ...misra1a];
/** The minimum that lies below the start; Freudenstein and Roth's leads to the local one. */
const minimumOf = ({ name, minima }: PublishedProblem) => minima[name === "Freudenstein and Roth" ? 1 : 0]!;
const variants = published.flatMap((problem) => [
  { problem, name: problem.name, geodesic: false },
  { problem, name: problem.name, geodesic: true },
]);

const solve = (problem: PublishedProblem, options: Partial<LevenbergMarquardtOptions> = {}) =>
  levenbergMarquardt(problem, Float64Array.from(problem.start), { maxIterations: 1000, ...options });
const jacobianOf = (problem: LeastSquaresProblem, x: Float64Array): Float64Array =>
  problem.jacobian(x, new Float64Array(problem.rows * problem.unknowns));

/** Hessian of ½‖r‖² in coordinates scaled by `unit`, from central differences of the gradient. */
function hessian(problem: LeastSquaresProblem, x: Float64Array, unit: Float64Array): Float64Array {
  const n = problem.unknowns;
  const H = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const h = 1e-5 * unit[k]!;
    const at = (sign: number) => gradientAt(problem, x.with(k, x[k]! + sign * h));
    const [ahead, behind] = [at(1), at(-1)];
    for (let e = 0; e < n; e++) H[e * n + k] = ((ahead[e]! - behind[e]!) / (2 * h)) * unit[k]! * unit[e]!;
  }
  return H;
}

describe("levenbergMarquardt on published problems", () => {
  test.each(variants)("$name, geodesic $geodesic: Σ r² is the published minimum", ({ problem, geodesic }) => {
    const { x, residualNorm } = solve(problem, { geodesic });
    const { value, unit } = minimumOf(problem);
    const size = norm2(residualOf(problem, Float64Array.from(problem.start)));
    // At a root every residual is a difference of terms that cancel: nothing below their rounding is promised.
    const rounding = (problem.rows * Number.EPSILON * size) ** 2;
    expect(residualNorm ** 2).toBeGreaterThanOrEqual(value - unit);
    expect(residualNorm ** 2).toBeLessThanOrEqual(value + unit + (value === 0 ? rounding : 0));
    expect(residualNorm).toBe(norm2(residualOf(problem, x)));
  });

  test.each(variants.filter(({ problem }) => minimumOf(problem).value === 0 && problem.regular))(
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

  test.each(variants.filter(({ problem }) => minimumOf(problem).value > 0))(
    "$name, geodesic $geodesic: no step could lower a nonzero minimum by more than its rounding",
    ({ problem, geodesic }) => {
      const { x, residualNorm } = solve(problem, { geodesic });
      // A step δ lowers ‖r‖² by δᵀHδ at most; below 2m ε‖r‖² that is lost in the sum of m squares.
      const unit = x.map(Math.abs);
      const n = problem.unknowns;
      const { S } = computeSvd(hessian(problem, x, unit), n, n);
      const slope = norm2(gradientAt(problem, x).map((value, k) => value * unit[k]!));
      const invisible = Math.sqrt(2 * problem.rows * Number.EPSILON * S[0]!) * residualNorm;
      expect(slope).toBeLessThanOrEqual(invisible);
      const reach = Math.sqrt((2 * problem.rows * Number.EPSILON) / S.at(-1)!) * residualNorm;
      if (problem.minimisers.length === 0) return;
      const printed = problem.name.startsWith("NIST") ? 1e-10 : 0; // eleven certified digits
      const distances = problem.minimisers.map((root) =>
        Math.max(...x.map((value, k) => Math.abs(value / root[k]! - 1))),
      );
      expect(Math.min(...distances)).toBeLessThanOrEqual(reach + printed);
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
        for (const value of gradientAt(problem, x)) expect(Math.abs(value)).toBeLessThanOrEqual(tolerance);
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
