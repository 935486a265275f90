import type { Evaluation } from "./schedule.ts";

/** Shares that agree to this are one stationary value. */
const AGREEMENT = 1e-3;
const LEAST_ATTEMPTS = 40;
const LEAST_RECURRENCES = 12;

/**
 * Whether the lowest stationary value has come back so often that a lower one is not to be expected.
 *
 * With r of N descents in the lowest valley and none in a lower one, a lower valley of as much as the share q of all
 * starts would have been missed with probability (1 − q)^N only. A function of the evaluations in the order of the
 * schedule, so that it does not depend on threads.
 */
export function createHopelessness(): (evaluations: readonly Evaluation[]) => boolean {
  return (evaluations) => {
    const shares = evaluations.flatMap(({ share }) => (share === null ? [] : [share]));
    if (shares.length < LEAST_ATTEMPTS) return false;
    const least = Math.min(...shares);
    return shares.filter((share) => share <= (1 + AGREEMENT) * least).length >= LEAST_RECURRENCES;
  };
}
