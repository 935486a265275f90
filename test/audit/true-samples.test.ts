import { describe, expect, test } from "vitest";
import { inRawUnits } from "../../src/audit/raw-units.ts";
import { type Recovery, recoverNetwork } from "../../src/audit/recover-network.ts";
import type { DataSet } from "../../src/network/data-set.ts";
import { loadExample } from "../support/example-networks.ts";
import type { InstanceShape } from "../support/instances.ts";
import { askInstance } from "../support/questions.ts";

const limits = { maxStarts: 40, acceptError: 1e-2 };
const distance = (a: Float64Array, b: Float64Array): number => Math.hypot(...a.map((value, e) => value - b[e]!));

/** Every true sample is the error away from the recovered one at the same place. */
function expectPaired({ samples, truth }: Recovery): void {
  expect(truth!.samples).toHaveLength(samples.length);
  truth!.assignment.forEach((j, i) => {
    const apart = distance(samples[j]!.x, truth!.samples[j]!.x);
    expect(apart).toBeCloseTo(truth!.perSample[i]!, 14);
    expect(apart).toBeLessThan(1e-6);
  });
}

describe("the true samples of a comparison", () => {
  const { truth, question } = loadExample("iris-hidden-layer");
  const recovery = recoverNetwork(question(1), { ...limits, truth });

  test("come in the order of the recovered ones, with their own labels", () => {
    expectPaired(recovery);
    const known = Array.from({ length: 4 }, (_, i) => ({ x: truth.X.slice(4 * i, 4 * i + 4), label: truth.y![i]! }));
    for (const sample of recovery.truth!.samples) expect(known).toContainEqual(sample);
    expect(new Set(recovery.truth!.samples.map(({ x }) => x.join()))).toHaveProperty("size", 4);
  });

  test("have no label where the file has none", () => {
    const unlabelled = recoverNetwork(question(1), { ...limits, truth: { ...truth, y: null } });
    expect(unlabelled.truth!.samples.map(({ label }) => label)).toEqual([null, null, null, null]);
  });

  test("are in the units of the samples", () => {
    const scaler = { file: "scaler", mean: Float64Array.of(5, 3, 4, 1), std: Float64Array.of(0.5, 2, 10, 0.1) };
    const raw = inRawUnits(recovery, scaler, truth);
    expectPaired(raw);
    expect(raw.truth!.samples[0]!.x[0]).toBeCloseTo(recovery.truth!.samples[0]!.x[0]! * 0.5 + 5, 14);
  });
});

describe("where the weights leave a gauge", () => {
  const base: InstanceShape = { activation: "z^3", inputDim: 3, samples: 3, width: 60, layers: ["hidden"] };
  const recovered = (shape: InstanceShape, change: (truth: DataSet) => DataSet = (truth) => truth): Recovery => {
    const { instance, question } = askInstance(shape, 2);
    return recoverNetwork(question, { ...limits, truth: change(instance.truth) });
  };

  test.each([
    ["scale", base],
    ["sign", { ...base, activation: "z + z^3", samples: 2 }],
  ] as const)("%s: the representative nearest to the recovered sample", (gauge, shape) => {
    const recovery = recovered(shape);
    expect(recovery.upTo).toContain(gauge);
    expectPaired(recovery);
  });

  test("sign: the mirror image of the file's data is the same data set", () => {
    const shape: InstanceShape = { ...base, activation: "z + z^3", samples: 2 };
    const plain = recovered(shape);
    const mirrored = recovered(shape, (truth) => ({ ...truth, X: truth.X.map((value) => -value) }));
    for (const [i, { x }] of plain.truth!.samples.entries()) {
      expect(distance(x, mirrored.truth!.samples[i]!.x)).toBe(0);
    }
  });
});
