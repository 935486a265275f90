import { describe, expect, test } from "vitest";
import { momentColumnCount, symmetricDimension } from "../../src/equations/shape.ts";
import type { KktSystem } from "../../src/equations/system.ts";
import { type MomentEvidence, momentEvidence } from "../../src/instance/moment-evidence.ts";
import { createRandom } from "../../src/random.ts";
import { equationsOf, type InstanceShape, makeInstance } from "../support/instances.ts";

const ulp = 2 ** -53;
/** Errors of a gradient that the test itself sums up: a few roundings per term. */
const entryError = 64 * ulp;

const systemOf = (shape: InstanceShape, seed: number): KktSystem =>
  equationsOf(makeInstance(shape, createRandom(seed)), shape.layers).system;

const evidenceOf = (shape: InstanceShape, seed = 1): MomentEvidence => {
  const evidence = momentEvidence(systemOf(shape, seed), entryError);
  if (evidence === null) throw new Error("too large");
  return evidence;
};

/** Shapes with the least number of general neurons that determine the moments: ⌈columns / equations per neuron⌉. */
const cases: readonly (readonly [string, InstanceShape, number, number])[] = [
  // 3 + 6 + 10 = 19 columns, 3 equations a neuron.
  [
    "d = 3, p = 3, hidden",
    { activation: "z + z^2 + z^3", inputDim: 3, samples: 3, width: 0, layers: ["hidden"] },
    19,
    7,
  ],
  // 4 equations a neuron.
  [
    "d = 3, p = 3, hidden and output",
    { activation: "z + z^2 + z^3", inputDim: 3, samples: 2, width: 0, layers: ["hidden", "output"] },
    19,
    5,
  ],
  // C(6, 3) = 20 columns with the constant, 4 equations a neuron.
  [
    "d = 3, p = 3, hidden and bias",
    { activation: "z^2 + z^3", inputDim: 3, samples: 3, width: 0, layers: ["hidden", "bias"] },
    20,
    5,
  ],
  // 2 + 3 + 4 + 5 = 14 columns, 2 equations a neuron.
  [
    "d = 2, p = 4, hidden",
    { activation: "z + z^2 + z^3 + z^4", inputDim: 2, samples: 2, width: 0, layers: ["hidden"] },
    14,
    7,
  ],
  // 3 + 6 columns, 2 equations a neuron: a gap of one degree in D.
  ["d = 2, p = 5, hidden", { activation: "z^2 + z^5", inputDim: 2, samples: 3, width: 0, layers: ["hidden"] }, 9, 5],
];

describe.each(cases)("momentEvidence at %s", (_, shape, columns, least) => {
  test.each([1, 2, 3])("finds the moments determined with twice the least number of neurons, seed %i", (seed) => {
    const evidence = evidenceOf({ ...shape, width: 2 * least }, seed);
    expect(evidence.columns).toBe(columns);
    expect(evidence.determined).toBe(true);
    expect(evidence.rank).toMatchObject({ rank: columns, clear: true, largestDropped: null });
  });

  test("has full rank at the least number of general neurons and not with one fewer", () => {
    expect(evidenceOf({ ...shape, width: least }).rank.rank).toBe(columns);
    const few = evidenceOf({ ...shape, width: least - 1 });
    expect(few.rank.rank).toBeLessThan(columns);
    expect(few.determined).toBe(false);
    expect(few.catalecticant).toBeNull();
  });

  test("counts neurons that repeat once, whatever their output weights", () => {
    const system = systemOf({ ...shape, width: 3 * least }, 1);
    const d = shape.inputDim;
    const kept = least - 1;
    const repeated: KktSystem = {
      ...system,
      weights: system.weights.map((_, k) => system.weights[(Math.floor(k / d) % kept) * d + (k % d)]!),
      bias: system.bias.map((_, j) => system.bias[j % kept]!),
    };
    const evidence = momentEvidence(repeated, entryError)!;
    const { rank } = evidenceOf({ ...shape, width: kept }).rank;
    expect(evidence.rank.rank).toBe(rank);
    expect(evidence.determined).toBe(false);
  });

  test("finds as many samples as the catalecticant of the top moment has rank", () => {
    const p = Number(shape.activation.at(-1));
    const k = Math.floor((p - 1) / 2);
    // With a trained bias the points are (x, 1).
    const lifted = shape.layers.includes("bias");
    const variables = shape.inputDim + (lifted ? 1 : 0);
    for (let samples = 1; samples <= symmetricDimension(variables, k); samples++) {
      const { catalecticant } = evidenceOf({ ...shape, width: 3 * least, samples });
      expect(catalecticant).toMatchObject({ rank: samples, clear: true, k, lifted });
      expect(catalecticant!.shape).toEqual([symmetricDimension(variables, k), symmetricDimension(variables, p - k)]);
    }
    const beyond = symmetricDimension(variables, k) + 1;
    const { catalecticant } = evidenceOf({ ...shape, width: 3 * least, samples: beyond });
    expect(catalecticant!.rank).toBeLessThan(beyond);
  });
});

describe("the catalecticant", () => {
  const quintic: InstanceShape = {
    activation: "z + z^3 - z^5",
    inputDim: 2,
    samples: 3,
    width: 24,
    layers: ["hidden"],
  };

  test("sees samples beyond the dimension at degree 5, up to N_2", () => {
    expect(evidenceOf(quintic).catalecticant).toMatchObject({ rank: 3, k: 2, shape: [3, 4] });
    // Four samples in R² exceed N_2 = 3.
    expect(evidenceOf({ ...quintic, samples: 4 }).catalecticant).toMatchObject({ rank: 3 });
  });

  test("counts collinear samples once", () => {
    // The gradient of one sample in R¹ is that of points on one line: embed d = 1 with two samples in R².
    const line = makeInstance({ ...quintic, inputDim: 1, samples: 2 }, createRandom(3));
    const random = createRandom(4);
    const direction = [0.6, 0.8];
    // Nodes v with v·direction equal to the one-dimensional weight, gradients along the direction.
    const weights = Float64Array.from({ length: 48 }, () => 0);
    for (let j = 0; j < 24; j++) {
      const across = random.normal();
      const along = line.network.hiddenWeight[j]!;
      weights[2 * j] = along * direction[0]! - across * direction[1]!;
      weights[2 * j + 1] = along * direction[1]! + across * direction[0]!;
    }
    const gradient = Float64Array.from(
      { length: 48 },
      (_, k) => line.gradient.hiddenWeight![Math.floor(k / 2)]! * direction[k % 2]!,
    );
    const { system } = equationsOf(
      {
        ...line,
        network: { ...line.network, inputDim: 2, hiddenWeight: weights },
        gradient: { ...line.gradient, hiddenWeight: gradient },
      },
      ["hidden"],
    );
    expect(momentEvidence(system, entryError)!).toMatchObject({ determined: true, catalecticant: { rank: 1 } });
  });

  test("is left out at degree 2", () => {
    const quadratic = evidenceOf({ ...quintic, activation: "z + z^2" });
    expect(quadratic).toMatchObject({ determined: true, catalecticant: null });
  });

  test("of several outputs is that of one combination of them", () => {
    for (const samples of [2, 3]) {
      const several = evidenceOf({ ...quintic, samples, outputs: 2, width: 60 });
      expect(several.determined).toBe(true);
      expect(several.catalecticant).toMatchObject({ rank: samples, clear: true, shape: [3, 4] });
    }
    expect(evidenceOf({ ...quintic, samples: 4, outputs: 2, width: 60 }).catalecticant!.rank).toBe(3);
  });

  test("loses the samples whose trace is below the error of the entries", () => {
    const system = systemOf(quintic, 1);
    const { catalecticant } = momentEvidence(system, entryError)!;
    const S = catalecticant!.singularValues;
    // An error that lifts the tolerance above the last singular value but not above the first.
    const error = (entryError * Math.sqrt(S[0]! * S[2]!)) / catalecticant!.tolerance;
    expect(momentEvidence(system, error)!.catalecticant?.rank ?? 0).toBeLessThan(3);
  });
});

test("full rank without a clear gap does not determine the moments", () => {
  const system = systemOf({ activation: "z + z^2 + z^3", inputDim: 3, samples: 2, width: 14, layers: ["hidden"] }, 1);
  const fine = momentEvidence(system, entryError)!.rank;
  // The tolerance is proportional to the error: put it at a third of the smallest singular value.
  const coarse = momentEvidence(system, (entryError * fine.smallestKept!) / (3 * fine.tolerance))!;
  expect(coarse.rank).toMatchObject({ rank: 19, clear: false });
  expect(coarse).toMatchObject({ determined: false, catalecticant: null });
});

test("the tolerance of the catalecticant bounds what errors of the known side do to its singular values", () => {
  const error = 2 ** -40;
  for (const seed of [1, 2, 3, 4, 5]) {
    // One neuron more than the least: the Hermite matrix is ill conditioned.
    const system = systemOf(
      { activation: "z + z^2 + z^3", inputDim: 3, samples: 2, width: 8, layers: ["hidden"] },
      seed,
    );
    const random = createRandom(seed, 1);
    const targets = system.targets.map(
      (value, r) => value + ((2 * random.uniform() - 1) * error) / system.rowScale[r]!,
    );
    const before = momentEvidence(system, error)!.catalecticant!;
    const after = momentEvidence({ ...system, targets }, error)!.catalecticant!;
    const change = before.singularValues.map((value, i) => Math.abs(value - after.singularValues[i]!));
    expect(Math.max(...change)).toBeLessThanOrEqual(before.tolerance);
    // The bound needs the condition of the Hermite matrix: the error alone is passed.
    expect(Math.max(...change)).toBeGreaterThan(error * before.singularValues[0]!);
  }
});

test("momentEvidence declines a matrix of more than 150,000 entries", () => {
  const shape: InstanceShape = {
    activation: "z + z^2 + z^3",
    inputDim: 20,
    samples: 1,
    width: 57,
    layers: ["hidden"],
  };
  const system = systemOf(shape, 1);
  expect(57 * 20 * momentColumnCount(system.shape)).toBeGreaterThan(2e6);
  expect(momentEvidence(system, entryError)).toBeNull();
});

describe("fixed defects of momentEvidence", () => {
  test("a hidden bias alone never sees T_p, so it has no catalecticant of it", () => {
    const shape: InstanceShape = {
      activation: "z + z^2 + z^3",
      inputDim: 2,
      samples: 2,
      width: 24,
      layers: ["bias"],
    };
    const evidence = evidenceOf(shape);
    expect(evidence).toMatchObject({ columns: 6, determined: true });
    expect(evidence.catalecticant).toBeNull();
  });
});
