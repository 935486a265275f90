import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DimensionMismatchError } from "../../src/errors.ts";
import { factorDamped, solveDamped } from "../../src/linalg/damped.ts";
import { dot, norm2 } from "../../src/linalg/dense.ts";
import { applyQTransposed, factorQr, type QrFactors, solveUpper, upperFactor } from "../../src/linalg/qr.ts";
import { createRandom } from "../../src/random.ts";

/** QR factors of a normal tall matrix with graded columns, and a right side. */
const problem = fc
  .record({
    n: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 30, max: 70 })),
    extra: fc.integer({ min: 0, max: 5 }),
    grading: fc.integer({ min: 0, max: 6 }),
    exponent: fc.integer({ min: -12, max: 4 }),
    seed: fc.nat(),
  })
  .map(({ n, extra, grading, exponent, seed }) => {
    const random = createRandom(seed);
    const m = n + extra;
    const scale = Float64Array.from({ length: n }, () => 10 ** -random.integer(grading + 1));
    const columns = Float64Array.from({ length: m * n }, (_, at) => random.normal() * scale[Math.floor(at / m)]!);
    const b = Float64Array.from({ length: m }, () => random.normal());
    return { n, m, factors: factorQr(columns, m, n), b, sqrtLambda: 10 ** exponent };
  });

/** (R; √λ I) as a dense column-major 2n×n matrix. */
function stacked(factors: QrFactors, sqrtLambda: number): Float64Array {
  const { n } = factors;
  const R = upperFactor(factors);
  const columns = new Float64Array(2 * n * n);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i <= j; i++) columns[j * 2 * n + i] = R[i * n + j]!;
    columns[j * 2 * n + n + j] = sqrtLambda;
  }
  return columns;
}

/** The same problem by a dense QR. */
function solveDense(factors: QrFactors, b: Float64Array, sqrtLambda: number): Float64Array {
  const { n } = factors;
  const dense = factorQr(stacked(factors, sqrtLambda), 2 * n, n);
  const right = new Float64Array(2 * n);
  right.set(b.subarray(0, n));
  return solveUpper(dense, applyQTransposed(dense, right), new Float64Array(n));
}

/** The gradient (RᵀR + λI)y − Rᵀb and the size of what cancels in it. */
function gradient(factors: QrFactors, b: Float64Array, sqrtLambda: number, y: Float64Array) {
  const { n } = factors;
  const A = stacked(factors, sqrtLambda);
  const residual = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) residual[i] = -b[i]!;
  for (let j = 0; j < n; j++) for (let i = 0; i < 2 * n; i++) residual[i]! += A[j * 2 * n + i]! * y[j]!;
  const g = Float64Array.from({ length: n }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < 2 * n; i++) sum += A[j * 2 * n + i]! * residual[i]!;
    return sum;
  });
  return { g, scale: norm2(A) * (norm2(A) * norm2(y) + norm2(b)) };
}

/** Backward error of n reflectors, each of length at most n + 1; constants as in qr.test.ts. */
const backwardError = (n: number): number => 4 * n * (n + 9) * Math.sqrt(n) * Number.EPSILON;

describe("the damped triangle", () => {
  test("gives the minimum of ‖Ry − b‖² + λ‖y‖²: the gradient vanishes to rounding", () => {
    fc.assert(
      fc.property(problem, ({ n, factors, b, sqrtLambda }) => {
        const y = solveDamped(factorDamped(factors, sqrtLambda), b, new Float64Array(n));
        const { g, scale } = gradient(factors, b, sqrtLambda, y);
        expect(norm2(g)).toBeLessThanOrEqual(2 * backwardError(n) * scale);
      }),
    );
  });

  test("and any other point has a larger value", () => {
    fc.assert(
      fc.property(problem, fc.nat(), ({ n, factors, b, sqrtLambda }, pick) => {
        fc.pre(sqrtLambda >= 1e-3);
        const y = solveDamped(factorDamped(factors, sqrtLambda), b, new Float64Array(n));
        const k = pick % n;
        const { g, scale } = gradient(factors, b, sqrtLambda, y.with(k, y[k]! + 1));
        // Moving by e_k changes the gradient by (RᵀR + λI)e_k, whose own entry is at least λ.
        expect(g[k]!).toBeGreaterThanOrEqual(sqrtLambda ** 2 - 2 * backwardError(n) * scale);
      }),
    );
  });

  test("agrees with a dense QR of the stacked matrix", () => {
    fc.assert(
      fc.property(problem, ({ n, factors, b, sqrtLambda }) => {
        const y = solveDamped(factorDamped(factors, sqrtLambda), b, new Float64Array(n));
        const dense = solveDense(factors, b, sqrtLambda);
        const A = stacked(factors, sqrtLambda);
        const condition = norm2(A) / sqrtLambda;
        fc.pre(condition < 1e5);
        // Wedin's bound (Higham 2002, theorem 20.1) for both, as σ_min ≥ √λ and the residual is at most ‖b‖.
        const tolerance = 4 * backwardError(n) * condition * (norm2(y) + (1 + condition) * (norm2(b) / norm2(A)));
        expect(norm2(y.map((value, k) => value - dense[k]!))).toBeLessThanOrEqual(tolerance);
      }),
    );
  });

  test("has RᵀR + λI as the Gram matrix of its triangle", () => {
    fc.assert(
      fc.property(problem, ({ n, factors, sqrtLambda }) => {
        const { upper, diagonal } = factorDamped(factors, sqrtLambda);
        const A = stacked(factors, sqrtLambda);
        const given = Array.from({ length: n }, (_, j) => A.subarray(j * 2 * n, (j + 1) * 2 * n));
        const triangle = Array.from({ length: n }, (_, j) =>
          Float64Array.from({ length: n }, (_, i) => (i < j ? upper[j * n + i]! : i === j ? diagonal[j]! : 0)),
        );
        // Columnwise backward error: each column by 4n(n + 9)ε relative to its own length, and the sums here.
        const tolerance = (8 * n * (n + 9) + 6 * n) * Number.EPSILON;
        for (let p = 0; p < n; p++) {
          for (let q = 0; q <= p; q++) {
            const difference = dot(triangle[p]!, triangle[q]!) - dot(given[p]!, given[q]!);
            expect(Math.abs(difference)).toBeLessThanOrEqual(tolerance * norm2(given[p]!) * norm2(given[q]!));
          }
        }
      }),
    );
  });

  test("without damping is the triangle itself up to signs", () => {
    const factors = factorQr(Float64Array.of(3, 4, 0, 1, 2, 5), 3, 2);
    const damped = factorDamped(factors, 0);
    expect(Array.from(damped.diagonal, Math.abs)).toEqual(Array.from(factors.diagonal, Math.abs));
    const b = Float64Array.of(1, 2, 3);
    const y = solveDamped(damped, b, new Float64Array(2));
    expect(Array.from(y)).toEqual(Array.from(solveUpper(factors, b, new Float64Array(2))));
  });

  test("gives zero columns the value 0, damped or not", () => {
    const factors = factorQr(new Float64Array(4), 2, 2);
    for (const sqrtLambda of [0, 1]) {
      const y = solveDamped(factorDamped(factors, sqrtLambda), Float64Array.of(1, 2), new Float64Array(2).fill(9));
      expect(Array.from(y, Math.abs)).toEqual([0, 0]);
    }
  });

  test.each([1e-150, 1e150])("neither overflows nor underflows at size %d", (size) => {
    const factors = factorQr(Float64Array.of(3 * size), 1, 1);
    const damped = factorDamped(factors, 4 * size);
    const y = solveDamped(damped, Float64Array.of(-5 * size), new Float64Array(1));
    // (3s)(−5s)/((3s)² + (4s)²) up to the sign that the first QR gave to its pivot
    expect(Math.abs(Math.abs(y[0]!) - 0.6)).toBeLessThanOrEqual(8 * Number.EPSILON);
  });

  test("changes neither the factors nor the right side, and passes NaN on", () => {
    const factors = factorQr(Float64Array.of(1, 2, 3, 4, 5, 7), 3, 2);
    const before = factors.columns.slice();
    const b = Float64Array.of(1, 2);
    solveDamped(factorDamped(factors, 0.5), b, new Float64Array(2));
    expect(factors.columns).toEqual(before);
    expect(Array.from(b)).toEqual([1, 2]);
    const invalid = factorDamped(factors, Number.NaN);
    expect(Array.from(solveDamped(invalid, b, new Float64Array(2)))).toEqual([Number.NaN, Number.NaN]);
  });

  test.each([3, 40])("deficient triangles of size %i: finite when damped, and NaN reaches every coordinate", (n) => {
    const random = createRandom(n);
    const columns = Float64Array.from({ length: 2 * n * n }, () => random.normal());
    columns.fill(0, 2 * n, 4 * n);
    columns.copyWithin(2 * n * (n - 1), 0, 2 * n);
    const factors = factorQr(columns, 2 * n, n);
    const b = Float64Array.from({ length: n }, () => random.normal());
    const y = solveDamped(factorDamped(factors, 1e-3), b, new Float64Array(n));
    const { g, scale } = gradient(factors, b, 1e-3, y);
    expect(norm2(g)).toBeLessThanOrEqual(2 * backwardError(n) * scale);
    expect(Math.abs(y[1]!)).toBe(0);
    const undefinedEverywhere = solveDamped(factorDamped(factors, Number.NaN), b, new Float64Array(n));
    expect(undefinedEverywhere.every(Number.isNaN)).toBe(true);
  });

  test("refuses a right side that is too short", () => {
    const factors = factorDamped(factorQr(Float64Array.of(1, 0, 0, 1), 2, 2), 1);
    expect(() => solveDamped(factors, new Float64Array(1), new Float64Array(2))).toThrow(DimensionMismatchError);
  });
});
