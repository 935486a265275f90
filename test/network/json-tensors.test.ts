import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FileError, TensorError } from "../../src/errors.ts";
import { parseExactNumber } from "../../src/network/exact-number.ts";
import { readTensorFile } from "../../src/network/read-tensors.ts";
import { toolErrorOf, utf8 } from "./helpers.ts";

const read = (value: unknown) =>
  readTensorFile(utf8(typeof value === "string" ? value : JSON.stringify(value)), "a.json");

describe("JSON tensors", () => {
  test("numbers and exact strings are read, objects give dotted names", () => {
    const { tensors } = read({
      fc1: {
        weight: [
          [1, "1/3"],
          ["0.25", "-2e-3"],
        ],
      },
      "fc2.weight": [["3/2", 0]],
    });
    expect(tensors.get("fc1.weight")).toMatchObject({ shape: [2, 2], dtype: "float64" });
    expect(Array.from(tensors.get("fc1.weight")?.data ?? [])).toEqual([1, 1 / 3, 0.25, -0.002]);
    expect(tensors.get("fc2.weight")?.shape).toEqual([1, 2]);
  });

  test.each([
    [
      "a word",
      {
        W: [
          [1, 2],
          [3, "x"],
        ],
      },
      'W[1][1]: expected a number, got "x"',
    ],
    ["null", { W: [null] }, "W[0]: expected a number, got null"],
    ["an object", { W: [{}] }, "W[0]: expected a number, got an object"],
    ["a deeper entry", { W: [1, [2]] }, "W[1]: expected a number, got an array"],
    ["a shorter row", { W: [[1, 2], [3]] }, "W[1]: expected 2 entries as in the first row, got 1"],
    ["a number for a row", { W: [[1, 2], 3] }, "W[1]: expected an array of 2 entries, got 3"],
    ["division by zero", { W: ["1/0"] }, 'W[0]: expected a number, got "1/0"'],
    ["an overflow", '{"W": [[1, 1e999]]}', "W: entry [0, 1] is infinite"],
  ])("%s is refused with its path", (_, value, message) => {
    const error = toolErrorOf(() => read(value));
    expect(error).toBeInstanceOf(TensorError);
    expect(error.message).toContain(message);
  });

  test("text that is no JSON object is a FileError", () => {
    for (const value of ["{", "[1]", "{}", `{"a": "\\ud800"`, '{"W": [1,]}']) {
      expect(toolErrorOf(() => read(value))).toBeInstanceOf(FileError);
    }
  });

  test("deep nesting ends in a ToolError, not in a stack overflow", () => {
    toolErrorOf(() => read(`{"W": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`));
    toolErrorOf(() => read(`${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`));
  });

  test("a ragged array cannot ask for more memory than it has entries", () => {
    const row = new Array(20_000).fill(0);
    const start = performance.now();
    toolErrorOf(() => read({ W: [row, ...row] }));
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe("parseExactNumber", () => {
  test("a quotient of integers below 2^53 is the float quotient", () => {
    const integer = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(integer, integer, (p, q) => {
        expect(parseExactNumber(`-${p}/${q}`)).toBe(-(p / q));
      }),
    );
  });

  test("a quotient by a power of ten is the decimal, down to subnormals", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 30n }), fc.integer({ min: 0, max: 345 }), (p, e) => {
        expect(parseExactNumber(`${p}/1${"0".repeat(e)}`)).toBe(Number(`${p}e-${e}`));
        expect(parseExactNumber(`${p}${"0".repeat(e)}/1.000`)).toBe(Number(`${p}e${e}`));
      }),
    );
  });

  test("ties go to even, and the smallest subnormal rounds as IEEE 754 says", () => {
    expect(parseExactNumber(`${2n ** 53n + 1n}/1`)).toBe(2 ** 53);
    expect(parseExactNumber(`${2n ** 53n + 3n}/1`)).toBe(2 ** 53 + 4);
    expect(parseExactNumber(`1/${2n ** 1074n}`)).toBe(5e-324);
    expect(parseExactNumber(`1/${2n ** 1075n}`)).toBe(0);
    expect(parseExactNumber(`3/${2n ** 1076n}`)).toBe(5e-324);
    expect(parseExactNumber(`${2n ** 1024n}/1`)).toBe(Number.POSITIVE_INFINITY);
    expect(parseExactNumber("0/7")).toBe(0);
  });

  test.each(["", " ", "x", "1/", "/2", "1/-2", "0x10", "Infinity", "NaN", "1e5/3", "1/0.0"])(
    "%j is not a number",
    (text) => expect(parseExactNumber(text)).toBeUndefined(),
  );

  test("a text of thousands of digits is not a number", () => {
    expect(parseExactNumber("1".repeat(5000))).toBeUndefined();
  });
});
