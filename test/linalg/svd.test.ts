import fc from "fast-check";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { describe, expect, test } from "vitest";
import {
  add,
  fromNumber,
  multiply as multiplyExact,
  type Rational,
  toNumber,
  zero,
} from "../../src/algebra/rational.ts";
import { dot, multiply, norm2, transpose } from "../../src/linalg/dense.ts";
import { applyQTransposed, factorQr, solveUpper } from "../../src/linalg/qr.ts";
import { computeSvd, type Svd, solveTruncated } from "../../src/linalg/svd.ts";
import { createRandom, type Random } from "../../src/random.ts";

const normals = (random: Random, length: number): Float64Array => Float64Array.from({ length }, () => random.normal());

/** Tall, wide and square normal matrices. */
const matrix = fc
  .record({ rows: fc.integer({ min: 1, max: 12 }), cols: fc.integer({ min: 1, max: 12 }), seed: fc.nat() })
  .map(({ rows, cols, seed }) => {
    const random = createRandom(seed);
    return { rows, cols, A: normals(random, rows * cols), random };
  });

/** Rank r by construction: small integers B (rows×r) times C = (I | F) (r×cols), exact in doubles. */
const deficient = fc
  .record({
    r: fc.integer({ min: 1, max: 4 }),
    moreRows: fc.integer({ min: 1, max: 4 }),
    moreCols: fc.integer({ min: 1, max: 4 }),
    seed: fc.nat(),
  })
  .map(({ r, moreRows, moreCols, seed }) => {
    const random = createRandom(seed);
    const [rows, cols] = [r + moreRows, r + moreCols];
    const digit = () => random.integer(7) - 3;
    // The identity on top of B keeps its rank at r whatever the other digits are.
    const B = Float64Array.from({ length: rows * r }, (_, at) => {
      const [i, j] = [Math.floor(at / r), at % r];
      return i < r ? Number(i === j) : digit();
    });
    const C = Float64Array.from({ length: r * cols }, (_, at) => {
      const [i, j] = [Math.floor(at / cols), at % cols];
      return j < r ? Number(i === j) : digit();
    });
    const A = multiply(B, C, { rows, cols: r, width: cols });
    /** Null vectors of C, hence of A: (−F e_j, e_j). */
    const nullVectors = Array.from({ length: moreCols }, (_, j) => {
      const v = new Float64Array(cols);
      for (let i = 0; i < r; i++) v[i] = -C[i * cols + r + j]!;
      v[r + j] = 1;
      return v;
    });
    return { r, rows, cols, A, nullVectors, random };
  });

/**
 * Relative error of the decomposition, in units of ‖A‖: the QR (Higham 2002, §19.3, constants as in qr.test.ts) and at
 * most 60 sweeps, of which convergence is reached in 10 here, of k − 1 rotations of 6u each on a row.
 */
const backwardError = (rows: number, cols: number): number => {
  const [m, k] = [Math.max(rows, cols), Math.min(rows, cols)];
  return (4 * k * (m + 8) * Math.sqrt(k) + 10 * 3 * k + k * Math.sqrt(k)) * Number.EPSILON;
};

function reconstruct({ rows, cols, k, S, Vt, Ut }: Svd): Float64Array {
  const scaled = Vt.map((value, at) => value * S[Math.floor(at / cols)]!);
  return multiply(transpose(Ut, k, rows), scaled, { rows, cols: k, width: cols });
}

function expectOrthonormalRows(rows: Float64Array, count: number, tolerance: number): void {
  const length = rows.length / count;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      const inner = dot(rows.subarray(i * length, (i + 1) * length), rows.subarray(j * length, (j + 1) * length));
      expect(Math.abs(inner - (i === j ? 1 : 0))).toBeLessThanOrEqual(tolerance);
    }
  }
}

function expectDecomposition(A: Float64Array, rows: number, cols: number): Svd {
  const svd = computeSvd(A, rows, cols);
  const k = Math.min(rows, cols);
  expect([svd.rows, svd.cols, svd.k]).toEqual([rows, cols, k]);
  expect([svd.S.length, svd.Ut.length, svd.Vt.length]).toEqual([k, k * rows, k * cols]);
  for (let i = 0; i < k; i++) expect(svd.S[i]!).toBeGreaterThanOrEqual(i + 1 < k ? svd.S[i + 1]! : 0);
  const error = backwardError(rows, cols);
  expect(norm2(reconstruct(svd).map((value, at) => value - A[at]!))).toBeLessThanOrEqual(2 * error * norm2(A));
  expectOrthonormalRows(svd.Ut, k, 2 * error);
  expectOrthonormalRows(svd.Vt, k, 2 * error);
  return svd;
}

const mlMatrixValues = (A: Float64Array, rows: number, cols: number): number[] =>
  new SingularValueDecomposition(Matrix.from1DArray(rows, cols, Array.from(A)), { autoTranspose: true }).diagonal;

describe("computeSvd", () => {
  test("decomposes tall, wide and square matrices with orthonormal factors and descending values", () => {
    fc.assert(fc.property(matrix, ({ rows, cols, A }) => void expectDecomposition(A, rows, cols)));
  });

  test("has the singular values of ml-matrix to ‖A‖ε", () => {
    fc.assert(
      fc.property(matrix, ({ rows, cols, A }) => {
        const { S } = computeSvd(A, rows, cols);
        const oracle = mlMatrixValues(A, rows, cols);
        // Weyl: both are within their backward errors of the exact ones.
        const tolerance = 2 * backwardError(rows, cols) * norm2(A);
        S.forEach((value, i) => void expect(Math.abs(value - oracle[i]!)).toBeLessThanOrEqual(tolerance));
      }),
    );
  });

  test("finds planted singular values exactly where Householder reflections plant them", () => {
    // H = I − 2vvᵀ with v = (±½, ±½, ±½, ±½) is dyadic, so A = H₁ diag(8, 4, 2, 1) H₂ is exact.
    const reflection = (v: readonly number[]) =>
      Float64Array.from({ length: 16 }, (_, at) => Number(at % 5 === 0) - 2 * v[Math.floor(at / 4)]! * v[at % 4]!);
    const diagonal = Float64Array.from({ length: 16 }, (_, at) => (at % 5 === 0 ? 8 / 2 ** (at / 5) : 0));
    const shape = { rows: 4, cols: 4, width: 4 };
    const half = multiply(reflection([0.5, 0.5, -0.5, 0.5]), diagonal, shape);
    const A = multiply(half, reflection([0.5, -0.5, 0.5, 0.5]), shape);
    const { S } = expectDecomposition(A, 4, 4);
    const tolerance = backwardError(4, 4) * norm2(A);
    S.forEach((value, i) => void expect(Math.abs(value - 8 / 2 ** i)).toBeLessThanOrEqual(tolerance));
  });

  test("shows the rank of a deficient matrix and completes the orthonormal factors", () => {
    fc.assert(
      fc.property(deficient, ({ r, rows, cols, A }) => {
        const { S } = expectDecomposition(A, rows, cols);
        // B and C contain an identity, so σ_r(A) ≥ σ_r(B) σ_r(C) ≥ 1.
        const tolerance = backwardError(rows, cols) * norm2(A);
        expect(S[r - 1]!).toBeGreaterThanOrEqual(1 - tolerance);
        for (let i = r; i < S.length; i++) expect(S[i]!).toBeLessThanOrEqual(tolerance);
      }),
    );
  });

  test.each([
    [3, 2],
    [2, 3],
    [3, 3],
    [1, 1],
  ])("decomposes the zero matrix of %i rows and %i columns", (rows, cols) => {
    const { S, k } = expectDecomposition(new Float64Array(rows * cols), rows, cols);
    expect(Array.from(S)).toEqual(new Array(k).fill(0));
  });

  test("decomposes matrices with zero rows and zero columns", () => {
    expectDecomposition(Float64Array.of(0, 1, 0, 0, 0, 0, 0, 2, 0), 3, 3);
    expect(Array.from(expectDecomposition(Float64Array.of(0, 0, 0, 0, 0, 5), 3, 2).S)).toEqual([5, 0]);
    expect(Array.from(expectDecomposition(Float64Array.of(0, 0, 0, 0, 0, 5), 2, 3).S)).toEqual([5, 0]);
  });

  test("accepts a matrix without columns or without rows", () => {
    expect(computeSvd(new Float64Array(0), 3, 0).k).toBe(0);
    expect(computeSvd(new Float64Array(0), 0, 3).k).toBe(0);
  });

  test("leaves its argument as it is", () => {
    const A = Float64Array.of(3, 1, 4, 1, 5, 9);
    computeSvd(A, 3, 2);
    expect(Array.from(A)).toEqual([3, 1, 4, 1, 5, 9]);
  });
});

/** e_1 … e_n of the squared singular values: the coefficients of det(I + tAᵀA), exactly, by Faddeev and LeVerrier. */
function exactSymmetricFunctions(A: Float64Array, rows: number, cols: number): Rational[] {
  const at = (i: number, j: number) => fromNumber(A[i * cols + j]!);
  const sum = (count: number, term: (k: number) => Rational): Rational => {
    let total = zero;
    for (let k = 0; k < count; k++) total = add(total, term(k));
    return total;
  };
  const square = (entry: (i: number, j: number) => Rational): Rational[][] =>
    Array.from({ length: cols }, (_, i) => Array.from({ length: cols }, (_, j) => entry(i, j)));
  const gram = square((i, j) => sum(rows, (k) => multiplyExact(at(k, i), at(k, j))));
  const result: Rational[] = [];
  let M = square(() => zero);
  let last = fromNumber(1);
  for (let k = 1; k <= cols; k++) {
    // M_k = G·(e_{k−1}I − M_{k−1}) and e_k = tr(M_k)/k.
    const inner = M.map((row, i) => row.map((value, j) => add(i === j ? last : zero, negated(value))));
    M = square((i, j) => sum(cols, (l) => multiplyExact(gram[i]![l]!, inner[l]![j]!)));
    const trace = sum(cols, (i) => M[i]![i]!);
    last = multiplyExact(trace, { numerator: 1n, denominator: BigInt(k) });
    result.push(last);
  }
  return result;
}

const negated = (r: Rational): Rational => ({ ...r, numerator: -r.numerator });

/** The same functions of computed singular values: sums of positive terms, so as accurate as these. */
function symmetricFunctions(S: ArrayLike<number>): number[] {
  const e = [1, ...new Array<number>(S.length).fill(0)];
  for (let i = 0; i < S.length; i++) for (let k = i + 1; k >= 1; k--) e[k]! += S[i]! ** 2 * e[k - 1]!;
  return e.slice(1);
}

/** Largest relative error of e_1 … e_n; a relative error η of every singular value changes e_k by at most 2kη. */
function symmetricError(S: ArrayLike<number>, exact: readonly Rational[]): number {
  const computed = symmetricFunctions(S);
  return Math.max(...exact.map((value, k) => Math.abs(computed[k]! / toNumber(value) - 1) / (2 * (k + 1))));
}

describe("computeSvd of graded columns", () => {
  const rows = 7;
  const cols = 5;
  /** Columns of a normal matrix times step^(0, 1, …), in the given order, and the condition without the grading. */
  const graded = (seed: number, step: number, order: readonly number[]) => {
    const base = normals(createRandom(seed), rows * cols);
    const A = base.map((value, at) => value * step ** order[at % cols]!);
    const length = Array.from({ length: cols }, (_, j) => norm2(base.filter((_, at) => at % cols === j)));
    const values = mlMatrixValues(
      base.map((value, at) => value / length[at % cols]!),
      rows,
      cols,
    );
    return { A, condition: values[0]! / values[cols - 1]! };
  };
  const orders = [
    ["falling", [0, 1, 2, 3, 4]],
    ["rising", [4, 3, 2, 1, 0]],
    ["mixed", [2, 0, 4, 1, 3]],
  ] as const;

  test.each(orders)("keeps every singular value to relative accuracy, %s grading", (_, order) => {
    for (const step of [10 ** -1, 10 ** -3, 10 ** -5]) {
      for (const seed of [1, 2, 3, 4]) {
        const { A, condition } = graded(seed, step, order);
        // Demmel & Veselić 1992, theorem 2.14: the relative error is the columnwise backward error times the condition
        // of the matrix with columns of norm one.
        const tolerance = backwardError(rows, cols) * Math.sqrt(cols) * condition;
        expect(tolerance).toBeLessThan(1e-10);
        const error = symmetricError(computeSvd(A, rows, cols).S, exactSymmetricFunctions(A, rows, cols));
        expect(error).toBeLessThanOrEqual(tolerance);
      }
    }
  });

  test("and so for graded rows, that is for the transpose", () => {
    const { A, condition } = graded(1, 1e-4, [0, 1, 2, 3, 4]);
    const error = symmetricError(
      computeSvd(transpose(A, rows, cols), cols, rows).S,
      exactSymmetricFunctions(A, rows, cols),
    );
    expect(error).toBeLessThanOrEqual(backwardError(rows, cols) * Math.sqrt(cols) * condition);
  });

  test("where a bidiagonal SVD loses them", () => {
    const { A } = graded(1, 1e-5, [2, 0, 4, 1, 3]);
    expect(symmetricError(mlMatrixValues(A, rows, cols), exactSymmetricFunctions(A, rows, cols))).toBeGreaterThan(1e-6);
  });
});

describe("fixed defects of computeSvd", () => {
  test("the right vectors of a singular matrix are orthonormal", () => {
    const { Vt } = computeSvd(Float64Array.of(0, 0, 0, -1, 0, 0, -1, 0, 1), 3, 3);
    expectOrthonormalRows(Vt, 3, 2 * backwardError(3, 3));
  });

  test.each([1e-170, 1e155])("a matrix of size %d has the singular values of the unit one times it", (size) => {
    const { S } = computeSvd(Float64Array.of(size, size, 0, size), 2, 2);
    const golden = (1 + Math.sqrt(5)) / 2;
    expect(Math.abs(S[0]! / size - golden)).toBeLessThanOrEqual(2 * backwardError(2, 2));
  });
});

describe("solveTruncated", () => {
  test("is the least-squares solution of QR at full rank", () => {
    fc.assert(
      fc.property(matrix, ({ rows: one, cols: other, A, random }) => {
        const [rows, cols] = [Math.max(one, other), Math.min(one, other)];
        const b = normals(random, rows);
        const svd = computeSvd(A, rows, cols);
        const x = solveTruncated(svd, b, cols);
        const factors = factorQr(transpose(A, rows, cols), rows, cols);
        const expected = solveUpper(factors, applyQTransposed(factors, b.slice()), new Float64Array(cols));
        // Wedin (Higham 2002, theorem 20.1): κ(‖x‖ + ‖b‖/‖A‖) + κ²‖r‖/‖A‖ times the backward errors of both.
        const condition = svd.S[0]! / svd.S[cols - 1]!;
        fc.pre(condition < 1e4);
        const residual = multiply(A, x, { rows, cols, width: 1 }).map((value, i) => value - b[i]!);
        const scale = condition * (norm2(x) + norm2(b) / svd.S[0]!) + (condition ** 2 * norm2(residual)) / svd.S[0]!;
        const tolerance = 4 * backwardError(rows, cols) * scale;
        expect(norm2(x.map((value, k) => value - expected[k]!))).toBeLessThanOrEqual(tolerance);
      }),
    );
  });

  test("is a least-squares solution orthogonal to the null space, hence the shortest, for deficient matrices", () => {
    fc.assert(
      fc.property(deficient, ({ r, rows, cols, A, nullVectors, random }) => {
        const b = normals(random, rows);
        const svd = computeSvd(A, rows, cols);
        const x = solveTruncated(svd, b, r);
        const residual = multiply(A, x, { rows, cols, width: 1 }).map((value, i) => value - b[i]!);
        const gradient = multiply(transpose(A, rows, cols), residual, { rows: cols, cols: rows, width: 1 });
        // The computed singular spaces are off by the backward error over the gap σ_r.
        const error = (4 * backwardError(rows, cols) * norm2(A)) / svd.S[r - 1]!;
        const scale = norm2(A) * norm2(x) + norm2(b);
        expect(norm2(gradient)).toBeLessThanOrEqual(error * norm2(A) * scale);
        for (const v of nullVectors) {
          expect(Math.abs(dot(x, v))).toBeLessThanOrEqual(error * norm2(x) * norm2(v));
          expect(norm2(x.map((value, k) => value + v[k]!))).toBeGreaterThan(norm2(x));
        }
      }),
    );
  });

  test("uses the leading singular values only", () => {
    const svd = computeSvd(Float64Array.of(4, 0, 0, 2), 2, 2);
    const b = Float64Array.of(4, 4);
    expect(Array.from(solveTruncated(svd, b, 2))).toEqual([1, 2]);
    expect(Array.from(solveTruncated(svd, b, 1), (value) => value + 0)).toEqual([1, 0]);
    expect(Array.from(solveTruncated(svd, b, 0))).toEqual([0, 0]);
  });

  test("solves a wide system exactly with the shortest solution", () => {
    const x = solveTruncated(computeSvd(Float64Array.of(3, 4), 1, 2), Float64Array.of(25), 1);
    const tolerance = 5 * backwardError(1, 2);
    expect(Math.abs(x[0]! - 3)).toBeLessThanOrEqual(tolerance);
    expect(Math.abs(x[1]! - 4)).toBeLessThanOrEqual(tolerance);
  });
});
