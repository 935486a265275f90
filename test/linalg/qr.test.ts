import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DimensionMismatchError } from "../../src/errors.ts";
import { multiply, norm2, transpose } from "../../src/linalg/dense.ts";
import {
  applyQ,
  applyQToColumns,
  applyQTransposed,
  factorQr,
  type QrFactors,
  solveUpper,
  upperFactor,
} from "../../src/linalg/qr.ts";
import { createRandom } from "../../src/random.ts";

/** A tall normal matrix whose columns are scaled by the given powers of ten; column-major. */
const tall = (largestExponent: number) =>
  fc
    .record({
      n: fc.integer({ min: 1, max: 8 }),
      extra: fc.integer({ min: 0, max: 8 }),
      seed: fc.nat(),
      exponents: fc.array(fc.integer({ min: -largestExponent, max: largestExponent }), { minLength: 8, maxLength: 8 }),
    })
    .map(({ n, extra, seed, exponents }) => {
      const random = createRandom(seed);
      const m = n + extra;
      const columns = Float64Array.from(
        { length: m * n },
        (_, at) => random.normal() * 10 ** exponents[Math.floor(at / m)]!,
      );
      return { m, n, columns, random };
    });

/**
 * Relative error of n reflectors of length m, applied to one vector: a computed reflector is off by 4(m + 6)u and its
 * application adds (2m + 6)u, with u = EPSILON/2. Source: Higham 2002, lemmas 19.1 to 19.3, with the constants counted.
 */
const reflectors = (m: number, n: number): number => 4 * n * (m + 8) * Number.EPSILON;

function wellBeyondOnePanel() {
  const [m, n, random] = [130, 50, createRandom(9)];
  return { m, n, columns: Float64Array.from({ length: m * n }, () => random.normal()), random };
}

/** Q as columns, each of length m. */
function orthogonalFactor(factors: QrFactors): Float64Array[] {
  const { m } = factors;
  return Array.from({ length: m }, (_, k) => {
    const unit = new Float64Array(m);
    unit[k] = 1;
    return applyQ(factors, unit);
  });
}

const distance = (a: Float64Array, b: Float64Array): number => norm2(a.map((value, k) => value - b[k]!));

describe("Householder QR", () => {
  test("gives an orthogonal Q: its columns have QᵀQ = I to rounding", () => {
    fc.assert(
      fc.property(tall(0), ({ m, n, columns }) => {
        const Q = orthogonalFactor(factorQr(columns, m, n));
        const tolerance = 2 * reflectors(m, n) + m * Number.EPSILON;
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < m; j++) {
            const inner = Q[i]!.reduce((sum, value, k) => sum + value * Q[j]![k]!, 0);
            expect(Math.abs(inner - (i === j ? 1 : 0))).toBeLessThanOrEqual(tolerance);
          }
        }
      }),
    );
  });

  test("gives back each column as Q times that of R, relative to this column, over 300 orders of magnitude", () => {
    fc.assert(
      fc.property(tall(150), ({ m, n, columns }) => {
        const factors = factorQr(columns.slice(), m, n);
        const R = upperFactor(factors);
        for (let j = 0; j < n; j++) {
          const image = new Float64Array(m);
          for (let i = 0; i < n; i++) image[i] = R[i * n + j]!;
          const column = columns.slice(j * m, (j + 1) * m);
          // Once for the factorisation and once for applying Q.
          expect(distance(applyQ(factors, image), column)).toBeLessThanOrEqual(2 * reflectors(m, n) * norm2(column));
        }
      }),
    );
  });

  test("has an upper triangular R whose diagonal is that of the factors", () => {
    fc.assert(
      fc.property(tall(3), ({ m, n, columns }) => {
        const factors = factorQr(columns, m, n);
        const R = upperFactor(factors);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < i; j++) expect(R[i * n + j]).toBe(0);
          expect(R[i * n + i]).toBe(factors.diagonal[i]);
        }
      }),
    );
  });

  test("applies Qᵀ as the inverse of Q", () => {
    fc.assert(
      fc.property(tall(0), ({ m, n, columns, random }) => {
        const factors = factorQr(columns, m, n);
        const b = Float64Array.from({ length: m }, () => random.normal());
        const tolerance = 2 * reflectors(m, n) * norm2(b);
        expect(distance(applyQTransposed(factors, applyQ(factors, b.slice())), b)).toBeLessThanOrEqual(tolerance);
        expect(distance(applyQ(factors, applyQTransposed(factors, b.slice())), b)).toBeLessThanOrEqual(tolerance);
      }),
    );
  });

  test("applies Q to many columns as to each of them", () => {
    // The small sizes stay in TypeScript, the others go to the kernel.
    const sizes = fc.oneof(
      tall(0),
      fc.constant(0).map(() => wellBeyondOnePanel()),
    );
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 40 }), ({ m, n, columns, random }, count) => {
        const factors = factorQr(columns, m, n);
        const B = Float64Array.from({ length: m * count }, () => random.normal());
        const images = applyQToColumns(factors, B.slice());
        for (let at = 0; at < B.length; at += m) {
          const column = B.slice(at, at + m);
          const tolerance = 2 * reflectors(m, n) * norm2(column);
          expect(distance(images.slice(at, at + m), applyQ(factors, column))).toBeLessThanOrEqual(tolerance);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("solves least squares: Aᵀ(Ax − b) vanishes to rounding", () => {
    fc.assert(
      fc.property(tall(2), ({ m, n, columns, random }) => {
        const A = transpose(columns, n, m);
        const b = Float64Array.from({ length: m }, () => random.normal());
        const factors = factorQr(columns.slice(), m, n);
        const x = solveUpper(factors, applyQTransposed(factors, b.slice()), new Float64Array(n));
        const residual = multiply(A, x, { rows: m, cols: n, width: 1 }).map((value, i) => value - b[i]!);
        const gradient = multiply(columns, residual, { rows: n, cols: m, width: 1 });
        // x solves a problem perturbed by √n·reflectors (Higham 2002, theorem 20.3); the test's own sums add 2(m + n)u.
        const perturbation = Math.sqrt(n) * reflectors(m, n) + (m + 2 * n) * Number.EPSILON;
        const scale = norm2(A) * (norm2(A) * norm2(x) + norm2(b));
        expect(norm2(gradient)).toBeLessThanOrEqual(2 * perturbation * scale);
      }),
    );
  });

  test("has a nonzero least-squares gradient at any other point", () => {
    fc.assert(
      fc.property(tall(0), fc.nat(), ({ m, n, columns, random }, pick) => {
        const A = transpose(columns, n, m);
        const b = Float64Array.from({ length: m }, () => random.normal());
        const factors = factorQr(columns.slice(), m, n);
        const x = solveUpper(factors, applyQTransposed(factors, b.slice()), new Float64Array(n));
        const cost = (at: Float64Array) =>
          norm2(multiply(A, at, { rows: m, cols: n, width: 1 }).map((value, i) => value - b[i]!));
        const k = pick % n;
        const column = columns.slice(k * m, (k + 1) * m);
        // Moving along e_k by t raises the squared cost by t²‖a_k‖², to the rounding of the gradient.
        const raised = cost(x.with(k, x[k]! + 1)) ** 2 - cost(x) ** 2;
        const scale = (norm2(A) * (norm2(x) + 1) + norm2(b)) ** 2;
        const tolerance = (4 * Math.sqrt(n) * reflectors(m, n) + 8 * (m + n) * Number.EPSILON) * scale;
        expect(Math.abs(raised - norm2(column) ** 2)).toBeLessThanOrEqual(tolerance);
      }),
    );
  });

  test("gives the coordinate of a zero column the value 0 and fits with the others", () => {
    const columns = Float64Array.of(2, 0, 0, 0, 0, 0, 0, 3, 4);
    const factors = factorQr(columns, 3, 3);
    expect(Array.from(factors.diagonal, Math.abs)).toEqual([2, 0, 4]);
    const x = solveUpper(factors, applyQTransposed(factors, Float64Array.of(2, 3, 4)), new Float64Array(3).fill(9));
    expect(Array.from(x)).toEqual([1, 0, 1]);
  });

  test("leaves a zero matrix with R = 0 and Q = I", () => {
    const factors = factorQr(new Float64Array(6), 3, 2);
    expect(Array.from(upperFactor(factors))).toEqual([0, 0, 0, 0]);
    expect(Array.from(applyQ(factors, Float64Array.of(1, 2, 3)))).toEqual([1, 2, 3]);
  });

  test("accepts a square matrix and one without columns", () => {
    expect(Math.abs(upperFactor(factorQr(Float64Array.of(-7), 1, 1))[0]!)).toBe(7);
    const none = factorQr(new Float64Array(0), 3, 0);
    expect(Array.from(applyQTransposed(none, Float64Array.of(1, 2, 3)))).toEqual([1, 2, 3]);
  });

  test("refuses a wide matrix and an array of another length", () => {
    expect(() => factorQr(new Float64Array(6), 2, 3)).toThrow(
      expect.objectContaining({ code: "dimension-mismatch", expected: 3, actual: 2 }),
    );
    expect(() => factorQr(new Float64Array(5), 3, 2)).toThrow(
      expect.objectContaining({ code: "dimension-mismatch", expected: 6, actual: 5 }),
    );
    expect(() => factorQr(new Float64Array(7), 3, 2)).toThrow(DimensionMismatchError);
  });
});
