import fc from "fast-check";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { add, fromNumber, multiply as multiplyRationals, toNumber } from "../../src/algebra/rational.ts";
import { DimensionMismatchError } from "../../src/errors.ts";
import { multiply, norm2, transpose } from "../../src/linalg/dense.ts";
import { DoubleDouble } from "../../src/linalg/double-double.ts";
import { applyQ, applyQTransposed, factorQr, solveUpper, upperFactor } from "../../src/linalg/qr.ts";
import { computeSvd, solveTruncated } from "../../src/linalg/svd.ts";
import { createRandom } from "../../src/random.ts";

const matrix = fc
  .record({ rows: fc.integer({ min: 1, max: 12 }), cols: fc.integer({ min: 1, max: 12 }), seed: fc.nat() })
  .map(({ rows, cols, seed }) => {
    const random = createRandom(seed);
    return { rows, cols, A: Float64Array.from({ length: rows * cols }, () => random.normal()) };
  });

const closeTo = (actual: Float64Array, expected: Float64Array, tolerance: number): void => {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThanOrEqual(tolerance);
};

describe("Householder QR", () => {
  test("gives back the matrix as Q times R, and Q preserves norms", () => {
    fc.assert(
      fc.property(matrix, ({ rows, cols, A }) => {
        fc.pre(rows >= cols);
        const factors = factorQr(transpose(A, rows, cols), rows, cols);
        const R = upperFactor(factors);
        const tolerance = 20 * rows * cols * Number.EPSILON * norm2(A);
        for (let j = 0; j < cols; j++) {
          const column = new Float64Array(rows);
          for (let i = 0; i < cols; i++) column[i] = R[i * cols + j]!;
          closeTo(
            applyQ(factors, column),
            Float64Array.from({ length: rows }, (_, i) => A[i * cols + j]!),
            tolerance,
          );
        }
        const v = Float64Array.from({ length: rows }, (_, i) => Math.cos(i));
        closeTo(applyQ(factors, applyQTransposed(factors, v.slice())), v, 20 * rows * cols * Number.EPSILON);
      }),
    );
  });

  test("solves least squares: the residual is orthogonal to the columns", () => {
    fc.assert(
      fc.property(matrix, ({ rows, cols, A }) => {
        fc.pre(rows > cols);
        const b = Float64Array.from({ length: rows }, (_, i) => Math.sin(3 * i + 1));
        const factors = factorQr(transpose(A, rows, cols), rows, cols);
        const x = solveUpper(factors, applyQTransposed(factors, b.slice()), new Float64Array(cols));
        const r = multiply(A, x, { rows, cols, width: 1 }).map((value, i) => value - b[i]!);
        const gradient = multiply(transpose(A, rows, cols), r, { rows: cols, cols: rows, width: 1 });
        const size = norm2(A) * (norm2(A) * norm2(x) + norm2(b));
        expect(norm2(gradient)).toBeLessThanOrEqual(50 * rows * cols * Number.EPSILON * size);
      }),
    );
  });

  test("refuses a wide matrix and a wrong length", () => {
    expect(() => factorQr(new Float64Array(6), 2, 3)).toThrow(DimensionMismatchError);
    expect(() => factorQr(new Float64Array(5), 3, 2)).toThrow(DimensionMismatchError);
  });
});

describe("Jacobi SVD", () => {
  test("reconstructs the matrix from orthonormal vectors, tall or wide, and agrees with ml-matrix", () => {
    fc.assert(
      fc.property(matrix, ({ rows, cols, A }) => {
        const { S, Vt, Ut, k } = computeSvd(A, rows, cols);
        const tolerance = 50 * rows * cols * Number.EPSILON * norm2(A);
        const scaledU = transpose(Ut, k, rows).map((value, at) => value * S[at % k]!);
        closeTo(multiply(scaledU, Vt, { rows, cols: k, width: cols }), A, tolerance);
        const identity = Float64Array.from({ length: k * k }, (_, at) => (at % (k + 1) === 0 ? 1 : 0));
        closeTo(multiply(Vt, transpose(Vt, k, cols), { rows: k, cols, width: k }), identity, 1e-12);
        const oracle = new SingularValueDecomposition(Matrix.from1DArray(rows, cols, Array.from(A)), {
          autoTranspose: true,
        });
        closeTo(S, Float64Array.from(oracle.diagonal), tolerance);
      }),
    );
  });

  test("keeps the relative accuracy of graded columns, which a bidiagonal SVD loses", () => {
    const random = createRandom(5);
    const n = 12;
    const base = Float64Array.from({ length: 20 * n }, () => random.normal());
    const graded = base.map((value, at) => value * 10 ** -(at % n));
    const reversed = base.map((value, at) => value * 10 ** -(n - 1 - (at % n)));
    const S = computeSvd(graded, 20, n).S;
    // The same matrix with its columns in another order has the same singular values.
    const permuted = Float64Array.from({ length: 20 * n }, (_, at) => {
      const row = Math.floor(at / n);
      return graded[row * n + (n - 1 - (at % n))]!;
    });
    const T = computeSvd(permuted, 20, n).S;
    for (let i = 0; i < n; i++) expect(Math.abs(S[i]! / T[i]! - 1)).toBeLessThanOrEqual(1e-13);
    expect(computeSvd(reversed, 20, n).S[n - 1]!).toBeGreaterThan(0);
  });

  test("shows rank deficiency as zeros and completes the basis", () => {
    const A = Float64Array.of(1, 2, 3, 2, 4, 6, 0, 0, 0);
    const { S, Vt } = computeSvd(A, 3, 3);
    expect(S[0]!).toBeCloseTo(Math.sqrt(70), 12);
    expect(Math.max(S[1]!, S[2]!)).toBeLessThanOrEqual(10 * Number.EPSILON * S[0]!);
    const gram = multiply(Vt, transpose(Vt, 3, 3), { rows: 3, cols: 3, width: 3 });
    closeTo(gram, Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), 1e-14);
    expect(Array.from(computeSvd(new Float64Array(6), 3, 2).S)).toEqual([0, 0]);
  });

  test("gives the least-squares solution of minimum norm for a deficient matrix", () => {
    const A = Float64Array.of(1, 1, 1, 1, 1, 1);
    const x = solveTruncated(computeSvd(A, 3, 2), Float64Array.of(1, 2, 3), 1);
    closeTo(x, Float64Array.of(1, 1), 1e-14);
  });
});

describe("DoubleDouble", () => {
  test("is at least twice as precise as a double on random sums of products", () => {
    const term = fc.tuple(
      fc.double({ min: -1e3, max: 1e3, noNaN: true }),
      fc.double({ min: -1e3, max: 1e3, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 20 }), (terms) => {
        const sum = new DoubleDouble();
        let exact = fromNumber(0);
        let size = Number.MIN_VALUE;
        for (const [a, b] of terms) {
          sum.addProduct(a, b);
          exact = add(exact, multiplyRationals(fromNumber(a), fromNumber(b)));
          size += Math.abs(a * b);
        }
        const error = add(exact, multiplyRationals(fromNumber(-1), add(fromNumber(sum.hi), fromNumber(sum.lo))));
        // Products below 2⁻⁹⁰⁰ lose their low part to underflow.
        expect(Math.abs(toNumber(error))).toBeLessThanOrEqual(terms.length * 2 ** -100 * size + 1e-260);
      }),
    );
  });
});

describe("createRandom", () => {
  test("repeats itself for the same seed and differs between seeds and streams", () => {
    const draw = (seed: number, stream?: number) => {
      const random = createRandom(seed, stream);
      return Array.from({ length: 5 }, () => random.uniform());
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(1, 1)).not.toEqual(draw(1, 2));
  });

  test("has the moments of the normal distribution", () => {
    const random = createRandom(3);
    const count = 100_000;
    let mean = 0;
    let square = 0;
    for (let i = 0; i < count; i++) {
      const x = random.normal();
      mean += x / count;
      square += (x * x) / count;
    }
    // Five standard errors: 1/√N and √2/√N.
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(count));
    expect(Math.abs(square - 1)).toBeLessThan((5 * Math.SQRT2) / Math.sqrt(count));
  });
});
