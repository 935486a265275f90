import fc from "fast-check";
import { expect, test } from "vitest";
import { rational } from "../../../src/algebra/rational.ts";
import { InternalError } from "../../../src/errors.ts";
import { padicRank, padicRing } from "../../../src/identifiability/stationary/padic.ts";

const p = 7n;
const ring = padicRing(p, 40);

/** The product of two integer matrices modulo p^40. */
function product(
  a: readonly bigint[],
  b: readonly bigint[],
  [rows, inner, cols]: readonly [number, number, number],
): bigint[] {
  return Array.from({ length: rows * cols }, (_, at) => {
    const [i, j] = [Math.floor(at / cols), at % cols];
    let sum = 0n;
    for (let k = 0; k < inner; k++) sum += a[i * inner + k]! * b[k * cols + j]!;
    return ((sum % ring.modulus) + ring.modulus) % ring.modulus;
  });
}

/** The determinant of a square integer matrix by cofactors. */
function determinant(rows: readonly (readonly bigint[])[]): bigint {
  if (rows.length === 0) return 1n;
  return rows[0]!.reduce((sum, value, j) => {
    const minor = rows.slice(1).map((row) => row.filter((_, k) => k !== j));
    return sum + (j % 2 === 0 ? value : -value) * determinant(minor);
  }, 0n);
}

const small = fc.bigInt({ min: -60n, max: 60n });

test("a matrix of rank 1 or 2 by construction never shows more", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 }),
      fc.array(small, { minLength: 8, maxLength: 8 }),
      fc.array(small, { minLength: 10, maxLength: 10 }),
      (inner, left, right) => {
        const entries = product(left.slice(0, 4 * inner), right.slice(0, 5 * inner), [4, inner, 5]);
        expect(padicRank(ring, entries, 4, 5)).toBeLessThanOrEqual(inner);
      },
    ),
  );
});

test("a square matrix has full rank exactly if its determinant is not zero, whatever powers of p it holds", () => {
  const powers = fc.integer({ min: 0, max: 3 }).map((e) => p ** BigInt(e));
  const entry = fc.tuple(fc.bigInt({ min: -3n, max: 3n }), powers).map(([unit, power]) => unit * power);
  let singular = 0;
  fc.assert(
    fc.property(fc.array(entry, { minLength: 9, maxLength: 9 }), (values) => {
      const rows = [values.slice(0, 3), values.slice(3, 6), values.slice(6)];
      const full = determinant(rows) !== 0n;
      if (!full) singular++;
      const residues = values.map((value) => ((value % ring.modulus) + ring.modulus) % ring.modulus);
      expect(padicRank(ring, residues, 3, 3) === 3).toBe(full);
    }),
    { numRuns: 600 },
  );
  expect(singular).toBeGreaterThan(0);
});

test("what vanishes to all digits known does not count", () => {
  const shallow = padicRing(p, 3);
  expect(padicRank(shallow, [1n, 0n, 0n, p ** 2n], 2, 2)).toBe(2);
  expect(padicRank(shallow, [1n, 0n, 0n, 0n], 2, 2)).toBe(1);
  // The second pivot eats the digits that the third would need.
  expect(padicRank(shallow, [1n, 0n, 0n, 0n, p ** 2n, 0n, 0n, 0n, p ** 2n], 3, 3)).toBe(3);
  expect(padicRank(shallow, [p ** 2n, 0n, 0n, 0n], 2, 2)).toBe(1);
});

test("units have inverses, multiples of p have none", () => {
  expect(ring.multiply(ring.inverse(12n), 12n)).toBe(1n);
  expect(ring.multiply(ring.fromRational(rational(-5n, 12n)), 12n)).toBe(ring.modulus - 5n);
  expect(() => ring.inverse(14n)).toThrow(InternalError);
});
