import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DoubleDouble } from "../../src/linalg/double-double.ts";
import { createLoss, type TrainingLoss } from "../../src/train/losses.ts";
import { exponential, preciseSlopes } from "../../src/train/precise-losses.ts";

const C = 3;
const labelsOf: Readonly<Record<TrainingLoss, Float64Array>> = {
  mse: Float64Array.of(0.5, -1, 2, 0, 1, -0.25),
  logistic: Float64Array.of(1, -1),
  softmax: Float64Array.of(2, 0),
};
const outputsOf = (loss: TrainingLoss): number => (loss === "logistic" ? 1 : C);
const scores = fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 2 * C, maxLength: 2 * C });

describe.each(["mse", "logistic", "softmax"] as const)("%s", (name) => {
  const outputs = outputsOf(name);
  const loss = createLoss(name, labelsOf[name], outputs);
  const take = (values: readonly number[]): Float64Array => Float64Array.from(values.slice(0, 2 * outputs));

  test("the slope is the derivative of the value, and the curvature that of the slope", () => {
    fc.assert(
      fc.property(scores, scores, (values, directions) => {
        const [f, v] = [take(values), take(directions)];
        const h = 1e-5;
        const at = (t: number) => {
          const slope = new Float64Array(f.length);
          const value = loss.evaluate(
            f.map((x, k) => x + t * v[k]!),
            slope,
          );
          return { value, slope };
        };
        const [plus, minus, here] = [at(h), at(-h), at(0)];
        const along = here.slope.reduce((sum, s, k) => sum + s * v[k]!, 0);
        // Central differences: h² times third derivatives, and rounding of the values over h.
        const tolerance = 1e-6 * (1 + Math.hypot(...v) ** 3);
        expect(Math.abs((plus.value - minus.value) / (2 * h) - along)).toBeLessThanOrEqual(tolerance);
        loss.curve(f, v, new Float64Array(f.length)).forEach((curved, k) => {
          expect(Math.abs((plus.slope[k]! - minus.slope[k]!) / (2 * h) - curved)).toBeLessThanOrEqual(tolerance);
        });
      }),
    );
  });

  test("the slope in double-double agrees with the one in doubles to rounding", () => {
    fc.assert(
      fc.property(scores, (values) => {
        const f = take(values);
        const slope = new Float64Array(f.length);
        loss.evaluate(f, slope);
        const precise = preciseSlopes(name, labelsOf[name], { value: f, correction: new Float64Array(f.length) });
        slope.forEach((value, k) => {
          // exp(f) carries the rounding of its argument, |f| units.
          const units = 8 * (1 + Math.max(...f.map(Math.abs)));
          expect(Math.abs(precise.value[k]! - value)).toBeLessThanOrEqual(units * Number.EPSILON * Math.abs(value));
        });
      }),
    );
  });
});

test("softmax multipliers of a sample sum to zero in all digits", () => {
  fc.assert(
    fc.property(scores, (values) => {
      const f = { value: Float64Array.from(values), correction: new Float64Array(2 * C) };
      const { value, correction } = preciseSlopes("softmax", labelsOf.softmax, f);
      const sum = new DoubleDouble();
      for (let c = 0; c < C; c++) sum.add(value[c]!, correction[c]!);
      expect(Math.abs(sum.value)).toBeLessThanOrEqual(1e-29);
    }),
  );
});

describe("the exponential in double-double", () => {
  const number = fc.double({ min: -300, max: 300, noNaN: true });

  test("e^x e^−x = 1, and e^(x+y) = e^x e^y, to 28 digits", () => {
    fc.assert(
      fc.property(number, number, (x, y) => {
        const of = (hi: number, lo = 0) => exponential(new DoubleDouble().set(hi, lo));
        const [plus, minus, other] = [of(x), of(-x), of(y)];
        expect(Math.abs(new DoubleDouble().copy(plus).multiply(minus.hi, minus.lo).add(-1).value)).toBeLessThan(1e-28);
        const sum = new DoubleDouble().set(x).add(y);
        const product = new DoubleDouble().copy(plus).multiply(other.hi, other.lo);
        const difference = of(sum.hi, sum.lo).add(-product.hi, -product.lo).value;
        expect(Math.abs(difference / product.hi)).toBeLessThan(1e-28);
      }),
    );
  });

  test("agrees with Math.exp to its last digit, and with e itself beyond it", () => {
    fc.assert(
      fc.property(number, (x) => {
        const { hi } = exponential(new DoubleDouble().set(x));
        expect(Math.abs(hi / Math.exp(x) - 1)).toBeLessThanOrEqual(2 * Number.EPSILON);
      }),
    );
    // e = 2.71828182845904523536028747135…: the double nearest to it, and the rest (OEIS A001113).
    const { hi, lo } = exponential(new DoubleDouble().set(1));
    expect(hi).toBe(Math.E);
    expect(Math.abs(lo - 1.4456468917292502e-16)).toBeLessThan(1e-31);
  });

  test.each([
    [1000, Number.POSITIVE_INFINITY],
    [-1000, 0],
    [0, 1],
  ])("e^%d is %d", (x, expected) => {
    expect(exponential(new DoubleDouble().set(x)).value).toBe(expected);
  });
});
