import { describe, expect, test } from "vitest";
import { readScaler, standardise, unstandardise } from "../../src/network/scaler.ts";
import { makeNpz, toolErrorOf, utf8 } from "./helpers.ts";

const vector = (...data: number[]) => ({ shape: [data.length], data });

describe("a scaler", () => {
  test.each([
    ["npz", "s.npz", makeNpz({ mean: vector(1, 2), std: vector(3, 4) })],
    ["npz of StandardScaler", "s.npz", makeNpz({ mean_: vector(1, 2), scale_: vector(3, 4) })],
    ["json", "s.json", utf8('{"mean": [1, 2], "scale": [3, 4]}')],
    ["csv with columns", "s.csv", utf8("mean,std\n1,3\n2,4\n")],
    ["csv with two lines", "s.csv", utf8("1,2\n3,4\n")],
  ])("is read from %s", (_, name, bytes) => {
    const { mean, std } = readScaler(bytes, name, 2);
    expect([Array.from(mean), Array.from(std)]).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test.each([
    ["without std", "s.npz", makeNpz({ mean: vector(1, 2) }), "std: not found"],
    ["with two means", "s.npz", makeNpz({ mean: vector(1), loc: vector(2), std: vector(3) }), "mean: could be any of"],
    ["of another length", "s.json", utf8('{"mean": [1], "std": [3]}'), "mean: has 1 entries, the network has 2 inputs"],
    ["with a std of zero", "s.json", utf8('{"mean": [1, 2], "std": [3, 0]}'), "std[1]: expected a positive number"],
    ["with three lines", "s.csv", utf8("1,2\n3,4\n5,6\n"), "expected two lines, got 3"],
    ["without the columns", "s.csv", utf8("a,b\n1,3\n2,4\n"), "mean: not found; the columns are a, b"],
    ["of another kind", "s.pt", utf8("x"), "is no scaler file"],
  ])("%s is refused", (_, name, bytes, message) => {
    expect(toolErrorOf(() => readScaler(bytes, name, 2)).message).toContain(message);
  });

  test("and back is the identity", () => {
    const scaler = { file: "s", mean: Float64Array.of(1, -2), std: Float64Array.of(2, 0.5) };
    const X = Float64Array.of(3, 4, -1, 0);
    const data = { file: "d", samples: 2, inputDim: 2, X, y: null, multipliers: null, multiplierOutputs: 0 };
    const scaled = standardise(data, scaler);
    expect(Array.from(scaled.X)).toEqual([1, 12, -1, 4]);
    expect(Array.from(unstandardise(scaled.X, scaler))).toEqual(Array.from(X));
  });
});
