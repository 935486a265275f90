import type { ExactData } from "./instance-data.ts";
import { type JsonObject, reject, require } from "./json.ts";
import { nearestDouble } from "./numbers.ts";
import type { Claim, Fact } from "./steps.ts";

/** What the JSON answer of `kktid recover` says about one sample. */
interface AnsweredSample {
  readonly x: readonly unknown[];
  readonly multiplier: unknown;
  readonly errorBound: unknown;
  readonly certified: unknown;
  readonly provedBound: unknown;
}

/** What it says about the proof: how near all data sets are, or those in the region. */
interface AnsweredProof {
  readonly kind: unknown;
  readonly rho: unknown;
  readonly everywhere: unknown;
}

/**
 * Requires that the samples of a `kktid recover` answer are those that its certificate is about, and that no bound called
 * certified is below what was proved.
 *
 * @param text - the answer: its numbers, in decimals, are read here only, to be compared
 * @throws {@link Rejection} naming the first sample that differs
 */
export function requireRecovered(text: string, answer: JsonObject, claim: Claim, facts: readonly Fact[]): void {
  const { data, bounds } = boundsOf(facts) ?? reject("no step bounds the error of the samples");
  const units = answer.get("units");
  const isRaw = units instanceof Map && units.get("x") === "raw";
  const { samples, proof } = JSON.parse(text) as { readonly samples?: unknown; readonly proof?: AnsweredProof | null };
  require(Array.isArray(samples) && samples.length === data.length, "the answer has another number of samples");
  for (const [i, sample] of (samples as (AnsweredSample | null)[]).entries()) {
    const { x, multiplier, errorBound, certified, provedBound } = sample ?? reject(`sample ${i} is missing`);
    const [point, own] = [data[i]!.x.map(nearestDouble), data[i]!.g.map(nearestDouble)];
    require(isSame(Array.isArray(multiplier) ? multiplier : [multiplier], own), `sample ${i} has another multiplier`);
    // Raw units are a rounding away from those of the network, about which nothing is proved.
    require(isRaw || isSame(x, point), `sample ${i} is not the certificate's`);
    require(provedBound == null ||
      isAtLeast(provedBound, bounds[i]!), `provedBound of sample ${i} is below ${bounds[i]}`);
    if (certified !== true) continue;
    require(!isRaw, `sample ${i} is in raw units, about which nothing is proved`);
    require(isAtLeast(errorBound, bounds[i]!), `the bound of sample ${i} is below ${bounds[i]}`);
  }
  if (proof != null) requireProof(proof, claim, facts);
}

/** Requires that the answer says of its proof what the steps prove: the reach of the bounds, ρ, and the bounds on every data set. */
function requireProof({ kind, rho, everywhere }: AnsweredProof, claim: Claim, facts: readonly Fact[]): void {
  const zero = facts.find((fact) => fact.is === "isolated-zero");
  const all = facts.find((fact) => fact.is === "global-error");
  const isTight = facts.some((fact) => fact.is === "global-radius");
  const reach = all !== undefined && (isTight || zero === undefined) ? "global" : "isolated";
  require(kind === reach, `proof.kind: the steps prove "${reach}"`);
  require(rho === claim.rho, "proof.rho is not that of the claim");
  if (everywhere == null) return;
  const bounds = isTight ? zero!.radii.map(({ point }) => point) : all?.errors;
  require(bounds !== undefined, "proof.everywhere: no step bounds every data set");
  const values = Array.isArray(everywhere) && everywhere.length === bounds!.length ? everywhere : [];
  const isCovered = values.length > 0 && values.every((value, i) => isAtLeast(value, bounds![i]!));
  require(isCovered, "proof.everywhere is below what is proved");
}

function isAtLeast(value: unknown, bound: number): boolean {
  return typeof value === "number" && value >= bound;
}

/** What is proved about the samples: a radius that an isolated zero gives, or what holds of every data set. */
function boundsOf(facts: readonly Fact[]): { readonly data: ExactData; readonly bounds: readonly number[] } | null {
  const zero = facts.find((fact) => fact.is === "isolated-zero");
  if (zero !== undefined) return { data: zero.data, bounds: zero.radii.map(({ point }) => point) };
  const all = facts.find((fact) => fact.is === "global-error");
  return all === undefined ? null : { data: all.data, bounds: all.errors };
}

function isSame(stated: unknown, values: readonly number[]): boolean {
  return Array.isArray(stated) && stated.length === values.length && stated.every((value, k) => value === values[k]);
}
