import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { DimensionMismatchError, InternalError, ResourceLimitError, UsageError } from "../../src/errors.ts";
import { termsPerReduction } from "../../src/modular/centred-residues.ts";
import { type EliminationBackend, eliminate } from "../../src/modular/elimination.ts";
import { isKernelSupported } from "../../src/modular/elimination-wasm.ts";
import { nullspace, rankProfile, rowRankProfile } from "../../src/modular/rank.ts";
import {
  integerSource,
  type Matrix,
  matrixOf,
  naiveRank,
  naiveRowProfile,
  product,
  submatrix,
  transpose,
} from "./naive-elimination.ts";

const largest = 2 ** 25 - 39;
const primes = [largest, 16_777_259, 1_000_003, 101, 7, 3, 2];
const shapes: readonly (readonly [number, number])[] = [
  ...([
    [1, 1],
    [1, 9],
    [9, 1],
    [2, 3],
    [3, 2],
    [8, 8],
    [9, 9],
    [17, 16],
    [16, 17],
  ] as const),
  ...([
    [24, 40],
    [40, 24],
    [33, 33],
    [80, 60],
    [60, 80],
    [5, 70],
    [70, 5],
    [65, 13],
    [13, 65],
  ] as const),
];

interface Sample {
  readonly name: string;
  readonly matrix: Matrix;
  readonly p: number;
}

/** Products of random thin factors, with zero columns, zero rows and repeated rows put in. */
function randomSample(index: number): Sample {
  const below = integerSource(1000 + index);
  const [rows, cols] = shapes[index % shapes.length]!;
  const p = primes[index % primes.length]!;
  const inner = below(Math.min(rows, cols) + 1);
  const entry = () => below(p);
  const dense = product(matrixOf(rows, inner, entry), matrixOf(inner, cols, entry), p);
  const zeroColumn = Array.from({ length: cols }, () => below(4) === 0);
  const source = Array.from({ length: rows }, (_, i) => (below(5) === 0 ? below(rows) : i));
  const matrix = matrixOf(rows, cols, (i, j) => (zeroColumn[j]! ? 0 : dense.entries[source[i]! * cols + j]!));
  return { name: `${index}: ${rows}x${cols} mod ${p}`, matrix, p };
}

/** Extreme entries, structured deficiency, a product deeper than one packed block. */
function specialSamples(): Sample[] {
  const below = integerSource(7);
  const p = largest;
  const extreme = [(p - 1) / 2, (p + 1) / 2];
  const vandermonde = matrixOf(60, 60, (i, j) => Number(BigInt(i + 2) ** BigInt(j) % BigInt(p)));
  return [
    { name: "all p-1", matrix: matrixOf(70, 70, () => p - 1), p },
    { name: "largest centred residues at random signs", matrix: matrixOf(72, 72, () => extreme[below(2)]!), p },
    { name: "p-1 off the diagonal", matrix: matrixOf(66, 66, (i, j) => (i === j ? 1 : p - 1)), p },
    { name: "Vandermonde", matrix: vandermonde, p },
    { name: "zero matrix", matrix: matrixOf(20, 30, () => 0), p },
    { name: "identity reversed", matrix: matrixOf(40, 40, (i, j) => (i + j === 39 ? 1 : 0)), p },
    { name: "no rows", matrix: matrixOf(0, 5, () => 0), p },
    { name: "no columns", matrix: { entries: new Float64Array(0), rows: 5, cols: 0 }, p },
  ];
}

const samples: Sample[] = [...Array.from({ length: 72 }, (_, index) => randomSample(index)), ...specialSamples()];
const backends: readonly EliminationBackend[] = ["wasm", "plain"];

function profileOf({ entries, rows, cols }: Matrix, p: number, backend: EliminationBackend) {
  return rankProfile(entries, rows, cols, p, { backend });
}

test("this machine runs the WebAssembly kernel, so the tests below cover it", () => {
  expect(isKernelSupported()).toBe(true);
});

describe.each(backends)("elimination with backend %s", (backend) => {
  test.each(samples)("rank and profiles equal BigInt elimination, $name", ({ matrix, p }) => {
    const { entries, rows, cols } = matrix;
    const columns = profileOf(matrix, p, backend);
    expect(Array.from(columns.pivotColumns)).toEqual(naiveRowProfile(transpose(matrix), p));
    const byRows = rowRankProfile(entries, rows, cols, p, { backend });
    expect(Array.from(byRows.pivotRows)).toEqual(naiveRowProfile(matrix, p));
    for (const { rank, pivotRows, pivotColumns } of [columns, byRows]) {
      expect(rank).toBe(pivotRows.length);
      expect(naiveRank(submatrix(matrix, pivotRows, pivotColumns), p)).toBe(rank);
    }
  });

  test.each(samples)("kernel vectors are annihilated and a basis, $name", ({ matrix, p }) => {
    const { entries, rows, cols } = matrix;
    const basis = nullspace(entries, rows, cols, p, { backend });
    const { rank } = profileOf(matrix, p, backend);
    expect(basis.length).toBe(cols - rank);
    const stacked = matrixOf(basis.length, cols, (i, j) => basis[i]![j]!);
    expect(stacked.entries.every((entry) => Number.isInteger(entry) && entry >= 0 && entry < p)).toBe(true);
    expect(naiveRank(stacked, p)).toBe(basis.length);
    expect(product(matrix, transpose(stacked), p).entries.every((entry) => entry === 0)).toBe(true);
  });

  test.each([1, 2])(
    "sums that come closest to 2^53 are exact: L U with %d extreme residues returns L and U",
    (kinds) => {
      const below = integerSource(11);
      const n = 150;
      // With one kind all products of centred residues are +(p-1)^2/4, with two kinds signs are random.
      const extreme = () => (largest - 1) / 2 + below(kinds);
      const unit = matrixOf(n, n, (i, j) => (i > j ? extreme() : i === j ? 1 : 0));
      const upper = matrixOf(n, n, (i, j) => (i < j ? extreme() : i === j ? 1 : 0));
      const a = product(unit, upper, largest);
      const { rank, rowOrder, matrix, stride } = eliminate({ ...a, p: largest }, { backend });
      expect(rank).toBe(n);
      expect(Array.from(rowOrder)).toEqual(Array.from({ length: n }, (_, i) => i));
      const factors = matrixOf(n, n, (i, j) => (matrix[i * stride + j]! + largest) % largest);
      const expected = matrixOf(n, n, (i, j) => (i > j ? unit : upper).entries[i * n + j]!);
      expect(factors.entries).toEqual(expected.entries);
    },
  );

  test("rank and column profile do not change under invertible row operations", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 30 }), (seed) => {
        const { matrix, p } = randomSample(seed);
        const below = integerSource(seed + 1);
        const lower = matrixOf(matrix.rows, matrix.rows, (i, j) => (i > j ? below(p) : i === j ? 1 : 0));
        const upper = matrixOf(matrix.rows, matrix.rows, (i, j) => (i < j ? below(p) : i === j ? 1 + below(p - 1) : 0));
        const mixed = product(lower, product(upper, matrix, p), p);
        const { pivotColumns } = profileOf(matrix, p, backend);
        expect(profileOf(mixed, p, backend).pivotColumns).toEqual(pivotColumns);
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  test("the input is left as it was", () => {
    const { matrix, p } = randomSample(12);
    const before = matrix.entries.slice();
    profileOf(matrix, p, backend);
    expect(matrix.entries).toEqual(before);
  });

  test.each([2 ** 25 - 40, 2 ** 25 + 35, 1, 0, -7, 2.5, Number.NaN])("modulus %d is refused", (p) => {
    expect(() => rankProfile(new Float64Array(1), 1, 1, p, { backend })).toThrow(UsageError);
  });

  test("a wrong number of entries is refused", () => {
    expect(() => rankProfile(new Float64Array(5), 2, 3, 7, { backend })).toThrow(DimensionMismatchError);
    expect(() => rowRankProfile(new Float64Array(5), 2, 3, 7, { backend })).toThrow(DimensionMismatchError);
    expect(() => nullspace(new Float64Array(5), 2, 3, 7, { backend })).toThrow(DimensionMismatchError);
  });

  test.each([7, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("the entry %d is not a residue modulo 7", (entry) => {
    expect(() => rankProfile(Float64Array.of(0, entry), 1, 2, 7, { backend })).toThrow(InternalError);
  });
});

test.each([
  [-1, -1],
  [0.5, 2],
  [2, 0.5],
])("the size %d x %d is refused", (rows, cols) => {
  expect(() => rankProfile(new Float64Array(1), rows, cols, 7)).toThrow(InternalError);
});

test("without WebAssembly the default is the plain implementation", async () => {
  const { matrix, p } = randomSample(12);
  const expected = profileOf(matrix, p, "plain");
  vi.resetModules();
  vi.stubGlobal("WebAssembly", undefined);
  try {
    const fresh = await import("../../src/modular/rank.ts");
    expect(fresh.rankProfile(matrix.entries, matrix.rows, matrix.cols, p)).toEqual(expected);
  } finally {
    vi.unstubAllGlobals();
    vi.resetModules();
  }
});

test("a matrix that WebAssembly cannot address is refused as too large", () => {
  // 2^26 rows of one column pad to 4 GiB; the input itself is never touched, hence never resident.
  const entries = new Float64Array(2 ** 26);
  expect(() => rankProfile(entries, 2 ** 26, 1, 7, { backend: "wasm" })).toThrow(ResourceLimitError);
});

test.each(samples)("both backends give identical pivots and echelon forms, $name", ({ matrix, p }) => {
  const { entries, rows, cols } = matrix;
  expect(profileOf(matrix, p, "wasm")).toEqual(profileOf(matrix, p, "plain"));
  expect(nullspace(entries, rows, cols, p, { backend: "wasm" })).toEqual(
    nullspace(entries, rows, cols, p, { backend: "plain" }),
  );
});

test.each(primes)("sums of the permitted number of products stay below 2^53 modulo %d", (p) => {
  const reducedBound = BigInt(Math.floor(p / 2) + 2);
  const sum = BigInt(termsPerReduction(p)) * reducedBound * reducedBound + 3n * reducedBound;
  expect(sum < 2n ** 53n).toBe(true);
  expect(termsPerReduction(p)).toBeGreaterThanOrEqual(31);
});

test("both backends agree at 700 x 650 of rank 600, beyond every block size but the packed width", () => {
  const below = integerSource(21);
  const base = matrixOf(700, 650, (_, j) => (j % 13 === 4 ? 0 : below(largest)));
  const wasm = profileOf(base, largest, "wasm");
  expect(wasm.rank).toBe(600);
  expect(wasm).toEqual(profileOf(base, largest, "plain"));
});

test("a matrix wider than the packed width is eliminated alike", () => {
  const below = integerSource(22);
  const wide = matrixOf(90, 2500, (i, j) => (i % 3 === 2 || j < 40 ? (i * j) % 7 : below(largest)));
  expect(profileOf(wide, largest, "wasm")).toEqual(profileOf(wide, largest, "plain"));
});
