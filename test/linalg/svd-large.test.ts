import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dot, multiply, norm2, transpose } from "../../src/linalg/dense.ts";
import { computeSvd, type Svd, singularValues } from "../../src/linalg/svd.ts";
import { createRandom, type Random } from "../../src/random.ts";
import { preciseSingularValues } from "./precise-jacobi.ts";

const normals = (random: Random, length: number): Float64Array => Float64Array.from({ length }, () => random.normal());

/** As in svd.test.ts, with two QR and at most ten sweeps. */
const backwardError = (rows: number, cols: number): number => {
  const [m, k] = [Math.max(rows, cols), Math.min(rows, cols)];
  return (4 * k * (m + k + 16) * Math.sqrt(k) + 10 * 3 * k + k * Math.sqrt(k)) * Number.EPSILON;
};

function reconstruct({ rows, cols, k, S, Vt, Ut }: Svd): Float64Array {
  const scaled = Vt.map((value, at) => value * S[Math.floor(at / cols)]!);
  return multiply(transpose(Ut, k, rows), scaled, { rows, cols: k, width: cols });
}

function orthonormalityDefect(rows: Float64Array, count: number): number {
  const length = rows.length / count;
  const gram = multiply(rows, transpose(rows, count, length), { rows: count, cols: length, width: count });
  return gram.reduce((worst, value, at) => Math.max(worst, Math.abs(value - Number(at % (count + 1) === 0))), 0);
}

function expectDecomposition(A: Float64Array, rows: number, cols: number): Svd {
  const svd = computeSvd(A, rows, cols);
  const error = 2 * backwardError(rows, cols);
  expect(norm2(reconstruct(svd).map((value, at) => value - A[at]!))).toBeLessThanOrEqual(error * norm2(A));
  expect(orthonormalityDefect(svd.Ut, svd.k)).toBeLessThanOrEqual(error);
  expect(orthonormalityDefect(svd.Vt, svd.k)).toBeLessThanOrEqual(error);
  expect(svd.S.every((value, i) => value >= (svd.S[i + 1] ?? 0))).toBe(true);
  return svd;
}

const sizes = fc.record({
  rows: fc.integer({ min: 1, max: 70 }),
  cols: fc.integer({ min: 1, max: 70 }),
  seed: fc.nat(),
});

describe("computeSvd of larger matrices", () => {
  test("decomposes tall, wide and square ones", () => {
    fc.assert(
      fc.property(sizes, ({ rows, cols, seed }) => {
        expectDecomposition(normals(createRandom(seed), rows * cols), rows, cols);
      }),
      { numRuns: 40 },
    );
  });

  test("finds an orthonormal basis of the null space, whatever the rank", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 20 }), ({ rows, cols, seed }, rank) => {
        const random = createRandom(seed);
        const r = Math.min(rank, rows, cols);
        const digits = (length: number) => Float64Array.from({ length }, () => random.integer(7) - 3);
        const A = multiply(digits(rows * r), digits(r * cols), { rows, cols: r, width: cols });
        const { S, Vt, k } = expectDecomposition(A, rows, cols);
        const error = 2 * backwardError(rows, cols) * norm2(A);
        for (let i = r; i < k; i++) {
          expect(S[i]!).toBeLessThanOrEqual(error);
          const image = multiply(A, Vt.slice(i * cols, (i + 1) * cols), { rows, cols, width: 1 });
          expect(norm2(image)).toBeLessThanOrEqual(error);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("singularValues are those of computeSvd", () => {
    fc.assert(
      fc.property(sizes, ({ rows, cols, seed }) => {
        const A = normals(createRandom(seed), rows * cols);
        const { S } = computeSvd(A, rows, cols);
        const difference = norm2(singularValues(A, rows, cols).map((value, i) => value - S[i]!));
        expect(difference).toBeLessThanOrEqual(2 * backwardError(rows, cols) * norm2(A));
      }),
      { numRuns: 40 },
    );
    expect(singularValues(new Float64Array(0), 0, 3)).toEqual(new Float64Array(0));
  });

  test.each([2 ** -500, 2 ** 500])("a power of two of the matrix has the same factors: %d", (scale) => {
    const [rows, cols] = [40, 25];
    const A = normals(createRandom(5), rows * cols);
    const plain = computeSvd(A, rows, cols);
    const scaled = computeSvd(
      A.map((value) => value * scale),
      rows,
      cols,
    );
    expect(scaled.Vt).toEqual(plain.Vt);
    expect(scaled.Ut).toEqual(plain.Ut);
    expect(scaled.S).toEqual(plain.S.map((value) => value * scale));
  });

  test.each([
    [Number.NaN, 3, 2],
    [Number.POSITIVE_INFINITY, 40, 30],
    [Number.NaN, 30, 40],
  ])("%d in an entry makes everything NaN, and it ends (%i×%i)", (value, rows, cols) => {
    const A = normals(createRandom(1), rows * cols).with(1, value);
    const { S, Vt, Ut } = computeSvd(A, rows, cols);
    for (const part of [S, Vt, Ut, singularValues(A, rows, cols)]) expect(part.every(Number.isNaN)).toBe(true);
  });
});

describe("graded columns of a 40×20 matrix, 1 to 1e-19", () => {
  const [rows, cols] = [40, 20];
  /** Demmel & Veselić 1992: the condition that counts is that of the matrix with columns of length one. */
  const scaledCondition = (A: Float64Array): number => {
    const columns = transpose(A, rows, cols);
    const length = Array.from({ length: cols }, (_, j) => norm2(columns.slice(j * rows, (j + 1) * rows)));
    const S = computeSvd(
      A.map((value, at) => value / length[at % cols]!),
      rows,
      cols,
    ).S;
    return S[0]! / S[cols - 1]!;
  };
  const relativeErrors = (S: Float64Array, exact: Float64Array): Float64Array =>
    S.map((value, i) => Math.abs(value / exact[i]! - 1));

  test.each([
    ["falling", (j: number) => j],
    ["rising", (j: number) => cols - 1 - j],
    ["mixed", (j: number) => (7 * j) % cols],
  ])("every singular value is right to some units in the last place, %s", (_, exponent) => {
    for (const seed of [1, 2, 3]) {
      const A = normals(createRandom(seed), rows * cols).map((value, at) => value * 10 ** -exponent(at % cols));
      const exact = preciseSingularValues(A, rows, cols);
      const errors = relativeErrors(computeSvd(A, rows, cols).S, exact);
      // The bound that theory gives, and the one that is met: rounding errors are far from adding up.
      expect(Math.max(...errors)).toBeLessThanOrEqual(backwardError(rows, cols) * scaledCondition(A));
      expect(Math.max(...errors)).toBeLessThanOrEqual(2 * cols * Number.EPSILON);
      expect(Math.max(...relativeErrors(singularValues(A, rows, cols), exact))).toBeLessThanOrEqual(
        2 * cols * Number.EPSILON,
      );
    }
  });

  test("a change of one column by 1e-10 shows in the singular values", () => {
    const A = normals(createRandom(1), rows * cols).map((value, at) => value * 10 ** -(at % cols));
    const exact = preciseSingularValues(A, rows, cols);
    const moved = A.map((value, at) => (at % cols === cols - 1 ? value * (1 + 1e-10) : value));
    const errors = relativeErrors(computeSvd(moved, rows, cols).S, exact);
    expect(errors[cols - 1]!).toBeGreaterThan(1e-11);
  });

  test("a column of length 1e-130 keeps its digits beside one of length 1, and one of 1e-300 does no harm", () => {
    const entries = [3, 1, 1, 1, 2, 1, 1, 1, 2];
    const A = Float64Array.from(entries, (value, at) => value * [2, 1e-130, 1e-300][at % 3]!);
    const { S, Vt, Ut } = computeSvd(A, 3, 3);
    // |a|² = 44, |b|² = 6, a·b = 12 without the scales: σ₁²σ₂² = 44·6 − 12² and σ₁² = 44, to a relative 1e-260.
    expect(Math.abs(S[1]! / (1e-130 * Math.sqrt(120 / 44)) - 1)).toBeLessThanOrEqual(20 * Number.EPSILON);
    expect(S[2]!).toBeLessThanOrEqual(1e-298);
    for (const part of [Vt, Ut]) {
      expect(Math.abs(dot(part.subarray(0, 3), part.subarray(3, 6)))).toBeLessThanOrEqual(20 * Number.EPSILON);
      expect(orthonormalityDefect(part, 3)).toBeLessThanOrEqual(40 * Number.EPSILON);
    }
  });
});
