import type { ExactData } from "./instance-data.ts";
import { type JsonObject, reject, require } from "./json.ts";
import { nearestDouble } from "./numbers.ts";
import type { Fact } from "./steps.ts";

/** What the JSON answer of `kktid recover` says about one sample. */
interface AnsweredSample {
  readonly x: readonly unknown[];
  readonly multiplier: unknown;
  readonly errorBound: unknown;
  readonly certified: unknown;
}

/**
 * Requires that the samples of a `kktid recover` answer are those that its certificate is about, and that no bound called
 * certified is below what was proved.
 *
 * @param text - the answer: its numbers, in decimals, are read here only, to be compared
 * @throws {@link Rejection} naming the first sample that differs
 */
export function requireRecovered(text: string, answer: JsonObject, facts: readonly Fact[]): void {
  const { data, bounds } = boundsOf(facts) ?? reject("no step bounds the error of the samples");
  const units = answer.get("units");
  const isRaw = units instanceof Map && units.get("x") === "raw";
  const { samples } = JSON.parse(text) as { readonly samples?: unknown };
  require(Array.isArray(samples) && samples.length === data.length, "the answer has another number of samples");
  for (const [i, sample] of (samples as (AnsweredSample | null)[]).entries()) {
    const { x, multiplier, errorBound, certified } = sample ?? reject(`sample ${i} is missing`);
    const [point, own] = [data[i]!.x.map(nearestDouble), data[i]!.g.map(nearestDouble)];
    require(isSame(Array.isArray(multiplier) ? multiplier : [multiplier], own), `sample ${i} has another multiplier`);
    // Raw units are a rounding away from those of the network, about which nothing is proved.
    require(isRaw || isSame(x, point), `sample ${i} is not the certificate's`);
    if (certified !== true) continue;
    require(!isRaw, `sample ${i} is in raw units, about which nothing is proved`);
    const isProved = typeof errorBound === "number" && errorBound >= bounds[i]!;
    require(isProved, `the bound of sample ${i} is below ${bounds[i]}`);
  }
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
