import { describe, expect, test } from "vitest";
import { levenbergMarquardt } from "../../src/least-squares/levenberg-marquardt.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import { problemOf } from "../../src/objective/sample-problem.ts";
import { createRandom } from "../../src/random.ts";
import { contractions } from "../../src/splitting/contract.ts";
import { escapeBySplitting, type SplittingOptions } from "../../src/splitting/escape.ts";
import { growBySplitting } from "../../src/splitting/grow.ts";
import { objectiveAt, type ProblemFactory, wholeFamily } from "../../src/splitting/split-sample.ts";
import { CASES, objectivesOf, twoPointObjective } from "./objectives.ts";

const options = (extra: Partial<SplittingOptions> = {}): SplittingOptions => ({ random: createRandom(3), ...extra });

describe("two points on a line", () => {
  const factory =
    (y: number): ProblemFactory =>
    (samples) =>
      problemOf(twoPointObjective(y), samples);
  const saddle = Float64Array.of(1, 0);

  test("one sample at rest is a minimum for itself: Levenberg–Marquardt does not move it", () => {
    const { x, residualNorm } = levenbergMarquardt(factory(1)(1, Float64Array.of(1)), saddle, { maxIterations: 50 });
    expect(Array.from(x)).toEqual([1, 0]);
    expect(residualNorm).toBe(1);
  });

  test("negative curvature: a positive split finds the two points", () => {
    const { u, residualNorm, tree, status } = growBySplitting(
      factory(1),
      saddle,
      2,
      options({ targetResidual: 1e-12 }),
    );
    expect(status).toBe("target-reached");
    expect(residualNorm).toBeLessThan(1e-12);
    expect(u[1]! * u[3]!).toBeLessThan(0);
    expect(tree).toHaveLength(1);
    expect(tree[0]).toMatchObject({ id: 0, parent: null, sample: 0, share: 0.5, eigenvalue: -2, contraction: null });
    // φ is quadratic and the residual is its second component: predicted and measured differ by ε⁴/2.
    const { epsilon, predictedDecrease, measuredDecrease } = tree[0]!;
    expect(predictedDecrease).toBeCloseTo(epsilon ** 2, 12);
    expect(measuredDecrease).toBeCloseTo(epsilon ** 2 - epsilon ** 4 / 2, 12);
  });

  test("positive definite curvature yields no positive split, and a signed one finds the points", () => {
    const positive = growBySplitting(factory(-1), saddle, 2, options());
    expect(positive).toMatchObject({ status: "stable", tree: [], residualNorm: 1 });
    expect(Array.from(positive.u)).toEqual([1, 0]);
    for (const order of ["split-first", "prune-first"] as const) {
      expect(escapeBySplitting(factory(-1), saddle, options({ order }))).toMatchObject({ status: "stable", tree: [] });
    }
    const signed = growBySplitting(
      factory(-1),
      saddle,
      2,
      options({ rule: { signs: "signed" }, targetResidual: 1e-12 }),
    );
    expect(signed.status).toBe("target-reached");
    expect(signed.tree[0]).toMatchObject({ share: 2, eigenvalue: 2 });
    expect(signed.u[0]! * signed.u[2]!).toBeLessThan(0);
  });

  test("a split that must be given up again leaves the start as it was", () => {
    const result = escapeBySplitting(factory(1), saddle, options({ maxSplits: 3 }));
    expect(Array.from(result.u)).toEqual([1, 0]);
    expect(result.status).toBe("exhausted");
    expect(result.tree.map(({ accepted }) => accepted)).toEqual([false]);
  });

  test("where the infimum is not attained, a lower F is a sample that runs away", () => {
    const loose: ProblemFactory = (samples) => problemOf(twoPointObjective(1, 0), samples);
    const result = escapeBySplitting(loose, saddle, options({ maxSplits: 1 }));
    expect(result.residualNorm).toBeLessThan(1e-2);
    expect(Math.abs(result.u[1]!)).toBeGreaterThan(100);
  });
});

describe("contractions", () => {
  const [objective] = objectivesOf({ setting: "gradient", loss: "mse" }, 2);
  const factory: ProblemFactory = (samples) => problemOf(objective!, samples);
  const block = 5;
  const random = createRandom(4);
  const pair = Float64Array.from({ length: 2 * block }, () => random.normal());

  test("merge twins without loss, and not samples that lie apart", () => {
    const twins = new Float64Array(3 * block);
    twins.set(pair);
    twins.set(pair.subarray(block), 2 * block);
    twins[block]! *= 0.3;
    twins[2 * block]! *= 0.7;
    const before = objectiveAt(factory, wholeFamily(twins, 3));
    const merged = contractions(factory, wholeFamily(twins, 3), 0.1).filter(({ contraction }) => {
      return contraction.kind === "merged";
    });
    expect(merged.map(({ contraction }) => contraction.samples)).toEqual([[1, 2]]);
    expect(Math.abs(merged[0]!.objective - before)).toBeLessThan(1e-12 * before);
    expect(norm2(merged[0]!.family.u.map((value, k) => value - pair[k]!))).toBeLessThan(1e-14 * norm2(pair));
    expect(Array.from(merged[0]!.family.weights)).toEqual([1, 2]);
  });

  test("prune a sample without multiplier at no cost, cheapest first", () => {
    const idle = new Float64Array(3 * block);
    idle.set(pair);
    idle.set(Float64Array.of(0, 1, 2, 3, 4), 2 * block);
    const all = contractions(factory, wholeFamily(idle, 3), 0);
    expect(all.map(({ contraction }) => contraction.kind)).toEqual(["pruned", "pruned", "pruned"]);
    expect(all[0]!.objective).toBeLessThanOrEqual(all[1]!.objective);
    const free = all.find(({ contraction }) => contraction.samples[0] === 2)!;
    // The multipliers of the others are fitted anew, which can only help.
    expect(free.objective).toBeLessThanOrEqual(objectiveAt(factory, wholeFamily(idle, 3)));
  });
});

describe.each(CASES)("escape from a poor stationary point, $setting with $loss", (which) => {
  const [, objective] = objectivesOf(which, 3);
  const factory: ProblemFactory = (samples) => problemOf(objective!, samples);
  const block = objective!.outputs + objective!.inputDim;
  const samples = 2;
  const random = createRandom(12);
  const start = Float64Array.from({ length: samples * block }, () => random.normal() / 2);
  // Two samples for the data of three: the residual stays away from zero, so that there is curvature to use.
  const poor = levenbergMarquardt(factory(samples, new Float64Array(0)), start, { maxIterations: 200 });

  for (const order of ["split-first", "prune-first"] as const) {
    for (const rule of [{}, { signs: "signed" }, { coordinates: "joint" }, { direction: "random" }] as const) {
      const run = () => escapeBySplitting(factory, poor.x, options({ order, rule, maxSplits: 2 }));

      test(`keeps n samples and never raises F: ${order}, ${JSON.stringify(rule)}`, () => {
        const { u, residualNorm, tree } = run();
        expect(u).toHaveLength(samples * block);
        expect(residualNorm).toBeLessThanOrEqual(poor.residualNorm * (1 + 1e-12));
        expect(Math.abs(objectiveAt(factory, wholeFamily(u, samples)) - residualNorm ** 2 / 2)).toBeLessThan(1e-12);
        let before = poor.residualNorm ** 2 / 2;
        for (const [id, record] of tree.entries()) {
          expect(record.id).toBe(id);
          expect(record.parent === null || record.parent < id).toBe(true);
          expect(record.samples).toBe(order === "split-first" ? samples : samples - 1);
          expect(Math.abs(record.objectiveBefore - before)).toBeLessThan(1e-9 * before);
          expect(record.accepted).toBe(record.objectiveAfter < (1 - 1e-6) * record.objectiveBefore);
          if (record.accepted) before = record.objectiveAfter;
        }
        expect(JSON.parse(JSON.stringify(tree))).toEqual(tree);
      });
    }
  }

  test("the same seed gives the same tree", () => {
    const run = () => escapeBySplitting(factory, poor.x, options({ rule: { direction: "random" }, maxSplits: 2 }));
    expect(run()).toEqual(run());
  });

  test("splits along negative curvature lower F before anything else moves", () => {
    const grown = growBySplitting(factory, poor.x, samples + 1, options());
    for (const record of grown.tree) {
      expect(record.eigenvalue).toBeLessThan(0);
      expect(record.measuredDecrease).toBeGreaterThan(0);
      expect(record.objectiveAfter).toBeLessThan(record.objectiveBefore);
    }
    expect(grown.status === "stable" || grown.tree.length === 1).toBe(true);
  });

  test("stops when asked to, and makes no more splits than allowed", () => {
    expect(escapeBySplitting(factory, poor.x, options({ shouldStop: () => true }))).toMatchObject({
      status: "stopped",
      tree: [],
    });
    expect(growBySplitting(factory, poor.x, 4, options({ shouldStop: () => true })).status).toBe("stopped");
    expect(escapeBySplitting(factory, poor.x, options({ maxSplits: 1 })).tree.length).toBeLessThanOrEqual(1);
  });
});
