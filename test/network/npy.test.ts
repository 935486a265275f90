import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FileError, ResourceLimitError, TensorError } from "../../src/errors.ts";
import { readNpy } from "../../src/network/npy.ts";
import { readTensorFile } from "../../src/network/read-tensors.ts";
import { ElementBudget, type Tensor } from "../../src/network/tensor.ts";
import { bytesOf, fixture, makeNpy, makeZip, npyHeader, toolErrorOf, utf8 } from "./helpers.ts";

const read = (bytes: Uint8Array): Tensor => readNpy(bytes, "a.npz", "W", new ElementBudget("a.npz"));

const expected = JSON.parse(new TextDecoder().decode(fixture("dtypes.json"))) as Record<
  string,
  { shape: number[]; values: number[] }
>;

describe("arrays written by NumPy", () => {
  test.each(["dtypes.npz", "dtypes-compressed.npz"])("%s is read as NumPy reads it", (name) => {
    const { tensors } = readTensorFile(fixture(name), name);
    expect([...tensors.keys()]).toEqual(Object.keys(expected));
    for (const [key, { shape, values }] of Object.entries(expected)) {
      expect(tensors.get(key)?.shape).toEqual(shape);
      expect(Array.from(tensors.get(key)?.data ?? [])).toEqual(values);
    }
    expect(tensors.get("f2")?.dtype).toBe("float16");
    expect(tensors.get("f8-big")?.dtype).toBe("float64");
    expect(tensors.get("b1")?.dtype).toBe("bool");
  });

  test.each(["array.npy", "version2.npy", "version3.npy"])("%s is read in its header version", (name) => {
    const { tensors } = readTensorFile(fixture(name), name);
    expect(Array.from([...tensors.values()][0].data)).toEqual(expected.f8.values);
  });

  test("objects, complex numbers and structured arrays are refused with their own messages", () => {
    const messages = ["objects.npy", "complex.npy", "structured.npy"].map((name) => {
      const error = toolErrorOf(() => readTensorFile(fixture(name), name));
      expect(error).toBeInstanceOf(TensorError);
      return error.message;
    });
    expect(messages[0]).toContain("Python objects");
    expect(messages[1]).toContain('"<c16"');
    expect(messages[2]).toContain("structured");
  });
});

describe("readNpy", () => {
  test("an array written row-major or column-major is read back", () => {
    const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(shape, fc.boolean(), (sizes, fortran) => {
        const count = sizes.reduce((product, size) => product * size, 1);
        const values = Array.from({ length: count }, (_, i) => i + 0.5);
        const written = fortran ? columnMajor(values, sizes) : values;
        const tensor = read(makeNpy(npyHeader("<f8", sizes, fortran), bytesOf(written)));
        expect(tensor.shape).toEqual(sizes);
        expect(Array.from(tensor.data)).toEqual(values);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ["no magic", utf8("nothing like an array")],
    ["an unknown version", new Uint8Array([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 9, 0, 0, 0])],
    ["a header beyond the file", new Uint8Array([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 255, 0])],
    ["a huge header", new Uint8Array([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0, 255, 255, 255, 255])],
    ["no shape", makeNpy("{'descr': '<f8', 'fortran_order': False}", utf8(""))],
    ["code in the header", makeNpy(`${npyHeader("<f8", [1])} + f()`, bytesOf([1]))],
    ["a negative size", makeNpy("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", bytesOf([1]))],
    ["an empty size", makeNpy("{'descr': '<f8', 'fortran_order': False, 'shape': (1,,2), }", bytesOf([1]))],
  ])("%s is a FileError", (_, bytes) => {
    expect(toolErrorOf(() => read(bytes))).toBeInstanceOf(FileError);
  });

  test("data that do not fill the shape exactly are refused", () => {
    for (const length of [5, 7]) {
      const error = toolErrorOf(() => read(makeNpy(npyHeader("<f8", [2, 3]), bytesOf(new Float64Array(length)))));
      expect(error.message).toBe(`a.npz: W: shape (2, 3) of float64 needs 48 bytes, got ${8 * length}`);
    }
  });

  test("a shape beyond the limit is refused before memory is taken", () => {
    const shape = [2 ** 20, 2 ** 20, 2 ** 20];
    expect(toolErrorOf(() => read(makeNpy(npyHeader("<f8", shape), utf8(""))))).toBeInstanceOf(ResourceLimitError);
  });

  test("an archive without arrays is refused, other entries beside arrays are ignored", () => {
    const content = makeNpy(npyHeader("<f8", [1]), bytesOf([7]));
    const note = { name: "README", content: utf8("hello") };
    expect(toolErrorOf(() => readTensorFile(makeZip([note]), "a.npz")).message).toContain("no .npy array");
    const { tensors } = readTensorFile(makeZip([note, { name: "W.npy", content }]), "a.npz");
    expect([...tensors.keys()]).toEqual(["W"]);
  });
});

/** Column-major copy, written independently of the reader: the index of each element is computed directly. */
function columnMajor(values: readonly number[], shape: readonly number[]): number[] {
  const result = new Array<number>(values.length);
  values.forEach((value, position) => {
    let rest = position;
    const index = [...shape].reverse().map((size) => {
      const digit = rest % size;
      rest = Math.floor(rest / size);
      return digit;
    });
    index.reverse();
    let target = 0;
    for (let k = shape.length - 1; k >= 0; k--) target = target * shape[k] + index[k];
    result[target] = value;
  });
  return result;
}
