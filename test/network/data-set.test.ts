import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FileError, TensorError } from "../../src/errors.ts";
import { readDataSet } from "../../src/network/data-set.ts";
import { expectNoOtherError, fixture, makeNpz, toolErrorOf, utf8 } from "./helpers.ts";

const csv = (text: string) => readDataSet(utf8(text), "data.csv");
const json = (value: unknown) => readDataSet(utf8(JSON.stringify(value)), "data.json");

describe("NumPy data sets", () => {
  test("iris-hidden-layer/training-data.npz has labels and one multiplier a sample", () => {
    const data = readDataSet(fixture("iris-hidden-layer/training-data.npz"), "training-data.npz");
    expect(data).toMatchObject({ file: "training-data.npz", samples: 4, inputDim: 4, multiplierOutputs: 1 });
    expect(data.X).toHaveLength(16);
    expect(data.y).toHaveLength(4);
    expect(data.multipliers).toHaveLength(4);
  });

  test("iris-multiclass/training-data.npz has integer labels and three multipliers a sample", () => {
    const data = readDataSet(fixture("iris-multiclass/training-data.npz"), "training-data.npz");
    expect(data).toMatchObject({ samples: 6, inputDim: 4, multiplierOutputs: 3 });
    expect(data.multipliers).toHaveLength(18);
    for (const label of data.y ?? []) expect([0, 1, 2]).toContain(label);
  });

  test("X alone is enough", () => {
    const data = readDataSet(makeNpz({ X: { shape: [2, 1], data: [1, 2] } }), "a.npz");
    expect(data).toMatchObject({ samples: 2, inputDim: 1, y: null, multipliers: null, multiplierOutputs: 0 });
  });

  test.each([
    ["no X", { Z: { shape: [1], data: [1] } }, "X: not found; the file has Z"],
    ["a flat X", { X: { shape: [2], data: [1, 2] } }, "expected shape (n, d), got (2,)"],
    ["an empty X", { X: { shape: [0, 2], data: [] } }, "expected shape (n, d), got (0, 2)"],
    [
      "another number of labels",
      { X: { shape: [2, 1], data: [1, 2] }, y: { shape: [1], data: [1] } },
      "expected shape (2,)",
    ],
    ["a NaN", { X: { shape: [2, 1], data: [1, Number.NaN] } }, "entry [1, 0] is NaN"],
    [
      "another number of multipliers",
      { X: { shape: [2, 1], data: [1, 2] }, multipliers: { shape: [1, 2], data: [1, 2] } },
      "expected shape (2,) or (2, C), got (1, 2)",
    ],
    ["two spellings", { x: { shape: [1, 1], data: [1] }, inputs: { shape: [1, 1], data: [1] } }, "could be any of"],
  ])("%s is refused", (_, arrays, message) => {
    const error = toolErrorOf(() => readDataSet(makeNpz(arrays), "a.npz"));
    expect(error).toBeInstanceOf(TensorError);
    expect(error.message).toContain(message);
  });
});

describe("CSV data sets", () => {
  test("without a header all columns are X", () => {
    const data = csv("1,2\n3,4\n\n5,-6e-1\n");
    expect(data).toMatchObject({ samples: 3, inputDim: 2, y: null });
    expect(Array.from(data.X)).toEqual([1, 2, 3, 4, 5, -0.6]);
  });

  test.each(["y", "label", "target", "Y"])("with a header the column %s is y", (name) => {
    const data = csv(`x1, x2, ${name}\n1, 2, -1\n3, 1/4, 1\n`);
    expect(Array.from(data.X)).toEqual([1, 2, 3, 0.25]);
    expect(Array.from(data.y ?? [])).toEqual([-1, 1]);
  });

  test("multiplier columns, a # before the header and a byte order mark are understood", () => {
    const data = csv("\ufeff# x1,y,multiplier1,multiplier2\n1,0,0.5,0.25\n");
    expect(data).toMatchObject({ inputDim: 1, multiplierOutputs: 2 });
    expect(Array.from(data.multipliers ?? [])).toEqual([0.5, 0.25]);
  });

  test.each([
    ["a row of another length", "1,2\n3,4\n5\n", FileError, "line 3"],
    ["an open quote", '1,"2\n3,4\n', FileError, "line"],
    ["a word", "x1,x2\n1,2\n3,abc\n", TensorError, 'line 3, column 2 (x2): expected a finite number, got "abc"'],
    ["an empty cell", "1,2\n3,\n", TensorError, 'line 2, column 2: expected a finite number, got ""'],
    ["a typing error in the first line", "1,2O\n3,4\n", TensorError, "line 1, column 2"],
    ["NaN in the first line", "nan,nan\n3,4\n", TensorError, "line 1, column 1"],
    ["an infinite number", "1,1e999\n", TensorError, "line 1, column 2"],
    ["semicolons", "1;2\n3;4\n", TensorError, "line 2, column 1"],
    ["a header alone", "x1,x2\n", FileError, "no row of numbers"],
    ["blank lines alone", "\n\n", FileError, "no row of numbers"],
    ["two label columns", "x,y,label\n1,2,3\n", TensorError, "could be any of the columns y, label"],
    ["no input column", "y\n1\n", TensorError, "no column is left"],
  ])("%s is refused", (_, text, errorClass, message) => {
    const error = toolErrorOf(() => csv(text));
    expect(error).toBeInstanceOf(errorClass);
    expect(error.message).toContain(message);
  });

  test("any text gives a data set or a ToolError", () => {
    const piece = fc.constantFrom("1", ",", "\n", '"', "x", "#", "\r\n", " ", "-", ".", "e", "/", "\ufeff", "é");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => expectNoOtherError(() => csv(pieces.join("")))),
    );
  });
});

describe("JSON data sets", () => {
  test("X, y and multipliers are read, other fields are ignored", () => {
    const data = json({ note: "iris", X: [[1, "1/2"]], y: [1], multipliers: [[0.5, 0.25]] });
    expect(data).toMatchObject({ samples: 1, inputDim: 2, multiplierOutputs: 2 });
    expect(Array.from(data.X)).toEqual([1, 0.5]);
    expect(json({ X: [[1]], y: null }).y).toBeNull();
  });

  test("ragged rows, words and a missing X are refused with their path", () => {
    expect(toolErrorOf(() => json({ X: [[1, 2], [3]] })).message).toContain("X[1]: expected 2 entries");
    expect(toolErrorOf(() => json({ X: [[1]], y: ["setosa"] })).message).toContain(
      'y[0]: expected a number, got "setosa"',
    );
    expect(toolErrorOf(() => json({ y: [1] })).message).toContain("X: not found; the file has y");
    expect(toolErrorOf(() => json({ X: null }))).toBeInstanceOf(TensorError);
  });
});

test("an unknown extension and an empty file are refused", () => {
  const error = toolErrorOf(() => readDataSet(utf8("x"), "data.parquet"));
  expect(error.message).toContain(".parquet");
  expect(error.hint).toBe("supported are .npz, .csv, .json");
  expect(toolErrorOf(() => readDataSet(new Uint8Array(0), "data.csv")).message).toBe("data.csv: is empty");
});
