import type { Setting, TrainedLayer } from "../equations/shape.ts";
import type { Knowledge, Loss } from "../equations/side-information.ts";
import type { TrainingLoss } from "../train/losses.ts";

/** What an axis may change: the fields of a problem, and ρ of the weights for empirical cells. */
export const PARAMETERS = [
  "samples",
  "width",
  "inputDim",
  "outputs",
  "activation",
  "bias",
  "trained",
  "weightPrecision",
] as const;

export type Parameter = (typeof PARAMETERS)[number];

export type Bias = "none" | "frozen" | "trained";

/** A polynomial as text, or its degrees: [1, 3] is z + z^3. */
export type ActivationValue = string | readonly number[];

/** A shape as the grid file writes it; the fields of the axes are missing. */
export interface GridProblem {
  readonly activation?: ActivationValue | undefined;
  readonly inputDim?: number | undefined;
  readonly samples?: number | undefined;
  readonly width?: number | undefined;
  readonly outputs?: number | undefined;
  readonly trained?: readonly TrainedLayer[] | undefined;
  readonly bias?: Bias | undefined;
  readonly setting?: Setting | undefined;
  readonly domain?: Knowledge["domain"] | undefined;
  readonly loss?: Loss | undefined;
  /** A positive rational number, as text. */
  readonly weightDecay?: string | undefined;
  readonly weightPrecision?: number | undefined;
}

export type AxisValue = number | string | readonly number[] | readonly TrainedLayer[];

/** One axis: what it changes, and its values in order; numbers ascend. */
export interface GridAxis {
  readonly parameter: Parameter;
  readonly values: readonly AxisValue[];
}

/** How networks are made and attacked in every cell. */
export interface EmpiricalPlan {
  /** Networks a cell. */
  readonly seeds: number;
  /** gaussian: every coordinate is N(0, norm²/d); sphere: every ‖x_i‖ is the norm. */
  readonly data: "gaussian" | "sphere";
  readonly norm: number;
  readonly loss: TrainingLoss;
  /** μ of the training, a rational number as text. */
  readonly weightDecay: string;
  readonly maxStarts: number;
  /** Largest error bound over the largest norm that counts as recovered. */
  readonly acceptError: number;
}

/** What a sweep computes. */
export interface Grid {
  readonly title: string;
  readonly seed: number;
  readonly problem: GridProblem;
  readonly x: GridAxis;
  readonly y: GridAxis;
  /** Null where only generic verdicts are asked for. */
  readonly empirical: EmpiricalPlan | null;
}

/** A cell by the indices of its values. */
export interface CellPosition {
  readonly x: number;
  readonly y: number;
}

/** All cells, row by row. */
export function cellPositions({ x, y }: Grid): CellPosition[] {
  return y.values.flatMap((_, j) => x.values.map((_, i) => ({ x: i, y: j })));
}

/** A value of an axis as one number or word: degrees as {1, 3}, layers as hidden,output. */
export function labelOf(parameter: Parameter, value: AxisValue): number | string {
  if (typeof value !== "object") return value;
  return parameter === "activation" ? `{${value.join(", ")}}` : value.join(",");
}

/** A cell in words, for messages: "width 4, samples 2". */
export function nameOfCell({ x, y }: Grid, position: CellPosition): string {
  const part = ({ parameter, values }: GridAxis, index: number): string =>
    `${parameter} ${labelOf(parameter, values[index]!)}`;
  return `${part(x, position.x)}, ${part(y, position.y)}`;
}
