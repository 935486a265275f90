import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ResourceLimitError } from "../../src/errors.ts";
import { multiplyPlain, norm2 } from "../../src/linalg/dense.ts";
import {
  applyInKernel,
  factorInKernel,
  isKernelSupported,
  multiplyInKernel,
  orthogonaliseInKernel,
} from "../../src/linalg/dense-wasm.ts";
import { orthogonalisePlain } from "../../src/linalg/jacobi-plain.ts";
import { applyQTransposed, factorQr, type QrFactors, upperFactor } from "../../src/linalg/qr.ts";
import { applyReflector, factorPlain } from "../../src/linalg/qr-plain.ts";
import { createRandom, type Random } from "../../src/random.ts";

const normals = (random: Random, length: number): Float64Array => Float64Array.from({ length }, () => random.normal());
const distance = (a: Float64Array, b: Float64Array): number => norm2(a.map((value, k) => value - b[k]!));
/** As in qr.test.ts: n reflectors of length m on one vector. */
const reflectors = (m: number, n: number): number => 4 * n * (m + 8) * Number.EPSILON;

/** Sizes below, at and beyond one panel, and beyond the block of 128 rows. */
const size = fc.oneof(
  fc.record({ n: fc.integer({ min: 1, max: 20 }), extra: fc.integer({ min: 0, max: 12 }) }),
  fc.record({ n: fc.integer({ min: 21, max: 70 }), extra: fc.integer({ min: 0, max: 120 }) }),
);

/** Columns at scales of 10^±largestExponent; in deficient ones some are zero, some the sum of the two before. */
const tall = (largestExponent: number) =>
  fc.tuple(size, fc.nat(), fc.boolean()).map(([{ n, extra }, seed, deficient]) => {
    const random = createRandom(seed);
    const m = n + extra;
    const columns = normals(random, m * n);
    for (let j = 0; j < n; j++) {
      const scale = 10 ** (random.integer(2 * largestExponent + 1) - largestExponent);
      const column = columns.subarray(j * m, (j + 1) * m);
      const [last, beforeLast] = [1, 2].map((back) => columns.slice((j - back) * m, (j - back + 1) * m)) as [
        Float64Array,
        Float64Array,
      ];
      const kind = deficient ? random.integer(6) : 5;
      if (kind === 0) column.fill(0);
      else if (kind === 1 && j > 1) column.set(last.map((value, i) => value + beforeLast[i]!));
      else column.set(column.map((value) => value * scale));
    }
    return { m, n, columns, random };
  });

/** Column j of Q R, by plain reflectors. */
function columnOfProduct({ m, n, columns, diagonal }: QrFactors, j: number): Float64Array {
  const image = new Float64Array(m);
  image.set(columns.subarray(j * m, j * m + j));
  image[j] = diagonal[j]!;
  for (let k = n - 1; k >= 0; k--) applyReflector(columns, m, k, image, 0);
  return image;
}

test("this machine runs the kernel, so that these tests are about it", () => {
  expect(isKernelSupported()).toBe(true);
});

describe("Householder QR in the kernel", () => {
  test("gives back every column relative to its own length, deficient matrices and 300 orders of magnitude included", () => {
    fc.assert(
      fc.property(tall(150), ({ m, n, columns }) => {
        const factors = factorInKernel(columns.slice(), m, n);
        for (let j = 0; j < n; j++) {
          const column = columns.slice(j * m, (j + 1) * m);
          const error = distance(columnOfProduct(factors, j), column);
          expect(error).toBeLessThanOrEqual(2 * reflectors(m, n) * norm2(column));
        }
      }),
    );
  });

  test("has reflectors that leave lengths as they are", () => {
    fc.assert(
      fc.property(tall(3), ({ m, n, columns }) => {
        const factors = factorInKernel(columns, m, n);
        for (let k = 0; k < n; k++) {
          const v = factors.columns.slice(k * m + k, (k + 1) * m);
          // I − vvᵀ/v_k is orthogonal if vᵀv = 2v_k, that is if |v|² = 2v_k; zero columns have v = 0.
          const defect = norm2(v) ** 2 - 2 * v[0]!;
          expect(Math.abs(defect)).toBeLessThanOrEqual(4 * (m + 6) * Number.EPSILON * v[0]!);
          expect(v[0] === 0 || v[0]! >= 1).toBe(true);
        }
      }),
    );
  });

  test("agrees with the plain loops on matrices of small condition", () => {
    fc.assert(
      fc.property(size, fc.nat(), ({ n, extra }, seed) => {
        const random = createRandom(seed);
        const m = 2 * n + extra;
        // Columns (e_j; small): condition at most (1 + 1/4)/(1 − 1/4) < 2, as the small part has norm at most 1/4.
        const columns = Float64Array.from({ length: m * n }, () => (random.uniform() - 0.5) / (2 * Math.sqrt(m * n)));
        for (let j = 0; j < n; j++) columns[j * m + j]! += 1;
        const kernel = factorInKernel(columns.slice(), m, n);
        const plain = factorPlain(columns.slice(), m, n);
        const difference = distance(upperFactor(kernel), upperFactor(plain));
        // Stewart 1977: a relative change δ of A changes R by at most about √2·κ·δ‖R‖; twice, and a factor √n for columns.
        expect(difference).toBeLessThanOrEqual(4 * 2 * Math.sqrt(n) * reflectors(m, n) * norm2(columns));
      }),
    );
  });

  test("applies Q to many columns as the plain reflectors do", () => {
    fc.assert(
      fc.property(tall(2), fc.integer({ min: 1, max: 9 }), ({ m, n, columns, random }, count) => {
        const factors = factorPlain(columns, m, n);
        const B = normals(random, m * count);
        const image = B.slice();
        applyInKernel(factors, image);
        for (let at = 0; at < B.length; at += m) {
          const back = applyQTransposed(factors, image.slice(at, at + m));
          const column = B.slice(at, at + m);
          expect(distance(back, column)).toBeLessThanOrEqual(2 * reflectors(m, n) * norm2(column));
        }
      }),
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("passes %d on to the columns behind, and ends", (value) => {
    const [m, n, bad] = [83, 42, 20];
    const columns = normals(createRandom(1), m * n);
    columns[bad * m + 50] = value;
    const { diagonal } = factorQr(columns, m, n);
    expect(diagonal.subarray(0, 16).every(Number.isFinite)).toBe(true);
    expect(diagonal.subarray(bad).every(Number.isNaN)).toBe(true);
  });
});

describe("the product in the kernel", () => {
  test("has the entries of the plain loops: exactly for integers, at all sizes", () => {
    const side = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 30, max: 50 }), fc.constant(140));
    fc.assert(
      fc.property(side, side, side, fc.nat(), (rows, cols, width, seed) => {
        const random = createRandom(seed);
        const integers = (length: number) => Float64Array.from({ length }, () => random.integer(2001) - 1000);
        const [A, B] = [integers(rows * cols), integers(cols * width)];
        const shape = { rows, cols, width };
        expect(multiplyInKernel(A, B, shape)).toEqual(multiplyPlain(A, B, shape));
      }),
      { numRuns: 40 },
    );
  });

  test("grows beyond the memory that is kept, and works afterwards", () => {
    const cols = 3_000_000;
    const ones = new Float64Array(cols).fill(1);
    expect(Array.from(multiplyInKernel(ones, ones, { rows: 1, cols, width: 1 }))).toEqual([cols]);
    const small = multiplyInKernel(Float64Array.of(1, 2), Float64Array.of(3, 4), { rows: 1, cols: 2, width: 1 });
    expect(Array.from(small)).toEqual([11]);
  });
});

describe("Jacobi rotations in the kernel", () => {
  test("make the same vectors orthogonal as the plain loops, with the same lengths", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 9 }), fc.nat(), (count, tail, seed) => {
        const head = count + (seed % 5);
        const start = normals(createRandom(seed), count * (head + tail));
        const options = { head, tolerance: Number.EPSILON * Math.sqrt(head), negligible: 1e-290 };
        const lengths = [orthogonaliseInKernel, orthogonalisePlain].map((orthogonalise) => {
          const vectors = start.slice();
          orthogonalise(vectors, count, options);
          const heads = Array.from({ length: count }, (_, i) =>
            vectors.slice(i * (head + tail), i * (head + tail) + head),
          );
          // What is rotated along keeps its size.
          const error = 60 * count * Number.EPSILON * norm2(start);
          expect(Math.abs(norm2(vectors) - norm2(start))).toBeLessThanOrEqual(error);
          return Float64Array.from(heads, norm2).sort();
        });
        expect(distance(lengths[0]!, lengths[1]!)).toBeLessThanOrEqual(120 * count * Number.EPSILON * norm2(start));
      }),
    );
  });
});

describe("limits", () => {
  const none = new Float64Array(0);
  test.each([
    ["QR", () => factorInKernel(none, 2 ** 20, 2 ** 10)],
    ["product", () => multiplyInKernel(none, none, { rows: 2 ** 16, cols: 2 ** 14, width: 1 })],
  ])("a %s beyond 4 GiB is refused with a hint", (_, run) => {
    expect(run).toThrow(ResourceLimitError);
    expect(run).toThrow(expect.objectContaining({ code: "resource-limit", hint: expect.stringContaining("smaller") }));
  });
});

describe("other surroundings", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  test("without WebAssembly all functions are the plain ones", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    vi.resetModules();
    const bare = await import("../../src/linalg/qr.ts");
    const dense = await import("../../src/linalg/dense.ts");
    const svd = await import("../../src/linalg/svd.ts");
    const damped = await import("../../src/linalg/damped.ts");
    const [m, n] = [60, 40];
    const columns = normals(createRandom(2), m * n);
    const factors = bare.factorQr(columns.slice(), m, n);
    expect(factors.columns).toEqual(factorPlain(columns.slice(), m, n).columns);
    const shape = { rows: n, cols: m, width: n };
    const B = normals(createRandom(3), m * n);
    expect(dense.multiply(columns, B, shape)).toEqual(multiplyPlain(columns, B, shape));
    expect(svd.computeSvd(columns, n, m).S.every((value, i, S) => value > 0 && (i === 0 || value <= S[i - 1]!))).toBe(
      true,
    );
    expect(damped.factorDamped(factors, 1).pivots.every((pivot) => pivot >= 1)).toBe(true);
    expect(bare.applyQToColumns(factors, B.slice())).not.toEqual(B);
  });

  test("a worker thread finds the same factors", async () => {
    const module = new URL("../../src/linalg/qr.ts", import.meta.url).href;
    const [m, n] = [60, 40];
    const columns = normals(createRandom(4), m * n);
    const program = `
      const { parentPort, workerData } = require("node:worker_threads");
      import("tsx/esm/api").then(async ({ register }) => {
        register();
        const { factorQr } = await import(${JSON.stringify(module)});
        parentPort.postMessage(factorQr(workerData, ${m}, ${n}).diagonal);
      });`;
    const worker = new Worker(program, { eval: true, workerData: columns });
    const found = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
    await worker.terminate();
    expect(found).toEqual(factorQr(columns.slice(), m, n).diagonal);
  });
});
