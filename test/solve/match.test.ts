import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/random.ts";
import { leastCostAssignment, matchPoints } from "../../src/solve/match.ts";

const permutations = (n: number): number[][] =>
  n === 0 ? [[]] : permutations(n - 1).flatMap((p) => Array.from({ length: n }, (_, k) => p.toSpliced(k, 0, n - 1)));

const totalCost = (cost: Float64Array, n: number, columns: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += cost[i * n + columns[i]!]!;
  return sum;
};

const isPermutation = (columns: Int32Array): boolean => columns.toSorted().every((column, k) => column === k);

/** Square matrices of small integers: sums are exact and ties are frequent. */
const integerCosts = fc.integer({ min: 1, max: 6 }).chain((n) =>
  fc.record({
    n: fc.constant(n),
    cost: fc
      .array(fc.nat({ max: 20 }), { minLength: n * n, maxLength: n * n })
      .map((entries) => Float64Array.from(entries)),
  }),
);

/** n points of the plane to space, on a grid so that squared distances are exact. */
const clouds = fc.record({ n: fc.integer({ min: 1, max: 6 }), d: fc.integer({ min: 1, max: 3 }) }).chain(({ n, d }) => {
  const cloud = fc
    .array(fc.integer({ min: -9, max: 9 }), { minLength: n * d, maxLength: n * d })
    .map((entries) => Float64Array.from(entries));
  return fc.record({ n: fc.constant(n), d: fc.constant(d), found: cloud, truth: cloud, sign: fc.boolean() });
});

describe("leastCostAssignment", () => {
  test("is the cheapest of all permutations", () => {
    fc.assert(
      fc.property(integerCosts, ({ n, cost }) => {
        const assignment = leastCostAssignment(cost, n);
        expect(isPermutation(assignment)).toBe(true);
        const least = Math.min(...permutations(n).map((columns) => totalCost(cost, n, columns)));
        expect(totalCost(cost, n, assignment)).toBe(least);
      }),
      { numRuns: 300 },
    );
  });

  test("is not the greedy choice where that costs more", () => {
    // Row 0 prefers column 0, but then row 1 has to pay 100.
    expect(Array.from(leastCostAssignment(Float64Array.of(1, 2, 3, 100), 2))).toEqual([1, 0]);
    expect(Array.from(leastCostAssignment(Float64Array.of(1, 2, 3, 3), 2))).toEqual([0, 1]);
  });

  test("does not change when a row or a column becomes dearer throughout", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 12 }), fc.nat({ max: 50 }), (seed, n, more) => {
        const random = createRandom(seed);
        // Integers below 2²⁰: exact, and without ties but for a chance of about n²/2²⁰.
        const cost = Float64Array.from({ length: n * n }, () => random.integer(2 ** 20));
        const dearer = cost.map(
          (value, at) => value + (Math.floor(at / n) === 0 ? more : 0) + (at % n === 1 ? more : 0),
        );
        const [before, after] = [leastCostAssignment(cost, n), leastCostAssignment(dearer, n)];
        expect(totalCost(cost, n, after)).toBe(totalCost(cost, n, before));
      }),
    );
  });

  test("takes care of nothing and of one", () => {
    expect(leastCostAssignment(new Float64Array(0), 0)).toHaveLength(0);
    expect(Array.from(leastCostAssignment(Float64Array.of(5), 1))).toEqual([0]);
  });
});

describe("matchPoints", () => {
  test("leaves the least sum of squared distances of all permutations and allowed signs", () => {
    fc.assert(
      fc.property(clouds, ({ n, d, found, truth, sign }) => {
        const { assignment, signs, errors } = matchPoints(found, truth, d, { sign });
        const squared = (i: number, j: number, s: number): number => {
          let sum = 0;
          for (let e = 0; e < d; e++) sum += (s * found[j * d + e]! - truth[i * d + e]!) ** 2;
          return sum;
        };
        const cost = Float64Array.from({ length: n * n }, (_, at) => {
          const [i, j] = [Math.floor(at / n), at % n];
          return sign ? Math.min(squared(i, j, 1), squared(i, j, -1)) : squared(i, j, 1);
        });
        const least = Math.min(...permutations(n).map((columns) => totalCost(cost, n, columns)));
        expect(isPermutation(assignment)).toBe(true);
        expect(totalCost(cost, n, assignment)).toBe(least);
        errors.forEach((error, i) => {
          expect(error).toBe(Math.sqrt(squared(i, assignment[i]!, signs[i]!)));
        });
        if (!sign) expect(signs.every((s) => s === 1)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("finds shuffled points whose signs were changed, and keeps those signs apart where x and −x differ", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 5 }), (seed, n, d) => {
        const random = createRandom(seed);
        const truth = Float64Array.from({ length: n * d }, () => random.normal());
        const order = Array.from({ length: n }, (_, i) => ({ i, key: random.uniform() })).sort((a, b) => a.key - b.key);
        const flips = Array.from({ length: n }, () => (random.uniform() < 0.5 ? -1 : 1));
        const found = new Float64Array(n * d);
        order.forEach(({ i }, j) => {
          for (let e = 0; e < d; e++) found[j * d + e] = flips[j]! * truth[i * d + e]!;
        });
        const signed = matchPoints(found, truth, d, { sign: true });
        expect(signed.errors.every((error) => error === 0)).toBe(true);
        order.forEach(({ i }, j) => {
          expect([signed.assignment[i], signed.signs[i]]).toEqual([j, flips[j]]);
        });
        const unsigned = matchPoints(found, truth, d, { sign: false });
        expect(unsigned.errors.every((error) => error === 0)).toBe(flips.every((flip) => flip === 1));
      }),
    );
  });

  test("is the same up to the sign of either cloud where the sign is a symmetry", () => {
    fc.assert(
      fc.property(clouds, ({ d, found, truth }) => {
        const total = (a: Float64Array, b: Float64Array): number =>
          matchPoints(a, b, d, { sign: true }).errors.reduce((sum, error) => sum + error * error, 0);
        const mirrored = found.map((value) => -value);
        // Squares of square roots of integers below 6·3·18².
        const tolerance = 12 * Number.EPSILON * 6 * 3 * 18 ** 2;
        expect(Math.abs(total(mirrored, truth) - total(found, truth))).toBeLessThanOrEqual(tolerance);
        expect(Math.abs(total(truth, found) - total(found, truth))).toBeLessThanOrEqual(tolerance);
      }),
    );
  });
});
