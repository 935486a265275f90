import { describe, expect, test } from "vitest";
import { NOTHING_KNOWN } from "../../src/audit/knowledge.ts";
import { type Recovery, recoverNetwork } from "../../src/audit/recover-network.ts";
import type { Convergence } from "../../src/solve/path-recorder.ts";
import type { StrategyName } from "../../src/solve/strategy.ts";
import { loadExample } from "../support/example-networks.ts";

interface Asked {
  readonly strategy?: StrategyName;
  readonly samples?: number;
  readonly maxStarts?: number;
  readonly seed?: number;
}

function recover(name: string, { strategy, samples, maxStarts = 40, seed = 1 }: Asked = {}): Recovery {
  const example = loadExample(name);
  const question = { ...example.question(seed, samples), ...(strategy && { search: { strategy } }) };
  return recoverNetwork(question, { maxStarts, acceptError: 1e-2, truth: null });
}

const namesOf = ({ runs }: Convergence): string[] => runs.map(({ name }) => name);

/** Steps rise through a run, and every run starts where the one before ended or, after an event, later. */
function expectOrdered({ runs, events }: Convergence): void {
  let last = 0;
  for (const { points } of runs) {
    expect(points.length).toBeLessThanOrEqual(400);
    expect(points[0]!.step).toBeGreaterThanOrEqual(last);
    for (let k = 1; k < points.length; k++) expect(points[k]!.step).toBeGreaterThan(points[k - 1]!.step);
    last = points.at(-1)!.step;
  }
  for (let k = 1; k < events.length; k++) expect(events[k]!.step).toBeGreaterThan(events[k - 1]!.step);
  for (const { step } of events) expect(step).toBeLessThanOrEqual(last);
}

describe("the convergence of a recovery", () => {
  test.each([
    ["iris-hidden-layer", "jennrich", ["descent", "annealing", "refinement", "double-double"]],
    ["iris-hidden-layer", "kernel", ["descent", "annealing", "refinement", "double-double"]],
    ["iris-hidden-layer", "dual", ["descent", "annealing", "refinement", "double-double"]],
    ["iris-hidden-layer", "random", ["descent", "annealing", "refinement", "double-double"]],
    ["iris-hidden-layer", "atoms", ["growing by atoms", "descent", "annealing", "refinement", "double-double"]],
    ["iris-hidden-layer", "splitting", ["random start", "descent", "annealing", "refinement", "double-double"]],
    ["iris-quadratic", undefined, ["descent", "refinement", "double-double"]],
    ["iris-multiclass", undefined, ["descent", "annealing", "refinement", "double-double"]],
  ] as const)("%s by %s ends at its relative residual", (name, strategy, stages) => {
    const { convergence, relativeResidual, residualFloor } = recover(name, strategy && { strategy });
    expect(namesOf(convergence!).filter((run) => run !== "splitting")).toEqual(stages);
    expectOrdered(convergence!);
    expect(convergence!.runs.at(-1)!.points.at(-1)!.residual).toBe(relativeResidual);
    expect(relativeResidual!).toBeLessThanOrEqual(residualFloor);
    const first = convergence!.runs[0]!.points[0]!;
    expect(first.step).toBe(0);
    expect(first.residual).toBeGreaterThan(relativeResidual!);
  });

  test("one sample less: the same stages, and an end above the floor", () => {
    const { convergence, relativeResidual, residualFloor } = recover("iris-hidden-layer", {
      strategy: "random",
      samples: 3,
      maxStarts: 3,
    });
    expect(namesOf(convergence!)).toEqual(["descent", "annealing", "refinement", "double-double"]);
    expectOrdered(convergence!);
    expect(convergence!.runs.at(-1)!.points.at(-1)!.residual).toBe(relativeResidual);
    expect(relativeResidual!).toBeGreaterThan(1e6 * residualFloor);
  });

  test("an eigenproblem starts at the answer, a random start does not", () => {
    const startOf = (strategy: StrategyName): number =>
      recover("iris-hidden-layer", { strategy }).convergence!.runs[0]!.points[0]!.residual;
    expect(startOf("jennrich")).toBeLessThan(1e-6);
    expect(startOf("random")).toBeGreaterThan(1e-3);
  });

  test("is the same every time, and another one for another seed", () => {
    const of = (seed: number) => recover("iris-hidden-layer", { strategy: "random", seed }).convergence;
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  test("knowledge beside the weights: the search first, then the side equations and their refinement", () => {
    const example = loadExample("wine-hidden-layer");
    const knowledge = { ...NOTHING_KNOWN, unitNorms: true };
    const known = recoverNetwork(
      { ...example.question(1), knowledge },
      { maxStarts: 40, acceptError: 1e-2, truth: null },
    );
    const names = namesOf(known.convergence!);
    expect(names.slice(0, 2)).toEqual(namesOf(recover("wine-hidden-layer").convergence!).slice(0, 2));
    expect(names.indexOf("side equations")).toBeGreaterThan(names.indexOf("double-double"));
    expect(names.at(-1)).toBe("double-double");
    expectOrdered(known.convergence!);
    expect(known.convergence!.runs.at(-1)!.points.at(-1)!.residual).toBe(known.relativeResidual);
  });
});

describe("the events of a recovery", () => {
  test("by atoms: one for each sample but the first", () => {
    const { convergence } = recover("iris-hidden-layer", { strategy: "atoms" });
    expect(convergence!.events.map(({ name }) => name)).toEqual(Array(3).fill("sample added"));
  });

  test("by splitting: every split, how its sample was saved again, and whether that was taken back", () => {
    const { convergence, splits } = recover("iris-hidden-layer", { strategy: "splitting", samples: 3, maxStarts: 1 });
    const names = convergence!.events.map(({ name }) => name);
    expect(splits).toBeGreaterThan(0);
    expect(names.filter((name) => name === "split")).toHaveLength(splits);
    expect(names.filter((name) => name === "merge" || name === "prune")).toHaveLength(splits);
    for (const [k, name] of names.entries()) if (name === "split") expect(names[k + 1]).toMatch(/merge|prune/);
  });

  test("by random starts: none", () => {
    expect(recover("iris-hidden-layer", { strategy: "random" }).convergence!.events).toEqual([]);
  });
});
