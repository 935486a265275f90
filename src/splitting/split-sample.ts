import { norm2 } from "../linalg/dense.ts";
import type { SampleProblem } from "../objective/sample-problem.ts";

/**
 * A problem for any number of samples. Penalties and equations of single samples are multiplied by the family weights,
 * one a sample, which add up to one over the descendants of a sample; an objective of Σ φ(x_i) g_i alone ignores them.
 */
export type ProblemFactory = (samples: number, familyWeights: Float64Array) => SampleProblem;

/** Samples with their family weights. */
export interface Family {
  readonly u: Float64Array;
  /** Length n. */
  readonly weights: Float64Array;
}

export interface SplitShape {
  /** C and d of a block. */
  readonly outputs: number;
  readonly inputDim: number;
  /**
   * Share ω of the first offspring, the second has 1 − ω: ½ for a positive split, outside [0, 1] for a signed one; not 0
   * or 1.
   */
  readonly share: number;
}

/**
 * Replaces a sample by two: with s = ε v / √|ω(1 − ω)| and κ' alike, x + (1 − ω)s with ω(g + (1 − ω)κ'), and x − ωs with
 * (1 − ω)(g − ωκ'). The first stays in place, the second comes last. For ω = ½ and κ = 0 this is x ± εv with g/2.
 *
 * @param direction - z = (κ, v), length C + d
 * @returns a family of one sample more
 * Source: proofs/sample-splitting.md, statement 1; shares outside [0, 1]: Wu et al. (2020), arXiv 2003.10392.
 */
export function splitSample(
  { u, weights }: Family,
  sample: number,
  { direction, epsilon }: { readonly direction: Float64Array; readonly epsilon: number },
  { outputs: C, inputDim: d, share }: SplitShape,
): Family {
  const block = C + d;
  const at = sample * block;
  const step = epsilon / Math.sqrt(Math.abs(share * (1 - share)));
  const next = new Float64Array(u.length + block);
  next.set(u);
  const offspring = (to: number, own: number, other: number): void => {
    for (let k = 0; k < block; k++) {
      const moved = u[at + k]! + other * step * direction[k]!;
      next[to + k] = k < C ? own * moved : moved;
    }
  };
  offspring(at, share, 1 - share);
  offspring(u.length, 1 - share, -share);
  const shared = new Float64Array(weights.length + 1);
  shared.set(weights);
  // Penalties want weights that are not negative; half each is one such choice for every share.
  shared[sample] = weights[sample]! / 2;
  shared[weights.length] = weights[sample]! / 2;
  return { u: next, weights: shared };
}

/** A family of n samples of weight one. */
export function wholeFamily(u: Float64Array, samples: number): Family {
  return { u, weights: new Float64Array(samples).fill(1) };
}

/** F = ½‖R‖² of a family. */
export function objectiveAt(problemOf: ProblemFactory, { u, weights }: Family): number {
  const problem = problemOf(weights.length, weights);
  return norm2(problem.residual(u, new Float64Array(problem.rows))) ** 2 / 2;
}

/** A split with the step that was found for it. */
export interface SplitStep {
  readonly family: Family;
  readonly epsilon: number;
  /** (ε²/2)|zᵀMz|, positive where the split should lower F. */
  readonly predictedDecrease: number;
  /** F before less F after, of the true objective. */
  readonly measuredDecrease: number;
}

export interface SplitSearch extends SplitShape {
  readonly direction: Float64Array;
  /** Predicted change of F for ε = 1, zᵀMz/2 with the sign of the split. */
  readonly change: number;
  readonly largestEpsilon: number;
}

const HALVINGS = 14;

/**
 * The step of a split by backtracking on the true objective: ε is halved from the largest until F falls, and further as
 * long as that lowers F more.
 *
 * @param before - F of the family as it is
 * @returns the best split met, even if it does not lower F; its `measuredDecrease` says which
 */
export function backtrackSplit(
  problemOf: ProblemFactory,
  family: Family,
  { sample, before }: { readonly sample: number; readonly before: number },
  search: SplitSearch,
): SplitStep {
  let best: SplitStep | null = null;
  let epsilon = search.largestEpsilon;
  for (let trial = 0; trial <= HALVINGS; trial++, epsilon /= 2) {
    const split = splitSample(family, sample, { direction: search.direction, epsilon }, search);
    const measuredDecrease = before - objectiveAt(problemOf, split);
    const step = { family: split, epsilon, predictedDecrease: -search.change * epsilon ** 2, measuredDecrease };
    if (best !== null && best.measuredDecrease > 0 && measuredDecrease <= best.measuredDecrease) return best;
    if (best === null || measuredDecrease > best.measuredDecrease) best = step;
  }
  return best!;
}
