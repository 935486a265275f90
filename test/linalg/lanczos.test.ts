import fc from "fast-check";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { norm2 } from "../../src/linalg/dense.ts";
import { smallestEigenpair } from "../../src/linalg/lanczos.ts";
import { symmetricEigen } from "../../src/linalg/symmetric-eigen.ts";
import { createRandom } from "../../src/random.ts";

function symmetric(n: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const A = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) A[i * n + j] = A[j * n + i] = random.normal();
  return A;
}

const product =
  (A: Float64Array, n: number) =>
  (v: Float64Array, out: Float64Array): void => {
    for (let i = 0; i < n; i++) {
      out[i] = 0;
      for (let j = 0; j < n; j++) out[i]! += A[i * n + j]! * v[j]!;
    }
  };

const diagonal = (values: readonly number[]) => (v: Float64Array, out: Float64Array) => {
  values.forEach((value, i) => {
    out[i] = value * v[i]!;
  });
};

const cases = fc.record({ n: fc.integer({ min: 1, max: 30 }), seed: fc.integer({ min: 1, max: 1000 }) });

function spectrum(A: Float64Array, n: number): number[] {
  const rows = Array.from({ length: n }, (_, i) => Array.from(A.subarray(i * n, (i + 1) * n)));
  return new EigenvalueDecomposition(new Matrix(rows), { assumeSymmetric: true }).realEigenvalues.toSorted(
    (a, b) => a - b,
  );
}

describe("symmetricEigen", () => {
  test("has the eigenvalues of ml-matrix to n‖A‖ε, ascending, and A v = λ v", () => {
    fc.assert(
      fc.property(cases, ({ n, seed }) => {
        const A = symmetric(n, seed);
        const { values, vectors } = symmetricEigen(A, n);
        const bound = 10 * n * Number.EPSILON * norm2(A);
        for (const [i, value] of spectrum(A, n).entries()) expect(Math.abs(values[i]! - value)).toBeLessThan(bound);
        const image = new Float64Array(n);
        for (let i = 0; i < n; i++) {
          const v = vectors.slice(i * n, (i + 1) * n);
          product(A, n)(v, image);
          expect(norm2(image.map((entry, k) => entry - values[i]! * v[k]!))).toBeLessThan(bound);
          expect(Math.abs(norm2(v) - 1)).toBeLessThan(10 * n * Number.EPSILON);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("leaves a zero matrix and a diagonal one as they are", () => {
    expect(symmetricEigen(new Float64Array(9), 3).values).toEqual(new Float64Array(3));
    expect(Array.from(symmetricEigen(Float64Array.of(2, 0, 0, -1), 2).values)).toEqual([-1, 2]);
  });
});

describe("smallestEigenpair", () => {
  test("is the smallest eigenvalue of a dense matrix, with the residual that it states", () => {
    fc.assert(
      fc.property(cases, ({ n, seed }) => {
        const A = symmetric(n, seed);
        const pair = smallestEigenpair(product(A, n), n, { random: createRandom(seed, 1) });
        const scale = norm2(A);
        expect(pair.converged).toBe(true);
        expect(Math.abs(pair.value - spectrum(A, n)[0]!)).toBeLessThan(1e-9 * scale);
        const image = new Float64Array(n);
        product(A, n)(pair.vector, image);
        expect(norm2(image.map((entry, k) => entry - pair.value * pair.vector[k]!))).toBeCloseTo(pair.residualNorm, 12);
      }),
      { numRuns: 30 },
    );
  });

  test("needs few products where the smallest eigenvalue stands apart", () => {
    const values = Array.from({ length: 400 }, (_, i) => (i === 0 ? -5 : i / 400));
    const pair = smallestEigenpair(diagonal(values), 400, { random: createRandom(3) });
    expect(pair.value).toBeCloseTo(-5, 10);
    expect(pair.products).toBeLessThan(40);
  });

  test("does not claim convergence when the steps run out", () => {
    const values = Array.from({ length: 400 }, (_, i) => i / 400);
    const pair = smallestEigenpair(diagonal(values), 400, { random: createRandom(3), maxSteps: 6 });
    expect(pair.converged).toBe(false);
    expect(pair.residualNorm).toBeGreaterThan(1e-3);
    expect(pair.products).toBe(7);
  });

  test("stops at an invariant subspace: multiples of the identity and zero", () => {
    for (const value of [3, 0]) {
      const pair = smallestEigenpair(diagonal(Array(20).fill(value)), 20, { random: createRandom(4) });
      expect(pair).toMatchObject({ value: expect.closeTo(value, 12), converged: true });
      expect(pair.products).toBeLessThanOrEqual(4);
    }
  });

  test("the same seed gives the same pair", () => {
    const A = symmetric(12, 9);
    const run = () => smallestEigenpair(product(A, 12), 12, { random: createRandom(2) });
    expect(run()).toEqual(run());
  });

  test("an empty operator is misuse", () => {
    expect(() => smallestEigenpair(() => undefined, 0, { random: createRandom(1) })).toThrow("dimension 0");
  });
});
