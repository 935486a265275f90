import { describe, expect, test } from "vitest";
import { type ReducedSystem, reduceToSpan, sideSpectrum } from "../../src/equations/reduction.ts";
import type { KktSystem } from "../../src/equations/system.ts";
import { type KernelCriterion, kernelCriterion } from "../../src/instance/kernel-criterion.ts";
import { createRandom } from "../../src/random.ts";
import { equationsOf, type InstanceShape, makeInstance } from "../support/instances.ts";

const ulp = 2 ** -53;

/** Errors of a gradient that the test itself sums up: a few roundings per term. */
const sideError = 64 * ulp;

const systemOf = (shape: InstanceShape, seed: number): KktSystem =>
  equationsOf(makeInstance(shape, createRandom(seed)), shape.layers).system;

/** The criterion for n samples in the row space of G, with the rank that G shows. */
function criterion(system: KktSystem, samples: number): KernelCriterion & { rankG: number; reduced: ReducedSystem } {
  const spectrum = sideSpectrum(system, sideError)!;
  const reduced = reduceToSpan(system, samples, spectrum);
  return { ...kernelCriterion(reduced, samples, spectrum.rank, sideError), rankG: spectrum.rank, reduced };
}

const binomial = (n: number, k: number): number => (k === 0 ? 1 : (binomial(n - 1, k - 1) * n) / k);

/** Σ_{k∈D} C(n + k − 2, k − 1): neurons that nullity n needs. */
const neuronsNeeded = (support: readonly number[], n: number): number =>
  support.reduce((sum, k) => sum + binomial(n + k - 2, k - 1), 0);

interface Case {
  readonly activation: string;
  readonly support: readonly number[];
  readonly n: number;
  readonly d: number;
}

const cases: readonly Case[] = [
  { activation: "z + z^2 + z^3", support: [1, 2, 3], n: 1, d: 3 },
  { activation: "z + z^2 + z^3", support: [1, 2, 3], n: 2, d: 2 },
  { activation: "z + z^2 + z^3", support: [1, 2, 3], n: 3, d: 6 },
  { activation: "z + z^2/2 + z^3/4", support: [1, 2, 3], n: 4, d: 5 },
  { activation: "2 + z^2 - z^3", support: [2, 3], n: 3, d: 4 },
  { activation: "z + z^3", support: [1, 3], n: 3, d: 3 },
  { activation: "z^3", support: [3], n: 3, d: 5 },
  { activation: "z^2 + z^4", support: [2, 4], n: 2, d: 4 },
  { activation: "z - z^5/2", support: [1, 5], n: 2, d: 3 },
];

const shapeOf = ({ activation, d, n }: Case, width: number, more: Partial<InstanceShape> = {}): InstanceShape => ({
  activation,
  inputDim: d,
  samples: n,
  width,
  layers: ["hidden"],
  ...more,
});

const title = ({ activation, n, d }: Case) => `${activation}, n = ${n}, d = ${d}`;

describe.each(cases.map((at) => [title(at), at] as const))("kernelCriterion on gradients of %s", (_, at) => {
  const needed = neuronsNeeded(at.support, at.n);

  test.each([1, 2, 3])("holds with enough neurons, seed %i", (seed) => {
    const result = criterion(systemOf(shapeOf(at, 2 * needed + 4), seed), at.n);
    expect(result).toMatchObject({ applies: true, obstacle: null, nullity: at.n, rankG: at.n, holds: true });
    expect([result.rows, result.columns]).toEqual([2 * needed + 4, at.n + needed]);
    expect(result.rank).toMatchObject({ rank: needed, clear: true });
  });

  test("applies with exactly as many neurons as nullity n needs, and not with one fewer", () => {
    const enough = criterion(systemOf(shapeOf(at, needed), 1), at.n);
    expect(enough.applies).toBe(true);
    expect(enough.nullity).toBe(at.n);
    // Rank G = n needs n neurons itself.
    if (needed - 1 < at.n) return;
    const few = criterion(systemOf(shapeOf(at, needed - 1), 1), at.n);
    expect(few).toMatchObject({ applies: false, holds: false, nullity: null, rank: null });
    expect(few.obstacle).toContain(`${needed - 1} neurons are fewer than the ${needed}`);
  });

  test("does not hold when neurons repeat, so that fewer are distinct than needed", () => {
    const system = systemOf(shapeOf(at, 2 * needed + 4), 1);
    const kept = Math.max(needed - 1, 1);
    // Neuron j becomes neuron j mod (needed − 1), with its equations.
    const repeat = (rows: Float64Array, stride: number) =>
      rows.map((_, k) => rows[(Math.floor(k / stride) % kept) * stride + (k % stride)]!);
    const repeated: KktSystem = {
      ...system,
      weights: repeat(system.weights, at.d),
      output: repeat(system.output, 1),
      targets: repeat(system.targets, at.d),
      targetSize: repeat(system.targetSize, at.d),
    };
    const spectrum = sideSpectrum(repeated, sideError)!;
    const result = kernelCriterion(reduceToSpan(repeated, at.n, spectrum), at.n, spectrum.rank, sideError);
    expect(result.holds).toBe(false);
    if (spectrum.rank === at.n) expect(result.nullity).toBe(at.n + needed - kept);
  });

  test("does not hold when n is wrong by one", () => {
    const system = systemOf(shapeOf(at, 4 * needed + 12), 1);
    for (const wrong of [at.n - 1, at.n + 1]) {
      const result = criterion(system, wrong);
      expect(result).toMatchObject({ applies: false, holds: false });
      expect(result.obstacle).toBe(`rank G = ${at.n} differs from n = ${wrong}`);
    }
  });
});

const cubic: Case = { activation: "z + z^2 + z^3", support: [1, 2, 3], n: 3, d: 5 };

describe("kernelCriterion", () => {
  test("says nothing about the number of samples: it holds for rank G of them where more made the gradient", () => {
    // G_j·q = a_j ∇P(w_j)·q lies in the kernel for every q, so the nullity is at least rank G, with or without n samples.
    const result = criterion(systemOf({ ...shapeOf(cubic, 30), inputDim: 2, samples: 4 }, 1), 2);
    expect(result).toMatchObject({ applies: true, obstacle: null, nullity: 2, rankG: 2, holds: true });
  });

  test("holds with equations of the output layer between those of the hidden one", () => {
    const both = criterion(systemOf(shapeOf(cubic, 24, { layers: ["hidden", "output"] }), 1), 3);
    expect(both).toMatchObject({ nullity: 3, holds: true });
  });

  test("finds a nullity but no clear gap where the entries are known too coarsely", () => {
    const system = systemOf(shapeOf(cubic, 24), 1);
    const spectrum = sideSpectrum(system, sideError)!;
    const reduced = reduceToSpan(system, 3, spectrum);
    const fine = kernelCriterion(reduced, 3, spectrum.rank, sideError);
    const smallest = fine.rank!.smallestKept!;
    // A tolerance of a third of the smallest value kept: the same nullity, but within a factor ten.
    const coarse = (sideError * smallest) / (3 * fine.rank!.tolerance);
    const result = kernelCriterion(reduced, 3, spectrum.rank, coarse);
    expect(result).toMatchObject({ applies: true, nullity: 3, holds: false });
    expect(result.rank!.clear).toBe(false);
    expect(fine.holds).toBe(true);
  });

  test.each<readonly [string, Partial<InstanceShape>, RegExp]>([
    ["degree 2 or less", { activation: "z + z^2" }, /^no degree of the activation is 3 or more$/],
    ["degree 2 alone", { activation: "z^2" }, /^no degree of the activation is 3 or more$/],
  ])("does not apply to %s", (_, change, obstacle) => {
    const result = criterion(systemOf(shapeOf(cubic, 40, change), 1), 3);
    expect(result).toEqual({
      applies: false,
      obstacle: expect.stringMatching(obstacle),
      rows: 0,
      columns: 0,
      nullity: null,
      rank: null,
      holds: false,
      rankG: result.rankG,
      reduced: result.reduced,
    });
  });

  test("does not apply without equations of the hidden layer", () => {
    const system = systemOf(shapeOf(cubic, 24, { layers: ["output"] }), 1);
    const result = kernelCriterion(reduceToSpan(system, 3, null), 3, 3, sideError);
    expect(result).toMatchObject({ applies: false, obstacle: "the hidden layer gives no equations" });
  });

  test("does not apply outside the row space of G, where the kernel holds (q, 0) as well", () => {
    const system = systemOf(shapeOf(cubic, 40), 1);
    const unreduced: ReducedSystem = { system, basis: null, inputDim: 5, scale: 1 };
    expect(kernelCriterion(unreduced, 3, 3, sideError)).toMatchObject({
      applies: false,
      obstacle: "the system is not written in the row space of G",
    });
  });
});

interface Extension {
  readonly name: string;
  readonly shape: InstanceShape;
  /** Columns of K beyond the first n: neurons that nullity n needs. */
  readonly needed: number;
}

const extensions: readonly Extension[] = [
  {
    name: "a trained bias: D = {1,2,3} in n variables",
    shape: { activation: "z + z^2 + z^3", inputDim: 4, samples: 3, width: 0, layers: ["hidden", "bias"] },
    needed: 1 + 3 + 6,
  },
  {
    name: "a trained bias, one monomial",
    shape: { activation: "z^3", inputDim: 3, samples: 3, width: 0, layers: ["hidden", "bias"] },
    needed: 6,
  },
  {
    name: "a trained bias and n = d + 1",
    shape: { activation: "z^2 + z^3", inputDim: 2, samples: 3, width: 0, layers: ["hidden", "bias", "output"] },
    needed: 3 + 6,
  },
  {
    name: "two outputs",
    shape: { activation: "z + z^3", inputDim: 4, samples: 3, width: 0, layers: ["hidden"], outputs: 2 },
    needed: 2 * (1 + 6),
  },
  {
    name: "three outputs and a trained bias",
    shape: { activation: "z^2 + z^3", inputDim: 3, samples: 2, width: 0, layers: ["hidden", "bias"], outputs: 3 },
    needed: 3 * (2 + 3),
  },
];

describe.each(extensions.map((extension) => [extension.name, extension] as const))(
  "with %s",
  (_, { shape, needed }) => {
    const at = (width: number, seed: number, samples = shape.samples) =>
      criterion(systemOf({ ...shape, width }, seed), samples);

    test.each([1, 2, 3])("holds with enough neurons, seed %i", (seed) => {
      const result = at(3 * needed + 6, seed);
      expect(result).toMatchObject({ applies: true, nullity: shape.samples, holds: true });
      expect(result.columns).toBe(shape.samples + needed);
    });

    test("has nullity n with just enough neurons, and does not apply with one fewer", () => {
      expect(at(needed, 1).nullity).toBe(shape.samples);
      expect(at(needed - 1, 1)).toMatchObject({ applies: false, holds: false });
    });

    test("does not hold for one sample more or fewer", () => {
      for (const wrong of [shape.samples - 1, shape.samples + 1])
        expect(at(3 * needed + 6, 1, wrong).holds).toBe(false);
    });
  },
);

test("a frozen bias brings all degrees below p", () => {
  const system = systemOf({ activation: "z^3", inputDim: 4, samples: 2, width: 40, layers: ["hidden", "bias"] }, 1);
  // The same network with the bias known but its equations unread.
  const trained = new Set(["hidden"] as const);
  const hidden = (values: Float64Array): Float64Array => values.filter((_, r) => r % 5 < 4);
  const frozen: KktSystem = {
    ...system,
    shape: { ...system.shape, trained, bias: "frozen" },
    targets: hidden(system.targets),
    rowScale: hidden(system.rowScale),
    targetSize: hidden(system.targetSize),
  };
  const result = criterion(frozen, 2);
  // 2 for G, and 1, 2, 3 monomials of degrees 0, 1, 2 in two variables.
  expect(result).toMatchObject({ applies: true, columns: 8, nullity: 2, holds: true });
});
