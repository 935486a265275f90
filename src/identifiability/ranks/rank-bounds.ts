import {
  type EquationShape,
  equationsPerNeuron,
  momentColumnCount,
  momentDegrees,
  symmetricDimension,
  unknownCount,
} from "../equations/shape.ts";
import { gaugeDimension } from "./gauge.ts";

/** An upper bound of a generic rank that needs no computation; `exact` where a theorem says that it is attained. */
export interface RankBound {
  readonly rank: number;
  readonly exact: boolean;
}

/** Double points of forms on which the expected rank is missed by one: [variables, degree, points]. */
const EXCEPTIONS: readonly (readonly [number, number, number])[] = [
  [3, 4, 5],
  [4, 4, 9],
  [5, 4, 14],
  [5, 3, 7],
];

/**
 * Rank of the gradients at `points` general points, as conditions on the forms of degree `degree` in `variables`
 * variables; by duality (Terracini) also the dimension of the set of sums of that many powers of linear forms.
 *
 * Source: Alexander & Hirschowitz 1995; Brambilla & Ottaviani 2008, JPAA 212. See proofs/interpolation.md.
 */
export function doublePointRank(variables: number, degree: number, points: number): number {
  const forms = symmetricDimension(variables, degree);
  if (degree === 2 && points < variables) return points * variables - (points * (points - 1)) / 2;
  const exceptional = EXCEPTIONS.some(([v, p, m]) => v === variables && p === degree && m === points);
  return Math.min(points * variables, forms) - (exceptional ? 1 : 0);
}

/** The one symmetric tensor that carries all moments seen, if there is one. */
export interface SingleTensor {
  /** d, or d + 1 where the tensor's points are (x, 1). */
  readonly variables: number;
  readonly degree: number;
}

/** T_p alone, or T_0 … T_p together, which are the tensor Σ g (x, 1)^{⊗p} in d + 1 variables; else null. */
export function singleTensor(shape: EquationShape): SingleTensor | null {
  const degrees = momentDegrees(shape);
  const degree = degrees.at(-1) ?? 0;
  if (degree === 0) return null;
  if (degrees.length === 1) return { variables: shape.inputDim, degree };
  return degrees.length === degree + 1 ? { variables: shape.inputDim + 1, degree } : null;
}

/**
 * Variables of the forms whose gradients at general points the equations of one output are, or null where they are not
 * of that kind: one monomial with hidden weights (and bias) trained, or all degrees 0..p with value and gradient.
 */
function doublePointVariables(shape: EquationShape): number | null {
  const { trained, bias, inputDim, outputs } = shape;
  const tensor = singleTensor(shape);
  if (outputs !== 1 || tensor === null || !trained.has("hidden") || trained.has("output-bias")) return null;
  if (bias === "frozen") return null;
  if (bias === "none") {
    if (tensor.variables === inputDim) return inputDim;
    return trained.has("output") ? inputDim + 1 : null;
  }
  return hasEulerRelation(shape) || (isMonomial(shape) && !trained.has("output")) ? inputDim + 1 : null;
}

/** Whether the value of P at a node is a combination of its derivatives there (Euler), so that one equation is idle. */
function hasEulerRelation(shape: EquationShape): boolean {
  const { trained, bias, activation } = shape;
  if (!trained.has("hidden") || !trained.has("output") || !isMonomial(shape)) return false;
  if (activation.coefficients[0]!.numerator !== 0n || bias === "frozen") return false;
  return bias === "none" || trained.has("bias");
}

function isMonomial({ activation }: EquationShape): boolean {
  return activation.support.length === 1;
}

/** Equations per neuron that can be independent. */
export function independentEquationsPerNeuron(shape: EquationShape): number {
  return equationsPerNeuron(shape) - (hasEulerRelation(shape) ? 1 : 0);
}

/** Bound of the rank of the Hermite matrix at `width` general nodes. */
export function nodeRankBound(shape: EquationShape, width: number): RankBound {
  const variables = doublePointVariables(shape);
  if (variables !== null) return { rank: doublePointRank(variables, shape.activation.degree, width), exact: true };
  const fixed = shape.trained.has("output-bias") ? shape.outputs : 0;
  const rows = fixed + width * independentEquationsPerNeuron(shape);
  return { rank: Math.min(rows, momentColumnCount(shape)), exact: false };
}

/** Bound of the dimension of the set of all moments of `samples` samples. */
export function dataRankBound(shape: EquationShape, samples: number): RankBound {
  const tensor = singleTensor(shape);
  if (tensor !== null && shape.outputs === 1) {
    return { rank: doublePointRank(tensor.variables, tensor.degree, samples), exact: true };
  }
  const free = unknownCount(shape, samples) - gaugeDimension(shape, samples);
  return { rank: Math.min(free, momentColumnCount(shape)), exact: false };
}

/** Bound of the rank of the Jacobian in data and multipliers, from both sides and from the rank of the known side. */
export function jacobianRankBound(shape: EquationShape, width: number, samples: number): number {
  return Math.min(
    nodeRankBound(shape, width).rank,
    dataRankBound(shape, samples).rank,
    knownSideBound(shape, width, samples),
  );
}

/**
 * The hidden equations (with the bias) are a matrix with one row a neuron, the output equations (with their bias) one with
 * C rows; both have rank at most n. It binds only for C ≥ 2, where fewer than n + C neurons leave a continuum.
 */
export function knownSideBound({ trained, outputs, inputDim }: EquationShape, width: number, samples: number): number {
  const hidden = (trained.has("hidden") ? inputDim : 0) + (trained.has("bias") ? 1 : 0);
  const values = (trained.has("output") ? width : 0) + (trained.has("output-bias") ? 1 : 0);
  return lowRankDimension(width, hidden, samples) + lowRankDimension(outputs, values, samples);
}

/** Dimension k(rows + cols − k) of the matrices of rank at most k. */
function lowRankDimension(rows: number, cols: number, bound: number): number {
  const rank = Math.min(rows, cols, bound);
  return rank * (rows + cols - rank);
}
