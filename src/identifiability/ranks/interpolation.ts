import {
  binomial,
  type EquationShape,
  equationsPerNeuron,
  momentColumnCount,
  momentDegrees,
  symmetricDimension,
} from "../../equations/shape.ts";

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

/**
 * Rank of values and gradients at general points on the polynomials of degree ≤ p in d variables, or on those without a
 * constant term: a zero at the origin is one more general point with its value only. Source: proofs/interpolation.md.
 */
export function polynomialRank(inputDim: number, degree: number, points: number, constant: boolean): number {
  const rank = doublePointRank(inputDim + 1, degree, points);
  return constant ? rank : Math.min(rank, binomial(inputDim + degree, degree) - 1);
}

/**
 * Rank of the gradients at general points on the polynomials of degrees D without constant term that is proved by giving
 * each degree nodes of its own, at scales far apart: Σ_k rank of the gradients of forms of degree k. The nodes are shared
 * out so that each adds as much as possible. Source: proofs/interpolation.md, section "Scales".
 */
export function separatedRank(inputDim: number, degrees: readonly number[], points: number): number {
  const full = degrees.map((k) => (k === 1 || k === 2 ? 1 : Math.floor(symmetricDimension(inputDim, k) / inputDim)));
  const share = degrees.map(() => 0);
  let left = points;
  const give = (at: number, count: number): void => {
    const taken = Math.min(left, count);
    share[at]! += taken;
    left -= taken;
  };
  for (let at = degrees.length - 1; at >= 0; at--) give(at, full[at]!);
  // The rest of a degree: one node with fewer conditions, for quadrics d − 1 nodes with ever fewer.
  const rests = degrees.flatMap((k, at) => {
    if (k === 2) return Array.from({ length: inputDim - 1 }, (_, i) => ({ at, gain: inputDim - 1 - i }));
    return k === 1 ? [] : [{ at, gain: symmetricDimension(inputDim, k) - full[at]! * inputDim }];
  });
  for (const { at } of rests.sort((a, b) => b.gain - a.gain)) give(at, 1);
  return degrees.reduce((sum, k, at) => sum + doublePointRank(inputDim, k, share[at]!), 0);
}

/**
 * A rank of the Hermite matrix at `width` general nodes that theorems prove; the true one may be larger.
 * Source: proofs/interpolation.md, section "Lower bounds"
 */
export function provedNodeRank(shape: EquationShape, width: number): number {
  const { outputs, trained } = shape;
  let rank = trained.has("output-bias") ? outputs : 0;
  // Output weights at the unit vectors: a neuron gives its hidden equations to one output and its value to all.
  for (let c = 0; c < outputs; c++) {
    const own = Math.floor(width / outputs) + (c < width % outputs ? 1 : 0);
    rank += provedRankOfOutput(shape, own, width - own);
  }
  return rank;
}

/** The same for one output: `own` nodes with all equations and `others` with their value. */
function provedRankOfOutput(shape: EquationShape, own: number, others: number): number {
  const { trained, outputs } = shape;
  // A trained output bias shows T_0 alone.
  const columns = momentColumnCount(shape) / outputs - (trained.has("output-bias") ? 1 : 0);
  // The functions of a node in one row are independent, so a general row adds to the rank until all is known.
  const single = equationsPerNeuron(shape) === 0 ? 0 : own;
  const rank = Math.max(single, trained.has("hidden") ? provedGradientRank(shape, own) : 0);
  return Math.min(columns, rank + (trained.has("output") ? others : 0));
}

function provedGradientRank(shape: EquationShape, points: number): number {
  const { inputDim: d, bias, trained, activation } = shape;
  const p = activation.degree;
  const constant = momentDegrees(shape).includes(0) && !trained.has("output-bias");
  const valued = trained.has("output");
  // With a bias, far away nodes see the forms of degree p in the d + 1 variables (w, b).
  if (bias !== "none" && (valued || trained.has("bias"))) return polynomialRank(d, p, points, constant);
  const all = bias !== "none" || activation.support.length === p;
  if (all && valued && p > 1) return polynomialRank(d, p, points, constant);
  const independent = all ? d * independentPoints(d, p, points) : 0;
  if (bias !== "none") return independent;
  const separated = separatedRank(d, activation.support, points);
  return Math.max(independent, separated) + (constant && valued && points > 0 ? 1 : 0);
}

/** The most points, up to a number, whose values and gradients are independent conditions on polynomials. */
function independentPoints(inputDim: number, degree: number, points: number): number {
  const room = Math.floor(binomial(inputDim + degree, degree) / (inputDim + 1));
  let count = Math.min(points, degree <= 2 ? 1 : room);
  while (count > 0 && doublePointRank(inputDim + 1, degree, count) < count * (inputDim + 1)) count--;
  return count;
}
