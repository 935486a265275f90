import { EigenvalueDecomposition, inverse, Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { multiply, norm2 } from "../../src/linalg/dense.ts";
import { realEigenpairs } from "../../src/linalg/eigen.ts";
import { createRandom } from "../../src/random.ts";

const randomMatrix = (n: number, seed: number): Float64Array => {
  const random = createRandom(seed);
  return Float64Array.from({ length: n * n }, () => random.normal());
};

/** X diag(values) X⁻¹ for a random X. */
function withEigenvalues(values: readonly number[], seed: number): Float64Array {
  const n = values.length;
  const X = Matrix.from1DArray(n, n, Array.from(randomMatrix(n, seed)));
  return Float64Array.from(
    X.mmul(Matrix.diag([...values]))
      .mmul(inverse(X))
      .to1DArray(),
  );
}

describe("realEigenpairs", () => {
  test.each([1, 2, 3, 5, 8, 13])("finds n = %i real eigenvalues and their vectors", (n) => {
    for (let seed = 1; seed <= 5; seed++) {
      const values = Array.from({ length: n }, (_, k) => (k + 1) * (k % 2 === 0 ? 1 : -1));
      const A = withEigenvalues(values, seed);
      const pairs = realEigenpairs(A, n);
      const found = pairs.map(({ value }) => value).toSorted((a, b) => a - b);
      const tolerance = 1e-9 * norm2(A);
      for (const [k, value] of found.entries()) {
        expect(Math.abs(value - values.toSorted((a, b) => a - b)[k]!)).toBeLessThan(tolerance);
      }
      for (const { value, vector } of pairs) {
        expect(norm2(vector)).toBeCloseTo(1, 12);
        const image = multiply(A, vector, { rows: n, cols: n, width: 1 });
        expect(norm2(image.map((entry, i) => entry - value * vector[i]!))).toBeLessThan(tolerance);
      }
    }
  });

  test("gives real parts where the eigenvalues are complex", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const A = randomMatrix(5, seed);
      const expected = new EigenvalueDecomposition(Matrix.from1DArray(5, 5, Array.from(A))).realEigenvalues.toSorted(
        (a, b) => a - b,
      );
      const found = realEigenpairs(A, 5).map(({ value }) => value);
      expect(found.every(Number.isFinite)).toBe(true);
      expect(found.reduce((sum, value) => sum + value, 0)).toBeCloseTo(
        expected.reduce((sum, value) => sum + value, 0),
        6,
      );
    }
  });

  test("takes a diagonal and a zero matrix as they are", () => {
    expect(
      realEigenpairs(Float64Array.of(3, 0, 0, 5), 2)
        .map(({ value }) => value)
        .toSorted(),
    ).toEqual([3, 5]);
    expect(realEigenpairs(new Float64Array(9), 3).map(({ value }) => value)).toEqual([0, 0, 0]);
  });
});
