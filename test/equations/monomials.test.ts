import { describe, expect, test } from "vitest";
import { type MonomialTable, monomialsOfDegree } from "../../src/equations/monomials.ts";
import { binomial, symmetricDimension } from "../../src/equations/shape.ts";

const sizes = [1, 2, 3, 4, 6].flatMap((d) => [0, 1, 2, 3, 5, 7].map((k) => [d, k] as const));

function exponentVectors({ inputDim, count, starts, variables, exponents }: MonomialTable): number[][] {
  return Array.from({ length: count }, (_, i) => {
    const vector = new Array<number>(inputDim).fill(0);
    for (let s = starts[i]!; s < starts[i + 1]!; s++) vector[variables[s]!]! += exponents[s]!;
    return vector;
  });
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));

describe.each(sizes)("the monomials of %i variables and degree %i", (d, k) => {
  const table = monomialsOfDegree(d, k);
  const vectors = exponentVectors(table);

  test("are C(d + k − 1, k) different ones of that degree", () => {
    expect(table.count).toBe(factorial(d + k - 1) / factorial(k) / factorial(d - 1));
    expect(symmetricDimension(d, k)).toBe(table.count);
    expect(new Set(vectors.map((vector) => vector.join())).size).toBe(table.count);
    for (const vector of vectors) expect(vector.reduce((sum, e) => sum + e, 0)).toBe(k);
  });

  test("stand in graded lexicographic order, each variable once", () => {
    for (let i = 1; i < vectors.length; i++) {
      const first = vectors[i]!.findIndex((e, v) => e !== vectors[i - 1]![v]);
      expect(vectors[i]![first]).toBeLessThan(vectors[i - 1]![first]!);
    }
    for (let i = 0; i < table.count; i++) {
      const used = table.variables.subarray(table.starts[i], table.starts[i + 1]);
      expect(Array.from(used)).toEqual([...new Set(used)].sort((a, b) => a - b));
    }
  });

  test("have multinomials k!/α! that add up to d^k", () => {
    vectors.forEach((vector, i) => {
      expect(table.multinomials[i]).toBe(factorial(k) / vector.reduce((product, e) => product * factorial(e), 1));
    });
    expect(table.multinomials.reduce((sum, value) => sum + value, 0)).toBe(d ** k);
  });
});

describe("binomial", () => {
  test("satisfies Pascal's rule as long as the numbers are exact doubles", () => {
    for (let n = 1; n <= 50; n++) {
      for (let k = 0; k <= n; k++) expect(binomial(n, k)).toBe(binomial(n - 1, k - 1) + binomial(n - 1, k));
    }
  });

  test("is zero outside 0..n", () => {
    expect(binomial(5, -1)).toBe(0);
    expect(binomial(5, 6)).toBe(0);
    expect(binomial(0, 0)).toBe(1);
  });
});
