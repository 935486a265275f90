import { describe, expect, test } from "vitest";
import { disturb } from "../../src/instance/disturb.ts";
import { maxAbs } from "../../src/linalg/dense.ts";
import { createRandom } from "../../src/random.ts";
import { equationsOf, type InstanceShape, makeInstance } from "../support/instances.ts";

const shape: InstanceShape = {
  activation: "z + z^2 + z^3",
  inputDim: 3,
  samples: 2,
  width: 20,
  layers: ["hidden", "bias", "output"],
};
const { system } = equationsOf(makeInstance(shape, createRandom(1)), shape.layers);

const changes = (before: Float64Array, after: Float64Array): Float64Array =>
  after.map((value, k) => value - before[k]!);

describe("disturb", () => {
  test("moves each tensor by up to the error of its largest entry, and nearly that far somewhere", () => {
    const error = 2 ** -20;
    const moved = disturb(system, error);
    for (const name of ["weights", "bias", "output"] as const) {
      const relative = maxAbs(changes(system[name], moved[name])) / (error * maxAbs(system[name]));
      // Twenty uniform numbers or more all lie below a half with probability 2⁻²⁰, and the seed is fixed.
      expect(relative).toBeGreaterThan(0.5);
      expect(relative).toBeLessThanOrEqual(1 + 2 ** -30);
    }
    const known = changes(system.targets, moved.targets).map((value, r) => value * system.rowScale[r]!);
    expect(maxAbs(known) / error).toBeGreaterThan(0.5);
    expect(maxAbs(known) / error).toBeLessThanOrEqual(1 + 2 ** -30);
  });

  test("leaves the shape, the scales and an absent bias as they are", () => {
    const plain = { ...system, shape: { ...system.shape, bias: "none" as const }, bias: new Float64Array(20) };
    const moved = disturb(plain, 0.1);
    expect(moved.bias).toEqual(plain.bias);
    expect([moved.shape, moved.rowScale, moved.targetSize]).toEqual([plain.shape, plain.rowScale, plain.targetSize]);
  });

  test("repeats itself, changes nothing at error 0 and leaves its argument alone", () => {
    const before = system.weights.slice();
    expect(disturb(system, 0.1)).toEqual(disturb(system, 0.1));
    expect(disturb(system, 0).weights).toEqual(before);
    expect(system.weights).toEqual(before);
  });
});
