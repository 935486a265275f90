import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numericalRank, numericalRankUnder, rankOfSpectrum } from "../../src/instance/numerical-rank.ts";
import { multiply } from "../../src/linalg/dense.ts";
import { createRandom } from "../../src/random.ts";

const ulp = 2 ** -53;

/** Rank r: normal factors B (rows×r) and C (r×cols), so that the entries are off by r roundings. */
const planted = fc
  .record({
    r: fc.integer({ min: 1, max: 4 }),
    moreRows: fc.integer({ min: 1, max: 8 }),
    moreCols: fc.integer({ min: 1, max: 4 }),
    seed: fc.nat(),
  })
  .map(({ r, moreRows, moreCols, seed }) => {
    const random = createRandom(seed);
    const [rows, cols] = [r + moreRows, r + moreCols];
    const normals = (length: number) => Float64Array.from({ length }, () => random.normal());
    const A = multiply(normals(rows * r), normals(r * cols), { rows, cols: r, width: cols });
    return { r, rows, cols, A, random };
  });

describe("rankOfSpectrum", () => {
  test("counts the planted values above the tolerance and names the two around the cut", () => {
    const exponents = (min: number, max: number) =>
      fc.array(fc.integer({ min, max }), { minLength: 0, maxLength: 6 }).map((list) => list.map((e) => 2 ** e));
    fc.assert(
      fc.property(exponents(-10, 10), exponents(-60, -30), (kept, dropped) => {
        const spectrum = Float64Array.from([...kept, ...dropped].sort((a, b) => b - a));
        const result = rankOfSpectrum(spectrum, 2 ** -20);
        expect(result.rank).toBe(kept.length);
        expect(result.smallestKept).toBe(kept.length > 0 ? Math.min(...kept) : null);
        expect(result.largestDropped).toBe(dropped.length > 0 ? Math.max(...dropped) : null);
        // A factor 2^10 on either side of the tolerance is more than ten.
        expect(result.clear).toBe(true);
        expect(result.singularValues).toBe(spectrum);
        expect(result.tolerance).toBe(2 ** -20);
      }),
    );
  });

  test("counts a value at the tolerance as zero and the next double above it as kept", () => {
    expect(rankOfSpectrum(Float64Array.of(4, 1), 1).rank).toBe(1);
    expect(rankOfSpectrum(Float64Array.of(4, 1 + 2 ** -52), 1).rank).toBe(2);
  });

  test.each([
    ["both far", [1024, 1, 2 ** -20], 2 ** -10, true],
    ["the kept one at ten times the tolerance", [1024, 10, 2 ** -20], 1, false],
    ["the kept one just beyond", [1024, 10.5, 2 ** -20], 1, true],
    ["the dropped one at a tenth of it", [1024, 1], 10, false],
    ["the dropped one just below", [1024, 0.5], 10, true],
    ["both close", [1024, 2, 0.5], 1, false],
    ["all kept, the last close", [1024, 2], 1, false],
    ["all kept and far", [1024, 512], 1, true],
    ["none kept, the first close", [0.5, 0.25], 1, false],
    ["none kept and far", [0.05, 0.01], 1, true],
  ])("is clear only with more than a factor ten on both sides: %s", (_, spectrum, tolerance, clear) => {
    expect(rankOfSpectrum(Float64Array.from(spectrum), tolerance).clear).toBe(clear);
  });

  test("is clear without any singular value", () => {
    expect(rankOfSpectrum(new Float64Array(0), 1)).toMatchObject({
      rank: 0,
      smallestKept: null,
      largestDropped: null,
      clear: true,
    });
  });
});

describe("numericalRank", () => {
  test("finds a planted rank in the rounding of its entries", () => {
    fc.assert(
      fc.property(planted, ({ r, rows, cols, A }) => {
        // An entry is a sum of r ≤ 4 products: r + 1 roundings, of terms that may cancel down to a tenth.
        const { rank, singularValues, largestDropped, tolerance } = numericalRank(A, rows, cols, 64 * ulp);
        expect(rank).toBe(r);
        expect(singularValues.length).toBe(Math.min(rows, cols));
        if (largestDropped !== null) expect(largestDropped).toBeLessThanOrEqual(tolerance);
      }),
    );
  });

  test("sees the same rank through an error of the stated size, and more through one far above it", () => {
    fc.assert(
      fc.property(planted, ({ r, rows, cols, A, random }) => {
        const disturbed = (size: number) => A.map((value) => value * (1 + size * (2 * random.uniform() - 1)));
        expect(numericalRank(disturbed(1e-8), rows, cols, 1e-8).rank).toBe(r);
        expect(numericalRank(disturbed(0.5), rows, cols, ulp).rank).toBe(Math.min(rows, cols));
      }),
    );
  });

  test("does not change when columns are multiplied by powers of two, but by dependent columns", () => {
    fc.assert(
      fc.property(planted, ({ r, rows, cols, A, random }) => {
        const factors = Array.from({ length: cols }, () => 2 ** (random.integer(41) - 20));
        const scaled = A.map((value, at) => value * factors[at % cols]!);
        const before = numericalRank(A, rows, cols, 64 * ulp);
        expect(numericalRank(scaled, rows, cols, 64 * ulp)).toEqual(before);
        expect(before.rank).toBe(r);
      }),
    );
  });

  test("knows the spectrum of two unit columns at an angle: 1 ± cos, under the root", () => {
    // Columns (1, 0) and (3, 4)/5, of other lengths in the matrix.
    const { singularValues, tolerance, clear } = numericalRank(Float64Array.of(7, 3, 0, 4), 2, 2, ulp);
    expect(Math.abs(singularValues[0]! - Math.sqrt(1.6))).toBeLessThanOrEqual(100 * ulp);
    expect(Math.abs(singularValues[1]! - Math.sqrt(0.4))).toBeLessThanOrEqual(100 * ulp);
    expect(tolerance).toBe(10 * ulp * (1 + Math.sqrt(2)) * singularValues[0]!);
    expect(clear).toBe(true);
  });

  test("counts a small independent direction, which scaling brings to light", () => {
    expect(numericalRank(Float64Array.of(1, 0, 0, 1e-30), 2, 2, ulp).rank).toBe(2);
    expect(numericalRank(Float64Array.of(1, 1, 0, 1e-30), 2, 2, ulp).rank).toBe(1);
  });

  test("is zero for the zero matrix and leaves zero columns out", () => {
    expect(numericalRank(new Float64Array(6), 3, 2, ulp).rank).toBe(0);
    expect(numericalRank(Float64Array.of(1, 0, 0, 0, 0, 2), 2, 3, ulp).rank).toBe(2);
  });

  test("leaves its argument as it is", () => {
    const A = Float64Array.of(3, 0, 0, 4);
    numericalRank(A, 2, 2, ulp);
    expect(Array.from(A)).toEqual([3, 0, 0, 4]);
  });
});

describe("numericalRankUnder", () => {
  test("is numericalRank where nothing is disturbed", () => {
    fc.assert(
      fc.property(planted, ({ rows, cols, A }) => {
        expect(numericalRankUnder(A, A.slice(), { rows, cols, entryError: 64 * ulp })).toEqual(
          numericalRank(A, rows, cols, 64 * ulp),
        );
      }),
    );
  });

  test("raises the tolerance to three times the change of the scaled matrix", () => {
    // Columns of norm 5 and 2: a change of 5·2⁻¹⁰ and of 2·2⁻¹⁰ is 2⁻¹⁰ in each scaled column, √2·2⁻¹⁰ together.
    const A = Float64Array.of(3, 0, 4, 2);
    const disturbed = Float64Array.of(3 + 5 * 2 ** -10, 0, 4, 2 - 2 * 2 ** -10);
    const { tolerance } = numericalRankUnder(A, disturbed, { rows: 2, cols: 2, entryError: ulp });
    const expected = 3 * Math.SQRT2 * 2 ** -10;
    expect(Math.abs(tolerance - expected)).toBeLessThanOrEqual(16 * Number.EPSILON * expected);
  });

  const A = Float64Array.of(1, 0, 0, 1e-9);
  const under = (by: number) =>
    numericalRankUnder(A, Float64Array.of(1, 0, 0, 1e-9 + by), { rows: 2, cols: 2, entryError: ulp });

  test("counts a weakly excited column only where the disturbance is far below it", () => {
    expect(under(1e-12)).toMatchObject({ rank: 2, clear: true });
    expect(under(1e-10)).toMatchObject({ rank: 2, clear: false });
    expect(under(1e-9).rank).toBeLessThan(2);
  });

  test("a disturbance of one column does not make the others clearly vanish", () => {
    const { rank, clear } = under(1e-8);
    expect(rank >= 1 || !clear).toBe(true);
  });
});
