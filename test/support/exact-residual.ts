import { fromNumber, toNumber } from "../../src/algebra/rational.ts";
import type { EquationShape } from "../../src/equations/shape.ts";
import type { KktSystem } from "../../src/equations/system.ts";
import { leftSide } from "./definition.ts";
import { type Dyadic, differenceOf, dyadic, dyadicRing, nearest } from "./dyadic.ts";

export interface ExactResidual {
  /** Scaled residual per row, evaluated from the definition without rounding, then rounded once. */
  readonly rows: Float64Array;
  /** Root mean square of `rows`. */
  readonly relative: number;
  /** Root mean square of the sums of the absolute values of all terms: relative changes of the data move `rows` by these. */
  readonly termSize: number;
}

interface PlainData {
  readonly points: ArrayLike<number>;
  readonly multipliers: ArrayLike<number>;
}

/** The residual of a system at some data, independent of everything that the solver evaluates. */
export function exactResidual(system: KktSystem, data: PlainData): ExactResidual {
  const left = definitionSide(system, data, (value) => value);
  const sizes = definitionSide(system, data, Math.abs).map(nearest);
  const { targets, rowScale } = system;
  const rows = Float64Array.from(left, (value, r) => differenceOf(value, dyadic(targets[r]!)) * rowScale[r]!);
  return {
    rows,
    relative: rootMeanSquare(rows),
    termSize: rootMeanSquare(sizes.map((size, r) => (size + Math.abs(targets[r]!)) * rowScale[r]!)),
  };
}

/** The left side Σ_i φ(x_i) g_i from the definition, exactly at the doubles given, activation coefficients included. */
export function definitionSide(system: KktSystem, data: PlainData, map: (value: number) => number): Dyadic[] {
  const exact = (values: ArrayLike<number>): Dyadic[] => Array.from(values, (value) => dyadic(map(value)));
  const coefficients = system.shape.activation.coefficients.map((c) => fromNumber(map(toNumber(c))));
  const shape: EquationShape = { ...system.shape, activation: { ...system.shape.activation, coefficients } };
  const { weights, bias, output } = system;
  const nodes = { weights: exact(weights), bias: exact(bias), output: exact(output) };
  return leftSide(dyadicRing, shape, nodes, { points: exact(data.points), multipliers: exact(data.multipliers) });
}

const rootMeanSquare = (values: ArrayLike<number>): number =>
  Math.hypot(...Array.from(values)) / Math.sqrt(values.length);

/** Errors of true points against found ones under the best of all permutations; for at most seven points. */
export function pointErrors(found: ArrayLike<number>, truth: ArrayLike<number>, d: number, sign = false): number[] {
  const n = truth.length / d;
  if (n > 7) throw new Error("too many points for all permutations");
  const distance = (i: number, j: number): number => {
    const difference = (s: number) =>
      Math.hypot(...Array.from({ length: d }, (_, e) => truth[i * d + e]! - s * found[j * d + e]!));
    return sign ? Math.min(difference(1), difference(-1)) : difference(1);
  };
  let best: number[] = [];
  for (const order of permutations(found.length / d)) {
    const errors = Array.from({ length: n }, (_, i) => distance(i, order[i]!));
    if (best.length === 0 || Math.hypot(...errors) < Math.hypot(...best)) best = errors;
  }
  return best;
}

function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((rest) => Array.from({ length: n }, (_, at) => rest.toSpliced(at, 0, n - 1)));
}
