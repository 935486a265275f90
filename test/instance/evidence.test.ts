import { describe, expect, test } from "vitest";
import { reduceToSpan, sideSpectrum } from "../../src/equations/reduction.ts";
import { kernelCriterion } from "../../src/instance/kernel-criterion.ts";
import { momentEvidence } from "../../src/instance/moment-evidence.ts";
import { numericalRank, rankOfSpectrum } from "../../src/instance/numerical-rank.ts";
import { createRandom } from "../../src/random.ts";
import { equationsOf, type InstanceShape, makeInstance } from "../support/instances.ts";

const ulp = 2 ** -53;
const evidenceOf = (shape: InstanceShape, seed: number, samples = shape.samples) => {
  const { system } = equationsOf(makeInstance(shape, createRandom(seed)), shape.layers);
  const spectrum = sideSpectrum(system, 8 * ulp)!;
  const reduced = reduceToSpan(system, samples, spectrum);
  return { system, kernel: kernelCriterion(reduced, samples, spectrum.rank, ulp) };
};

/** In n = 3 variables K has 3 + 1 + 3 + 6 = 13 columns for z + z² + z³, so nullity 3 needs 10 neurons. */
const cubic = (width: number): InstanceShape => ({
  activation: "z + z^2 + z^3",
  inputDim: 5,
  samples: 3,
  width,
  layers: ["hidden"],
});

describe("kernelCriterion", () => {
  test.each([1, 2, 3, 4, 5])("holds on a general instance with enough neurons, seed %i", (seed) => {
    const { kernel } = evidenceOf(cubic(16), seed);
    expect([kernel.columns, kernel.nullity, kernel.holds]).toEqual([13, 3, true]);
  });

  test("does not apply with one neuron too few and does not hold for a wrong n", () => {
    expect(evidenceOf(cubic(9), 1).kernel.applies).toBe(false);
    expect(evidenceOf(cubic(10), 1).kernel.applies).toBe(true);
    expect(evidenceOf(cubic(16), 1, 2).kernel.holds).toBe(false);
    expect(evidenceOf(cubic(16), 1, 4).kernel.holds).toBe(false);
  });

  test("does not apply to a quadratic network, to a bias, nor to several outputs", () => {
    const variants: [Partial<InstanceShape>, RegExp][] = [
      [{ activation: "z + z^2" }, /3 or more/],
      [{ layers: ["hidden", "bias"] }, /bias/],
      [{ outputs: 2 }, /output/],
    ];
    for (const [change, reason] of variants) {
      expect(evidenceOf({ ...cubic(20), ...change }, 1).kernel.obstacle).toMatch(reason);
    }
  });
});

describe("momentEvidence", () => {
  /** d = 3: 3 + 6 + 10 = 19 moment coordinates, 3 equations a neuron: 7 neurons. */
  const shape = (width: number, samples: number): InstanceShape => ({
    activation: "z + z^2 + z^3",
    inputDim: 3,
    samples,
    width,
    layers: ["hidden"],
  });

  test("finds the moments determined from seven neurons on, and the rank n of the catalecticant", () => {
    for (const samples of [1, 2, 3]) {
      const evidence = momentEvidence(evidenceOf(shape(12, samples), samples).system, ulp)!;
      expect(evidence.determined).toBe(true);
      expect(evidence.catalecticant?.rank).toBe(samples);
      expect(evidence.catalecticant?.shape).toEqual([3, 6]);
    }
    expect(momentEvidence(evidenceOf(shape(6, 2), 1).system, ulp)!.determined).toBe(false);
  });

  test("cannot see more than three samples in the 3×6 flattening", () => {
    const evidence = momentEvidence(evidenceOf(shape(12, 5), 1).system, ulp)!;
    expect(evidence.catalecticant?.rank).toBe(3);
  });

  test("does not count repeated neurons", () => {
    const { system } = evidenceOf(shape(12, 2), 1);
    const repeated = { ...system, weights: system.weights.map((_, k) => system.weights[k % 9]!) };
    const { determined, rank } = momentEvidence(repeated, ulp)!;
    expect(determined).toBe(false);
    expect(rank.rank).toBe(9);
  });
});

describe("numericalRank", () => {
  test("counts columns of independent directions and ignores rounding", () => {
    const A = Float64Array.of(1, 2, 3, 2, 4, 6 + 1e-15, 0, 0, 0);
    expect(numericalRank(A, 3, 3, ulp).rank).toBe(1);
    expect(numericalRank(Float64Array.of(1, 0, 0, 1e-9), 2, 2, ulp).rank).toBe(2);
  });

  test("calls a spectrum clear only with a factor ten on both sides of the cut", () => {
    expect(rankOfSpectrum(Float64Array.of(1, 1e-3, 1e-12), 1e-8)).toMatchObject({ rank: 2, clear: true });
    expect(rankOfSpectrum(Float64Array.of(1, 5e-8, 1e-12), 1e-8)).toMatchObject({ rank: 2, clear: false });
    expect(rankOfSpectrum(Float64Array.of(1, 1e-3, 5e-9), 1e-8)).toMatchObject({ rank: 2, clear: false });
  });
});
