import { describe, expect, test } from "vitest";
import type { Verdict } from "../../src/identifiability/result.ts";
import { phaseDiagramOf } from "../../src/paper/phase-diagram.ts";
import { theoremBoundaries } from "../../src/sweep/boundaries.ts";
import type { CellResult } from "../../src/sweep/cell-result.ts";
import { computeCell } from "../../src/sweep/compute-cell.ts";
import { cellPositions, type Grid } from "../../src/sweep/grid.ts";
import { readGrid } from "../../src/sweep/read-grid.ts";
import { sweepAnswerOf } from "../../src/sweep/sweep-answer-of.ts";

const gridOf = (content: object): Grid => readGrid(new TextEncoder().encode(JSON.stringify(content)), "grid.yaml");
const STAMP = { tool: { name: "kktid", version: "0" }, inputHash: "sha256:" } as const;

function sweep(grid: Grid) {
  const cells = cellPositions(grid).map((position) => computeCell(grid, position, () => true));
  return sweepAnswerOf(grid, cells, STAMP);
}

const isAtLeastLocal = (verdict: Verdict): boolean =>
  verdict === "locally-identifiable" || verdict === "globally-identifiable";

/** Verdicts of a line just below and at every threshold that both lie on the axis. */
function neighbours(answer: ReturnType<typeof sweep>["answer"], name: string): { below: Verdict; at: Verdict }[] {
  const { along, thresholds } = answer.boundaries.find((boundary) => boundary.name.startsWith(name))!;
  const across = along === "x" ? answer.y : answer.x;
  return thresholds.flatMap((threshold, k) => {
    const at = across.values.indexOf(threshold ?? Number.NaN);
    if (at < 1) return [];
    const verdictAt = (index: number): Verdict =>
      answer.cells.find(({ x, y }) => (along === "x" ? x === k && y === index : y === k && x === index))!.verdict;
    return [{ below: verdictAt(at - 1), at: verdictAt(at) }];
  });
}

describe("samples against width", () => {
  const { answer, dropped } = sweep(
    gridOf({
      problem: { activation: "z + z^2 + z^3", inputDim: 3 },
      x: { parameter: "width", values: "1..9" },
      y: { parameter: "samples", values: "1..6" },
    }),
  );

  test("every border is a line", () => {
    expect(dropped).toEqual([]);
    expect(answer.boundaries.map(({ along }) => along)).toEqual(["y", "y", "y", "y", "x"]);
  });

  test("verdicts flip between the cells on both sides of a border", () => {
    const rank = neighbours(answer, "Jacobian of full rank");
    const unique = neighbours(answer, "one data set (theorem)");
    const capacity = neighbours(answer, "too many samples").filter((_, width) => width >= 7);
    expect(rank.length).toBeGreaterThanOrEqual(4);
    expect(unique.length).toBeGreaterThanOrEqual(3);
    expect(capacity.length).toBeGreaterThanOrEqual(2);
    for (const { below, at } of rank) {
      expect(below).toBe("nonidentifiable");
      expect(isAtLeastLocal(at)).toBe(true);
    }
    for (const { below, at } of unique) {
      expect(below).toBe("locally-identifiable");
      expect(at).toBe("globally-identifiable");
    }
    for (const { below, at } of capacity) {
      expect(isAtLeastLocal(below)).toBe(true);
      expect(at).toBe("nonidentifiable");
    }
  });

  test("the figure has the cells and borders of the answer", () => {
    const figure = phaseDiagramOf(answer);
    expect(figure.x).toEqual({ name: "width m", values: answer.x.values });
    expect(figure.cells).toHaveLength(54);
    expect(figure.boundaries).toEqual(answer.boundaries);
  });
});

test("without an axis of widths the border runs where the width of the grid no longer does", () => {
  const { answer } = sweep(
    gridOf({
      problem: { activation: "z + z^2 + z^3", width: 6 },
      x: { parameter: "inputDim", values: "2..4" },
      y: { parameter: "samples", values: "1..8" },
    }),
  );
  const rank = neighbours(answer, "Jacobian not of full rank");
  expect(rank).toHaveLength(3);
  for (const { below, at } of rank) {
    expect(isAtLeastLocal(below)).toBe(true);
    expect(at).toBe("nonidentifiable");
  }
});

test("axes of words alone have no borders", () => {
  const { answer, dropped } = sweep(
    gridOf({
      problem: { activation: "z + z^2", inputDim: 2, samples: 1, width: 3 },
      x: { parameter: "bias", values: ["none", "trained"] },
      y: { parameter: "trained", values: [["hidden"], ["hidden", "output"]] },
    }),
  );
  expect([answer.boundaries, dropped]).toEqual([[], []]);
});

describe("borders of made-up cells", () => {
  const width = { parameter: "width", values: [2, 4, 6] };
  const bias = { parameter: "bias", values: ["none"] };
  const cell = (x: number, widthForLocal: number | null, counting: CellResult["counting"]): CellResult => ({
    ...{ x, y: 0, verdict: "inconclusive", basis: "theorem", empirical: null, command: "" },
    thresholds: { widthForMoments: null, widthForGlobal: null, widthForLocal, sampleCapacity: null },
    counting,
  });
  const bordersOf = (...cells: CellResult[]) => theoremBoundaries({ x: width, y: bias, cells, width: null });

  test("begin at the first value of the axis that reaches the threshold", () => {
    const { boundaries } = bordersOf(cell(0, 3, "fails"), cell(1, 3, "holds"), cell(2, 3, "holds"));
    expect(boundaries.map(({ thresholds }) => thresholds)).toEqual([[4], [4]]);
  });

  test("are left out, with their names, where the cells disagree", () => {
    const { boundaries, dropped } = bordersOf(cell(0, 3, "holds"), cell(1, 5, "fails"), cell(2, 3, "holds"));
    expect(boundaries).toEqual([]);
    expect(dropped).toEqual(["counting: enough equations and moments", "Jacobian of full rank"]);
  });

  test("beyond the axis are none", () => {
    const { boundaries } = bordersOf(cell(0, 7, "fails"), cell(1, 7, "fails"), cell(2, 7, "fails"));
    expect(boundaries).toEqual([]);
  });
});
