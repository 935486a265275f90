import { concludeInstance, proveInstance } from "../certify/certify-instance.ts";
import type { CertifiedInstance, InstanceClaim } from "../certify/claim.ts";
import { largestCertifiedRho } from "../certify/largest-rho.ts";
import type { Condition } from "../identifiability/result.ts";
import { withProofs } from "./certified-conditions.ts";
import { type FittedData, toPlainData, type Witness } from "./fitted-data.ts";
import type { InstanceQuestion, NetworkEvidence } from "./network-evidence.ts";

interface Found {
  readonly question: InstanceQuestion;
  readonly evidence: NetworkEvidence;
  readonly data: FittedData | null;
  readonly witness: Witness | null;
}

/** What is proved about a network: the conditions that carry a bound, and the certificate of a verdict. */
export interface NetworkProofs {
  readonly conditions: readonly Condition[];
  /** null where no verdict is proved. */
  readonly certificate: CertifiedInstance | null;
}

/**
 * Proves for every system within ρ of the file what can be proved, and puts it in place of the numerical conditions.
 *
 * ρ is the assumed distance of the weights from an exact system, raised to the residual of the data set where that is
 * larger. Source: proofs/instance-certificates.md.
 */
export function certifyNetwork(found: Found, conditions: readonly Condition[]): NetworkProofs {
  const { question } = found;
  if (question.shouldStop()) return { conditions, certificate: null };
  question.onProgress("proving the verdict for every system near the file");
  const dataFits = found.data?.reachedFloor === true;
  const whole = claimOf(found, dataFits);
  const first = proveInstance(whole);
  const raised = concludeInstance(whole, first);
  // At a ρ far above the assumed one the statement would be about other networks.
  const tooFar = raised !== null && raised.rho > LARGEST_RAISE * whole.rho;
  const claim = tooFar ? { ...whole, data: null, witness: null } : whole;
  const proofs = tooFar ? proveInstance(claim) : first;
  const needsSlack = proofs.witness === null && !question.shouldStop();
  const largestRho = needsSlack ? largestCertifiedRho(claim) : null;
  return {
    conditions: withProofs(conditions, { question, proofs, largestRho, dataFits }),
    certificate: concludeInstance(claim, proofs),
  };
}

/** A residual may raise ρ by rounding, no further. */
const LARGEST_RAISE = 8;

function claimOf({ question, evidence, data, witness }: Found, dataFits: boolean): InstanceClaim {
  return {
    equations: evidence.equations,
    samples: question.samples,
    rho: evidence.stationarityError,
    data: data !== null && dataFits ? toPlainData(question, evidence, data.point.unknowns) : null,
    witness,
    gauge: evidence.equationGauge.symmetries,
  };
}
