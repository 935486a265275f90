import { kernelFrame, kernelMatrix } from "../equations/kernel-matrix.ts";
import type { ReducedSystem } from "../equations/reduction.ts";
import type { KktSystem } from "../equations/system.ts";
import { disturb } from "./disturb.ts";
import { type NumericalRank, numericalRankUnder } from "./numerical-rank.ts";

/** Outcome of the kernel criterion; `applies` says whether its hypotheses other than the nullity hold. */
export interface KernelCriterion {
  readonly applies: boolean;
  /** Why it does not apply. */
  readonly obstacle: string | null;
  readonly rows: number;
  readonly columns: number;
  readonly nullity: number | null;
  readonly rank: NumericalRank | null;
  readonly holds: boolean;
}

/**
 * Kernel criterion: with n = rank G = nullity K the n-sample data set is the only one, from the weights alone.
 *
 * K has a row [−G_j | a_jc · s_l(j) · monomials of degree l of w_j] per neuron, in a basis of the row space of G: for every
 * output c and degree l of σ′, s_l(j) = σ^{(l+1)}(b_j)/l!. A trained hidden bias is a coordinate, G then is (G, β).
 * Source: proofs/kernel-criterion.md. Decided here in doubles: the basis is numerical.
 */
export function kernelCriterion(
  { system, inputDim }: ReducedSystem,
  samples: number,
  rankG: number,
  entryError: number,
): KernelCriterion {
  const obstacle = obstacleOf(system, samples, inputDim, rankG);
  if (obstacle !== null) return doesNotApply(obstacle, 0, 0);
  const frame = kernelFrame(system, samples, entryError);
  if (typeof frame === "string") return doesNotApply(frame, 0, 0);
  const { K, rows, columns } = kernelMatrix(system, frame);
  if (rows < columns - samples) {
    const few = `${rows} neurons are fewer than the ${columns - samples} that nullity ${samples} needs`;
    return doesNotApply(few, rows, columns);
  }
  const disturbed = kernelMatrix(disturb(system, entryError), frame).K;
  const rank = numericalRankUnder(K, disturbed, { rows, cols: columns, entryError });
  const nullity = columns - rank.rank;
  return { applies: true, obstacle: null, rows, columns, nullity, rank, holds: nullity === samples && rank.clear };
}

function doesNotApply(obstacle: string, rows: number, columns: number): KernelCriterion {
  return { applies: false, obstacle, rows, columns, nullity: null, rank: null, holds: false };
}

function obstacleOf({ shape }: KktSystem, samples: number, inputDim: number, rankG: number): string | null {
  if (!shape.trained.has("hidden")) return "the hidden layer gives no equations";
  if (shape.activation.degree < 3) return "no degree of the activation is 3 or more";
  if (shape.bias === "trained") return null;
  if (rankG !== samples) return `rank G = ${rankG} differs from n = ${samples}`;
  return inputDim === samples ? null : "the system is not written in the row space of G";
}
