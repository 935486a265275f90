import { buildEquations } from "../equations/build.ts";
import { reduceToSpan, sideSpectrum } from "../equations/reduction.ts";
import { momentEvidence } from "../instance/moment-evidence.ts";
import { flatteningBound } from "../instance/sample-bound.ts";
import { inTypicalUnits } from "../solve/typical-units.ts";
import { type InstanceQuestion, stationarityErrorOf } from "./network-evidence.ts";

/** What shows that fewer samples cannot be behind the weights. */
type CountedBy = "one-sample" | "known-samples" | "rank-of-known-side" | "moment-flattening";

/** The number of samples of an answer, and which others are excluded. */
export interface SampleCount {
  readonly value: number;
  readonly lowerBound: number;
  /** What the lower bound rests on. */
  readonly by: CountedBy;
  readonly excluded: readonly ExcludedCount[];
  /** Numbers in the asked range that were not tried: more samples usually fit as well. */
  readonly untried: readonly number[];
}

export interface ExcludedCount {
  readonly n: number;
  readonly reason: string;
  /** A number below a lower bound, or one whose best fit stays above the floor, as far as the starts show. */
  readonly by: CountedBy | "residual-floor";
}

export interface LowerBound {
  readonly value: number;
  readonly by: CountedBy;
  readonly statement: string;
  /** Relative error of the weights up to which the rank is what it is; null where no rank is behind the bound. */
  readonly within: number | null;
}

/**
 * Fewest samples that the weights allow, from ranks alone: of the known side, and of flattenings of the moments.
 *
 * The known side is Σ_i s_i x_iᵀ, so n ≥ rank G. In the span of G a flattening of rank above rank G refutes n = rank G and
 * shows one sample more; where G has full rank d the flattening itself is the bound. Source: proofs/catalecticant.md.
 */
export function lowerBoundOf(question: Omit<InstanceQuestion, "samples">): LowerBound {
  const known = question.knowledge?.known?.samples ?? 0;
  const first: LowerBound =
    known > 0
      ? { value: known, by: "known-samples", statement: `${known} samples are given`, within: null }
      : { value: 1, by: "one-sample", statement: "the known side is not zero", within: null };
  const { system, unitRoundoff } = buildEquations(question);
  const entryError = Math.max(unitRoundoff, question.weightPrecision ?? 0);
  const looseError = stationarityErrorOf(question, entryError);
  const spectrum = sideSpectrum(system, looseError);
  if (spectrum === null || spectrum.rank === 0) return first;
  const { rank } = spectrum;
  const ofSide: LowerBound = {
    value: rank,
    by: "rank-of-known-side",
    statement: `the known side of the hidden layer has rank ${rank}, and each sample adds at most one`,
    within: looseError,
  };
  const reduced = inTypicalUnits(reduceToSpan(system, rank, spectrum), entryError);
  const bound = flatteningBound(reduced.system, momentEvidence(reduced.system, looseError), looseError);
  const whole = reduced.basis === null;
  const value = bound === null ? 0 : whole ? bound.rank : Math.min(bound.rank, rank + 1);
  const ofMoments: LowerBound = {
    value,
    by: "moment-flattening",
    statement: `the moments flattened to powers ${bound?.rowPowers.join(", ")} × ${bound?.columnPowers.join(", ")} of x have rank ${bound?.rank}, and each sample adds at most one`,
    within: looseError,
  };
  return [ofSide, ofMoments].reduce((best, other) => (other.value > best.value ? other : best), first);
}
