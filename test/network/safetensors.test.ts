import { describe, expect, test } from "vitest";
import { FileError, ResourceLimitError, TensorError } from "../../src/errors.ts";
import { readSafetensors } from "../../src/network/safetensors.ts";
import { bytesOf, concat, makeSafetensors, toolErrorOf, utf8 } from "./helpers.ts";

const entry = (begin: number, end: number, shape: readonly number[] = [(end - begin) / 8], dtype = "F64"): object => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});
const read = (header: unknown, content: Uint8Array) =>
  readSafetensors(makeSafetensors(header, content), "a.safetensors");

describe("safetensors", () => {
  test("tensors in any order are read, metadata is skipped", () => {
    const header = { __metadata__: { format: "pt" }, b: entry(8, 24), a: entry(0, 8, [1, 1]) };
    const { tensors } = read(header, bytesOf([1, 2, 3]));
    expect([...tensors.keys()]).toEqual(["b", "a"]);
    expect(Array.from(tensors.get("b")?.data ?? [])).toEqual([2, 3]);
  });

  test.each([
    ["F16", [0x00, 0x38], 0.5],
    ["BF16", [0x00, 0xc0], -2],
    ["F32", [0, 0, 0x20, 0x40], 2.5],
    ["I8", [0xff], -1],
    ["U8", [0xff], 255],
    ["BOOL", [1], 1],
    ["I64", [0xfe, 255, 255, 255, 255, 255, 255, 255], -2],
  ])("%s is decoded", (dtype, bytes, value) => {
    const { tensors } = read({ a: entry(0, bytes.length, [1], dtype) }, new Uint8Array(bytes));
    expect(tensors.get("a")?.data[0]).toBe(value);
  });

  test.each([
    ["a gap", { a: entry(0, 8), b: entry(16, 24) }, "gap"],
    ["an overlap", { a: entry(0, 16), b: entry(8, 24) }, "overlap"],
    ["offsets beyond the file", { a: entry(0, 8), b: entry(8, 32) }, "outside"],
    ["reversed offsets", { a: entry(8, 0, [1]) }, "outside"],
    ["bytes after the last tensor", { a: entry(0, 8) }, "after the last tensor"],
  ])("%s is a FileError", (_, header, message) => {
    const error = toolErrorOf(() => read(header, bytesOf([1, 2, 3])));
    expect(error).toBeInstanceOf(FileError);
    expect(error.message).toContain(message);
  });

  test("a shape that does not fit the bytes, an unknown type and a wrong field name the tensor", () => {
    expect(toolErrorOf(() => read({ a: entry(0, 8, [2]) }, bytesOf([1])))).toBeInstanceOf(TensorError);
    expect(toolErrorOf(() => read({ a: entry(0, 8, [8], "F8_E4M3") }, bytesOf([1]))).message).toContain("F8_E4M3");
    expect(toolErrorOf(() => read({ a: entry(0, 8, [-1]) }, bytesOf([1]))).message).toContain(
      "a: header field shape.0",
    );
    expect(toolErrorOf(() => read({ a: 5 }, bytesOf([1]))).message).toContain("a: header field");
  });

  test("a header that is huge, cut, no JSON or no object is a FileError", () => {
    const huge = concat(new Uint8Array([255, 255, 255, 255, 255, 255, 255, 255]), utf8("{}"));
    for (const bytes of [huge, makeSafetensors("{", utf8("")), makeSafetensors("[1]", utf8("")), utf8("\u0009")]) {
      expect(toolErrorOf(() => readSafetensors(bytes, "a.safetensors"))).toBeInstanceOf(FileError);
    }
  });

  test("a shape beyond the limit is refused", () => {
    const header = { a: entry(0, 0, [2 ** 27, 2]) };
    expect(toolErrorOf(() => read(header, utf8("")))).toBeInstanceOf(ResourceLimitError);
  });
});
