import { describe, expect, test } from "vitest";
import { TensorError } from "../../src/errors.ts";
import type { TensorKeys } from "../../src/network/find-layers.ts";
import { assembleGradient, assembleNetwork } from "../../src/network/network.ts";
import { readTensorFile } from "../../src/network/read-tensors.ts";
import { fixture, tensorFile, toolErrorOf } from "./helpers.ts";

type Shapes = Readonly<Record<string, readonly number[]>>;

const names = (shapes: Shapes, keys: TensorKeys = {}) => assembleNetwork(tensorFile(shapes), keys).names;
const failure = (shapes: Shapes, keys: TensorKeys = {}) => {
  const error = toolErrorOf(() => assembleNetwork(tensorFile(shapes), keys));
  expect(error).toBeInstanceOf(TensorError);
  return error;
};

describe("assembleNetwork finds the tensors by their names", () => {
  test.each<readonly [string, string, string | null, string, string | null]>([
    ["PyTorch fc1, fc2", "fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"],
    ["a Sequential", "0.weight", "0.bias", "2.weight", "2.bias"],
    ["a Sequential of many modules", "9.weight", "9.bias", "10.weight", "10.bias"],
    ["hidden and output", "hidden.weight", "hidden.bias", "output.weight", "output.bias"],
    ["input and hidden", "input.weight", "input.bias", "hidden.weight", "hidden.bias"],
    ["encoder and decoder", "encoder.weight", "encoder.bias", "decoder.weight", "decoder.bias"],
    ["layers", "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"],
    ["net", "net.0.weight", "net.0.bias", "net.2.weight", "net.2.bias"],
    ["linear1, linear2", "linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias"],
    ["wrappers", "module._orig_mod.fc1.weight", "module._orig_mod.fc1.bias", "module._orig_mod.fc2.weight", null],
    ["W, b, a, c", "W", "b", "a", "c"],
    ["W1, b1, W2, b2", "W1", "b1", "W2", "b2"],
    ["camel case", "hiddenWeight", "hiddenBias", "outputWeight", "outputBias"],
    ["snake case", "hidden_weight", "hidden_bias", "output_weight", "output_bias"],
    ["a named head", "fc.weight", "fc.bias", "head.weight", "head.bias"],
  ])("%s, also when m = d = C and the order in the file is reversed", (_, hidden, hiddenBias, output, outputBias) => {
    const entries: [string, readonly number[]][] = [
      [output, [3, 3]],
      [hidden, [3, 3]],
    ];
    if (outputBias !== null) entries.unshift([outputBias, [3]]);
    if (hiddenBias !== null) entries.push([hiddenBias, [3]]);
    const expected = { hiddenWeight: hidden, hiddenBias, outputWeight: output, outputBias };
    expect(names(Object.fromEntries(entries))).toEqual(expected);
  });

  test("an output weight (m,) is one output", () => {
    const network = assembleNetwork(tensorFile({ "fc1.weight": [3, 2], "fc2.weight": [3] }));
    expect(network).toMatchObject({ inputDim: 2, width: 3, outputs: 1 });
    expect(Array.from(network.outputWeight)).toEqual([7, 8, 9]);
  });

  test("a scalar is a bias of one output", () => {
    expect(names({ W: [3, 2], a: [3], c: [] }).outputBias).toBe("c");
  });

  test("gradients and data beside the weights are ignored", () => {
    const shapes = { X: [9, 2], y: [9], W: [3, 2], "W.grad": [3, 2], a: [3], "a.grad": [3] };
    expect(names(shapes)).toMatchObject({ hiddenWeight: "W", outputWeight: "a" });
  });

  test("the unit roundoff is that of the coarsest tensor", () => {
    const file = tensorFile({ "fc1.weight": [3, 2], "fc2.weight": [1, 3] });
    const half = { ...file.tensors.get("fc2.weight")!, dtype: "float16" as const };
    const mixed = { ...file, tensors: new Map([...file.tensors, ["fc2.weight", half] as const]) };
    expect(assembleNetwork(file).unitRoundoff).toBe(2 ** -53);
    expect(assembleNetwork(mixed).unitRoundoff).toBe(2 ** -11);
  });
});

describe("assembleNetwork finds the tensors by their shapes", () => {
  test.each<readonly [string, Shapes, string, string]>([
    ["two matrices that chain", { q: [1, 5], p: [5, 2] }, "p", "q"],
    ["two matrices that chain both ways, by the alphabet", { q: [3, 3], p: [3, 3] }, "p", "q"],
    ["a matrix and a vector", { w: [5], W: [5, 2] }, "W", "w"],
    ["a matrix and vectors of other lengths", { q: [5], p: [5, 2], r: [1], s: [7] }, "p", "q"],
  ])("%s", (_, shapes, hiddenWeight, outputWeight) => {
    expect(names(shapes)).toMatchObject({ hiddenWeight, outputWeight });
  });

  test("biases have the length m and C; of two of equal length the names decide", () => {
    expect(names({ p: [5, 2], q: [1, 5], s: [5], t: [1] })).toMatchObject({ hiddenBias: "s", outputBias: "t" });
    expect(names({ p: [3, 2], q: [3, 3], t: [3], s: [3] })).toMatchObject({ hiddenBias: "s", outputBias: "t" });
    expect(failure({ p: [3, 2], q: [3, 3], s: [3] }).hint).toContain("--hidden-bias");
    expect(failure({ p: [5, 2], q: [1, 5], s: [5], t: [5] }).hint).toContain("--hidden-bias");
  });

  test("a vector that could be weight or bias is asked for", () => {
    const error = failure({ p: [5, 2], q: [5], r: [5] });
    expect(error.message).toContain("could be any of q, r");
    expect(error.hint).toContain("--output-weight");
  });
});

describe("assembleNetwork takes the keys that the user gave", () => {
  const three = { "fc1.weight": [4, 2], "fc2.weight": [4, 4], "fc3.weight": [1, 4], "fc1.bias": [4], shift: [4] };

  test("two of three layers", () => {
    const keys = { hiddenWeight: "fc1.weight", outputWeight: "fc3.weight" };
    expect(names(three, keys)).toEqual({ ...keys, hiddenBias: "fc1.bias", outputBias: null });
    expect(names(three, { ...keys, hiddenBias: "shift" }).hiddenBias).toBe("shift");
  });

  test("one key, and the other weight is the only one that fits", () => {
    const shapes = { p: [4, 2], q: [1, 4], r: [7, 9] };
    expect(names(shapes, { hiddenWeight: "p" }).outputWeight).toBe("q");
    expect(names(shapes, { outputWeight: "q" }).hiddenWeight).toBe("p");
    expect(failure({ ...shapes, s: [1, 4] }, { hiddenWeight: "p" }).message).toContain("could be any of q, s");
    expect(failure(shapes, { hiddenWeight: "r" }).message).toContain("output weight: not found");
  });

  test("a key that the file does not have lists what it has", () => {
    const error = failure(three, { hiddenWeight: "fc9.weight" });
    expect(error.message).toContain("fc9.weight: no such tensor for --hidden-weight; the file has fc1.weight (4, 2)");
  });

  test("one tensor cannot be both weights", () => {
    expect(failure({ p: [3, 3] }, { hiddenWeight: "p", outputWeight: "p" }).message).toContain("at once");
  });
});

describe("assembleNetwork refuses", () => {
  test.each<readonly [string, Shapes, string, string]>([
    [
      "a third layer",
      { "0.weight": [4, 2], "2.weight": [4, 4], "4.weight": [1, 4] },
      "more than two layers",
      "--hidden",
    ],
    ["three matrices", { p: [4, 2], q: [4, 4], r: [1, 4] }, "more than two layers", "--hidden-weight"],
    ["a convolution", { "conv.weight": [8, 3, 3, 3], "fc.weight": [1, 8] }, "is a convolution", "linear layers"],
    ["a nameless convolution", { p: [8, 3, 3, 3], q: [1, 8] }, "is a convolution", "linear layers"],
    ["a batch normalisation", { "0.weight": [4, 2], "1.running_mean": [4], "2.weight": [1, 4] }, "batch", "fold"],
    ["no weight at all", { y: [4] }, "hidden weight: not found; the file has y (4,)", "--hidden-weight KEY"],
    ["no output weight", { "fc1.weight": [4, 2] }, "output weight: not found", "--output-weight KEY"],
    ["no hidden weight", { "fc2.weight": [1, 4] }, "hidden weight: not found", "--hidden-weight KEY"],
    ["weights that do not chain", { "fc1.weight": [4, 2], "fc2.weight": [1, 5] }, "shape (C, 4) or (4,)", "KEY"],
    ["transposed weights", { "fc1.weight": [2, 4], "fc2.weight": [4, 1] }, "got (4, 1)", "transpose"],
    ["a hidden weight that is a vector", { "fc1.weight": [4], "fc2.weight": [1, 4] }, "shape (m, d)", "KEY"],
    ["an empty weight", { "fc1.weight": [0, 4], "fc2.weight": [1, 0] }, "is empty: shape (0, 4)", ""],
    ["a bias of another length", { W: [4, 2], a: [4], b: [5] }, "b: expected a bias of shape (4,), got (5,)", "KEY"],
    ["a bias that is a matrix", { W: [4, 2], a: [4], b: [4, 1] }, "expected a bias of shape (4,)", "--hidden-bias"],
  ])("%s", (_, shapes, message, hint) => {
    const error = failure(shapes);
    expect(error.message).toContain("network.npz: ");
    expect(error.message).toContain(message);
    expect(error.hint ?? "").toContain(hint);
  });

  test("integer weights", () => {
    const file = tensorFile({ "fc1.weight": [3, 2], "fc2.weight": [1, 3] }, "int8");
    expect(toolErrorOf(() => assembleNetwork(file)).message).toContain("fc1.weight: holds int8");
  });
});

describe("assembleGradient", () => {
  const network = assembleNetwork(tensorFile({ "fc1.weight": [5, 2], "fc2.weight": [1, 5], "fc1.bias": [5] }));
  const gradient = (shapes: Shapes, keys: TensorKeys = {}) =>
    assembleGradient(tensorFile(shapes, "float32", "gradient.npz"), network, keys);

  test.each(["npz", "pt", "safetensors"])("the real gradient.%s fits its network", (extension) => {
    const real = assembleNetwork(readTensorFile(fixture(`iris-gradient-small/network.${extension}`), `n.${extension}`));
    const file = readTensorFile(fixture(`iris-gradient-small/gradient.${extension}`), `g.${extension}`);
    const tensors = assembleGradient(file, real);
    expect(tensors.hiddenWeight).toHaveLength(120);
    expect(tensors.outputWeight).toHaveLength(30);
    expect(tensors).toMatchObject({ hiddenBias: null, outputBias: null, unitRoundoff: 2 ** -53 });
  });

  test("any subset of the layers may be present", () => {
    const tensors = gradient({ "fc1.bias": [5] });
    expect(tensors).toMatchObject({ file: "gradient.npz", hiddenWeight: null, outputWeight: null, outputBias: null });
    expect(Array.from(tensors.hiddenBias ?? [])).toEqual([1, 2, 3, 4, 5]);
    expect(tensors.unitRoundoff).toBe(2 ** -24);
  });

  test("names with .grad, a wrapper prefix or a key are accepted, and gradients win over weights beside them", () => {
    expect(gradient({ "fc1.weight.grad": [5, 2] }).hiddenWeight).toHaveLength(10);
    expect(gradient({ "module.fc1.weight": [5, 2] }).hiddenWeight).toHaveLength(10);
    expect(gradient({ p: [5, 2], q: [5, 2] }, { hiddenWeight: "q" }).hiddenWeight?.[0]).toBe(11);
    expect(gradient({ "fc1.weight": [5, 2], "fc1.weight.grad": [5, 2] }).hiddenWeight?.[0]).toBe(11);
  });

  test("a bias that only the gradient file has is taken under its layer's name", () => {
    expect(gradient({ "fc1.weight": [5, 2], "fc2.bias": [1] }).outputBias).toHaveLength(1);
  });

  test("other names are matched by shape where only one tensor and one role fit", () => {
    const tensors = gradient({ dW: [5, 2], da: [1, 5] });
    expect(tensors.hiddenWeight).toHaveLength(10);
    expect(tensors.outputWeight).toHaveLength(5);
    expect(toolErrorOf(() => gradient({ g: [5] })).message).toContain("no tensor belongs to a layer of network.npz");
  });

  test("another shape is refused with both files", () => {
    const error = toolErrorOf(() => gradient({ "fc1.weight": [5, 3] }));
    expect(error).toBeInstanceOf(TensorError);
    expect(error.message).toBe(
      "gradient.npz: fc1.weight: expected shape (5, 2) as fc1.weight of network.npz, got (5, 3)",
    );
  });

  test("integer gradients are refused", () => {
    const file = tensorFile({ "fc1.weight": [5, 2] }, "int64");
    expect(toolErrorOf(() => assembleGradient(file, network)).message).toContain("holds int64");
  });
});
