import { UsageError } from "../errors.ts";
import type { InstanceQuestion } from "./network-evidence.ts";
import { type RecoverOptions, type Recovery, recoverNetwork } from "./recover-network.ts";
import { type ExcludedCount, type LowerBound, lowerBoundOf, type SampleCount } from "./sample-count.ts";

const STARTS_PER_COUNT = 40;
const AUTO_SPAN = 8;

/** Candidates for the number of samples, ends included; "auto" starts at the lower bound and tries eight more. */
export type SampleRange = { readonly from: number; readonly to: number } | "auto";

/**
 * Recovers an unknown number of samples: the smallest number whose fit reaches the rounding floor. Numbers below what
 * ranks of the weights show are excluded without a search.
 *
 * @returns the recovery for that number, or for the number with the smallest residual; its `count` says what excludes the
 * others
 */
export function recoverRange(
  question: Omit<InstanceQuestion, "samples">,
  range: SampleRange,
  options: RecoverOptions,
): Recovery {
  if (range !== "auto" && range.from > range.to) {
    throw new UsageError(`samples: expected a range from small to large, got ${range.from}..${range.to}`);
  }
  const single = range !== "auto" && range.from === range.to;
  const recovery = single ? recoverOne(question, range.from, options) : searchRange(question, range, options);
  return question.shouldStop() ? cutShort(recovery) : recovery;
}

/** What was not found before the time was up may be there all the same. */
function cutShort(recovery: Recovery): Recovery {
  if (recovery.status === "recovered" || recovery.status === "nonidentifiable") return recovery;
  const explanation = `${recovery.explanation}; the search was stopped before its end (--max-seconds, Ctrl-C)`;
  return { ...recovery, explanation };
}

/** One number that fits needs no bounds; they are for who has to look for another. */
function recoverOne(question: Omit<InstanceQuestion, "samples">, samples: number, options: RecoverOptions): Recovery {
  const recovery = recoverNetwork({ ...question, samples }, options);
  if (recovery.status === "recovered") return recovery;
  return withCount(recovery, { bound: lowerBoundOf(question), excluded: [], untried: [] });
}

function searchRange(
  question: Omit<InstanceQuestion, "samples">,
  range: SampleRange,
  options: RecoverOptions,
): Recovery {
  question.onProgress("bounds on the number of samples");
  const bound = lowerBoundOf(question);
  const { from, to } = range === "auto" ? { from: bound.value, to: bound.value + AUTO_SPAN } : range;
  // Where every candidate is excluded the last one still gives a best fit.
  const first = Math.min(to, Math.max(from, bound.value));
  const excluded: ExcludedCount[] = excludedBelow(bound, from, first);
  let best: Recovery | null = null;
  for (const samples of numbers(first, to)) {
    const recovery = recoverCount(question, samples, options);
    best = better(recovery, best);
    // Where the weights alone have a data set, more samples would only fit what contradicts it.
    const contradicted = recovery.knowledge !== null && recovery.knowledge.alone !== null;
    if (recovery.status !== "not-found" || contradicted || question.shouldStop()) {
      // A search that was cut short excludes nothing.
      const open = recovery.status === "not-found" && !contradicted && samples >= bound.value;
      const untried = numbers(open ? samples : samples + 1, to);
      return withCount(best, { bound, excluded, untried });
    }
    excluded.push(exclusionOf(recovery, samples, bound));
  }
  return withCount(best!, { bound, excluded, untried: [] });
}

function recoverCount(question: Omit<InstanceQuestion, "samples">, samples: number, options: RecoverOptions): Recovery {
  question.onProgress(`trying n = ${samples}`);
  const maxStarts = Math.min(options.maxStarts, STARTS_PER_COUNT);
  const truth = options.truth?.samples === samples ? options.truth : null;
  return recoverNetwork({ ...question, samples }, { ...options, maxStarts, truth });
}

/** A fit at the floor before any other, else the smaller residual. */
function better(recovery: Recovery, best: Recovery | null): Recovery {
  if (best === null || recovery.status !== "not-found") return recovery;
  return (recovery.relativeResidual ?? 1) < (best.relativeResidual ?? 1) ? recovery : best;
}

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, k) => from + k);

function excludedBelow({ value, by, statement }: LowerBound, from: number, first: number): ExcludedCount[] {
  return numbers(from, Math.min(value, first) - 1).map((n) => ({ n, by, reason: statement }));
}

function exclusionOf(
  { relativeResidual, residualFloor, knowledge }: Recovery,
  n: number,
  { value, by, statement }: LowerBound,
): ExcludedCount {
  if (n < value) return { n, by, reason: statement };
  const what = knowledge?.agrees === false ? "weights and side equations" : "weights";
  return {
    n,
    by: "residual-floor",
    reason:
      relativeResidual === null
        ? "no fit was looked for within the limits"
        : `the best fit to the ${what} leaves ${relativeResidual.toExponential(1)}, above the floor ${residualFloor.toExponential(1)}`,
  };
}

interface Counted {
  readonly bound: LowerBound;
  readonly excluded: readonly ExcludedCount[];
  readonly untried: readonly number[];
}

function withCount(recovery: Recovery, { bound, excluded, untried }: Counted): Recovery {
  const count: SampleCount = { value: recovery.sampleCount, lowerBound: bound.value, by: bound.by, excluded, untried };
  return { ...recovery, count, explanation: explain(recovery, count, bound) };
}

/** Weights that are further from stationary may have any rank. */
function assumed({ within }: LowerBound): string {
  return within === null ? "" : `, as long as the weights solve their equations to ${within.toExponential(1)}`;
}

function explain(
  { explanation, status }: Recovery,
  { value, excluded, untried }: SampleCount,
  bound: LowerBound,
): string {
  if (value < bound.value) return `n = ${value} is too small: ${bound.statement}${assumed(bound)}; ${explanation}`;
  const unfitted = excluded.filter(({ by }) => by === "residual-floor").map(({ n }) => n);
  if (status === "not-found" || (excluded.length === 0 && untried.length === 0)) return explanation;
  const below = value === bound.value ? `, and no fewer are possible: ${bound.statement}` : "";
  const others = unfitted.length === 0 ? below : `; no fit was found for n = ${unfitted.join(", ")}`;
  return `n = ${value} is the smallest number of samples that fits${others}; ${explanation}`;
}
