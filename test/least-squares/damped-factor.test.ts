import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DampedFactor } from "../../src/least-squares/damped-factor.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import { applyQTransposed, factorQr, solveUpper } from "../../src/linalg/qr.ts";
import { createRandom } from "../../src/random.ts";

/** A random upper triangle, column-major, and a right-hand side. */
function randomTriangle(seed: number, n: number): { R: Float64Array; right: Float64Array } {
  const random = createRandom(seed);
  const R = new Float64Array(n * n);
  for (let j = 0; j < n; j++) for (let i = 0; i <= j; i++) R[j * n + i] = random.normal() + (i === j ? 2 : 0);
  return { R, right: Float64Array.from({ length: n }, () => random.normal()) };
}

/** The same least squares by dense QR of the 2n×n matrix. */
function solveDense(R: Float64Array, lambda: number, right: Float64Array): Float64Array {
  const n = right.length;
  const stacked = new Float64Array(2 * n * n);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i <= j; i++) stacked[j * 2 * n + i] = R[j * n + i]!;
    stacked[j * 2 * n + n + j] = Math.sqrt(lambda);
  }
  const factors = factorQr(stacked, 2 * n, n);
  const b = new Float64Array(2 * n);
  b.set(right);
  return solveUpper(factors, applyQTransposed(factors, b), new Float64Array(n));
}

describe("DampedFactor", () => {
  test("solves the damped problem like a dense factorisation, also when it is used again", () => {
    const sizes = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(fc.nat(), sizes, fc.constantFrom(0, 1e-20, 1e-3, 1, 1e6), (seed, n, lambda) => {
        const factor = new DampedFactor(n);
        factor.factorise(randomTriangle(seed + 1, n).R, 17);
        const { R, right } = randomTriangle(seed, n);
        factor.factorise(R, lambda);
        const dense = solveDense(R, lambda, right);
        const y = factor.solve(right, new Float64Array(n));
        // Both are backward stable; a random triangle with diagonal near 2 has a condition below 10⁶ at n = 12.
        const distance = norm2(y.map((value, k) => value - dense[k]!));
        expect(distance).toBeLessThanOrEqual(1e6 * n * Number.EPSILON * norm2(dense));
      }),
    );
  });

  test("solveTransposed inverts the transpose: ‖R_λ⁻ᵀ y‖² = yᵀ (RᵀR + λ)⁻¹ y", () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(1e-3, 1), (seed, lambda) => {
        const n = 6;
        const { R, right: y } = randomTriangle(seed, n);
        const factor = new DampedFactor(n);
        factor.factorise(R, lambda);
        const w = factor.solveTransposed(y.slice());
        // (RᵀR + λ) z = y, checked by multiplying back, with z = R_λ⁻¹ w from a right-hand side that Q leaves alone.
        const z = solveNormal(R, lambda, y);
        const expected = z.reduce((sum, value, k) => sum + value * y[k]!, 0);
        expect(Math.abs(norm2(w) ** 2 - expected)).toBeLessThanOrEqual(1e-8 * expected);
      }),
    );
  });

  test("holds an unknown with a zero pivot at zero and gives the others all rows, unless there is damping", () => {
    const factor = new DampedFactor(2);
    const R = Float64Array.of(0, 0, 2, 1); // both rows see the second unknown alone
    factor.factorise(R, 0);
    expect(factor.singular).toBe(true);
    const [first, second] = factor.solve(Float64Array.of(4, 7), new Float64Array(2));
    expect(Math.abs(first!)).toBeLessThanOrEqual(8 * Number.EPSILON);
    expect(Math.abs(second! - 3)).toBeLessThanOrEqual(8 * Number.EPSILON); // (2·4 + 1·7) / 5
    factor.factorise(R, 1e-10);
    expect(factor.singular).toBe(false);
  });
});

/** (RᵀR + λI)⁻¹ y by Gauss–Jordan on the small dense matrix. */
function solveNormal(R: Float64Array, lambda: number, y: Float64Array): Float64Array {
  const n = y.length;
  const M = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => {
      let sum = i === j ? lambda : 0;
      for (let k = 0; k < n; k++) sum += R[i * n + k]! * R[j * n + k]!;
      return sum;
    }).concat(y[i]!),
  );
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = M[i]![k]! / M[k]![k]!;
      for (let j = k; j <= n; j++) M[i]![j]! -= factor * M[k]![j]!;
    }
  }
  return Float64Array.from({ length: n }, (_, k) => M[k]![n]! / M[k]![k]!);
}
