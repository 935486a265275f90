import { describe, expect, test } from "vitest";
import { cellProblem } from "../../src/sweep/cell-problem.ts";
import { trialsOf } from "../../src/sweep/compute-cell.ts";
import { countTrials, type Trial } from "../../src/sweep/empirical.ts";
import { readGrid } from "../../src/sweep/read-grid.ts";

/** Trials of the cells of a grid with one row, left to right. */
function trialsAlong(content: object): Trial[][] {
  const grid = readGrid(new TextEncoder().encode(JSON.stringify(content)), "grid.yaml");
  return grid.x.values.map((_, x) => trialsOf(grid, cellProblem(grid, { x, y: 0 }))!);
}

const CUBIC = { activation: "z + z^2 + z^3", inputDim: 3 };
const two = { parameter: "samples", values: [2] };

describe.each([
  ["kkt", {}],
  ["ntk", { setting: "ntk" }],
  ["gradient", { setting: "gradient" }],
])("networks of the setting %s", (_, setting) => {
  test("are recovered from the width of the theorem on, and not below it", () => {
    const [below, at] = trialsAlong({
      problem: { ...CUBIC, ...setting },
      x: { parameter: "width", values: [2, 8] },
      y: two,
      empirical: { seeds: 2, maxStarts: 20 },
    });
    expect(countTrials(below!)).toEqual({ trials: 2, successes: 0, wrong: 0, untrained: 0 });
    expect(countTrials(at!)).toEqual({ trials: 2, successes: 2, wrong: 0, untrained: 0 });
  });
});

test("coarser weights give larger errors, within larger bounds", () => {
  const [fine, coarse] = trialsAlong({
    problem: { ...CUBIC, width: 8 },
    x: { parameter: "weightPrecision", values: [1e-16, 1e-9] },
    y: two,
    empirical: { seeds: 2, maxStarts: 20 },
  });
  for (const [k, { trueError, withinBounds }] of coarse!.entries()) {
    expect(withinBounds).toBe(true);
    expect(trueError).toBeGreaterThan(100 * fine![k]!.trueError!);
  }
});

test("a training that cannot exist is counted, and does not end the sweep", () => {
  const [trials] = trialsAlong({
    problem: { ...CUBIC, samples: 1 },
    x: { parameter: "width", values: [8] },
    y: { parameter: "outputs", values: [1] },
    empirical: { seeds: 2, loss: "logistic" },
  });
  expect(countTrials(trials!)).toEqual({ trials: 0, successes: 0, wrong: 0, untrained: 2 });
  expect(trials![0]).toMatchObject({ training: "refused", recovery: null });
  expect(trials![0]!.explanation).toContain("same label");
});

test("a claim beyond its bound counts as wrong, never as a success", () => {
  const claim = { recovery: "recovered", training: "stationary" } as Trial;
  const trials = [
    { ...claim, withinBounds: true },
    { ...claim, withinBounds: false },
    { ...claim, recovery: "ill-conditioned", withinBounds: true },
  ] as Trial[];
  expect(countTrials(trials)).toEqual({ trials: 3, successes: 1, wrong: 1, untrained: 0 });
});
