import type { Random } from "../random.ts";
import { type Proposer, proposeSplit, type SplitRule } from "./propose.ts";
import { pruneFirst, type Round, type RoundOptions, splitFirst } from "./round.ts";
import { objectiveAt, type ProblemFactory, wholeFamily } from "./split-sample.ts";
import type { SplitRecord, SplitTree } from "./split-tree.ts";

export interface SplittingOptions extends RoundOptions {
  /** Splits at most, accepted or not; 12 by default. */
  readonly maxSplits?: number;
  /**
   * "split-first", the default: n + 1 samples for a while, then one is given up. "prune-first": one is given up, and the
   * split brings the number back; meant for samples that have run away (proofs/sample-splitting.md, "Runaway samples"),
   * and measured no better (bench/results/splitting.md).
   */
  readonly order?: "split-first" | "prune-first";
  readonly rule?: SplitRule;
  readonly random: Random;
}

/**
 * How a run by splitting ended. "stable": no sample has a split that lowers F to second order; "exhausted": every such
 * split was tried and none was worth keeping; "split-limit": all splits allowed were made.
 */
export type SplittingStatus = "target-reached" | "stable" | "exhausted" | "split-limit" | "stopped";

export interface SplittingResult {
  readonly u: Float64Array;
  readonly residualNorm: number;
  readonly status: SplittingStatus;
  readonly tree: SplitTree;
}

/**
 * Leaves a poor stationary point by splits: split a sample along its least curvature, minimise, and merge or prune, in
 * either order; what is kept has n samples and a lower F than before.
 *
 * @param problemOf - the problem for n − 1, n and n + 1 samples
 * @param start - a stationary point of n samples, as far as it goes; not changed
 * Source: proofs/sample-splitting.md.
 */
export function escapeBySplitting(
  problemOf: ProblemFactory,
  start: Float64Array,
  options: SplittingOptions,
): SplittingResult {
  return escapeBy((state) => proposeSplit(state, options.rule ?? {}), problemOf, start, options);
}

/** The loop of {@link escapeBySplitting} with any way of adding a sample. */
export function escapeBy(
  propose: Proposer,
  problemOf: ProblemFactory,
  start: Float64Array,
  options: SplittingOptions,
): SplittingResult {
  const { maxSplits = 12, targetResidual = 0, order = "split-first", shouldStop, random } = options;
  const samples = start.length / problemOf(1, Float64Array.of(1)).block;
  const advance = order === "split-first" ? splitFirst : pruneFirst;
  const tree: SplitRecord[] = [];
  const tried = new Set<number>();
  let origin: readonly (number | null)[] = Array(samples).fill(null);
  let u = start;
  let objective = objectiveAt(problemOf, wholeFamily(u, samples));
  const finish = (status: SplittingStatus): SplittingResult => {
    return { u, residualNorm: Math.sqrt(2 * objective), status, tree };
  };
  for (;;) {
    if (Math.sqrt(2 * objective) <= targetResidual) return finish("target-reached");
    if (tree.length >= maxSplits) return finish("split-limit");
    if (shouldStop?.()) return finish("stopped");
    const round = advance({ problemOf, family: wholeFamily(u, samples), objective, tried, random }, propose, options);
    if (round === null) return finish(tried.size > 0 ? "exhausted" : "stable");
    const accepted = round.objective < KEPT_DECREASE * objective;
    const { parent, after } = trace(origin, round, tree.length);
    tree.push(recordOf(round, { id: tree.length, parent, objectiveBefore: objective, accepted }));
    tried.add(round.key);
    if (!accepted) {
      options.onEvent?.("undone");
      continue;
    }
    ({ u, objective } = round);
    origin = after;
    tried.clear();
  }
}

/** A decrease of less than this is rounding, or not worth another split. */
const KEPT_DECREASE = 1 - 1e-6;

function recordOf(
  { proposal, samples, objectiveAtSplit, objective, contraction }: Round,
  known: Pick<SplitRecord, "id" | "parent" | "objectiveBefore" | "accepted">,
): SplitRecord {
  return { ...known, samples, ...proposal.record, objectiveAtSplit, objectiveAfter: objective, contraction };
}

/** The split that each sample comes from, before and after a round: `sample` stays in place, its twin comes last. */
function trace(
  origin: readonly (number | null)[],
  { samples, proposal, contraction }: Round,
  id: number,
): { readonly parent: number | null; readonly after: readonly (number | null)[] } {
  const gone = contraction.samples.at(-1)!;
  const before = samples < origin.length ? origin.toSpliced(gone, 1) : origin;
  const split = [...before, id];
  if (proposal.sample < before.length) split[proposal.sample] = id;
  return {
    parent: before[proposal.sample] ?? null,
    after: samples < origin.length ? split : split.toSpliced(gone, 1),
  };
}
