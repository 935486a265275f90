import { type Activation, parseActivation } from "../algebra/activation.ts";
import { parseRational } from "../algebra/rational.ts";
import type { EquationShape, TrainedLayer } from "../equations/shape.ts";
import { type Knowledge, sideInformationOf } from "../equations/side-information.ts";
import { UsageError } from "../errors.ts";
import type { ShapeProblem } from "../identifiability/check-shape.ts";
import { createRandom } from "../random.ts";
import type { ActivationValue, Bias, CellPosition, Grid, GridProblem } from "./grid.ts";

/** The question of one cell. */
export interface CellProblem extends ShapeProblem {
  readonly knowledge: Knowledge;
  /** ρ of the weights of empirical trials; null for double precision. */
  readonly weightPrecision: number | null;
}

/**
 * The question of one cell: the grid's problem with the values of both axes, and a seed of its own.
 *
 * @throws {@link UsageError} if its values do not fit together
 */
export function cellProblem(grid: Grid, position: CellPosition): CellProblem {
  const { x, y } = grid;
  const fields: GridProblem = {
    ...grid.problem,
    [x.parameter]: x.values[position.x],
    [y.parameter]: y.values[position.y],
  };
  const { domain = "free", loss = null, weightDecay, weightPrecision = null } = fields;
  const knowledge: Knowledge = {
    domain,
    loss,
    weightDecay: weightDecay === undefined ? null : parseRational(weightDecay),
  };
  const shape = shapeOf(fields);
  const samples = fields.samples!;
  sideInformationOf(knowledge, shape, samples);
  return { shape, samples, knowledge, weightPrecision, seed: cellSeed(grid.seed, position) };
}

/** Seed of a cell; it does not change when values are added behind the others of an axis. */
function cellSeed(seed: number, { x, y }: CellPosition): number {
  const diagonal = x + y;
  return createRandom(seed, (diagonal * (diagonal + 1)) / 2 + y).integer(2 ** 31);
}

/** The shape that `check` would make of the same options. */
function shapeOf({
  activation,
  inputDim,
  width,
  outputs = 1,
  trained,
  bias,
  setting = "kkt",
}: GridProblem): EquationShape {
  const layers = new Set<TrainedLayer>(trained ?? ["hidden"]);
  if (bias === "trained") layers.add("bias");
  if (layers.has("bias") && bias !== undefined && bias !== "trained") {
    throw new UsageError(`bias is ${bias}, but trained names it`, "leave bias out of one of the two");
  }
  const kind: Bias = layers.has("bias") ? "trained" : (bias ?? "none");
  return {
    setting,
    activation: activationOf(activation!),
    inputDim: inputDim!,
    width: width!,
    outputs,
    trained: layers,
    bias: kind,
  };
}

const parsed = new Map<string, Activation>();

/** @throws {@link ActivationError} if the text is no polynomial */
export function activationOf(value: ActivationValue): Activation {
  const text = typeof value === "string" ? value : value.map((degree) => `z^${degree}`).join(" + ");
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const activation = parseActivation(text);
  parsed.set(text, activation);
  return activation;
}
