import { buildEquations } from "../equations/build.ts";
import { sideSpectrum } from "../equations/reduction.ts";
import { UsageError } from "../errors.ts";
import { type InstanceQuestion, stationarityErrorOf } from "./network-evidence.ts";
import { type RecoverOptions, type Recovery, recoverNetwork } from "./recover-network.ts";

const STARTS_PER_COUNT = 40;
const AUTO_SPAN = 8;

/**
 * Recovers an unknown number of samples: the smallest number whose fit reaches the rounding floor.
 *
 * @param range - candidates, ends included; "auto" starts at the rank of the known side, below which no number of
 * samples can produce it, and tries eight more
 * @returns the recovery for that number, or for the number with the smallest residual
 */
export function recoverRange(
  question: Omit<InstanceQuestion, "samples">,
  range: { readonly from: number; readonly to: number } | "auto",
  options: RecoverOptions,
): Recovery {
  const { from, to } = range === "auto" ? automaticRange(question) : range;
  if (from > to) throw new UsageError(`samples: expected a range from small to large, got ${from}..${to}`);
  const excluded: number[] = [];
  let best: Recovery | null = null;
  for (let samples = from; samples <= to; samples++) {
    question.onProgress(`trying n = ${samples}`);
    const maxStarts = Math.min(options.maxStarts, STARTS_PER_COUNT);
    const truth = options.truth?.samples === samples ? options.truth : null;
    const recovery = recoverNetwork({ ...question, samples }, { ...options, maxStarts, truth });
    if (recovery.status !== "not-found") return { ...recovery, explanation: explain(recovery, samples, excluded) };
    excluded.push(samples);
    if (best === null || (recovery.relativeResidual ?? 1) < (best.relativeResidual ?? 1)) best = recovery;
    if (question.shouldStop()) break;
  }
  return best!;
}

function automaticRange(question: Omit<InstanceQuestion, "samples">): { from: number; to: number } {
  const { system, unitRoundoff } = buildEquations(question);
  const entryError = stationarityErrorOf(question, Math.max(unitRoundoff, question.weightPrecision ?? 0));
  const from = Math.max(1, sideSpectrum(system, entryError)?.rank ?? 1);
  return { from, to: from + AUTO_SPAN };
}

function explain({ explanation }: Recovery, samples: number, excluded: readonly number[]): string {
  const others = excluded.length === 0 ? "" : `; no fit was found for n = ${excluded.join(", ")}`;
  return `n = ${samples} is the smallest number of samples that fits${others}; ${explanation}`;
}
