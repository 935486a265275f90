import { describe, expect, test } from "vitest";
import { gatherEvidence, type InstanceQuestion } from "../../src/audit/network-evidence.ts";
import { recoverNetwork } from "../../src/audit/recover-network.ts";
import { spareEquations } from "../../src/audit/spare-equations.ts";
import { createRandom } from "../../src/random.ts";
import { matchPoints } from "../../src/solve/match.ts";
import { exactResidual } from "../support/exact-residual.ts";
import { type Instance, type InstanceShape, makeInstance } from "../support/instances.ts";

const options = { maxStarts: 40, acceptError: 1e-2, truth: null };

function questionAbout(instance: Instance, { layers, samples }: InstanceShape, seed: number): InstanceQuestion {
  return {
    setting: "gradient",
    activation: instance.activation,
    network: instance.network,
    gradient: instance.gradient,
    trained: new Set(layers),
    samples,
    seed,
    shouldStop: () => false,
    onProgress: () => undefined,
  };
}

function drawn(shape: InstanceShape, seed: number): { instance: Instance; question: InstanceQuestion } {
  const instance = makeInstance(shape, createRandom(seed, 5));
  return { instance, question: questionAbout(instance, shape, seed) };
}

const spareOf = (shape: InstanceShape): number =>
  spareEquations(gatherEvidence(drawn(shape, 1).question), shape.samples);

describe("equations left over", () => {
  test.each<readonly [string, InstanceShape, number]>([
    // 3 neurons × (2 + 1) against 3 × (2 + 1).
    [
      "both layers",
      { activation: "z + z^2 + z^3", inputDim: 2, samples: 3, width: 3, layers: ["hidden", "output"] },
      0,
    ],
    // In the span of 2 samples: 3 × (2 + 1) against 2 × (2 + 1).
    [
      "fewer samples",
      { activation: "z + z^2 + z^3", inputDim: 5, samples: 2, width: 3, layers: ["hidden", "output"] },
      3,
    ],
    // (x, 1) in the span of 2 of them: 3 × 2 against 2 × (1 + 2).
    ["bias", { activation: "z^2 + z^4", inputDim: 5, samples: 2, width: 3, outputs: 2, layers: ["hidden", "bias"] }, 0],
    // Euler: 4 × (3 + 2 − 1) against 4 × (3 + 2 − 1).
    [
      "one monomial",
      { activation: "z^4", inputDim: 3, samples: 4, width: 4, outputs: 2, layers: ["hidden", "output"] },
      0,
    ],
    // Σ_i σ(w·x_i) g_iᵀ has rank 1: 5 + 2 − 1 against 4 + 2.
    [
      "fewer samples than outputs",
      { activation: "z + z^2", inputDim: 5, samples: 1, width: 5, outputs: 2, layers: ["output"] },
      -1,
    ],
    // Euler in (x, 1): 2 × (2 + 1 − 1) against 2 × (1 + 1).
    [
      "one monomial and a bias",
      { activation: "z^4", inputDim: 2, samples: 2, width: 2, layers: ["hidden", "bias", "output"] },
      0,
    ],
    // Many neurons, but 2 + 4 moments only, against 2 × (2 + 1).
    ["few moments", { activation: "z + z^3", inputDim: 2, samples: 2, width: 30, layers: ["output"] }, 0],
  ])("%s", (_, shape, spare) => {
    expect(spareOf(shape)).toBe(spare);
  });
});

describe("a fit that uses up all equations", () => {
  const square: InstanceShape = {
    activation: "z + z^2/2 + z^3/3 + z^4/4",
    inputDim: 2,
    samples: 3,
    width: 3,
    layers: ["hidden", "output"],
  };
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

  test("is never called recovered, and a second data set is shown where one is met", { timeout: 60_000 }, () => {
    let pairs = 0;
    for (const seed of seeds) {
      const { question } = drawn(square, seed);
      const { status, samples, witness, evidence } = recoverNetwork(question, options);
      expect(status).not.toBe("recovered");
      if (status === "not-found") continue;
      expect(samples.every(({ errorBound }) => errorBound === null)).toBe(true);
      if (witness === null) continue;
      pairs++;
      expect(witness.distance).toBeGreaterThan(1e-3);
      for (const { points, multipliers } of [witness.first, witness.second]) {
        const data = { points: Array.from(points), multipliers: Array.from(multipliers) };
        expect(exactResidual(evidence.equations.system, data).relative).toBeLessThan(1e-12);
      }
    }
    expect(pairs).toBeGreaterThan(0);
  });

  test("with one neuron more is the truth, within its bound", { timeout: 60_000 }, () => {
    let recovered = 0;
    for (const seed of seeds) {
      const { question, instance } = drawn({ ...square, width: 4 }, seed);
      const { status, samples } = recoverNetwork(question, options);
      if (status !== "recovered") continue;
      recovered++;
      const found = Float64Array.from(samples.flatMap(({ x }) => Array.from(x)));
      const { assignment, errors } = matchPoints(found, instance.truth.X, 2, { sign: false });
      for (const [i, j] of assignment.entries()) expect(errors[i]).toBeLessThanOrEqual(samples[j]!.errorBound!);
    }
    expect(recovered).toBeGreaterThan(0);
  });
});
