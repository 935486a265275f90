import { describe, expect, test } from "vitest";
import { checkNetwork } from "../../src/audit/check-network.ts";
import { type RankSpectrum, rankSpectra } from "../../src/audit/rank-spectra.ts";
import { recoverNetwork } from "../../src/audit/recover-network.ts";
import { loadExample } from "../support/example-networks.ts";
import type { InstanceShape } from "../support/instances.ts";
import { askInstance } from "../support/questions.ts";

const base: InstanceShape = { activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 40, layers: ["hidden"] };

function spectraOf(shape: InstanceShape, samples = shape.samples): RankSpectrum[] {
  const { evidence, data } = checkNetwork(askInstance(shape, 3, { samples }).question, null);
  return rankSpectra(evidence, data);
}

const find = (spectra: readonly RankSpectrum[], name: RankSpectrum["name"]) =>
  spectra.find((spectrum) => spectrum.name === name);

const above = ({ singularValues, tolerance }: RankSpectrum): number =>
  singularValues.filter((value) => value > tolerance).length;

describe("rankSpectra", () => {
  test.each([
    base,
    { ...base, width: 8 },
    { ...base, inputDim: 6, samples: 3 },
    { ...base, activation: "z^2", samples: 3 },
    { ...base, outputs: 3 },
    { ...base, layers: ["hidden", "bias"] as const, width: 60 },
  ])("every rank is the number of values above the tolerance: %o", (shape) => {
    const spectra = spectraOf(shape);
    expect(spectra.length).toBeGreaterThan(1);
    for (const spectrum of spectra) {
      expect(spectrum.rank).toBe(above(spectrum));
      const sorted = [...spectrum.singularValues].sort((a, b) => b - a);
      expect([...spectrum.singularValues]).toEqual(sorted);
    }
  });

  test("are those that the conditions and counts of the verdict name", () => {
    const decision = checkNetwork(askInstance(base, 3).question, null);
    const spectra = rankSpectra(decision.evidence, decision.data);
    expect(find(spectra, "Hermite matrix")!.rank).toBe(decision.counts.momentRank);
    expect(find(spectra, "Jacobian at the data set")!.rank).toBe(decision.counts.jacobianRank);
    for (const [id, name] of [
      ["known-side-spans-samples", "known side"],
      ["nodes-determine-moments", "Hermite matrix"],
      ["catalecticant", "flattening of the top moment tensor"],
      ["jacobian-full-rank", "Jacobian at the data set"],
    ] as const) {
      const { numbers } = decision.conditions.find((condition) => condition.id === id)!;
      expect(find(spectra, name)).toMatchObject({ rank: numbers.rank, tolerance: numbers.tolerance });
    }
  });

  test("too few neurons for the moments: their matrix is short of rank, and the tensor has no flattening", () => {
    // 34 moments, 4 equations a neuron.
    const [enough, few] = [spectraOf({ ...base, width: 40 }), spectraOf({ ...base, width: 6 })];
    expect(find(enough, "Hermite matrix")!.rank).toBe(34);
    expect(find(few, "Hermite matrix")!.rank).toBeLessThan(34);
    expect(find(enough, "flattening of the top moment tensor")!.rank).toBe(4);
    expect(find(few, "flattening of the top moment tensor")).toBeUndefined();
  });

  test("one sample less: no data set solves the equations, so there is no Jacobian at one", () => {
    expect(find(spectraOf(base), "Jacobian at the data set")!.rank).toBe(20);
    expect(find(spectraOf(base, 3), "Jacobian at the data set")).toBeUndefined();
    expect(find(spectraOf(base, 3), "known side")!.rank).toBe(4);
  });

  test("a hidden layer that is not trained has no known side", () => {
    const shape: InstanceShape = { ...base, layers: ["output"], samples: 2 };
    expect(find(spectraOf(shape), "known side")).toBeUndefined();
    expect(find(spectraOf({ ...shape, layers: ["hidden", "output"] }), "known side")!.rank).toBe(2);
  });

  test("of a recovery: the same as those of a check, and none of a Jacobian where nothing was found", () => {
    const options = { maxStarts: 10, acceptError: 1e-2, truth: null };
    const { question } = loadExample("iris-hidden-layer");
    const recovery = recoverNetwork(question(1), options);
    const decision = checkNetwork(question(1), null);
    expect(recovery.spectra).toEqual(rankSpectra(decision.evidence, decision.data));
    expect(find(recovery.spectra, "Jacobian at the data set")!.rank).toBe(recovery.jacobianRank);
    expect(find(recoverNetwork(question(1, 3), options).spectra, "Jacobian at the data set")).toBeUndefined();
  });
});
