import { describe, expect, test } from "vitest";
import { gatherEvidence } from "../../src/audit/network-evidence.ts";
import { projectPoints } from "../../src/equations/reduction.ts";
import { unpackUnknowns } from "../../src/equations/system.ts";
import { UsageError } from "../../src/errors.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import { matchPoints } from "../../src/solve/match.ts";
import { evaluateInOrder, evaluateItem, runSchedule, type ScheduleItem, scheduleOf } from "../../src/solve/schedule.ts";
import { type SearchOptions, search } from "../../src/solve/search.ts";
import { createSearchContext } from "../../src/solve/search-context.ts";
import { DEFAULT_SCHEDULE, STRATEGIES, strategyNamed } from "../../src/solve/strategies/default-schedule.ts";
import type { StrategyName } from "../../src/solve/strategy.ts";
import type { InstanceShape } from "../support/instances.ts";
import { askInstance, HALF_ULP } from "../support/questions.ts";

const base = { activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 40, layers: ["hidden"] } as const;

function contextOf(shape: InstanceShape, seed: number, samples = shape.samples) {
  const { instance, question } = askInstance(shape, seed, { samples });
  const { reduced, gauge } = gatherEvidence(question);
  const settings = { reduced, samples, seed, precision: HALF_ULP, nearby: false, shouldStop: () => false };
  return { instance, reduced, gauge, context: createSearchContext(settings) };
}

/** Largest distance of the start of an attempt to the truth, over its norm, up to the gauge of a sign. */
function startError(name: StrategyName, shape: InstanceShape, seed: number): number {
  const { instance, reduced, gauge, context } = contextOf(shape, seed);
  const attempt = strategyNamed(name).attempt(context, 0)!;
  const { points } = unpackUnknowns(reduced.system.shape, attempt.unknowns);
  const truth = projectPoints(reduced, instance.truth.X, shape.inputDim);
  const sign = gauge.symmetries.includes("sign");
  return Math.max(...matchPoints(points, truth, reduced.inputDim, { sign }).errors) / norm2(truth);
}

const withoutStarts: readonly (readonly [StrategyName, InstanceShape])[] = [
  ["kernel", base],
  ["kernel", { ...base, inputDim: 7, samples: 3, scale: 20 }],
  ["kernel", { ...base, activation: "z^2 + z^3", samples: 3, scale: 0.05 }],
  ["kernel", { ...base, activation: "z + z^3" }],
  ["kernel", { ...base, activation: "z + z^4", samples: 3, width: 60 }],
  ["kernel", { ...base, layers: ["hidden", "bias"], inputDim: 3, samples: 4, width: 60 }],
  ["kernel", { ...base, outputs: 2, samples: 3 }],
  ["jennrich", base],
  ["jennrich", { ...base, samples: 2, inputDim: 5, norms: "mixed" }],
  ["jennrich", { ...base, activation: "z^2 + z^3", scale: 20 }],
  ["jennrich", { ...base, layers: ["hidden", "bias", "output"], samples: 3, width: 60 }],
  ["jennrich", { ...base, outputs: 3, scale: 0.05 }],
  ["subspace-power", base],
  ["subspace-power", { ...base, activation: "z + z^3", samples: 3, inputDim: 3 }],
  ["subspace-power", { ...base, outputs: 3, samples: 6, width: 60 }],
  ["subspace-power", { ...base, activation: "z + z^2 + z^3/3 + z^5/9", inputDim: 3, samples: 4, width: 60 }],
];

describe("strategies without a descent", () => {
  test.each(withoutStarts)("%s: starts at the truth of %o", (name, shape) => {
    for (let seed = 1; seed <= 3; seed++) {
      expect(strategyNamed(name).obstacle(contextOf(shape, seed).context)).toBeNull();
      // Condition of the Hermite matrix, at most 1e6 here, times half an ulp, with a few decades for the pencil.
      expect(startError(name, shape, seed)).toBeLessThan(1e-6);
    }
  });

  test.each([
    ["kernel", { ...base, width: 14 }, /neurons are fewer/],
    ["kernel", { ...base, samples: 5 }, /rank of the known side/],
    ["kernel", { ...base, activation: "z + z^2" }, /degree/],
    ["jennrich", { ...base, samples: 5 }, /at most as many samples as dimensions/],
    ["jennrich", { ...base, width: 8 }, /do not determine the moments/],
    ["jennrich", { ...base, activation: "z + z^2" }, /do not separate/],
    ["subspace-power", { ...base, activation: "z + z^2" }, /do not separate/],
    ["subspace-power", { ...base, samples: 8 }, /do not separate/],
    ["dual", { ...base, outputs: 2 }, /one output/],
    ["spectral", { ...base, layers: ["output"] }, /hidden layer/],
  ] as const)("%s has an obstacle at %o", (name, shape, reason) => {
    expect(strategyNamed(name).obstacle(contextOf(shape, 1).context)).toMatch(reason);
  });

  test.each(["jennrich", "subspace-power"] as const)("%s: moments too many to be computed are an obstacle", (name) => {
    // Five samples asked for, six in the known side: its span is no reduction, and 60 dimensions have 39,710 moments.
    const wide = { ...base, inputDim: 60, samples: 6, width: 20 };
    expect(strategyNamed(name).obstacle(contextOf(wide, 1, 5).context)).toMatch(/moments are too many/);
    expect(strategyNamed(name).obstacle(contextOf(wide, 1).context)).toBeNull();
  });

  test("one neuron more takes the obstacle of the kernel away", () => {
    // 1 + 4 + 10 monomials of degrees 0, 1, 2 in four variables.
    const at = (width: number) => strategyNamed("kernel").obstacle(contextOf({ ...base, width }, 1).context);
    expect(at(14)).toMatch(/neurons are fewer/);
    expect(at(15)).toBeNull();
  });
});

describe("an attempt", () => {
  test.each(STRATEGIES.map(({ name }) => name))("of %s depends on the context and its index alone", (name) => {
    const strategy = strategyNamed(name);
    const [first, again] = [contextOf(base, 3).context, contextOf(base, 3).context];
    strategy.attempt(again, 1); // an attempt in between changes nothing
    const [a, b] = [strategy.attempt(first, 0), strategy.attempt(again, 0)];
    expect(b).toEqual(a);
    const other = strategy.attempt(contextOf(base, 3).context, 1);
    if (strategy.attempts > 1) expect(other).not.toEqual(a);
  });

  test.each(["atoms", "random", "spectral"] as const)("of %s differs between seeds", (name) => {
    const { context } = contextOf(base, 3);
    const strategy = strategyNamed(name);
    expect(strategy.attempt({ ...context, seed: 4 }, 0)).not.toEqual(strategy.attempt(context, 0));
  });
});

describe("scheduleOf", () => {
  test("takes turns by weight, leaves out what has an obstacle, and ends what has no more attempts", () => {
    const { context } = contextOf({ ...base, outputs: 2, samples: 3 }, 1);
    const items: ScheduleItem[] = [];
    for (const item of scheduleOf(context, DEFAULT_SCHEDULE)) if (items.push(item) === 20) break;
    const names = items.map(({ strategy, index }) => `${strategy.name} ${index}`);
    expect(names.slice(0, 3)).toEqual(["jennrich 0", "kernel 0", "subspace-power 0"]);
    expect(names.filter((name) => name.startsWith("dual"))).toEqual([]);
    expect(names.filter((name) => name.startsWith("kernel"))).toEqual(["kernel 0"]);
    expect(new Set(names).size).toBe(20);
  });
});

describe("runSchedule", () => {
  const plain = { isHopeless: () => false, onEvaluation: () => undefined, runner: evaluateInOrder };
  const entries = (name: StrategyName) => [{ strategy: strategyNamed(name), weight: 1 }];

  test("has the answer of the lowest position, whatever order items are evaluated in", () => {
    const { context } = contextOf(base, 2);
    const schedule = Array.from({ length: 8 }, (_, index) => ({ strategy: strategyNamed("random"), index }));
    const reached = schedule.map((item) => evaluateItem(context, item).reachedFloor);
    const backwards = [...schedule]
      .reverse()
      .map((item) => evaluateItem(contextOf(base, 2).context, item).reachedFloor);
    expect(backwards.reverse()).toEqual(reached);
    const run = runSchedule(context, entries("random"), { ...plain, limit: 8 });
    const first = reached.indexOf(true);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(run.winner).toEqual(schedule[first]);
    expect(run.starts).toBe(first + 1);
  });

  test("refines the best descent where nothing reached the floor", () => {
    const { context } = contextOf(base, 1, 3);
    const run = runSchedule(context, entries("atoms"), { ...plain, limit: 3 });
    expect(run.winner).toBeNull();
    expect(run.point!.relativeResidual).toBeGreaterThan(1e-6);
  });
});

describe("search with one strategy", () => {
  const options = (strategy: SearchOptions["strategy"]): SearchOptions => ({
    samples: base.samples,
    seed: 1,
    unitRoundoff: HALF_ULP,
    weightPrecision: 0,
    shouldStop: () => false,
    maxStarts: 40,
    aim: "determined",
    strategy,
    onProgress: () => undefined,
  });

  test.each(STRATEGIES.map(({ name, method }) => [name, method[0]!] as const))(
    "%s finds the data and says so",
    (name, label) => {
      const { reduced } = contextOf(base, 1);
      const { reachedFloor, method, starts } = search(reduced, options(name));
      expect(reachedFloor).toBe(true);
      expect(method).toEqual(["whitened-moments", label, "levenberg-marquardt"]);
      expect(starts).toBeGreaterThanOrEqual(1);
    },
  );

  test("refuses a strategy that cannot be used, and says why", () => {
    const { reduced } = contextOf({ ...base, outputs: 2 }, 1);
    expect(() => search(reduced, options("dual"))).toThrow(UsageError);
    expect(() => search(reduced, options("dual"))).toThrow(/--strategy dual.*one output/);
  });
});
