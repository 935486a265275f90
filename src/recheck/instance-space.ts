import { type Equation, hermiteCoefficients, list, listEquations, listMoments, type Neuron } from "./equations.ts";
import { enclose, exactly, INTERVALS, type Interval } from "./intervals.ts";
import { require } from "./json.ts";
import { boxOf, type NetworkSystem, neuronsOf, positionOf } from "./network-system.ts";
import { dot } from "./numbers.ts";
import type { Problem } from "./problem.ts";
import { encloseSolution, requireFullColumnRank } from "./regular.ts";
import { degreeOf } from "./shape.ts";

/** The nodes and the hidden known side of every system of the box, in the coordinates of a space. */
export interface SpaceView {
  readonly inputDim: number;
  readonly neurons: readonly Neuron<Interval>[];
  /** m×inputDim; empty if the hidden layer gives no equations. */
  readonly known: readonly (readonly Interval[])[];
}

/** Coordinates z of x = Vᵀz, n rows V that span the samples of every solution. */
export interface FrameView extends SpaceView {
  readonly vectors: readonly (readonly Interval[])[];
}

/** The coordinates of the file. */
export function wholeSpace(problem: Problem, system: NetworkSystem): SpaceView {
  const { inputDim, width } = problem;
  const side = system.known.get("hidden");
  const known = list(side === undefined ? 0 : width, (j) =>
    list(inputDim, (e) => boxOf(system, side!, j * inputDim + e)),
  );
  return { inputDim, neurons: neuronsOf(problem, system, (entries, k) => boxOf(system, entries, k)), known };
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
    if (rows.includes(j)) return rows.map((row) => exactly(row === j ? 1 : 0));
    const values = columns.map((column) => side[column]!);
    return encloseSolution(minor, values, "the known side in the span");
  });
  const neurons = whole.neurons.map(({ w, b, a }) => ({ w: basis.map((row) => dot(INTERVALS, row, w)), b, a }));
  return { inputDim: rows.length, neurons, known };
}

/** The Hermite matrix over the box. */
export function hermiteBox(problem: Problem, view: SpaceView): Interval[][] {
  const moments = listMoments(problem, view.inputDim);
  const hermite = hermiteCoefficients(INTERVALS, view.neurons, problem.activation.map(enclose));
  return listEquations(problem, view.inputDim).map((equation) => moments.map((moment) => hermite(equation, moment)));
}

/** The known sides of all equations, in the order of the equations and the coordinates of the space. */
export function knownBox(problem: Problem, system: NetworkSystem, view: SpaceView): Interval[] {
  const known = (equation: Equation): Interval => {
    if (equation.layer === "hidden") return view.known[equation.neuron]![equation.coordinate]!;
    return boxOf(system, system.known.get(equation.layer)!, positionOf(problem, equation));
  };
  return listEquations(problem, view.inputDim).map(known);
}

/**
 * Rows a_jc (l + 1) s_{l+1}(b_j) · monomials of degree l of u_j, for l < p and every output c, what σ′(u·y + b) is made of:
 * the coefficients of ∂P/∂b, whose multinomial factors only scale columns. Without a bias a degree l with c_{l+1} = 0 has no
 * columns.
 */
export function kernelBox(problem: Problem, view: SpaceView): Interval[][] {
  const { activation, bias } = problem;
  const isSeen = (l: number): boolean => bias !== "none" || activation[l + 1]!.numerator !== 0n;
  const degrees = list(degreeOf(problem), (l) => l).filter(isSeen);
  const columns = listMoments(problem, view.inputDim, degrees);
  const hermite = hermiteCoefficients(INTERVALS, view.neurons, activation.map(enclose));
  return view.neurons.map((_, neuron) =>
    columns.map((moment) => hermite({ layer: "bias", neuron, coordinate: -1, output: -1 }, moment)),
  );
}
