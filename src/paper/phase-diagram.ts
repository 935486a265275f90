import type { SweepAnswer, SweepAxis } from "../answers/sweep-answer.ts";
import type { Axis, PhaseDiagramFigure } from "../document/figure.ts";

const AXIS_NAMES: Readonly<Record<string, string>> = {
  samples: "samples n",
  width: "width m",
  inputDim: "input dimension d",
  outputs: "outputs C",
  bias: "hidden bias",
  trained: "trained layers",
  weightPrecision: "weight precision ρ",
};

/** The phase diagram of a sweep. */
export function phaseDiagramOf({ x, y, cells, boundaries }: SweepAnswer): PhaseDiagramFigure {
  return {
    kind: "phase-diagram",
    x: axisOf(x),
    y: axisOf(y),
    cells: cells.map((cell) => ({
      x: cell.x,
      y: cell.y,
      verdict: cell.verdict,
      recovered:
        cell.empirical === null ? null : { successes: cell.empirical.successes, trials: cell.empirical.trials },
    })),
    boundaries,
  };
}

const axisOf = ({ parameter, values }: SweepAxis): Axis => ({ name: nameOfAxis(parameter), values });

/** An axis as a reader knows it: "width m". */
export function nameOfAxis(parameter: string): string {
  return AXIS_NAMES[parameter] ?? parameter;
}
