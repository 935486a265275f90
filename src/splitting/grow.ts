import type { SplittingOptions, SplittingResult, SplittingStatus } from "./escape.ts";
import { proposeSplit } from "./propose.ts";
import { finalLimits, minimise, stageLimits } from "./round.ts";
import { type ProblemFactory, wholeFamily } from "./split-sample.ts";
import type { SplitRecord } from "./split-tree.ts";

/**
 * Grows a data set by splits: minimise with the samples at hand, split the one that promises most, repeat up to n.
 *
 * @param start - unknowns of one sample or of a few; not changed
 * @returns n samples, or fewer with status "stable" where no split promises a decrease
 * Source: proofs/sample-splitting.md; Liu, Wu & Wang (2019), arXiv 1910.02366.
 */
export function growBySplitting(
  problemOf: ProblemFactory,
  start: Float64Array,
  samples: number,
  options: SplittingOptions,
): SplittingResult {
  const { targetResidual = 0, shouldStop, random, rule = {} } = options;
  const { block } = problemOf(1, Float64Array.of(1));
  const tree: SplitRecord[] = [];
  let n = start.length / block;
  const origin: (number | null)[] = Array(n).fill(null);
  const descend = (from: Float64Array) =>
    minimise(problemOf, wholeFamily(from, n), n === samples ? finalLimits(options) : stageLimits(options));
  let { u, objective } = descend(start);
  const finish = (status: SplittingStatus): SplittingResult => {
    return { u, residualNorm: Math.sqrt(2 * objective), status, tree };
  };
  while (n < samples) {
    if (shouldStop?.()) return finish("stopped");
    const state = { problemOf, family: wholeFamily(u, n), objective, tried: new Set<number>(), random };
    const proposal = proposeSplit(state, rule);
    if (proposal === null) return finish("stable");
    const before = { parent: origin[proposal.sample]!, objectiveBefore: objective, objectiveAtSplit: objective };
    origin[proposal.sample] = tree.length;
    origin.push(tree.length);
    n++;
    options.onEvent?.("split");
    ({ u, objective } = descend(proposal.family.u));
    const after = { objectiveAfter: objective, accepted: true, contraction: null };
    tree.push({ id: tree.length, samples: n - 1, ...proposal.record, ...before, ...after });
  }
  return finish(Math.sqrt(2 * objective) <= targetResidual ? "target-reached" : "split-limit");
}
