import { proveRanks } from "./certify-instance.ts";
import type { InstanceClaim } from "./claim.ts";
import { momentWork } from "./moments.ts";

/** Powers of two that are tried: below the least, rounding of the proof itself decides. */
const LEAST_EXPONENT = -60;
const LARGEST_EXPONENT = -4;
/** Entries times columns of the Hermite matrix up to which half a dozen proofs take well below a second. */
const WORK_LIMIT = 5e5;

/**
 * The largest power of two ρ at which the weights alone prove that at most one data set fits: the slack of a proof, or
 * what a failed one would need.
 *
 * @returns null where no ρ is enough, or the search would take too long
 */
export function largestCertifiedRho(claim: InstanceClaim): number | null {
  const { shape } = claim.equations.system;
  const inSpan = { ...shape, inputDim: Math.min(shape.inputDim, claim.samples) };
  if (momentWork(inSpan) > WORK_LIMIT) return null;
  const proves = (exponent: number): boolean => {
    const { kernel, scales } = proveRanks(claim, 2 ** exponent);
    return kernel !== null || scales !== null;
  };
  let low = LEAST_EXPONENT;
  let high = LARGEST_EXPONENT + 1;
  if (!proves(low)) return null;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (proves(middle)) low = middle;
    else high = middle;
  }
  return 2 ** low;
}
