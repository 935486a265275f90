import { describe, expect, test } from "vitest";
import { TensorError, UsageError } from "../../src/errors.ts";
import type { DataSet } from "../../src/network/data-set.ts";
import { type DataOptions, prepareData } from "../../src/train/prepare-data.ts";

const X = Float64Array.of(1, 2, 3, 4, 5, 0, 7, 8, 9, 10, 11, 2);

function dataSet(y: readonly number[] | null): DataSet {
  return {
    file: "data.csv",
    samples: 6,
    inputDim: 2,
    X,
    y: y === null ? null : Float64Array.from(y),
    multipliers: null,
    multiplierOutputs: 0,
  };
}

const options: DataOptions = { loss: "logistic", normalisation: [], seed: 1 };

test("labels 0 and 1 of logistic become −1 and 1, and a note says so; −1 and 1 stay", () => {
  const read = prepareData(dataSet([0, 1, 0, 1, 1, 0]), options);
  expect(Array.from(read.labels)).toEqual([-1, 1, -1, 1, 1, -1]);
  expect(read.notes).toEqual(["labels 0 and 1 were read as −1 and 1"]);
  const kept = prepareData(dataSet([-1, 1, -1, 1, 1, -1]), options);
  expect(Array.from(kept.labels)).toEqual([-1, 1, -1, 1, 1, -1]);
  expect(kept.notes).toEqual([]);
});

test.each<readonly [string, readonly number[] | null, Partial<DataOptions>]>([
  ["training needs labels", null, {}],
  ["got the labels 1", [1, 1, 1, 1, 1, 1], {}],
  ["got the labels 0, 1, 2", [0, 1, 2, 0, 1, 2], {}],
  ["got 1 and 2", [1, 2, 1, 2, 1, 2], {}],
  ["got 0.5", [0, 1, 2, 0, 1, 0.5], { loss: "softmax" }],
  ["got -1", [0, 1, 2, 0, 1, -1], { loss: "softmax" }],
  ["no sample has the class 0, but one has 3", [1, 2, 3, 1, 2, 3], { loss: "softmax" }],
  ["the class 3 does not fit 3 outputs", [1, 2, 3, 1, 2, 3], { loss: "softmax", outputs: 3 }],
  ["all samples have the same label", [0, 0, 0, 0, 0, 0], { loss: "softmax", outputs: 2 }],
])("labels that do not suit the loss are refused with the file's name: %s", (message, y, change) => {
  const prepare = () => prepareData(dataSet(y), { ...options, ...change });
  expect(prepare).toThrow(TensorError);
  expect(prepare).toThrow(message);
  expect(prepare).toThrow("data.csv: y: ");
});

test("softmax has an output per class unless told otherwise; mse makes one-hot targets of classes", () => {
  const y = [0, 1, 2, 0, 1, 2];
  expect(prepareData(dataSet(y), { ...options, loss: "softmax" }).outputs).toBe(3);
  expect(prepareData(dataSet(y), { ...options, loss: "softmax", outputs: 5 }).outputs).toBe(5);
  const targets = prepareData(dataSet(y), { ...options, loss: "mse", outputs: 3 });
  expect(Array.from(targets.labels.subarray(0, 9))).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  expect(Array.from(targets.y)).toEqual(y);
  const values = prepareData(dataSet([0.5, 1, 2, -3, 1, 2]), { ...options, loss: "mse" });
  expect(Array.from(values.labels)).toEqual([0.5, 1, 2, -3, 1, 2]);
});

describe("normalisation", () => {
  const y = [-1, 1, -1, 1, 1, -1];

  test("standardise gives columns of mean 0 and variance 1, and the scaler undoes it", () => {
    const { X: Z, scaler } = prepareData(dataSet(y), { ...options, normalisation: ["standardise"] });
    for (const e of [0, 1]) {
      const column = Z.filter((_, k) => k % 2 === e);
      expect(Math.abs(column.reduce((sum, z) => sum + z, 0))).toBeLessThan(1e-14);
      expect(Math.abs(column.reduce((sum, z) => sum + z * z, 0) / 6 - 1)).toBeLessThan(1e-14);
    }
    Z.forEach((z, k) => {
      expect(Math.abs(z * scaler!.std[k % 2]! + scaler!.mean[k % 2]! - X[k]!)).toBeLessThan(1e-14);
    });
  });

  test("unit gives rows of norm one, after what comes before it, and has no scaler", () => {
    const { X: Z, scaler } = prepareData(dataSet(y), { ...options, normalisation: ["standardise", "unit"] });
    for (let i = 0; i < 6; i++) expect(Math.abs(Math.hypot(Z[2 * i]!, Z[2 * i + 1]!) - 1)).toBeLessThan(1e-15);
    expect(scaler).toBeNull();
  });

  test("a constant column is centred, a zero row cannot be scaled", () => {
    const flat = { ...dataSet(y), X: X.map((x, k) => (k % 2 === 0 ? 3 : x)) };
    const { X: Z } = prepareData(flat, { ...options, normalisation: ["standardise"] });
    expect(Z.filter((_, k) => k % 2 === 0).every((z) => z === 0)).toBe(true);
    const zero = { ...dataSet(y), X: X.map((x, k) => (k < 2 ? 0 : x)) };
    expect(() => prepareData(zero, { ...options, normalisation: ["unit"] })).toThrow("row 0 is zero");
  });
});

describe("a part of the rows", () => {
  const y = [-1, -1, -1, -1, 1, 1];

  test.each([1, 2, 3])("comes evenly from the classes, in the order of the file, with its labels: seed %d", (seed) => {
    const picked = prepareData(dataSet(y), { ...options, samples: 4, seed });
    expect(picked.samples).toBe(4);
    expect(Array.from(picked.labels)).toEqual([-1, -1, 1, 1]);
    const rows = Array.from(
      { length: 4 },
      (_, i) => X.findIndex((_x, k) => k % 2 === 0 && X[k] === picked.X[2 * i]) / 2,
    );
    expect(rows).toEqual([...rows].sort((a, b) => a - b));
    rows.forEach((row, i) => {
      expect(picked.labels[i]).toBe(y[row]);
      expect(picked.X[2 * i + 1]).toBe(X[2 * row + 1]);
    });
  });

  test("depends on the seed; all rows are kept where none are counted, and more than all are refused", () => {
    const first = (seed: number) => prepareData(dataSet(y), { ...options, samples: 2, seed }).X.join();
    expect(new Set([1, 2, 3, 4, 5, 6].map(first)).size).toBeGreaterThan(1);
    expect(first(1)).toBe(first(1));
    expect(prepareData(dataSet(y), options).X).toEqual(X);
    expect(() => prepareData(dataSet(y), { ...options, samples: 7 })).toThrow(UsageError);
  });

  test("of real targets is drawn as it comes", () => {
    const values = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
    expect(prepareData(dataSet(values), { ...options, loss: "mse", samples: 3 }).samples).toBe(3);
  });
});
