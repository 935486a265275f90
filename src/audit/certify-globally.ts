import { certifyGlobally } from "../certify/certify-globally.ts";
import type { CertifiedInstance } from "../certify/claim.ts";
import type { PlainData } from "../certify/fit.ts";
import { concludeGlobally, globalRadii, stated } from "../certify/global-steps.ts";
import type { CertifiedSamples } from "../certify/krawczyk.ts";
import type { InstanceQuestion, NetworkEvidence } from "./network-evidence.ts";

/** How far the samples of any data set that fits may be from the printed ones, proved; or why nothing is. */
export type GlobalBounds =
  | {
      readonly proved: true;
      /** Every system within ρ of the file is covered. */
      readonly rho: number;
      /** Euclidean, in the units of the file, up to the gauge; in the order of the printed samples. */
      readonly perSample: Float64Array;
      /** Whether the bounds are the radii of an isolated zero, or those of the moments alone. */
      readonly isTight: boolean;
      readonly certificate: CertifiedInstance;
    }
  | { readonly proved: false; readonly reason: string };

/**
 * Proves that every n samples that solve some system within ρ of the file are near the printed ones, one to each.
 *
 * @param data - the printed samples, in the coordinates of the file
 * @param isolated - what was proved about their neighbourhood: its ρ is taken, and its radii tighten the bounds; null if nothing
 * Source: proofs/global-error.md.
 */
export function boundGlobally(
  question: InstanceQuestion,
  evidence: NetworkEvidence,
  { data, isolated }: { readonly data: PlainData; readonly isolated: CertifiedSamples | null },
): GlobalBounds {
  if (question.shouldStop()) return { proved: false, reason: "the time is over" };
  const { equations, equationGauge } = evidence;
  const claim = {
    equations,
    samples: question.samples,
    rho: isolated?.rho ?? evidence.stationarityError,
    data,
    witness: null,
    gauge: equationGauge.symmetries,
  };
  const global = certifyGlobally(claim, question.shouldStop);
  if ("failed" in global) return { proved: false, reason: global.failed };
  const radii = isolated === null ? null : globalRadii(global, isolated);
  return {
    proved: true,
    rho: global.rho,
    perSample: radii ?? global.perSample.map(stated),
    isTight: radii !== null,
    certificate: concludeGlobally(global, data, { shape: equations.system.shape, isolated }),
  };
}
