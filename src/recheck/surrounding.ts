import type { Claim } from "./claim.ts";
import type { Fraction } from "./fields.ts";
import type { Problem } from "./problem.ts";
import { require } from "./rejection.ts";
import type { JsonObject, JsonValue } from "./strict-json.ts";

/** Fields that the problem of an answer of `kktid check` shares with that of its certificate. */
const SHARED_FIELDS = ["setting", "inputDim", "samples", "width", "outputs", "trained", "bias", "domain"];

/**
 * Requires that the answer around a certificate says what the certificate proves: verdict, scope, upTo, the shared
 * fields of the problem and its activation. A certificate alone has nothing around it.
 */
export function requireSurrounding(document: JsonValue, certificate: JsonObject, claim: Claim, problem: Problem): void {
  if (document === certificate || !(document instanceof Map)) return;
  for (const key of ["verdict", "scope", "upTo"] as const) {
    require(isSame(document.get(key), claim[key]), `the answer's ${key} is not the certificate's`);
  }
  const stated = document.get("problem");
  const proved = certificate.get("problem");
  require(stated instanceof Map && proved instanceof Map, "the answer states no problem");
  for (const key of SHARED_FIELDS) {
    require(isSame(stated.get(key), proved.get(key)), `the answer's problem.${key} is not the certificate's`);
  }
  const text = stated.get("activation");
  require(text === formatActivation(problem), `the answer's activation should be ${formatActivation(problem)}`);
}

function isSame(value: JsonValue | undefined, expected: JsonValue | undefined | readonly string[]): boolean {
  if (Array.isArray(value) && Array.isArray(expected)) {
    return value.length === expected.length && value.every((entry, k) => entry === expected[k]);
  }
  return value !== undefined && value === expected;
}

/** The canonical text of σ, by ascending degree: `1 - z + 3*z^2/4`. */
function formatActivation({ activation }: Problem): string {
  const terms = [...activation.entries()].filter(([, { numerator }]) => numerator !== 0n);
  const signed = terms.map(([k, c]) => (c.numerator < 0n ? ` - ${formatTerm(k, c)}` : ` + ${formatTerm(k, c)}`));
  return signed.join("").replace(/^ \+ /, "").replace(/^ - /, "-");
}

function formatTerm(k: number, { numerator, denominator }: Fraction): string {
  const size = numerator < 0n ? -numerator : numerator;
  const bottom = denominator === 1n ? "" : `/${denominator}`;
  if (k === 0) return `${size}${bottom}`;
  const power = k === 1 ? "z" : `z^${k}`;
  return `${size === 1n ? "" : `${size}*`}${power}${bottom}`;
}
