import { describe, expect, test } from "vitest";
import { gatherEvidence } from "../../src/audit/network-evidence.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import { createRandom } from "../../src/random.ts";
import { createSearchContext, type SearchContext } from "../../src/solve/search-context.ts";
import { attemptBySplitting, sampleSplitting } from "../../src/solve/strategies/splitting.ts";
import { makeInstance } from "../support/instances.ts";

function contextOf(samples: number, extra: Partial<SearchContext> = {}): SearchContext {
  const shape = {
    activation: "z + z^2 + z^3",
    inputDim: 4,
    samples: 3,
    width: 24,
    layers: ["hidden", "output"],
  } as const;
  const { network, gradient, activation } = makeInstance(shape, createRandom(2));
  const silent = { shouldStop: () => false, onProgress: () => undefined };
  const question = { setting: "gradient", activation, network, gradient, samples, seed: 4, ...silent } as const;
  const { reduced, entryError } = gatherEvidence(question);
  return createSearchContext({
    reduced,
    samples,
    seed: 4,
    precision: entryError,
    nearby: false,
    shouldStop: () => false,
    ...extra,
  });
}

function residualAt(context: SearchContext, u: Float64Array): number {
  const problem = context.whitened()!.problemFor(context.samples);
  return norm2(problem.residual(u, new Float64Array(problem.rows)));
}

describe("sampleSplitting", () => {
  test("finds a data set, and says how many splits that took", () => {
    const context = contextOf(3);
    const { target } = context.whitened()!;
    const found = Array.from({ length: 12 }, (_, k) => attemptBySplitting(context, k)).find(({ unknowns }) => {
      return residualAt(context, unknowns) <= 20 * target;
    });
    expect(found).toBeDefined();
  });

  test("one sample less does not fit, whatever is split", () => {
    const context = contextOf(2);
    for (let k = 0; k < 3; k++) {
      const { unknowns, tree } = attemptBySplitting(context, k);
      expect(residualAt(context, unknowns)).toBeGreaterThan(1e-4 * context.whitened()!.objective.targetNorm);
      expect(tree.length).toBeGreaterThan(0);
    }
  });

  test("an attempt depends on its index alone, and stops when asked to", () => {
    const attempt = (index: number) => sampleSplitting.attempt(contextOf(3), index);
    expect(attempt(1)).toEqual(attempt(1));
    expect(attempt(1)).not.toEqual(attempt(2));
    expect(attemptBySplitting(contextOf(3, { shouldStop: () => true }), 0).tree).toEqual([]);
  });

  test("needs the whitened equations", () => {
    expect(sampleSplitting.obstacle(contextOf(3))).toBeNull();
    expect(sampleSplitting.obstacle(contextOf(3, { nearby: true }))).toContain("whitened");
  });
});
