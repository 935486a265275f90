import {
  type EquationShape,
  equationsPerNeuron,
  momentColumnCount,
  momentDegrees,
  unknownCount,
} from "../../equations/shape.ts";
import { gaugeDimension } from "../gauge.ts";
import { doublePointRank, polynomialRank, provedNodeRank } from "./interpolation.ts";

export { doublePointRank } from "./interpolation.ts";

/** An upper bound of a generic rank that needs no computation; `exact` where a theorem says that it is attained. */
export interface RankBound {
  readonly rank: number;
  readonly exact: boolean;
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

/**
 * Bound of the rank of the Hermite matrix at `width` general nodes; exact where a theorem gives the rank, or a rank that
 * theorems prove meets the bound. Source: proofs/interpolation.md.
 */
export function nodeRankBound(shape: EquationShape, width: number): RankBound {
  const known = exactNodeRank(shape, width);
  if (known !== null) return { rank: known, exact: true };
  const fixed = shape.trained.has("output-bias") ? shape.outputs : 0;
  const rows = fixed + width * independentEquationsPerNeuron(shape);
  const rank = Math.min(rows, momentColumnCount(shape));
  return { rank, exact: provedNodeRank(shape, width) === rank };
}

/** The rank where the theorem of Alexander and Hirschowitz decides it, also below rows and columns; else null. */
function exactNodeRank(shape: EquationShape, width: number): number | null {
  const variables = doublePointVariables(shape);
  return variables === null ? null : doublePointRank(variables, shape.activation.degree, width);
}

/** Bound of the dimension of the set of all moments of `samples` samples. */
export function dataRankBound(shape: EquationShape, samples: number): RankBound {
  const tensor = singleTensor(shape);
  const degrees = momentDegrees(shape);
  if (tensor !== null && shape.outputs === 1) {
    return { rank: doublePointRank(tensor.variables, tensor.degree, samples), exact: true };
  }
  if (shape.outputs === 1 && degrees[0] === 1 && degrees.length > 2 && degrees.at(-1) === degrees.length) {
    // By duality values and gradients at the samples, on polynomials without a constant term.
    return { rank: polynomialRank(shape.inputDim, degrees.length, samples, false), exact: true };
  }
  if (shape.outputs === 1 && degrees.length >= 2 && degrees[0]! >= 2) {
    // Polynomials without terms of degree 0 and 1 have one double point more, at the origin (proofs/number-of-solutions.md).
    const [variables, degree] = [shape.inputDim + 1, degrees.at(-1)!];
    const rank = doublePointRank(variables, degree, samples + 1) - variables;
    const whole = degrees.length === degree - 1;
    const bounded = Math.min(
      rank,
      momentColumnCount(shape),
      unknownCount(shape, samples) - gaugeDimension(shape, samples),
    );
    return { rank: bounded, exact: whole };
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

/**
 * The least width from 0 on that suffices, for a condition that every wider network also meets; null if none up to about
 * `limit` does.
 */
export function leastWidth(suffices: (width: number) => boolean, limit: number): number | null {
  if (suffices(0)) return 0;
  let [below, above] = [0, 1];
  while (!suffices(above)) {
    if (above > limit) return null;
    [below, above] = [above, 2 * above];
  }
  while (above - below > 1) {
    const middle = Math.floor((above + below) / 2);
    if (suffices(middle)) above = middle;
    else below = middle;
  }
  return above;
}
