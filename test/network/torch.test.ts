import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FileError, ResourceLimitError, TensorError } from "../../src/errors.ts";
import { readTensorFile } from "../../src/network/read-tensors.ts";
import { readTorchPickle } from "../../src/network/torch-pickle.ts";
import { concat, fixture, makeZip, toolErrorOf, utf8 } from "./helpers.ts";

const read = (name: string) => readTensorFile(fixture(name), name);
const values = (name: string, tensor: string) => Array.from(read(name).tensors.get(tensor)?.data ?? []);
const WEIGHT = [0.5, -1.25, 3, 1 / 3, 6.5e-5, -2048];

describe("PyTorch files", () => {
  test.each(["plain.pt", "protocol4.pt", "big-endian.pt"])("%s gives the state dict", (name) => {
    expect(values(name, "fc1.weight")).toEqual(WEIGHT);
    expect(values(name, "fc2.weight")).toEqual([1.5, -2]);
  });

  test("of a checkpoint only the state dict is taken, and values that are no tensors are ignored", () => {
    expect([...read("checkpoint.pt").tensors.keys()]).toEqual(["module.fc1.weight", "module.fc2.weight"]);
    expect(values("checkpoint.pt", "module.fc1.weight")).toEqual(WEIGHT);
  });

  test("strides and storage offsets are honoured", () => {
    expect(values("strided.pt", "transposed")).toEqual([0.5, 1 / 3, -1.25, 6.5e-5, 3, -2048]);
    expect(values("strided.pt", "row")).toEqual([1 / 3, 6.5e-5, -2048]);
    expect(values("strided.pt", "scalar")).toEqual([6.5e-5]);
  });

  test("half, bfloat16 and long storages are decoded", () => {
    const { tensors } = read("half.pt");
    expect(tensors.get("half")?.dtype).toBe("float16");
    expect(Array.from(tensors.get("brain")?.data ?? [])).toEqual([1.5, -2]);
    expect(tensors.get("steps")).toMatchObject({ dtype: "int64", shape: [] });
    expect(tensors.get("steps")?.data[0]).toBe(-7);
  });

  test.each([
    ["evil.pt", "refuses to run posix.system"],
    ["evil-eval.pt", "refuses to run builtins.eval"],
    ["os-system-2.pt", "refuses to run posix.system"],
    ["os-system-4.pt", "refuses to run posix.system"],
    ["pickled-module.pt", "refuses to run my_project.models.TwoLayerNet"],
  ])("%s is refused, and nothing runs", (name, message) => {
    const error = toolErrorOf(() => read(name));
    expect(error).toBeInstanceOf(FileError);
    expect(error.message).toContain(message);
    expect(error.hint).toContain("state_dict");
    expect(existsSync("kktid-was-here")).toBe(false);
  });

  test.each([
    ["beyond-storage.pt", TensorError, "beyond its storage"],
    ["short-storage.pt", TensorError, "needs 56 bytes, got 48"],
    ["complex.pt", TensorError, "ComplexDoubleStorage"],
    ["expanded.pt", ResourceLimitError, "repeats a storage"],
    ["bad-byteorder.pt", FileError, "byteorder"],
    ["tensor-alone.pt", FileError, "not a state dict"],
    ["deep.pt", FileError, "nested"],
    ["legacy.pt", FileError, "older format"],
  ])("%s is refused", (name, errorClass, message) => {
    const error = toolErrorOf(() => read(name));
    expect(error).toBeInstanceOf(errorClass);
    expect(error.message).toContain(message);
  });

  test("the legacy format comes with the hint to save it again", () => {
    expect(toolErrorOf(() => read("legacy.pt")).hint).toContain("save it again with torch.save");
  });

  test("a TorchScript archive and an archive without pickle are refused", () => {
    const pickle = { name: "m/data.pkl", content: utf8("}.") };
    const script = makeZip([pickle, { name: "m/constants.pkl", content: utf8("}.") }]);
    expect(toolErrorOf(() => readTensorFile(script, "m.pt")).message).toContain("TorchScript");
    expect(toolErrorOf(() => readTensorFile(makeZip([{ name: "x", content: utf8("x") }]), "m.pt")).message).toContain(
      "data.pkl",
    );
    expect(toolErrorOf(() => readTensorFile(makeZip([pickle]), "m.pt")).message).toContain("no tensor");
  });
});

describe("readTorchPickle", () => {
  const run = (...parts: readonly (string | readonly number[])[]) =>
    readTorchPickle(concat(...parts.map((p) => (typeof p === "string" ? utf8(p) : new Uint8Array(p)))), "a.pt");

  test("opcodes outside the list are refused by number", () => {
    // INST, OBJ, NEWOBJ, EXT1, BINSTRING, BYTEARRAY8 and others that could call or import something.
    for (const opcode of [0x69, 0x6f, 0x81, 0x82, 0x54, 0x96, 0x92, 0x50, 0x00]) {
      const name = `0x${opcode.toString(16).padStart(2, "0")}`;
      expect(toolErrorOf(() => run([0x80, 2, opcode, 0, 0])).message).toContain(`opcode ${name}`);
    }
  });

  test.each([
    ["a stack underflow", ["."]],
    ["a missing mark", ["t."]],
    ["an item for no dict", ["NNNs."]],
    ["an item for no list", ["NNa."]],
    ["a key without value", ["}(Nu."]],
    ["a key that is a tuple", ["})Ns."]],
    ["a value that was never stored", ["h", [7], "."]],
    ["an unknown protocol", [[0x80, 9], "."]],
    ["a name without newline", ["cposix"]],
    ["a persistent id of another form", ["NQ."]],
    ["a call of data", ["N)R."]],
    ["a call of a storage type", ["ctorch\nFloatStorage\n)R."]],
    ["a tensor without arguments", ["ctorch._utils\n_rebuild_tensor_v2\n)R."]],
    ["a state for something that is no dict", ["NNb."]],
    ["no end", ["N"]],
    ["text that is not UTF-8", ["X", [1, 0, 0, 0, 0xff], "."]],
    ["popping below a mark", ["N(a."]],
  ])("%s is a FileError", (_, parts) => {
    expect(toolErrorOf(() => run(...parts))).toBeInstanceOf(FileError);
  });

  test("numbers are read with their signs and sizes", () => {
    const list = run(
      "](K",
      [200],
      "M",
      [0, 2],
      "J",
      [255, 255, 255, 255],
      [0x8a, 2, 0, 0x80],
      "G",
      [0x3f, 0xe0, 0, 0, 0, 0, 0, 0],
      "e.",
    );
    expect(list).toEqual({ kind: "list", items: [200, 512, -1, -32768, 0.5] });
  });

  test("a dict that contains itself ends", () => {
    const cyclic = makeZip([
      {
        name: "a/data.pkl",
        content: concat(
          utf8("}q"),
          new Uint8Array([0]),
          utf8("X"),
          new Uint8Array([1, 0, 0, 0]),
          utf8("ah"),
          new Uint8Array([0]),
          utf8("s."),
        ),
      },
    ]);
    expect(toolErrorOf(() => readTensorFile(cyclic, "a.pt")).message).toContain("no tensor");
  });
});
