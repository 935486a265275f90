import type { SweepAnswer, SweepAxis } from "../answers/sweep-answer.ts";
import type { Tool } from "../answers/tool.ts";
import { type Boundaries, theoremBoundaries } from "./boundaries.ts";
import type { CellResult } from "./cell-result.ts";
import { type Grid, type GridAxis, labelOf } from "./grid.ts";

/** Where an answer comes from. */
export interface SweepStamp {
  readonly tool: Tool;
  readonly inputHash: string;
}

/** What decides the cells of a grid: everything but its title. */
export function hashedGrid({ title: _, ...rest }: Grid): object {
  return rest;
}

/** The answer of the cells that are there, in grid order: the same whatever order they were computed in. */
export function sweepAnswerOf(
  grid: Grid,
  cells: readonly CellResult[],
  { tool, inputHash }: SweepStamp,
): { readonly answer: SweepAnswer; readonly dropped: Boundaries["dropped"] } {
  const [x, y] = [axisOf(grid.x), axisOf(grid.y)];
  const ordered = inGridOrder(cells);
  const { boundaries, dropped } = theoremBoundaries({ x, y, cells: ordered, width: grid.problem.width ?? null });
  const answer: SweepAnswer = {
    schema: "kktid.sweep/1",
    tool,
    inputHash,
    seed: grid.seed,
    title: grid.title,
    x,
    y,
    cells: ordered,
    boundaries,
  };
  return { answer, dropped };
}

/** Row by row. */
export function inGridOrder(cells: readonly CellResult[]): CellResult[] {
  return [...cells].sort((a, b) => a.y - b.y || a.x - b.x);
}

function axisOf({ parameter, values }: GridAxis): SweepAxis {
  return { parameter, values: values.map((value) => labelOf(parameter, value)) };
}
