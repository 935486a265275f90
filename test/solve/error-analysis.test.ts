import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitGivenData } from "../../src/audit/fitted-data.ts";
import { gatherEvidence, type InstanceQuestion } from "../../src/audit/network-evidence.ts";
import { liftPoints } from "../../src/equations/reduction.ts";
import { unpackUnknowns } from "../../src/equations/system.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import type { DataSet } from "../../src/network/data-set.ts";
import { analyseErrors } from "../../src/solve/error-analysis.ts";
import type { InstanceShape } from "../support/instances.ts";
import { askInstance, HALF_ULP } from "../support/questions.ts";

/** Shapes with room to spare: identifiable from any three widths up, so that the condition varies but stays finite. */
const shapes: fc.Arbitrary<InstanceShape> = fc.record({
  activation: fc.constantFrom("z + z^2 + z^3", "z + z^2/2 + z^3/4", "z^2 + z^3", "z + z^3", "z + z^2/2 + z^4/8"),
  inputDim: fc.integer({ min: 3, max: 8 }),
  samples: fc.integer({ min: 1, max: 3 }),
  width: fc.integer({ min: 14, max: 40 }),
  layers: fc.constantFrom(["hidden"] as const, ["hidden", "output"] as const, ["hidden", "bias", "output"] as const),
  outputs: fc.constantFrom(1, 1, 2),
  norms: fc.constantFrom("unit", "raw", "mixed"),
  scale: fc.constantFrom(0.05, 1, 20),
});

interface Measured {
  readonly bound: number;
  readonly error: number;
  readonly norm: number;
}

/** Fits the true data set and compares every sample's bound with its true error. */
function measure(question: InstanceQuestion, truth: DataSet): { samples: Measured[]; determined: boolean } {
  const evidence = gatherEvidence(question);
  const { reduced } = evidence;
  const { point, errors, reachedFloor } = fitGivenData(question, evidence, truth);
  const { inputDim: d, outputs } = question.network;
  const { points } = unpackUnknowns(reduced.system.shape, point.unknowns);
  const lifted = liftPoints(reduced, points, d);
  const block = reduced.inputDim + outputs;
  const samples = Array.from({ length: truth.samples }, (_, i) => {
    const x = truth.X.subarray(i * d, (i + 1) * d);
    const step = point.lastStep.subarray(i * block + outputs, (i + 1) * block);
    return {
      bound: 10 * errors.expectedErrors[i]! + 2 * norm2(step) * reduced.scale,
      error: norm2(lifted.subarray(i * d, (i + 1) * d).map((value, e) => value - x[e]!)),
      norm: norm2(x),
    };
  });
  return { samples, determined: reachedFloor && errors.complete };
}

describe("ten times the expected error and twice the last step", () => {
  test("bound the true error of every sample, and not absurdly", () => {
    let compared = 0;
    fc.assert(
      fc.property(shapes, fc.nat(), (shape, seed) => {
        const { instance, question } = askInstance(shape, seed);
        const { samples, determined } = measure(question, instance.truth);
        fc.pre(determined);
        for (const { bound, error, norm } of samples) {
          compared++;
          expect(bound).toBeGreaterThanOrEqual(error);
          expect(bound).toBeLessThanOrEqual(1e4 * error + 1e-13 * norm);
        }
      }),
      { numRuns: 60, seed: 2602 },
    );
    expect(compared).toBeGreaterThanOrEqual(100);
  });

  test("follow the precision of the file: rounded to float32 they grow by 2²⁹ and still hold", () => {
    const shape: InstanceShape = {
      activation: "z + z^2 + z^3",
      inputDim: 5,
      samples: 3,
      width: 30,
      layers: ["hidden", "output"],
    };
    for (let seed = 1; seed <= 10; seed++) {
      const { instance, question } = askInstance(shape, seed);
      const gradient = {
        ...instance.gradient,
        hiddenWeight: instance.gradient.hiddenWeight!.map(Math.fround),
        outputWeight: instance.gradient.outputWeight!.map(Math.fround),
        unitRoundoff: 2 ** -24,
      };
      const fine = measure(question, instance.truth).samples;
      const coarse = measure({ ...question, gradient }, instance.truth);
      expect(coarse.determined).toBe(true);
      coarse.samples.forEach(({ bound, error, norm }, i) => {
        expect(bound).toBeGreaterThanOrEqual(error);
        expect(bound).toBeLessThanOrEqual(1e4 * error + 1e-13 * 2 ** 29 * norm);
        // What the fit adds to the rounding of the rows differs between the two; the rest is in proportion.
        const growth = bound / fine[i]!.bound / 2 ** 29;
        expect(growth).toBeGreaterThan(0.1);
        expect(growth).toBeLessThan(10);
      });
    }
  });
});

describe("analyseErrors", () => {
  const shape: InstanceShape = { activation: "z + z^2 + z^3", inputDim: 3, samples: 3, width: 20, layers: ["hidden"] };
  const fitTruth = (part: Partial<InstanceShape>, seed = 1) => {
    const { instance, question } = askInstance({ ...shape, ...part }, seed);
    const evidence = gatherEvidence(question);
    const { point } = fitGivenData(question, evidence, instance.truth);
    const analyse = (unitRoundoff: number, gaugeDimension: number) =>
      analyseErrors(evidence.reduced, evidence.equations.system, point, { unitRoundoff, gaugeDimension });
    return { analyse, point, evidence };
  };

  test("finds full rank where the samples are isolated", () => {
    const { rank, unknowns, absent, complete, clear } = fitTruth({}).analyse(HALF_ULP, 0);
    expect({ rank, unknowns, absent, complete, clear }).toEqual({
      rank: 12,
      unknowns: 12,
      absent: 0,
      complete: true,
      clear: true,
    });
  });

  test("finds the n(n − 1)/2 rotations of a quadratic network, with a clear gap", () => {
    for (const samples of [2, 3]) {
      const { rank, unknowns, clear, complete } = fitTruth({ activation: "z + z^2", samples }).analyse(HALF_ULP, 0);
      expect([unknowns - rank, clear, complete]).toEqual([(samples * (samples - 1)) / 2, true, false]);
    }
  });

  test("leaves the scale of one monomial to the gauge and bounds what is left", () => {
    const { analyse } = fitTruth({ activation: "z^3" });
    const withGauge = analyse(HALF_ULP, 3);
    expect([withGauge.rank, withGauge.complete]).toEqual([9, true]);
    expect(Math.max(...withGauge.expectedErrors)).toBeLessThan(1e-10);
    expect(analyse(HALF_ULP, 0).complete).toBe(false);
  });

  test("counts a sample with a vanishing multiplier as absent, and claims nothing about it", () => {
    const { analyse, point, evidence } = fitTruth({});
    const block = evidence.reduced.inputDim + 1;
    const unknowns = point.unknowns.slice();
    unknowns[block] = 1e-18; // the multiplier of the second sample
    const { absent, rank, expectedErrors, clear } = analyseErrors(
      evidence.reduced,
      evidence.equations.system,
      { ...point, unknowns },
      { unitRoundoff: HALF_ULP, gaugeDimension: 0 },
    );
    expect([absent, rank, clear]).toEqual([1, 12 - 3, false]);
    expect(expectedErrors[1]!).toBeGreaterThan(0.1 * norm2(unknowns.subarray(block + 1, 2 * block)));
    expect(analyse(HALF_ULP, 0).absent).toBe(0);
  });

  test("adds what the residual of the fit shows to the rounding of the rows", () => {
    const { evidence, point } = fitTruth({});
    const at = (relativeResidual: number) =>
      analyseErrors(
        evidence.reduced,
        evidence.equations.system,
        { ...point, relativeResidual },
        { unitRoundoff: HALF_ULP, gaugeDimension: 0 },
      );
    const errors = [0, 1e-10, 2e-10].map((residual) => at(residual).expectedErrors[0]!);
    expect(errors[1]!).toBeGreaterThan(1e3 * errors[0]!);
    // Far above rounding the error is in proportion to the residual.
    expect(Math.abs(errors[2]! / errors[1]! - 2)).toBeLessThan(1e-6);
  });
});
