import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FileError, TensorError } from "../../src/errors.ts";
import { assembleNetwork } from "../../src/network/network.ts";
import { readTensorFile } from "../../src/network/read-tensors.ts";
import { unitRoundoff } from "../../src/network/tensor.ts";
import { concat, expectNoOtherError, fixture, makeNpy, makeNpz, npyHeader, toolErrorOf, utf8 } from "./helpers.ts";

const NETWORKS = [
  "iris-hidden-layer",
  "iris-bias",
  "iris-multiclass",
  "iris-hidden-layer-float32",
  "iris-gradient-small",
];

describe("real network files", () => {
  test.each(NETWORKS)("%s holds the same tensors as .npz, .safetensors and .pt", (name) => {
    const npz = readTensorFile(fixture(`${name}/network.npz`), "network.npz");
    const safetensors = readTensorFile(fixture(`${name}/network.safetensors`), "network.safetensors");
    const torch = readTensorFile(fixture(`${name}/network.pt`), "network.pt");
    expect([...npz.tensors.keys()].sort()).toEqual(expect.arrayContaining(["fc1.weight", "fc2.weight"]));
    expect(new Map([...safetensors.tensors].sort())).toEqual(new Map([...npz.tensors].sort()));
    expect(new Map([...torch.tensors].sort())).toEqual(new Map([...npz.tensors].sort()));
  });

  test("iris-hidden-layer/network.npz assembles to a network of 40 neurons in 4 dimensions", () => {
    const network = assembleNetwork(readTensorFile(fixture("iris-hidden-layer/network.npz"), "a.npz"));
    expect(network).toMatchObject({ file: "a.npz", inputDim: 4, width: 40, outputs: 1, hiddenBias: null });
    expect(network.hiddenWeight).toHaveLength(160);
    expect(network.unitRoundoff).toBe(2 ** -53);
  });

  test("iris-bias/network.pt has a hidden bias and iris-multiclass/network.safetensors three outputs", () => {
    const bias = assembleNetwork(readTensorFile(fixture("iris-bias/network.pt"), "network.pt"));
    expect(bias.hiddenBias).toHaveLength(40);
    expect(bias.names.hiddenBias).toBe("fc1.bias");
    const multiclass = assembleNetwork(readTensorFile(fixture("iris-multiclass/network.safetensors"), "n.safetensors"));
    expect(multiclass).toMatchObject({ width: 48, outputs: 3 });
  });

  test("a float32 network has the unit roundoff of float32", () => {
    const network = assembleNetwork(readTensorFile(fixture("iris-hidden-layer-float32/network.pt"), "network.pt"));
    expect(network.unitRoundoff).toBe(2 ** -24);
  });
});

describe("readTensorFile", () => {
  test("an unknown extension is refused with the supported ones", () => {
    const error = toolErrorOf(() => readTensorFile(utf8("x"), "weights.h5"));
    expect(error).toBeInstanceOf(FileError);
    expect(error.message).toContain("weights.h5");
    expect(error.hint).toBe("supported are .npz, .npy, .safetensors, .pt, .pth, .json");
    expect(toolErrorOf(() => readTensorFile(utf8("x"), "some.dir/weights")).message).toContain("no file extension");
  });

  test.each([".npz", ".npy", ".safetensors", ".pt", ".pth", ".json"])("an empty %s file is refused", (extension) => {
    expect(toolErrorOf(() => readTensorFile(new Uint8Array(0), `a${extension}`)).message).toBe(
      `a${extension}: is empty`,
    );
  });

  test("the extension is read in either case", () => {
    expect(readTensorFile(fixture("plain.pt"), "PLAIN.PT").format).toBe("torch");
  });

  test("content that contradicts the extension is refused with what it is", () => {
    const zip = fixture("plain.pt");
    expect(toolErrorOf(() => readTensorFile(zip, "a.safetensors")).hint).toContain("rename it to .npz");
    expect(toolErrorOf(() => readTensorFile(zip, "a.npz")).hint).toContain("rename it to .pt");
    expect(toolErrorOf(() => readTensorFile(fixture("array.npy"), "a.npz")).hint).toContain("rename it to .npy");
    expect(toolErrorOf(() => readTensorFile(utf8("{}"), "a.npz")).hint).toContain("JSON");
    expect(toolErrorOf(() => readTensorFile(utf8("hello"), "a.pt")).hint).toContain("damaged");
    expect(toolErrorOf(() => readTensorFile(fixture("iris-bias/network.safetensors"), "a.json")).hint).toContain(
      ".safetensors",
    );
  });

  test("a .npy file is one tensor named after the file", () => {
    const { tensors, format } = readTensorFile(fixture("array.npy"), "folder/W.npy");
    expect(format).toBe("npy");
    expect(tensors.get("W")?.shape).toEqual([2, 3]);
  });

  test.each([
    [Number.NaN, "NaN"],
    [Number.NEGATIVE_INFINITY, "infinite"],
  ])("an entry %s is refused with its index", (value, word) => {
    const bytes = makeNpz({ "fc1.weight": { shape: [2, 3], data: [1, 2, 3, 4, value, 6] } });
    const error = toolErrorOf(() => readTensorFile(bytes, "a.npz"));
    expect(error).toBeInstanceOf(TensorError);
    expect(error.message).toBe(`a.npz: fc1.weight: entry [1, 1] is ${word}`);
  });

  test("unitRoundoff is half an ulp of one", () => {
    expect(["float64", "float32", "float16", "bfloat16", "int8"].map((d) => unitRoundoff(d as "float64"))).toEqual([
      2 ** -53,
      2 ** -24,
      2 ** -11,
      2 ** -8,
      2 ** -53,
    ]);
  });
});

describe("damaged files", () => {
  const valid: readonly (readonly [string, Uint8Array])[] = [
    ["a.npz", fixture("iris-bias/network.npz")],
    ["b.npz", fixture("dtypes-compressed.npz")],
    ["a.pt", fixture("checkpoint.pt")],
    ["b.pt", fixture("iris-bias/network.pt")],
    ["a.safetensors", fixture("iris-bias/network.safetensors")],
    ["a.npy", fixture("array.npy")],
    ["a.json", utf8('{"fc1.weight": [[1, "1/3"], [0.25, -2]], "fc2.weight": [1, 2]}')],
  ];

  test.each(valid)("%s truncated anywhere is refused", (name, bytes) => {
    for (let length = 0; length < bytes.length; length += bytes.length > 2000 ? 3 : 1) {
      toolErrorOf(() => readTensorFile(bytes.slice(0, length), name));
    }
  });

  test.each(valid)("%s with any byte changed gives a result or a ToolError", (name, bytes) => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (position, value) => {
        const changed = bytes.slice();
        changed[position] = value;
        expectNoOtherError(() => readTensorFile(changed, name));
      }),
      { numRuns: 400 },
    );
  });

  const magics: readonly (readonly [string, Uint8Array])[] = [
    ["a.npz", utf8("PK\u0003\u0004")],
    ["a.pt", utf8("PK\u0003\u0004")],
    ["b.pt", new Uint8Array([0x80, 2])],
    ["a.npy", new Uint8Array([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 8, 0])],
    ["a.safetensors", new Uint8Array([20, 0, 0, 0, 0, 0, 0, 0, 0x7b])],
    ["a.json", utf8("{")],
  ];

  test.each(magics)("%s of random bytes after the right magic gives a ToolError", (name, magic) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (rest) => {
        expectNoOtherError(() => readTensorFile(concat(magic, rest), name));
      }),
      { numRuns: 300 },
    );
  });

  test("random .npy headers never end in another error", () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.integer({ min: -1, max: 5 })), (junk, shape) => {
        expectNoOtherError(() => readTensorFile(makeNpy(junk, utf8("12345678")), "a.npy"));
        expectNoOtherError(() => readTensorFile(makeNpy(npyHeader("<f8", shape), utf8("12345678")), "a.npy"));
      }),
      { numRuns: 200 },
    );
  });
});
