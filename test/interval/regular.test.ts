import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromNumber, rational } from "../../src/algebra/rational.ts";
import { encloseSolution } from "../../src/interval/enclose-solution.ts";
import {
  enclosePreconditioned,
  entryOf,
  type IntervalMatrix,
  scaleColumns,
  scaleRows,
} from "../../src/interval/interval-matrix.ts";
import { regularThroughout } from "../../src/interval/regular.ts";
import { multiply } from "../../src/linalg/dense.ts";
import { computeSvd } from "../../src/linalg/svd.ts";
import { createRandom } from "../../src/random.ts";
import { contains, type ExactMatrix, exactProduct, exactRank, memberOf, shares } from "./exact.ts";

interface Sizes {
  readonly rows: number;
  readonly cols: number;
  readonly seed: number;
  readonly radius: number;
}

const sizes: fc.Arbitrary<Sizes> = fc
  .record({
    cols: fc.integer({ min: 1, max: 5 }),
    extra: fc.integer({ min: 0, max: 4 }),
    seed: fc.nat(),
    radius: fc.constantFrom(0, 1e-12, 1e-4, 0.03, 0.2),
  })
  .map(({ extra, ...rest }) => ({ rows: rest.cols + extra, ...rest }));

/** A box of normal matrices; columns over nine decades, radii relative to their column. */
function boxOf({ rows, cols, seed, radius }: Sizes): IntervalMatrix {
  const random = createRandom(seed, 3);
  const unit = Float64Array.from({ length: cols }, () => 10 ** (9 * random.uniform() - 4.5));
  const mid = Float64Array.from({ length: rows * cols }, (_, at) => random.normal() * unit[at % cols]!);
  return { rows, cols, mid, rad: mid.map((_, at) => radius * unit[at % cols]! * random.uniform()) };
}

const shareLists = fc.array(shares, { minLength: 45, maxLength: 45 });
const exactOf = (values: Float64Array, rows: number, cols: number): ExactMatrix => ({
  rows,
  cols,
  entries: Array.from(values, fromNumber),
});

describe("enclosePreconditioned", () => {
  test("holds A·B for every B of the box, exactly", () => {
    fc.assert(
      fc.property(sizes, shareLists, (size, list) => {
        const B = boxOf(size);
        const random = createRandom(size.seed, 4);
        const A = Float64Array.from({ length: 3 * B.rows }, () => random.normal() * 10 ** (6 * random.normal()));
        const enclosure = enclosePreconditioned(A, 3, B);
        const { entries } = exactProduct(exactOf(A, 3, B.rows), memberOf(B, list));
        entries.forEach((value, at) => {
          expect(contains({ mid: enclosure.mid[at]!, rad: enclosure.rad[at]! }, value)).toBe(true);
        });
      }),
    );
  });

  test("refuses a left factor of another shape", () => {
    const B = boxOf({ rows: 3, cols: 2, seed: 1, radius: 0 });
    expect(() => enclosePreconditioned(new Float64Array(5), 2, B)).toThrow(/left factor: expected length 6/);
  });
});

describe("scaling by powers of two", () => {
  test("commutes with taking a member, underflow included", () => {
    fc.assert(
      fc.property(sizes, shareLists, fc.constantFrom(2 ** -1000, 2 ** -3, 2 ** 40), (size, list, power) => {
        const B = boxOf(size);
        const member = memberOf(B, list);
        const factor = fromNumber(power);
        const scaled = member.entries.map(({ numerator, denominator }) =>
          rational(numerator * factor.numerator, denominator * factor.denominator),
        );
        for (const box of [
          scaleRows(B, new Float64Array(B.rows).fill(power)),
          scaleColumns(B, new Float64Array(B.cols).fill(power)),
        ]) {
          scaled.forEach((value, at) => {
            expect(contains(entryOf(box, Math.floor(at / B.cols), at % B.cols), value)).toBe(true);
          });
        }
      }),
    );
  });
});

describe("regularThroughout", () => {
  test("what it proves holds for every matrix of the box that is tried, over the rationals", () => {
    let proved = 0;
    fc.assert(
      fc.property(sizes, shareLists, shareLists, (size, first, second) => {
        const box = boxOf(size);
        const proof = regularThroughout(box);
        if (proof === null) return;
        proved++;
        for (const list of [first, second, first.map((share) => -share)]) {
          expect(exactRank(memberOf(box, list))).toBe(size.cols);
        }
      }),
    );
    expect(proved).toBeGreaterThan(20);
  });

  test("the bound of the least singular value holds at corners", () => {
    fc.assert(
      fc.property(sizes, shareLists, (size, list) => {
        const box = boxOf(size);
        const proof = regularThroughout(box);
        if (proof === null) return;
        const scaled = scaleColumns(box, proof.columnScale);
        const corner = scaled.mid.map((value, at) => value + Math.sign(list[at]!) * scaled.rad[at]!);
        const { S } = computeSvd(corner, size.rows, size.cols);
        expect(proof.leastSingularValue).toBeGreaterThan(0);
        expect(proof.leastSingularValue).toBeLessThanOrEqual(S[size.cols - 1]! * (1 + 1e-9));
      }),
    );
  });

  test("a box that holds a singular matrix is never taken for regular", () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), (size, slack) => {
        const { rows, cols } = size;
        const singular = deficient(size);
        // The radius just covers the way from a nearby regular midpoint to the singular matrix.
        const random = createRandom(size.seed, 6);
        const mid = singular.map((value) => value + random.normal() * 10 ** (-9 * random.uniform()));
        const rad = mid.map((value, at) => Math.abs(value - singular[at]!) * (1 + 2 ** -50 + slack));
        expect(regularThroughout({ rows, cols, mid, rad })).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  test("the same midpoint with a radius a hundred times smaller is taken for regular", () => {
    let proved = 0;
    for (let seed = 0; seed < 50; seed++) {
      const size = { rows: 6, cols: 3, seed, radius: 0 };
      const singular = deficient(size);
      const random = createRandom(seed, 6);
      const mid = singular.map((value) => value + 1e-3 * random.normal());
      const rad = mid.map((value, at) => Math.abs(value - singular[at]!) / 100);
      if (regularThroughout({ rows: 6, cols: 3, mid, rad }) !== null) proved++;
    }
    expect(proved).toBeGreaterThan(40);
  });

  test.each([
    ["more columns than rows", { rows: 1, cols: 2, mid: [1, 2], rad: [0, 0] }],
    ["a zero column", { rows: 2, cols: 2, mid: [1, 0, 2, 0], rad: [0, 0, 0, 0] }],
    ["no column", { rows: 2, cols: 0, mid: [], rad: [] }],
    ["a midpoint that is not a number", { rows: 1, cols: 1, mid: [Number.NaN], rad: [0] }],
    ["an infinite midpoint", { rows: 2, cols: 1, mid: [Number.POSITIVE_INFINITY, 1], rad: [0, 0] }],
    ["an infinite radius", { rows: 1, cols: 1, mid: [1], rad: [Number.POSITIVE_INFINITY] }],
    ["a radius as large as the entry", { rows: 1, cols: 1, mid: [1], rad: [1] }],
  ])("proves nothing for %s", (_, { mid, rad, ...shape }) => {
    const box = { ...shape, mid: Float64Array.from(mid), rad: Float64Array.from(rad) };
    expect(regularThroughout(box)).toBeNull();
  });
});

/** A matrix whose last column is a sum of small integer multiples of the others, exactly: entries are small dyadics. */
function deficient({ rows, cols, seed }: Sizes): Float64Array {
  const random = createRandom(seed, 5);
  const small = (): number => Math.round(8 * random.normal()) / 8;
  const M = Float64Array.from({ length: rows * cols }, small);
  const factors = Array.from({ length: cols - 1 }, () => Math.round(2 * random.normal()));
  for (let r = 0; r < rows; r++) {
    M[r * cols + cols - 1] = factors.reduce((sum, factor, c) => sum + factor * M[r * cols + c]!, 0);
  }
  return M;
}

describe("encloseSolution", () => {
  test("holds the solution of every consistent system of the boxes", () => {
    let checked = 0;
    fc.assert(
      fc.property(sizes, shareLists, (size, list) => {
        const H = boxOf({ ...size, radius: Math.min(size.radius, 1e-4) });
        const proof = regularThroughout(H);
        if (proof === null) return;
        const random = createRandom(size.seed, 7);
        const T = Float64Array.from({ length: size.cols * 2 }, () => random.normal());
        const member = memberOf(H, list);
        const right = exactProduct(member, exactOf(T, size.cols, 2));
        // The box of the right side: around the rounded product of the midpoint, wide enough for this member.
        const mid = multiply(H.mid, T, { rows: size.rows, cols: size.cols, width: 2 });
        const rad = mid.map((value, at) => 1.001 * Math.abs(value - toDouble(right.entries[at]!)) + 1e-12);
        const enclosure = encloseSolution(proof, { rows: size.rows, cols: 2, mid, rad });
        T.forEach((value, at) => {
          expect(contains({ mid: enclosure.mid[at]!, rad: enclosure.rad[at]! }, fromNumber(value))).toBe(true);
        });
        checked++;
      }),
    );
    expect(checked).toBeGreaterThan(50);
  });

  test.each([
    { h: 0.25, g: 0, why: "the matrix" },
    { h: 0, g: 0.25, why: "the right side" },
    { h: 0.125, g: 0.125, why: "both" },
  ])("reaches the corners of the solutions when $why varies", ({ h, g }) => {
    const H = { rows: 2, cols: 1, mid: Float64Array.of(2, 4), rad: Float64Array.of(2 * h, 4 * h) };
    const proof = regularThroughout(H)!;
    const rightSide = { rows: 2, cols: 1, mid: Float64Array.of(6, 12), rad: Float64Array.of(6 * g, 12 * g) };
    const { mid, rad } = encloseSolution(proof, rightSide);
    for (const s of [-1n, 1n]) {
      for (const t of [-1n, 1n]) {
        // 3(1 ± g)/(1 ± h), with g and h in eighths.
        const corner = rational(3n * (8n + s * BigInt(8 * g)), 8n + t * BigInt(8 * h));
        expect(contains({ mid: mid[0]!, rad: rad[0]! }, corner)).toBe(true);
      }
    }
  });

  test("is narrow where the boxes are", () => {
    const H = boxOf({ rows: 8, cols: 4, seed: 3, radius: 1e-12 });
    const proof = regularThroughout(H)!;
    const T = new Float64Array(4).fill(1);
    const mid = multiply(H.mid, T, { rows: 8, cols: 4, width: 1 });
    const enclosure = encloseSolution(proof, { rows: 8, cols: 1, mid, rad: new Float64Array(8) });
    for (let i = 0; i < 4; i++) {
      expect(Math.abs(enclosure.mid[i]! - 1)).toBeLessThanOrEqual(enclosure.rad[i]!);
      // Columns differ by up to nine decades, so a rounding of the largest is that much of the smallest solution.
      expect(enclosure.rad[i]!).toBeLessThan(1e-2);
    }
  });

  test("refuses a right side of another height", () => {
    const proof = regularThroughout(boxOf({ rows: 3, cols: 2, seed: 1, radius: 0 }))!;
    const right = { rows: 2, cols: 1, mid: new Float64Array(2), rad: new Float64Array(2) };
    expect(() => encloseSolution(proof, right)).toThrow(/rows of the right side: expected length 3, got 2/);
  });
});

function toDouble({ numerator, denominator }: { numerator: bigint; denominator: bigint }): number {
  // Rounded twice; the radius of the test has room for it.
  const scale = 1n << 200n;
  return Number((numerator * scale) / denominator) / 2 ** 200;
}
