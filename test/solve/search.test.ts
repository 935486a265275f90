import { describe, expect, test } from "vitest";
import { gatherEvidence } from "../../src/audit/network-evidence.ts";
import { recoverNetwork } from "../../src/audit/recover-network.ts";
import { liftPoints } from "../../src/equations/reduction.ts";
import { packUnknowns, unpackUnknowns } from "../../src/equations/system.ts";
import { maxAbs, norm2 } from "../../src/linalg/dense.ts";
import { equationProblem } from "../../src/objective/equation-objective.ts";
import { analyseErrors } from "../../src/solve/error-analysis.ts";
import { matchPoints } from "../../src/solve/match.ts";
import { fitMultipliersAt } from "../../src/solve/multipliers.ts";
import { residualFloorAt, type SearchOptions, search, searchFits } from "../../src/solve/search.ts";
import type { InstanceShape } from "../support/instances.ts";
import { askInstance, HALF_ULP } from "../support/questions.ts";

const base = { activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 30, layers: ["hidden"] } as const;

/** Dimensions, activations, layers and norms; every one is identifiable up to its symmetries. */
const families: readonly InstanceShape[] = [
  base,
  { ...base, scale: 0.05, norms: "raw", layers: ["hidden", "output"] },
  { ...base, scale: 20, inputDim: 9, samples: 5, width: 40 },
  { ...base, activation: "z + z^2/2 + z^3/4", inputDim: 13, samples: 3, norms: "mixed" },
  { ...base, activation: "z^2 + z^3", inputDim: 3, samples: 3 },
  { ...base, activation: "z + z^3", inputDim: 5, samples: 3, scale: 20, norms: "raw" },
  { ...base, activation: "z + z^2/2 + z^3/3 + z^4/4", inputDim: 3, samples: 4, layers: ["hidden", "output"] },
  { ...base, layers: ["hidden", "bias", "output"], inputDim: 3, samples: 3 },
  { ...base, layers: ["output"], inputDim: 3, samples: 2, width: 60 },
  { ...base, outputs: 2, inputDim: 4, samples: 3 },
  { ...base, outputs: 2, layers: ["hidden", "output"], scale: 0.05, samples: 3 },
  { ...base, samples: 1, inputDim: 6, width: 8 },
];

const optionsFor = (shape: InstanceShape, seed: number): SearchOptions => ({
  samples: shape.samples,
  seed,
  unitRoundoff: HALF_ULP,
  weightPrecision: 0,
  shouldStop: () => false,
  maxStarts: 60,
  aim: "determined",
  onProgress: () => undefined,
});

/** Runs the search and measures the true errors in the file's units. */
function searchInstance(shape: InstanceShape, seed: number, options: Partial<SearchOptions> = {}) {
  const { instance, question } = askInstance(shape, seed);
  const { reduced, equations, gauge } = gatherEvidence(question);
  const result = search(reduced, { ...optionsFor(shape, seed), ...options });
  const { points } = unpackUnknowns(reduced.system.shape, result.point!.unknowns);
  const lifted = liftPoints(reduced, points, shape.inputDim);
  const sign = gauge.symmetries.includes("sign");
  return {
    instance,
    reduced,
    result,
    match: matchPoints(lifted, instance.truth.X, shape.inputDim, { sign }),
    analysis: analyseErrors(reduced, equations.system, result.point!, { unitRoundoff: HALF_ULP, gaugeDimension: 0 }),
  };
}

describe("search", () => {
  test.each(families)("finds $activation, d $inputDim, n $samples, $layers to condition × ε", (shape) => {
    for (let seed = 1; seed <= 3; seed++) {
      const { instance, result, match, analysis, reduced } = searchInstance(shape, seed);
      expect(result.reachedFloor).toBe(true);
      expect(result.point!.relativeResidual).toBeLessThanOrEqual(result.residualFloor);
      expect(analysis.rank).toBe(analysis.unknowns);
      // A row carries the rounding of about p operations of its n terms (proofs/error-bound.md, "Noise"); ten for
      // terms that are larger than the row they cancel to.
      const rows = Math.sqrt(reduced.system.targets.length);
      const relative = 10 * instance.activation.degree * rows * analysis.conditionNumber * HALF_ULP;
      const largest = largestNorm(instance.truth.X, shape.inputDim);
      expect(Math.max(...match.errors)).toBeLessThanOrEqual(relative * largest);
      expect(relative).toBeLessThan(1e-3);
    }
  });

  test("reports the residual that its point has, and a floor of a few half ulps", () => {
    const { result, reduced } = searchInstance(base, 1);
    const { rows, residual } = equationProblem(reduced.system, base.samples);
    const plain = norm2(residual(result.point!.unknowns, new Float64Array(rows))) / Math.sqrt(rows);
    // The plain evaluation adds its own rounding to what the precise one measures.
    expect(Math.abs(plain - result.point!.relativeResidual)).toBeLessThanOrEqual(100 * HALF_ULP);
    expect(result.residualFloor).toBeGreaterThanOrEqual(16 * HALF_ULP);
    expect(result.residualFloor).toBeLessThanOrEqual(1024 * HALF_ULP);
  });

  /** A known side that no data set made. */
  const searchNoise = (seed: number, maxStarts: number) => {
    const { reduced } = gatherEvidence(askInstance(base, 1).question);
    const targets = reduced.system.targets.map((value, r) => value + Math.sin(r) / reduced.system.rowScale[r]!);
    const path: string[] = [];
    const options = { ...optionsFor(base, seed), maxStarts, onProgress: (message: string) => path.push(message) };
    return { ...search({ ...reduced, system: { ...reduced.system, targets } }, options), path };
  };

  test("takes the same path for the same seed, and another one for another", () => {
    const [first, again, other] = [searchNoise(5, 4), searchNoise(5, 4), searchNoise(6, 4)];
    expect(again).toEqual(first);
    expect(other.path).not.toEqual(first.path);
  });

  test("says not at the floor, with its best point, where the known side is made up", () => {
    const result = searchNoise(1, 2);
    expect(result.reachedFloor).toBe(false);
    expect(result.method).toEqual([]);
    expect(result.point!.relativeResidual).toBeGreaterThan(1e-3);
  });

  test("has no point where it was stopped before the first start", () => {
    const { reduced } = gatherEvidence(askInstance(base, 1).question);
    const { point, reachedFloor, starts } = search(reduced, { ...optionsFor(base, 1), shouldStop: () => true });
    expect([point, reachedFloor, starts]).toEqual([null, false, 0]);
  });

  test("nearby: stays near points of typical size where a continuum fits", () => {
    const shape: InstanceShape = { ...base, activation: "z + z^2", width: 40 };
    const { result, reduced } = searchInstance(shape, 1, { aim: "nearby" });
    expect(result.reachedFloor).toBe(true);
    expect(result.method).toEqual(["random-start", "levenberg-marquardt"]);
    const { points } = unpackUnknowns(reduced.system.shape, result.point!.unknowns);
    expect(maxAbs(points)).toBeLessThan(100);
  });

  test("loosens the floor with the precision of the weights", () => {
    const { reduced, instance } = searchInstance(base, 1);
    const fit = fitMultipliersAt(reduced.system, instance.truth.X);
    const u = packUnknowns(reduced.system.shape, instance.truth.X, fit);
    const [fine, coarse] = [HALF_ULP, 2 ** -24].map((precision) => residualFloorAt(reduced.system, u, precision));
    expect(coarse! / fine!).toBe(2 ** 29);
  });
});

const largestNorm = (X: Float64Array, d: number): number =>
  Math.max(...Array.from({ length: X.length / d }, (_, i) => norm2(X.subarray(i * d, (i + 1) * d))));

describe("with a wrong number of samples", () => {
  const wrong = [0, 1, 4, 5, 7, 9].flatMap((index) =>
    [-1, 1].map((off) => ({ shape: families[index]!, samples: families[index]!.samples + off })),
  );

  test.each(wrong)(
    "$samples instead of $shape.samples ($shape.activation, d $shape.inputDim, $shape.layers) is not recovered",
    ({ shape, samples }) => {
      const { instance, question } = askInstance(shape, 1, { samples, seconds: 1 });
      const recovery = recoverNetwork(question, { maxStarts: 4, acceptError: 1e-2, truth: null });
      expect(recovery.status).not.toBe("recovered");
      // One sample fewer cannot fit at all; one more may, and then says that it is not determined.
      if (samples < shape.samples) expect(recovery.status).toBe("not-found");
      const small = recovery.samples.filter(({ x, errorBound }) => errorBound !== null && errorBound < 0.01 * norm2(x));
      expect(small.length).toBeLessThan(samples);
      // A bound that is small in spite of that is true: the sample is one of the training samples.
      for (const { x, errorBound } of small) {
        expect(distanceToNearest(x, instance.truth.X, recovery.upTo.includes("sign"))).toBeLessThanOrEqual(errorBound!);
      }
    },
  );
});

/** Distance of x to the nearest row of X, or to its negative where the sign is a symmetry. */
function distanceToNearest(x: Float64Array, X: Float64Array, sign: boolean): number {
  const distances = Array.from({ length: X.length / x.length }, (_, i) => {
    const row = X.subarray(i * x.length, (i + 1) * x.length);
    const away = (s: number): number => norm2(x.map((value, e) => value - s * row[e]!));
    return sign ? Math.min(away(1), away(-1)) : away(1);
  });
  return Math.min(...distances);
}

describe("searchFits", () => {
  test("is the cost of one step, rows × unknowns², against its limit", () => {
    const { shape } = gatherEvidence(askInstance(base, 1).question).equations.system;
    // 120 rows, 5 unknowns a sample: 120·(5n)² ≤ 5·10⁸ up to n = 408, once 5n > 120 as (5n)³ up to n = 158.
    expect(searchFits(shape, 158)).toBe(true);
    expect(searchFits(shape, 159)).toBe(false);
  });
});
