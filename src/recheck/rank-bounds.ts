import type { Problem } from "./problem.ts";
import {
  degreeOf,
  degreesSeen,
  freeUnknowns,
  momentCount,
  sideRowsPerSample,
  supportOf,
  symmetricDimension,
} from "./shape-facts.ts";

/** Upper bounds of the rank of the Jacobian that are theorems: proofs/counting.md, proofs/interpolation.md. */

export const BOUNDS = ["nodes", "moments", "known-side"] as const;
export type BoundName = (typeof BOUNDS)[number];

/** Proved upper bound of the rank of the equations (side rows not counted) for the problem's d, n and m. */
function rankBound(problem: Problem, name: BoundName): number {
  if (name === "nodes") return nodeBound(problem);
  return name === "moments" ? momentBound(problem) : knownSideBound(problem);
}

/** The rank, side rows included, that the bound allows, and the rank that a discrete fibre needs. */
export function compareCount(problem: Problem, name: BoundName): { readonly most: number; readonly needed: number } {
  const { samples } = problem;
  return {
    most: rankBound(problem, name) + samples * sideRowsPerSample(problem),
    needed: freeUnknowns(problem, problem),
  };
}

/**
 * Rank of the gradients of forms of degree p in v variables at k general points: min(k·v, N) but for quadrics, and but
 * for four cases (Alexander & Hirschowitz 1995; Brambilla & Ottaviani 2008). Dually the dimension of the sums of k powers.
 */
function doublePointRank(v: number, p: number, k: number): number {
  const forms = symmetricDimension(v, p);
  if (p === 2 && k < v) return k * v - (k * (k - 1)) / 2;
  const short = ["3,4,5", "4,4,9", "5,4,14", "5,3,7"].includes(`${v},${p},${k}`);
  return Math.min(k * v, forms) - (short ? 1 : 0);
}

/** Independent equations at general nodes. */
function nodeBound(problem: Problem): number {
  const { trained, outputs, width, inputDim } = problem;
  const variables = doublePointVariables(problem);
  if (variables !== null) return doublePointRank(variables, degreeOf(problem), width);
  const perNeuron =
    (trained.has("hidden") ? inputDim : 0) +
    (trained.has("bias") ? 1 : 0) +
    (trained.has("output") ? outputs : 0) -
    (hasEulerRelation(problem) ? 1 : 0);
  const rows = width * perNeuron + (trained.has("output-bias") ? outputs : 0);
  return Math.min(rows, momentCount(problem, inputDim));
}

/**
 * Euler: with σ = c z^p, Σ_e w_e ∂P/∂w_e (+ b ∂P/∂b) = p·P, so the output equations of a neuron, combined with its a,
 * follow from the hidden ones.
 */
function hasEulerRelation(problem: Problem): boolean {
  const { trained, bias, activation } = problem;
  const homogeneous = supportOf(problem).length === 1 && activation[0]!.numerator === 0n && bias !== "frozen";
  return homogeneous && trained.has("hidden") && trained.has("output");
}

/** Variables of the forms of degree p whose gradients at the nodes are the equations; null where they are nothing such. */
function doublePointVariables(problem: Problem): number | null {
  const { trained, bias, outputs, inputDim } = problem;
  const tensor = singleTensor(problem);
  if (tensor === null || outputs !== 1 || !trained.has("hidden") || trained.has("output-bias")) return null;
  if (bias === "frozen") return null;
  if (bias === "trained") {
    // P is a form in (w, b) if σ is a monomial; its value then adds nothing (Euler) or is not seen.
    const isForm = supportOf(problem).length === 1 && (hasEulerRelation(problem) || !trained.has("output"));
    return isForm ? inputDim + 1 : null;
  }
  if (tensor.variables === inputDim) return inputDim;
  return trained.has("output") ? inputDim + 1 : null;
}

/** The symmetric tensor that holds all moments: T_p alone in d variables, or T_0 … T_p together in d + 1. */
export function singleTensor(problem: Problem): { readonly variables: number; readonly degree: number } | null {
  const degrees = degreesSeen(problem);
  const degree = degrees.at(-1)!;
  if (degree === 0) return null;
  if (degrees.length === 1) return { variables: problem.inputDim, degree };
  return degrees.length === degree + 1 ? { variables: problem.inputDim + 1, degree } : null;
}

/**
 * Dimension of the set of moments of n samples. For one output the derivatives are, transposed, values and gradients at
 * the samples of polynomials with the degrees seen: of forms in d variables for T_p alone, else of some of the
 * polynomials of degree ≤ p, which homogenised are forms in d + 1 variables.
 */
function momentBound(problem: Problem): number {
  const { inputDim, outputs, samples } = problem;
  const degrees = degreesSeen(problem);
  const moments = momentCount(problem, inputDim);
  const p = degrees.at(-1)!;
  if (outputs > 1 || p === 0) return moments;
  return Math.min(moments, doublePointRank(degrees.length === 1 ? inputDim : inputDim + 1, p, samples));
}

/** The hidden equations form a matrix with a row a neuron, the output equations one with C rows; both of rank ≤ n. */
function knownSideBound({ trained, outputs, inputDim, width, samples }: Problem): number {
  const dimension = (rows: number, columns: number): number => {
    const rank = Math.min(rows, columns, samples);
    return rank * (rows + columns - rank);
  };
  const hidden = (trained.has("hidden") ? inputDim : 0) + (trained.has("bias") ? 1 : 0);
  const values = (trained.has("output") ? width : 0) + (trained.has("output-bias") ? 1 : 0);
  return dimension(width, hidden) + dimension(outputs, values);
}
