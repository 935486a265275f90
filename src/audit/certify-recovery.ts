import type { CertifiedInstance } from "../certify/claim.ts";
import { type PlainData, residualOf } from "../certify/fit.ts";
import { type CertifiedSamples, certifySamples } from "../certify/krawczyk.ts";
import type { NotCertified } from "../certify/newton-operator.ts";
import { concludeSamples } from "../certify/sample-steps.ts";
import { boundGlobally } from "./certify-globally.ts";
import type { InstanceQuestion, NetworkEvidence } from "./network-evidence.ts";

/** A recovered sample as it is printed, in the coordinates of the file. */
export interface PrintedSample {
  /** d coordinates. */
  readonly x: Float64Array;
  /** C multipliers. */
  readonly multiplier: Float64Array;
}

/** Proved bounds on the error of recovered samples, for every system within ρ of the file. */
export interface ProvedBounds {
  /**
   * `global`: all n samples that solve some system within ρ are this near. `isolated`: those that lie in the region around
   * the printed ones are.
   */
  readonly kind: "global" | "isolated";
  readonly rho: number;
  /** Euclidean, sample by sample in the order given. */
  readonly perSample: Float64Array;
  /** How near all n samples that solve some system within ρ are; null where nothing is proved about data outside the region. */
  readonly everywhere: Float64Array | null;
  /** The radii and the region of each sample; null where only the global bound is proved. */
  readonly isolated: CertifiedSamples | null;
  readonly certificate: CertifiedInstance;
}

/** Why nothing is proved. */
export interface NoBounds {
  readonly kind: "none";
  readonly reason: string;
}

/**
 * The proved bounds of the samples of a recovery; null where there are none, or x is in raw units: x·std + mean is rounded,
 * about which nothing is proved.
 */
export function provedBounds(
  { scaler }: { readonly scaler: object | null },
  proof: ProvedBounds | NoBounds | null,
): Float64Array | null {
  return scaler !== null || proof === null || proof.kind === "none" ? null : proof.perSample;
}

/**
 * Whether the bound that a reader sees first is the proved one. In a file of less than double precision the errors are
 * those of rounding, independent and of known size: the worst case that a proof has to cover is far from what happens, and
 * the estimate is the better bound. In a double file the distance from stationarity is what counts, and that is assumed.
 */
export function isProofShown({ evidence }: { readonly evidence: NetworkEvidence }): boolean {
  return evidence.equations.unitRoundoff <= 2 ** -53;
}

/** How far above the residual of the best fit the exact system is assumed, where the usual allowance is too much. */
const RESIDUAL_ALLOWANCE = 8;

/** Unknowns up to which a second test is tried: each takes seconds beyond. */
const LARGEST_SECOND_TEST = 250;

/**
 * Proves a bound for every recovered sample, for every system within ρ of the file: ρ is the usual assumption, or if that is
 * too much for the test, what the residual of the samples themselves suggests. The ρ that was used is in the result.
 *
 * Source: proofs/certified-samples.md, proofs/global-error.md.
 */
export function certifyRecovery(
  question: InstanceQuestion,
  evidence: NetworkEvidence,
  samples: readonly PrintedSample[],
): ProvedBounds | NoBounds {
  if (samples.length === 0) return { kind: "none", reason: "no samples were found" };
  if (evidence.gauge.directionsPerSample !== evidence.equationGauge.directionsPerSample) {
    return {
      kind: "none",
      reason: "the scales are fixed by what is known beside the equations, which is not proved from",
    };
  }
  const data = joinSamples(samples);
  const isolated = isolate(question, evidence, data);
  const zero = "failed" in isolated ? null : isolated;
  const global = boundGlobally(question, evidence, { data, isolated: zero });
  if (zero === null) {
    if (!global.proved) return { kind: "none", reason: (isolated as NotCertified).failed };
    const { rho, perSample, certificate } = global;
    return { kind: "global", rho, perSample, everywhere: perSample, isolated: null, certificate };
  }
  const local = concludeSamples(zero, evidence.equations.system.shape);
  const radii = Float64Array.from(zero.perSample, ({ radius }) => radius);
  const bounds = { rho: zero.rho, perSample: radii, isolated: zero };
  if (!global.proved || global.rho !== zero.rho) {
    return { ...bounds, kind: "isolated", everywhere: null, certificate: local };
  }
  const { certificate, isTight, perSample } = global;
  if (isTight) return { ...bounds, kind: "global", everywhere: radii, certificate };
  const steps = [...certificate.steps, ...local.steps.filter(({ kind }) => kind === "isolated-zero")];
  return { ...bounds, kind: "isolated", everywhere: perSample, certificate: { ...certificate, steps } };
}

/** The isolated zero at the first ρ at which it is proved, else why it is not at the usual one. */
function isolate(
  question: InstanceQuestion,
  evidence: NetworkEvidence,
  data: PlainData,
): ReturnType<typeof certifySamples> {
  const { equations, equationGauge, stationarityError } = evidence;
  let failed = "the time was up";
  for (const rho of assumedErrors(evidence, data)) {
    if (question.shouldStop()) break;
    question.onProgress(`proving a radius for every sample, at rho = ${rho.toExponential(1)}`);
    const proof = certifySamples({ equations, data, rho, gauge: equationGauge.symmetries });
    if (!("failed" in proof)) return proof;
    if (rho === stationarityError) failed = proof.failed;
  }
  return { failed };
}

function assumedErrors({ equations, entryError, stationarityError }: NetworkEvidence, data: PlainData): number[] {
  const residual = residualOf(equations.system, data);
  const smaller = Math.max(entryError, RESIDUAL_ALLOWANCE * (residual ?? stationarityError));
  const isCheap = data.points.length + data.multipliers.length <= LARGEST_SECOND_TEST;
  return smaller < stationarityError && isCheap ? [stationarityError, smaller] : [stationarityError];
}

function joinSamples(samples: readonly PrintedSample[]): PlainData {
  const join = (part: (sample: PrintedSample) => Float64Array): Float64Array =>
    Float64Array.from(samples.flatMap((sample) => Array.from(part(sample))));
  return { points: join(({ x }) => x), multipliers: join(({ multiplier }) => multiplier) };
}
