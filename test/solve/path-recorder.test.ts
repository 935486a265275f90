import { describe, expect, test } from "vitest";
import { PathRecorder, type SearchPath } from "../../src/solve/path-recorder.ts";

const x = Float64Array.of(1, 2);

/** A run of the given number of iterations with residual norms 2^0, 2^-1, …; 4 rows halve them. */
function record(recorder: PathRecorder, name: string, iterations: number): void {
  const observe = recorder.begin(name, 4);
  for (let k = 0; k <= iterations; k++) observe(x, 2 ** -k, k);
}

const stepsOf = (path: SearchPath): number[][] => path.runs.map(({ points }) => points.map(({ step }) => step));

describe("PathRecorder", () => {
  test("counts steps through all runs; each starts where the one before ended", () => {
    const recorder = new PathRecorder();
    record(recorder, "descent", 2);
    record(recorder, "refinement", 1);
    const path = recorder.path();
    expect(stepsOf(path)).toEqual([
      [0, 1, 2],
      [2, 3],
    ]);
    expect(path.runs.map(({ name }) => name)).toEqual(["descent", "refinement"]);
    expect(path.runs[0]!.points[2]).toEqual({ step: 2, residual: 0.125 });
  });

  test("an event takes a step, so that the point after it stands beside the one before", () => {
    const recorder = new PathRecorder();
    const observe = recorder.begin("splitting", 1);
    observe(x, 1, 0);
    observe(x, 0.5, 1);
    recorder.event("split");
    observe(x, 0.4, 0);
    observe(x, 0.3, 1);
    expect(recorder.path()).toEqual({
      runs: [
        {
          name: "splitting",
          points: [1, 0.5, 0.4, 0.3].map((residual, step) => ({ step, residual })),
        },
      ],
      events: [{ step: 2, name: "split" }],
    });
  });

  test("a descent that goes on from the end of the one before does not repeat its point", () => {
    const recorder = new PathRecorder();
    const observe = recorder.begin("descent", 1);
    for (const iteration of [0, 1, 0, 1, 0]) observe(x, 1, iteration);
    expect(stepsOf(recorder.path())).toEqual([[0, 1, 2]]);
  });

  test("keeps copies of the iterates of a run in another metric", () => {
    const recorder = new PathRecorder();
    const solvers = Float64Array.of(1);
    const observe = recorder.beginElsewhere("descent");
    observe(solvers, 1, 0);
    solvers[0] = 2;
    observe(solvers, 1, 1);
    expect(recorder.path().runs[0]!.points).toEqual([
      { step: 0, unknowns: Float64Array.of(1) },
      { step: 1, unknowns: Float64Array.of(2) },
    ]);
  });

  test("leaves out points that are no numbers, and runs without points", () => {
    const recorder = new PathRecorder();
    recorder.begin("nothing", 1)(x, Number.NaN, 0);
    expect(recorder.path()).toEqual({ runs: [], events: [] });
  });

  test("goes on where a finished path ended", () => {
    const first = new PathRecorder();
    record(first, "descent", 3);
    const before = first.path();
    const second = new PathRecorder(before);
    record(second, "refinement", 1);
    expect(stepsOf(second.path())).toEqual([
      [0, 1, 2, 3],
      [3, 4],
    ]);
    expect(stepsOf(before)).toEqual([[0, 1, 2, 3]]);
  });

  test.each([0, 1, 398, 399, 400, 401, 799, 800, 1600, 5000])("at most 400 of %i iterations, evenly", (last) => {
    const recorder = new PathRecorder();
    const observe = recorder.begin("descent", 1);
    for (let k = 0; k <= last; k++) observe(x, 1 + k, k);
    const [steps] = stepsOf(recorder.path()) as [number[]];
    expect(steps.length).toBeLessThanOrEqual(400);
    expect(steps.length).toBeGreaterThan(Math.min(last, 199));
    expect([steps[0], steps.at(-1)]).toEqual([0, last]);
    const strides = new Set(steps.slice(1, -1).map((step, k) => step - steps[k]!));
    expect(strides.size).toBeLessThanOrEqual(1);
    if (last < 399) expect(steps.length).toBe(last + 1);
  });
});
