import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recoverRange } from "../../src/audit/recover-range.ts";
import { lowerBoundOf } from "../../src/audit/sample-count.ts";
import { loadExample } from "../support/example-networks.ts";
import type { InstanceShape } from "../support/instances.ts";
import { questionAbout, realNetworks } from "../support/networks.ts";
import { askInstance } from "../support/questions.ts";

const options = { maxStarts: 40, acceptError: 1e-2, truth: null };

describe("the lower bound on the number of samples", () => {
  test.each([
    [realNetworks.hiddenLayer, 4, "rank-of-known-side"],
    [realNetworks.wineGradient, 6, "rank-of-known-side"],
    [realNetworks.multiclass, 6, "moment-flattening"],
  ] as const)("is the number itself for $name", (network, value, by) => {
    expect(lowerBoundOf(questionAbout(network, 1))).toMatchObject({ value, by });
  });

  test("never exceeds the true number, and often meets it above d", () => {
    const shapes: fc.Arbitrary<InstanceShape> = fc.record({
      activation: fc.constantFrom("z + z^2 + z^3", "z^2 + z^3", "z + z^2 + z^3 + z^4", "z^3 + z^5"),
      inputDim: fc.integer({ min: 2, max: 4 }),
      samples: fc.integer({ min: 1, max: 6 }),
      width: fc.constantFrom(60),
      layers: fc.constantFrom(["hidden"] as const, ["hidden", "output"] as const, ["hidden", "bias"] as const),
      outputs: fc.constantFrom(1, 2),
      norms: fc.constantFrom("unit", "raw", "mixed"),
    });
    let met = 0;
    fc.assert(
      fc.property(shapes, fc.nat(), (shape, seed) => {
        const { value } = lowerBoundOf(askInstance(shape, seed).question);
        expect(value).toBeLessThanOrEqual(shape.samples);
        if (value === shape.samples && value > shape.inputDim) met++;
      }),
      { numRuns: 60, seed: 2602 },
    );
    expect(met).toBeGreaterThanOrEqual(10);
  });
});

describe("a range of numbers", () => {
  test("says which are excluded and by what, and which were not tried", () => {
    const recovery = recoverRange(questionAbout(realNetworks.gradientSmall, 1), { from: 2, to: 6 }, options);
    expect(recovery.status).toBe("recovered");
    expect(recovery.count).toMatchObject({ value: 4, lowerBound: 4, by: "rank-of-known-side", untried: [5, 6] });
    expect(recovery.count!.excluded.map(({ n, by }) => [n, by])).toEqual([
      [2, "rank-of-known-side"],
      [3, "rank-of-known-side"],
    ]);
    expect(recovery.explanation).toContain("no fewer are possible");
  });

  test("all below the bound gives a best fit and the reason", () => {
    const recovery = recoverRange(
      questionAbout(realNetworks.hiddenLayer, 1),
      { from: 2, to: 3 },
      { ...options, maxStarts: 2 },
    );
    expect(recovery.status).toBe("not-found");
    expect(recovery.explanation).toMatch(/^n = 3 is too small: the known side .* rank 4/);
    expect(recovery.count!.excluded.map(({ n }) => n)).toEqual([2, 3]);
    expect(recovery.samples).toHaveLength(3);
  });

  test("is excluded from above the bound by its residual, where ranks say nothing", () => {
    // With values alone there is no matrix whose rank counts samples in a plane.
    const shape: InstanceShape = {
      activation: "z + z^2 + z^3",
      inputDim: 2,
      samples: 3,
      width: 12,
      layers: ["hidden"],
    };
    const { question } = askInstance(shape, 4);
    const recovery = recoverRange(question, { from: 1, to: 4 }, options);
    expect(recovery.count!.value).toBe(3);
    expect(recovery.count!.excluded.map(({ n }) => n)).toEqual([1, 2]);
  });

  test("that is cut short excludes nothing by residual", () => {
    const question = { ...questionAbout(realNetworks.gradientSmall, 1), shouldStop: () => true };
    const { count } = recoverRange(question, { from: 4, to: 6 }, options);
    expect(count!.excluded).toEqual([]);
    expect(count!.untried).toEqual([4, 5, 6]);
  });

  test("does not go on to more samples where what is known contradicts the weights", () => {
    const question = {
      ...loadExample("iris-hidden-layer").question(1),
      knowledge: {
        ...{ unitNorms: false, box: null, gradientOf: "mean" as const, known: null },
        ...{ loss: "mse" as const, weightDecay: 2e-3, labels: [-1, 1] },
      },
    };
    const recovery = recoverRange(question, "auto", options);
    expect([recovery.status, recovery.sampleCount]).toEqual(["not-found", 4]);
    expect(recovery.count!.excluded).toEqual([]);
  });
});
