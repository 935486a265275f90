import { describe, expect, test } from "vitest";
import { FileError } from "../../src/errors.ts";
import { cellCommand } from "../../src/sweep/cell-command.ts";
import { cellProblem } from "../../src/sweep/cell-problem.ts";
import type { Grid } from "../../src/sweep/grid.ts";
import { readGrid } from "../../src/sweep/read-grid.ts";

const read = (text: string, seed?: number): Grid => readGrid(new TextEncoder().encode(text), "grid.yaml", seed);

const GOOD = {
  problem: { activation: "z + z^2 + z^3", inputDim: 4 } as Record<string, unknown>,
  x: { parameter: "width", values: "1..3" } as Record<string, unknown>,
  y: { parameter: "samples", values: [1, 2] } as Record<string, unknown>,
};

/** JSON is YAML. */
const written = (changes: object): string => JSON.stringify({ ...GOOD, ...changes });

function complaintAbout(content: string): FileError {
  try {
    read(content);
  } catch (error) {
    if (error instanceof FileError) return error;
    throw error;
  }
  throw new Error("the grid was accepted");
}

describe("a grid file", () => {
  test("has defaults for everything but the problem and its axes", () => {
    const grid = read(written({}));
    expect(grid).toMatchObject({ title: "samples by width", seed: 1, empirical: null });
    expect(grid.x.values).toEqual([1, 2, 3]);
    expect(cellProblem(grid, { x: 2, y: 1 })).toMatchObject({
      samples: 2,
      shape: { width: 3, inputDim: 4, outputs: 1, bias: "none", setting: "kkt" },
    });
  });

  test("gives the seed up to the command line", () => {
    expect(read(written({ seed: 7 })).seed).toBe(7);
    expect(read(written({ seed: 7 }), 3).seed).toBe(3);
  });

  test("counts are lists, ranges, or from, to and step", () => {
    const valuesOf = (values: unknown) => read(written({ x: { parameter: "width", values } })).x.values;
    expect(valuesOf("2..4")).toEqual([2, 3, 4]);
    expect(valuesOf({ from: 5, to: 12, step: 3 })).toEqual([5, 8, 11]);
    expect(valuesOf([1, 10, 100])).toEqual([1, 10, 100]);
  });

  test("degree sets, layers and biases make the shapes of check's options", () => {
    const grid = read(
      JSON.stringify({
        problem: { inputDim: 3, samples: 2, width: 4, activation: [1, 3], setting: "gradient" },
        x: { parameter: "bias", values: ["none", "frozen", "trained"] },
        y: { parameter: "trained", values: [["hidden"], ["hidden", "output"]] },
      }),
    );
    const command = (x: number, y: number): string =>
      cellCommand(cellProblem(grid, { x, y }), { equations: 24, unknowns: 10 }).replace(/ --seed \d+$/, "");
    expect(command(0, 0)).toBe("kktid check -a 'z + z^3' -d 3 -n 2 -m 4 --setting gradient");
    expect(command(1, 0)).toBe("kktid check -a 'z + z^3' -d 3 -n 2 -m 4 --frozen-bias --setting gradient");
    expect(command(2, 1)).toBe(
      "kktid check -a 'z + z^3' -d 3 -n 2 -m 4 --trained hidden,bias,output --setting gradient",
    );
  });

  test("the command of a large cell lifts the time limit of check", () => {
    const command = (unknowns: number): string =>
      cellCommand(cellProblem(read(written({})), { x: 0, y: 0 }), { equations: 1000, unknowns });
    expect(command(316)).not.toContain("--max-seconds");
    expect(command(317)).toMatch(/ --max-seconds \d+$/);
  });

  test("each cell has a seed of its own, which more values do not change", () => {
    const small = read(written({}));
    const large = read(
      written({ x: { parameter: "width", values: "1..9" }, y: { parameter: "samples", values: "1..5" } }),
    );
    const seeds = [0, 1, 2].flatMap((x) => [0, 1].map((y) => cellProblem(small, { x, y }).seed));
    expect(new Set(seeds).size).toBe(6);
    expect(cellProblem(large, { x: 2, y: 1 }).seed).toBe(cellProblem(small, { x: 2, y: 1 }).seed);
    expect(cellProblem(read(written({}), 2), { x: 2, y: 1 }).seed).not.toBe(cellProblem(small, { x: 2, y: 1 }).seed);
  });
});

const problem = (changes: object): string => written({ problem: { ...GOOD.problem, ...changes } });
const axis = (parameter: string, values: unknown): string => {
  const { [parameter]: _, ...rest } = GOOD.problem;
  return written({ problem: { ...rest, samples: 2 }, y: { parameter, values } });
};
const empirical = (changes: object, ofProblem: object = {}): string =>
  written({ problem: { ...GOOD.problem, ...ofProblem }, empirical: { seeds: 2, ...changes } });

const BAD: readonly (readonly [content: string, field: string, message: RegExp])[] = [
  ["x: [1", "", /flow sequence|Flow sequence/i],
  ["", "the document", /expected object/],
  [written({ titel: "a" }), "the document", /titel/],
  [written({ title: 3 }), "title", /string/],
  [written({ seed: -1 }), "seed", />=0/],
  [written({ x: undefined }), "x", /expected object/],
  [written({ x: { ...GOOD.x, values: undefined } }), "x.values", /received undefined/],
  [written({ x: { parameter: "depth", values: [1] } }), "x.parameter", /width/],
  [written({ x: { ...GOOD.x, value: 1 } }), "x", /value/],
  [written({ x: GOOD.y }), "y.parameter", /choose another/],
  [written({ x: { parameter: "width", values: [] } }), "x.values", /at least one/],
  [written({ x: { parameter: "width", values: [0, 1] } }), "x.values[0]", />=1/],
  [written({ x: { parameter: "width", values: [1, 2.5] } }), "x.values[1]", /int/],
  [written({ x: { parameter: "width", values: [2, 1] } }), "x.values[1]", /sort/],
  [written({ x: { parameter: "width", values: [1, 2, 2] } }), "x.values[2]", /twice/],
  [written({ x: { parameter: "width", values: "5..2" } }), "x.values", /small to large/],
  [written({ x: { parameter: "width", values: "one" } }), "x.values", /such as 1\.\.20/],
  [written({ x: { parameter: "width", values: "1..5000" } }), "x.values", /at most 1000/],
  [written({ x: { parameter: "width", values: { from: 1, too: 3 } } }), "x.values.to", /expected number/],
  [problem({ inputDim: undefined }), "problem.inputDim", /missing/],
  [problem({ activation: undefined }), "problem.activation", /missing/],
  [problem({ inputDim: "four" }), "problem.inputDim", /number/],
  [problem({ activation: "sin(z)" }), "problem.activation", /sin/],
  [problem({ activation: [0, 1] }), "problem.activation[0]", />=1/],
  [problem({ width: 3 }), "problem.width", /axis x gives it/],
  [problem({ outputs: 0 }), "problem.outputs", />=1/],
  [problem({ trained: ["all"] }), "problem.trained[0]", /hidden/],
  [problem({ bias: "yes" }), "problem.bias", /none/],
  [problem({ setting: "sgd" }), "problem.setting", /kkt/],
  [problem({ domain: "box" }), "problem.domain", /sphere/],
  [problem({ loss: "hinge" }), "problem.loss", /logistic/],
  [problem({ weightDecay: 0 }), "problem.weightDecay", /positive/],
  [problem({ weightPrecision: 0.5 }), "problem.weightPrecision", /0\.1/],
  [problem({ weightPrecision: 1e-9 }), "weightPrecision", /empirical/],
  [problem({ wide: 3 }), "problem", /wide/],
  [axis("activation", "1..3"), "y.values", /list of values of activation/],
  [axis("activation", [[1], "2^z"]), "y.values[1]", /2\^z/],
  [axis("bias", ["frozen", "no"]), "y.values[1]", /trained/],
  [axis("trained", [["hidden"], ["last"]]), "y.values[1][0]", /output/],
  [axis("weightPrecision", [0.2]), "y.values[0]", /0\.1/],
  [axis("outputs", [1, "two"]), "y.values[1]", /number/],
  [written({ empirical: {} }), "empirical.seeds", /number/],
  [empirical({ seeds: 0 }), "empirical.seeds", />=1/],
  [empirical({ data: "uniform" }), "empirical.data", /gaussian/],
  [empirical({ norm: 0 }), "empirical.norm", />0/],
  [empirical({ loss: "hinge" }), "empirical.loss", /softmax/],
  [empirical({ weightDecay: "x" }), "empirical.weightDecay", /positive/],
  [empirical({ maxStarts: 0 }), "empirical.maxStarts", />=1/],
  [empirical({ acceptError: -1 }), "empirical.acceptError", />0/],
  [empirical({ starts: 3 }), "empirical", /starts/],
  [empirical({ loss: "mse" }, { loss: "logistic" }), "empirical.loss", /logistic/],
  [empirical({ data: "gaussian" }, { domain: "sphere" }), "empirical.data", /norm is 1/],
  [empirical({}, { loss: "hard-margin" }), "problem.loss", /hard-margin/],
];

describe("a bad grid names its field", () => {
  test.each(BAD)("%s", (content, field, message) => {
    const error = complaintAbout(content);
    expect(error.message).toMatch(/^grid\.yaml: /);
    if (field !== "") expect(error.message).toContain(`${field}: `);
    expect(error.message).toMatch(message);
  });

  test("with every problem at once, and the fields there are", () => {
    const error = complaintAbout(written({ seed: "a", x: { parameter: "width", values: [0] } }));
    expect(error.message).toMatch(/seed: .*; x\.values\[0\]: /);
    expect(error.hint).toContain("empirical (seeds");
  });

  test("or the cell whose values contradict each other", () => {
    const error = complaintAbout(
      written({
        problem: { ...GOOD.problem, samples: 3, loss: "softmax" },
        y: { parameter: "outputs", values: [1, 2] },
      }),
    );
    expect(error.message).toMatch(/the cell width 1, outputs 1 \(and 2 other cells\): softmax/);
  });

  test("a bias both frozen and trained is refused", () => {
    const content = problem({ bias: "frozen", trained: ["hidden", "bias"] });
    expect(complaintAbout(content).message).toContain("bias is frozen, but trained names it");
  });
});
