import { boundErrors } from "./certify-globally.ts";
import type { InstanceClaim } from "./claim.ts";
import { momentWork } from "./moments.ts";

const LARGEST_EXPONENT = -4;
/** Entries times columns of the Hermite matrix up to which half a dozen bounds take about a second. */
const WORK_LIMIT = 5e5;

/**
 * The largest power of two ρ, `from` at least, at which some bound on all data sets is still proved: how much worse the
 * weights may be known.
 *
 * @param from - a ρ at which a bound is proved
 * @returns null where the search would take too long
 * Source: proofs/global-error.md.
 */
export function largestGlobalRho(claim: InstanceClaim, from: number): number | null {
  const { shape } = claim.equations.system;
  if (momentWork({ ...shape, inputDim: Math.min(shape.inputDim, claim.samples) }) > WORK_LIMIT) return null;
  let low = Math.floor(Math.log2(from));
  let high = LARGEST_EXPONENT + 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if ("failed" in boundErrors(claim, 2 ** middle)) high = middle;
    else low = middle;
  }
  return Math.max(from, 2 ** low);
}
