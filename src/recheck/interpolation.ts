import type { Problem } from "./problem.ts";
import * as shape from "./shape.ts";

/** Ranks that theorems give: proofs/interpolation.md, proofs/counting.md. */

/**
 * A(v, p, k), the rank of the gradients of forms of degree p in v variables at k general points: min(k·v, N) but for
 * quadrics, and but for four cases (Alexander & Hirschowitz 1995; Brambilla & Ottaviani 2008). Dually the dimension of the
 * sums of k powers.
 */
function doublePointRank(v: number, p: number, k: number): number {
  if (p === 2 && k < v) return k * v - (k * (k - 1)) / 2;
  const isShort = ["3,4,5", "4,4,9", "5,4,14", "5,3,7"].includes(`${v},${p},${k}`);
  return Math.min(k * v, shape.symmetricDimension(v, p)) - (isShort ? 1 : 0);
}

/** B(v, p), the least k with A(v, p, k) = C(v+p−1, p). */
function nodesForForms(v: number, p: number): number {
  const forms = shape.symmetricDimension(v, p);
  const least = p === 2 ? v : Math.ceil(forms / v);
  return doublePointRank(v, p, least) === forms ? least : least + 1;
}

/**
 * How many general nodes determine all moments in a space of dimension d; null where no theorem used here speaks. The
 * output weights may stand at the unit vectors, so that each output has nodes of its own.
 *
 * - With a bias, nodes far away see the form of degree p in (w, b), whose coefficients are all the moments.
 * - Values and gradients of all polynomials of degree ≤ p are gradients of forms in d + 1 variables.
 * - Else every degree gets nodes of its own, at scales far apart; T_0 is seen by a value or by the output bias.
 */
export function nodesForMoments(problem: Problem, d: number): number | null {
  const { trained, outputs, bias } = problem;
  const p = shape.degreeOf(problem);
  if (!trained.has("hidden")) return null;
  if (bias !== "none") return trained.has("output") || trained.has("bias") ? outputs * nodesForForms(d + 1, p) : null;
  const support = shape.supportOf(problem);
  const apart = support.reduce((sum, k) => sum + nodesForForms(d, k), 0);
  const isComplete = trained.has("output") && support.length === p;
  return outputs * (isComplete ? Math.min(apart, nodesForForms(d + 1, p)) : apart);
}

export const BOUNDS = ["nodes", "moments", "known-side"] as const;

/** Proved upper bound of the rank of the equations (side rows not counted) for the problem's d, n and m. */
export function rankBound(problem: Problem, name: (typeof BOUNDS)[number]): number {
  return { nodes: nodeBound, moments: momentBound, "known-side": knownSideBound }[name](problem);
}

/** Independent equations at general nodes. */
function nodeBound(problem: Problem): number {
  const { trained, outputs, width, inputDim } = problem;
  const variables = doublePointVariables(problem);
  if (variables !== null) return doublePointRank(variables, shape.degreeOf(problem), width);
  const perNeuron = shape.equationsPerNeuron(problem, inputDim) - (hasEulerRelation(problem) ? 1 : 0);
  const rows = width * perNeuron + (trained.has("output-bias") ? outputs : 0);
  return Math.min(rows, shape.momentCount(problem, inputDim));
}

/**
 * Euler: with σ = c z^p, Σ_e w_e ∂P/∂w_e (+ b ∂P/∂b) = p·P, so the output equations of a neuron, combined with its a,
 * follow from the hidden ones.
 */
function hasEulerRelation(problem: Problem): boolean {
  const { trained, bias, activation } = problem;
  const homogeneous = shape.supportOf(problem).length === 1 && activation[0]!.numerator === 0n && bias !== "frozen";
  return homogeneous && trained.has("hidden") && trained.has("output");
}

/** Variables of the forms of degree p whose gradients at the nodes are the equations; null where they are nothing such. */
function doublePointVariables(problem: Problem): number | null {
  const { trained, bias, outputs, inputDim } = problem;
  const tensor = shape.singleTensor(problem);
  if (tensor === null || outputs !== 1 || !trained.has("hidden") || trained.has("output-bias")) return null;
  if (bias === "frozen") return null;
  if (bias === "trained") {
    // P is a form in (w, b) if σ is a monomial; its value then adds nothing (Euler) or is not seen.
    const isForm = shape.supportOf(problem).length === 1 && (hasEulerRelation(problem) || !trained.has("output"));
    return isForm ? inputDim + 1 : null;
  }
  if (tensor.variables === inputDim) return inputDim;
  return trained.has("output") ? inputDim + 1 : null;
}

/**
 * Dimension of the set of moments of n samples. For one output the derivatives are, transposed, values and gradients at
 * the samples of polynomials with the degrees seen: of forms in d variables for T_p alone, else of some of the
 * polynomials of degree ≤ p, which homogenised are forms in d + 1 variables.
 */
function momentBound(problem: Problem): number {
  const { inputDim, outputs, samples } = problem;
  const degrees = shape.degreesSeen(problem);
  const moments = shape.momentCount(problem, inputDim);
  const p = degrees.at(-1)!;
  if (outputs > 1 || p === 0) return moments;
  const bound = Math.min(moments, doublePointRank(degrees.length === 1 ? inputDim : inputDim + 1, p, samples));
  if (degrees.length === 1 || degrees[0]! < 2) return bound;
  // No term of degree 0 or 1: one double point more, at the origin.
  return Math.min(bound, doublePointRank(inputDim + 1, p, samples + 1) - (inputDim + 1));
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
