import { exactly, type Interval, multiplyIntervals } from "../interval/interval.ts";
import { maxAbs } from "../linalg/dense.ts";
import type { SystemBox } from "./box.ts";
import type { PlainData } from "./fit.ts";
import { type Meeting, type Region, sizeOf } from "./meeting.ts";
import type { EquationPlace } from "./zero-equations.ts";

/** A·F for a matrix of doubles A and some of the equations F of every system of a box, near a data set. */
export interface RowProblem {
  readonly box: SystemBox;
  readonly data: PlainData;
  /** A, one row an unknown, one column an equation. */
  readonly inverse: Float64Array;
  /** The equations of the columns of A. */
  readonly places: readonly EquationPlace[];
  /** The values of these equations, for every known side of the box, at the file's nodes. */
  readonly residuals: readonly Interval[];
  readonly meetings: readonly Meeting[];
}

/**
 * The equations of one neuron among the chosen ones. A row of A makes Σ_e h_e ∂P/∂w_e + β ∂P/∂b + Σ_c o_c ∂P/∂a_c of them, to
 * which a sample adds (a·g) σ′(z) (h·x + β) + (o·g) σ(z).
 */
export interface Cut {
  readonly neuron: number;
  /** Columns of A with their coordinates. */
  readonly hidden: readonly (EquationPlace & { readonly at: number })[];
  readonly bias: number | null;
  /** Column of A by output; −1 where there is none. */
  readonly output: readonly number[];
}

/** The equations neuron by neuron, of neurons that have any. */
export function cutsOf({ box, places }: RowProblem): readonly Cut[] {
  const { width, outputs } = box.shape;
  const all = places.map((place, at) => ({ ...place, at }));
  const cuts = Array.from({ length: width }, (_, neuron): Cut => {
    const own = all.filter((place) => place.neuron === neuron);
    return {
      neuron,
      hidden: own.filter(({ coordinate }) => coordinate >= 0),
      bias: own.find(({ coordinate, output }) => coordinate < 0 && output < 0)?.at ?? null,
      output: Array.from({ length: outputs }, (_, c) => own.find(({ output }) => output === c)?.at ?? -1),
    };
  });
  return cuts.filter(({ hidden, bias, output }) => hidden.length > 0 || bias !== null || output.some((at) => at >= 0));
}

/** h·x + β and o·g at one sample, enclosed, and |h|·t and |o|·t. */
export interface Reading {
  readonly inner: Interval;
  readonly outer: Interval;
  readonly innerReach: number;
  readonly outerReach: number;
}

/** A row of A, the equations of a neuron, and a sample. */
export interface RowPlace {
  readonly row: Float64Array;
  readonly cut: Cut;
  readonly i: number;
}

/** What a row of A reads at a cut and a sample; without a region t = 0. */
export function read({ box, data }: RowProblem, { row, cut, i }: RowPlace, region: Region | null): Reading {
  const { hidden, bias, output } = cut;
  const { inputDim: d, outputs } = box.shape;
  let inner = bias === null ? 0 : row[bias]!;
  let [innerSize, outer, outerSize, innerReach, outerReach] = [Math.abs(inner), 0, 0, 0, 0];
  for (const { at, coordinate } of hidden) {
    const term = row[at]! * data.points[i * d + coordinate]!;
    inner += term;
    innerSize += Math.abs(term);
    if (region !== null) innerReach += Math.abs(row[at]!) * region.points[i * d + coordinate]!;
  }
  for (let c = 0; c < outputs; c++) {
    const at = output[c]!;
    if (at < 0) continue;
    const term = row[at]! * data.multipliers[i * outputs + c]!;
    outer += term;
    outerSize += Math.abs(term);
    if (region !== null) outerReach += Math.abs(row[at]!) * region.multipliers[i * outputs + c]!;
  }
  return {
    inner: { mid: inner, rad: roundedUp(gamma(hidden.length + 2) * innerSize) },
    outer: { mid: outer, rad: roundedUp(gamma(outputs + 2) * outerSize) },
    innerReach: roundedUp(innerReach),
    outerReach: roundedUp(outerReach),
  };
}

/** The entry of the row at a column, 0 for none. */
export const entryAt = (row: Float64Array, at: number): Interval => exactly(at < 0 ? 0 : row[at]!);

export const product = (...factors: readonly Interval[]): Interval => factors.reduce(multiplyIntervals);

/** Above this size of any number, underflow would no longer be covered by {@link roundedUp}. */
const LARGEST_NUMBER = 2 ** 100;

/** Whether all numbers are finite and of a size that {@link roundedUp} was made for. */
export function areModerate({ box, data, inverse, meetings }: RowProblem): boolean {
  const nodes = [box.weights, box.bias, box.output].flatMap((values) => values.map(sizeOf));
  const met = meetings.flatMap(({ sigma, pairing }) => [...sigma.map(sizeOf), sizeOf(pairing)]);
  return [data.points, data.multipliers, inverse, nodes, met].every(isModerate);
}

export function isModerate(values: ArrayLike<number>): boolean {
  return maxAbs(values) <= LARGEST_NUMBER;
}

/**
 * Covers the rounding of sums of up to 2²⁴ products of up to eight nonnegative numbers below {@link LARGEST_NUMBER}: a
 * relative error of at most 2²⁵ half ulps, and underflows of 2⁻¹⁰⁷⁴ multiplied by less than 2⁶⁰⁰ each.
 */
export const roundedUp = (value: number): number => value * (1 + 2 ** -27) + 2 ** -440;

/** A bound of the relative rounding error of a sum, of the sizes of its terms, with up to `count` roundings a term. */
export const gamma = (count: number): number => count * 2 ** -52;
