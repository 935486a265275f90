import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dot, maxAbs, multiply, norm2, transpose } from "../../src/linalg/dense.ts";

const size = fc.integer({ min: 0, max: 6 });
/** Integers whose products and sums are exact doubles, zeros among them. */
const integers = (length: number) =>
  fc
    .array(
      fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.integer({ min: -999, max: 999 }) }),
      {
        minLength: length,
        maxLength: length,
      },
    )
    .map((values) => Float64Array.from(values));

const vector = fc
  .array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 20 })
  .map((values) => Float64Array.from(values, (value) => (Math.abs(value) < 1e-100 ? 0 : value)));

describe("norm2", () => {
  test("is the root of the sum of squares to rounding, at any power of two", () => {
    fc.assert(
      fc.property(vector, fc.integer({ min: -900, max: 900 }), (v, exponent) => {
        const expected = Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));
        // n + 2 roundings of squares and sums on each side, halved by the root, then the root and the scale.
        const tolerance = (v.length + 4) * Number.EPSILON * expected * 2 ** exponent;
        const scaled = v.map((value) => value * 2 ** exponent);
        fc.pre(scaled.every((value, k) => value / 2 ** exponent === v[k]));
        expect(Math.abs(norm2(scaled) - expected * 2 ** exponent)).toBeLessThanOrEqual(tolerance);
      }),
    );
  });

  test("neither overflows nor underflows", () => {
    expect(norm2(Float64Array.of(3e300, 4e300))).toBe(5e300);
    expect(norm2(Float64Array.of(3 * 2 ** -1074, -4 * 2 ** -1074))).toBe(5 * 2 ** -1074);
  });

  test("is 0 without entries and for zeros, and passes on what is not finite", () => {
    expect(norm2(new Float64Array(0))).toBe(0);
    expect(norm2(new Float64Array(3))).toBe(0);
    expect(norm2(Float64Array.of(1, Number.NEGATIVE_INFINITY))).toBe(Number.POSITIVE_INFINITY);
    expect(norm2(Float64Array.of(1, Number.NaN, 2))).toBeNaN();
  });
});

describe("maxAbs", () => {
  test("is the largest magnitude", () => {
    fc.assert(
      fc.property(vector, (v) => {
        const largest = maxAbs(v);
        expect(v.some((value) => Math.abs(value) === largest)).toBe(true);
        expect(v.every((value) => Math.abs(value) <= largest)).toBe(true);
      }),
    );
  });

  test("is 0 for an empty vector and NaN where an entry is", () => {
    expect(maxAbs([])).toBe(0);
    expect(maxAbs([1, Number.NaN, 2])).toBeNaN();
  });
});

describe("dot", () => {
  test("is the exact sum of products of integers", () => {
    fc.assert(
      fc.property(
        size.chain((n) => fc.tuple(integers(n), integers(n))),
        ([a, b]) => {
          const exact = a.reduce((sum, value, k) => sum + BigInt(value) * BigInt(b[k]!), 0n);
          expect(BigInt(dot(a, b))).toBe(exact);
        },
      ),
    );
  });
});

const product = size
  .chain((rows) => fc.tuple(fc.constant(rows), size, size))
  .chain(([rows, cols, width]) =>
    fc.record({
      rows: fc.constant(rows),
      cols: fc.constant(cols),
      width: fc.constant(width),
      A: integers(rows * cols),
      B: integers(cols * width),
    }),
  );

describe("multiply and transpose", () => {
  test("multiply has the entries Σ A_ik B_kj, exactly for integers and for empty shapes", () => {
    fc.assert(
      fc.property(product, ({ rows, cols, width, A, B }) => {
        const C = multiply(A, B, { rows, cols, width });
        expect(C.length).toBe(rows * width);
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < width; j++) {
            let exact = 0n;
            for (let k = 0; k < cols; k++) exact += BigInt(A[i * cols + k]!) * BigInt(B[k * width + j]!);
            expect(BigInt(C[i * width + j]!)).toBe(exact);
          }
        }
      }),
    );
  });

  test("transpose moves entry (i, j) to (j, i)", () => {
    fc.assert(
      fc.property(product, ({ rows, cols, A }) => {
        const T = transpose(A, rows, cols);
        expect(T.length).toBe(A.length);
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < cols; j++) expect(T[j * rows + i]).toBe(A[i * cols + j]);
        }
      }),
    );
  });

  test("leave their arguments as they are", () => {
    const A = Float64Array.of(1, 2, 3, 4);
    multiply(A, A, { rows: 2, cols: 2, width: 2 });
    transpose(A, 2, 2);
    expect(Array.from(A)).toEqual([1, 2, 3, 4]);
  });
});
