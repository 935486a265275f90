import { describe, expect, test } from "vitest";
import { type Recovery, recoverNetwork } from "../../src/audit/recover-network.ts";
import { golden } from "../golden/networks.ts";
import { exactResidual } from "../support/exact-residual.ts";
import { questionAbout, type RealNetwork, realNetworks, trainingData } from "../support/networks.ts";

const options = { maxStarts: 200, acceptError: 1e-2, truth: null };
const seeds = [1, 2, 3];

/** Distance of every recovered sample to the nearest true one, and which one that is; no code of the matcher. */
function nearestTruth({ samples }: Recovery, network: RealNetwork): { index: number; distance: number }[] {
  const { X, inputDim: d, samples: n } = trainingData(network);
  return samples.map(({ x }) => {
    const distances = Array.from({ length: n }, (_, i) => Math.hypot(...x.map((value, e) => value - X[i * d + e]!)));
    const distance = Math.min(...distances);
    return { index: distances.indexOf(distance), distance };
  });
}

describe.each(golden.recovered)("$network.name", ({ network, maxError }) => {
  test.each(seeds)(`is recovered to ${maxError} with seed %i, every sample within its own bound`, (seed) => {
    const recovery = recoverNetwork(questionAbout(network, seed), options);
    expect(recovery.status).toBe("recovered");
    expect(recovery.samples.length).toBe(network.samples);
    const nearest = nearestTruth(recovery, network);
    expect(new Set(nearest.map(({ index }) => index)).size).toBe(network.samples);
    nearest.forEach(({ distance }, i) => {
      expect(distance).toBeLessThanOrEqual(maxError);
      expect(distance).toBeLessThanOrEqual(recovery.samples[i]!.errorBound!);
    });
    expect(recovery.relativeResidual!).toBeLessThanOrEqual(recovery.residualFloor);
  });

  test("gives samples that solve the equations of the file, evaluated exactly from the definition", () => {
    const recovery = recoverNetwork(questionAbout(network, 1), options);
    const { system } = recovery.evidence.equations;
    const data = {
      points: recovery.samples.flatMap(({ x }) => Array.from(x)),
      multipliers: recovery.samples.flatMap(({ multiplier }) => Array.from(multiplier)),
    };
    const { relative, termSize } = exactResidual(system, data);
    const { inputDim: d } = system.shape;
    // The data are doubles: rounding each of them moves a row by at most p + 1 units of the size of its terms.
    const rounding = (system.shape.activation.degree + 1) * d * Number.EPSILON * termSize;
    expect(relative).toBeLessThanOrEqual(recovery.residualFloor + rounding);
  });
});

test.each(seeds)("the float32 file predicts its errors within a factor of 30, seed %i", (seed) => {
  const recovery = recoverNetwork(questionAbout(realNetworks.float32, seed), options);
  const nearest = nearestTruth(recovery, realNetworks.float32);
  for (const [i, { distance }] of nearest.entries()) {
    expect(recovery.samples[i]!.errorBound! / distance).toBeGreaterThanOrEqual(1);
    expect(recovery.samples[i]!.errorBound! / distance).toBeLessThanOrEqual(30);
  }
});

describe.each([realNetworks.bothLayers, realNetworks.quadratic, realNetworks.cubic, realNetworks.bias])(
  "$name",
  (network) => {
    test.each(seeds)("is called nonidentifiable with seed %i, and no sample claims a bound", (seed) => {
      const recovery = recoverNetwork(questionAbout(network, seed), options);
      expect(recovery.status).toBe("nonidentifiable");
      expect(recovery.witness).not.toBeNull();
      expect(recovery.samples.length).toBe(network.samples);
      expect(recovery.samples.every(({ errorBound }) => errorBound === null)).toBe(true);
    });
  },
);

describe.each([realNetworks.hiddenLayer, realNetworks.float32, realNetworks.gradientSmall])(
  "$name with one sample too few",
  (network) => {
    test.each(seeds)("does not fit, and no sample claims to be close, seed %i", (seed) => {
      const question = questionAbout(network, seed, { n: network.samples - 1 });
      const recovery = recoverNetwork(question, { ...options, maxStarts: 8 });
      expect(recovery.status).toBe("not-found");
      expect(recovery.samples.map(({ errorBound }) => errorBound)).toEqual([null, null, null]);
      expect(recovery.relativeResidual!).toBeGreaterThan(recovery.residualFloor);
    });
  },
);

describe.each([realNetworks.hiddenLayer, realNetworks.float32, realNetworks.gradientSmall, realNetworks.wineGradient])(
  "$name with one sample too many",
  (network) => {
    test("is never called recovered, and a sample that claims a bound keeps it", () => {
      const question = questionAbout(network, 1, { n: network.samples + 1, seconds: 1 });
      const recovery = recoverNetwork(question, options);
      expect(recovery.status).not.toBe("recovered");
      nearestTruth(recovery, network).forEach(({ distance }, i) => {
        expect(distance).toBeLessThanOrEqual(recovery.samples[i]!.errorBound ?? Number.POSITIVE_INFINITY);
      });
    });
  },
);

test("a smaller accepted error turns recovered into ill-conditioned and changes no sample", () => {
  const run = (acceptError: number) =>
    recoverNetwork(questionAbout(realNetworks.hiddenLayer, 1), { ...options, acceptError });
  const usual = run(1e-2);
  const strict = run(1e-16);
  expect([usual.status, strict.status]).toEqual(["recovered", "ill-conditioned"]);
  expect(strict.samples).toEqual(usual.samples);
});
