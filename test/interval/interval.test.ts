import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { add, multiply } from "../../src/algebra/rational.ts";
import { addIntervals, exactly, lowerBound, multiplyIntervals, upperBound } from "../../src/interval/interval.ts";
import { contains, intervals, pointOf, shares } from "./exact.ts";

describe("intervals hold every exact result", () => {
  test("of a sum and of a product, at corners and inside", () => {
    fc.assert(
      fc.property(intervals, intervals, shares, shares, (a, b, s, t) => {
        const [x, y] = [pointOf(a, s), pointOf(b, t)];
        expect(contains(addIntervals(a, b), add(x, y))).toBe(true);
        expect(contains(multiplyIntervals(a, b), multiply(x, y))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test("and are not much wider than they need to be", () => {
    const product = multiplyIntervals({ mid: 3, rad: 1e-9 }, { mid: 5, rad: 1e-9 });
    expect(product.rad).toBeLessThan(8e-9 * (1 + 1e-6));
    expect(addIntervals({ mid: 3, rad: 1e-9 }, { mid: 5, rad: 1e-9 }).rad).toBeLessThan(2e-9 * (1 + 1e-6));
  });

  test("zero and one are exact in products, zero in sums", () => {
    const a = { mid: 0.1, rad: 1e-3 };
    expect(multiplyIntervals(a, exactly(0))).toEqual(exactly(0));
    expect(multiplyIntervals(exactly(1), a)).toEqual(a);
    expect(addIntervals(exactly(0.1), exactly(0))).toEqual(exactly(0.1));
  });

  test("bounds of rounded expressions lie strictly on their side", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e300, noNaN: true }), (x) => {
        expect(upperBound(x)).toBeGreaterThan(x);
        expect(x === 0 || lowerBound(x) < x).toBe(true);
      }),
    );
  });
});
