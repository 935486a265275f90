import type { EquationShape } from "../equations/shape.ts";
import { boxAround } from "./box.ts";
import type { CertifiedInstance, InstanceClaim, InstanceProofs } from "./claim.ts";
import { residualOf } from "./fit.ts";
import { proveKernel } from "./kernel.ts";
import { momentWork, proveCatalecticant, proveMoments, scaleDegree } from "./moments.ts";
import { boxInSpan, proveSpan } from "./span.ts";
import { instanceSteps } from "./steps.ts";
import { proveWitness } from "./witness.ts";

/**
 * Proves what can be proved about every system within ρ of a file: rank of the known side, kernel criterion, moments,
 * catalecticant, and the residuals of the data sets.
 *
 * @throws {@link InternalError} if a number of the system is not finite
 * Source: proofs/instance-certificates.md.
 */
export function proveInstance(claim: InstanceClaim): InstanceProofs {
  const { equations, gauge } = claim;
  const { system } = equations;
  const witness =
    claim.witness === null ? null : proveWitness(system, claim.witness.first, claim.witness.second, gauge);
  const residual = claim.data === null ? null : residualOf(system, claim.data);
  const rho = Math.max(claim.rho, equations.unitRoundoff, witness?.residual ?? residual ?? 0);
  if (witness !== null) return { ...NOTHING, rho, residual, witness };
  return { ...NOTHING, ...proveRanks(claim, rho), rho, residual, witness };
}

const NOTHING = { span: null, kernel: null, moments: null, catalecticant: null, scales: null } as const;

type RankProofs = Omit<InstanceProofs, "rho" | "residual" | "witness">;

/** Work on the Hermite matrix that is done although the kernel criterion has decided already: a second argument. */
const CHEAP_WORK = 2e6;

/** The rank conditions at one ρ, from the weights alone. */
export function proveRanks({ equations, samples, gauge }: InstanceClaim, rho: number): RankProofs {
  const { system } = equations;
  const box = boxAround(system, rho);
  const span = proveSpan(box, samples);
  const kernel = span === null || !hiddenDecides(system.shape, gauge) ? null : proveKernel(box, span);
  const smaller = span !== null && samples < system.shape.inputDim;
  const small = smaller ? boxInSpan(box, span) : box;
  const needed = kernel === null || momentWork(small.shape) <= CHEAP_WORK;
  const moments = needed ? proveMoments(small) : null;
  const catalecticant = moments === null ? null : proveCatalecticant(small.shape, moments.moments, samples);
  const scales = catalecticant === null ? null : scaleDegree(small.shape, catalecticant.k, gauge);
  return { span, kernel, moments, catalecticant, scales };
}

/** Whether every symmetry of the hidden equations is gauge: what the kernel criterion leaves open is open anyway. */
function hiddenDecides({ activation: { support }, bias }: EquationShape, gauge: readonly string[]): boolean {
  if (bias !== "none") return true;
  const oneParity = support.every((k) => (k - support[0]!) % 2 === 0);
  return (support.length > 1 || gauge.includes("scale")) && (!oneParity || gauge.includes("sign"));
}

/**
 * A verdict that the proofs give, with the steps that an independent checker can follow.
 *
 * @returns null where they give none
 */
export function certifyInstance(claim: InstanceClaim): CertifiedInstance | null {
  return concludeInstance(claim, proveInstance(claim));
}

/** The verdict of {@link certifyInstance} from proofs that are at hand. */
export function concludeInstance(claim: InstanceClaim, proofs: InstanceProofs): CertifiedInstance | null {
  const { rho, residual, kernel, catalecticant, scales, witness } = proofs;
  const steps = instanceSteps(claim, proofs);
  if (witness !== null) {
    const statement = `two data sets of ${claim.samples} samples, at least ${witness.distance} of their norm apart, solve systems within ${rho} of the file`;
    return { verdict: "nonidentifiable", rho, distance: witness.distance, steps, statement };
  }
  if (claim.data === null || residual === null) return null;
  if (kernel === null && (catalecticant === null || scales === null)) return null;
  const statement = `every system within ${rho} of the file has at most one data set of ${claim.samples} samples up to the gauge, and the one given solves such a system`;
  return { verdict: "globally-identifiable", rho, distance: null, steps, statement };
}
