import { type Interval, innerProduct } from "./intervals.ts";
import { boxOf, type NetworkSystem } from "./network-system.ts";
import type { Problem } from "./problem.ts";
import { encloseSolution, requireFullColumnRank } from "./regular.ts";
import { require } from "./rejection.ts";

/** The nodes and the hidden known side of every system of the box, in the coordinates of a space. */
export interface SpaceView {
  readonly inputDim: number;
  /** m×inputDim. */
  readonly nodes: readonly (readonly Interval[])[];
  /** m×inputDim; empty if the hidden layer gives no equations. */
  readonly known: readonly (readonly Interval[])[];
}

/** The coordinates of the file. */
export function wholeSpace({ inputDim, width }: Problem, system: NetworkSystem): SpaceView {
  const side = system.known.get("hidden");
  const rows = (entryAt: (index: number) => Interval): Interval[][] =>
    Array.from({ length: width }, (_, j) => Array.from({ length: inputDim }, (_, e) => entryAt(j * inputDim + e)));
  return {
    inputDim,
    nodes: rows((index) => boxOf(system, system.weights, index)),
    known: side === undefined ? [] : rows((index) => boxOf(system, side, index)),
  };
}

/**
 * The coordinates y of x = G_Jᵀy, for n rows J and columns J′ of the known side G with G_JJ′ regular throughout the box:
 * nodes u_j = G_J w_j, and known side p_j with G_j = G_Jᵀp_j, which is the unit vector for j in J and solves
 * G_JJ′ᵀ p_j = G_jJ′ else. As rank G = n, the rows G_J are a basis of the span of every n samples that fit.
 *
 * @throws {@link Rejection} if the minor is not regular throughout the box
 */
export function spanCoordinates(whole: SpaceView, rows: readonly number[], columns: readonly number[]): SpaceView {
  require(whole.known.length > 0, "the hidden layer gives no equations");
  const basis = rows.map((row) => whole.known[row]!);
  const transposed = columns.map((column) => basis.map((row) => row[column]!));
  const minor = requireFullColumnRank(transposed, "the minor of the known side");
  const known = whole.known.map((side, j) => {
    const place = rows.indexOf(j);
    if (place >= 0) return rows.map((_, k) => ({ low: Number(k === place), high: Number(k === place) }));
    return encloseSolution(
      minor,
      columns.map((column) => side[column]!),
      "the known side in the span",
    );
  });
  return {
    inputDim: rows.length,
    nodes: whole.nodes.map((w) => basis.map((row) => innerProduct(row, w))),
    known,
  };
}
