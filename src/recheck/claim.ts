import { double, Fields, type JsonObject, type JsonValue, listOf, orNull, require, text, word } from "./json.ts";
import type { Fraction } from "./numbers.ts";
import type { Problem } from "./problem.ts";
import { gaugeOf, multiplierScale } from "./shape.ts";
import type { Claim, Fact } from "./steps.ts";

const VERDICTS = ["globally-identifiable", "locally-identifiable", "nonidentifiable"] as const;

/** Reads the claim; its truth is {@link requireClaim}'s. */
export function readClaim(value: JsonValue | undefined): Claim {
  const fields = new Fields(value, ["verdict", "scope", "field", "upTo", "assumes", "rho", "distance"], "claim");
  return {
    verdict: fields.read("verdict", word(VERDICTS)),
    scope: fields.read("scope", word(["generic", "instance"])),
    field: fields.read("field", word(["R"])),
    upTo: fields.read("upTo", listOf(text)),
    assumes: fields.read("assumes", listOf(text)),
    rho: fields.read("rho", orNull(double)),
    distance: fields.read("distance", orNull(double)),
  };
}

/**
 * Requires that the claim is exactly what the facts prove about the problem.
 *
 * @throws {@link Rejection} naming the first field that differs
 */
export function requireClaim(claim: Claim, problem: Problem, facts: readonly Fact[]): void {
  const verdict = provedVerdict(facts);
  require(verdict !== null, "the steps prove no verdict");
  require(claim.verdict === verdict, `the steps prove ${verdict}, the claim says ${claim.verdict}`);
  const scope = problem.network === null ? "generic" : "instance";
  require(claim.scope === scope, `the scope is ${scope}`);
  requireWords(claim.upTo, gaugeOf(problem), "claim.upTo");
  requireWords(claim.assumes, assumptionsOf(problem, verdict), "claim.assumes");
  require((claim.rho === null) === (scope === "generic"), "claim.rho: is for instances, and only for them");
  const isShown = facts.some(({ is }) => is === "witness");
  require((claim.distance !== null) === isShown, "claim.distance: is for witnesses, and only for them");
}

/** The strongest verdict; a shape has no facts about instances, and a network none about shapes. */
function provedVerdict(facts: readonly Fact[]): Claim["verdict"] | null {
  const has = (kind: Fact["is"]): boolean => facts.some(({ is }) => is === kind);
  const full = (matrix: string): boolean => facts.some((fact) => fact.is === "full-rank" && fact.matrix === matrix);
  const global = has("unique-decomposition") && (full("hermite") || has("moments-known"));
  const local = full("jacobian") || has("local-rank");
  const byTerms = has("instance-catalecticant") && has("instance-scales");
  const unique = has("instance-kernel") || byTerms || has("global-error");
  if (has("continuum") || has("witness")) {
    require(!global && !local && !unique, "the steps contradict each other");
    return "nonidentifiable";
  }
  if (global || (has("data-fits") && unique)) return "globally-identifiable";
  return local || has("isolated-zero") ? "locally-identifiable" : null;
}

/** What a verdict is conditional on. */
function assumptionsOf(problem: Problem, verdict: Claim["verdict"]): string[] {
  if (problem.network !== null) return ["within-rho"];
  if (verdict === "nonidentifiable") return [];
  // With multiplier rows only a Jacobian shows local identifiability, at its labels.
  const isLabelled = verdict === "locally-identifiable" && multiplierScale(problem) !== null;
  return [...(problem.setting === "kkt" ? ["general-nodes"] : []), ...(isLabelled ? ["labels"] : [])];
}

function requireWords(actual: JsonValue | undefined, expected: readonly string[], where: string): void {
  const isSame =
    Array.isArray(actual) && actual.length === expected.length && actual.every((x, k) => x === expected[k]);
  require(isSame, `${where}: should be [${expected.join(", ")}]`);
}

/**
 * Requires that the answer of `kktid check` around a certificate says what the certificate proves: verdict, scope, upTo,
 * the shared fields of the problem and its activation.
 */
export function requireSurrounding(answer: JsonObject, certificate: JsonObject, claim: Claim, problem: Problem): void {
  for (const key of ["verdict", "scope"] as const) {
    require(answer.get(key) === claim[key], `the answer's ${key} is not the certificate's`);
  }
  requireSameProblem(answer, certificate, claim, problem);
  for (const key of ["domain", "loss", "weightDecay"]) requireSameField(answer, certificate, key);
}

/** The same of the answer of `kktid recover`, which has no verdict and may know more than the equations that are proved from. */
export function requireSameProblem(answer: JsonObject, certificate: JsonObject, claim: Claim, problem: Problem): void {
  requireWords(answer.get("upTo"), claim.upTo, "the answer's upTo");
  for (const key of ["setting", "inputDim", "samples", "width", "outputs", "bias"]) {
    requireSameField(answer, certificate, key);
  }
  const stated = answer.get("problem") as JsonObject;
  requireWords(stated.get("trained"), [...problem.trained], "the answer's problem.trained");
  const activation = formatActivation(problem);
  require(stated.get("activation") === activation, `the answer's activation should be ${activation}`);
}

function requireSameField(answer: JsonObject, certificate: JsonObject, key: string): void {
  const [stated, proved] = [answer.get("problem"), certificate.get("problem")];
  require(stated instanceof Map && proved instanceof Map, "the answer states no problem");
  require(stated.get(key) === proved.get(key), `the answer's problem.${key} is not the certificate's`);
}

/** The canonical text of σ, by ascending degree: `1 - z + 3*z^2/4`. */
function formatActivation({ activation }: Problem): string {
  const formatTerm = (k: number, { numerator, denominator }: Fraction): string => {
    const size = `${numerator}`.replace("-", "");
    const power = k === 1 ? "z" : `z^${k}`;
    const top = k === 0 ? size : `${size === "1" ? "" : `${size}*`}${power}`;
    return `${numerator < 0n ? " - " : " + "}${top}${denominator === 1n ? "" : `/${denominator}`}`;
  };
  const terms = [...activation.entries()].filter(([, c]) => c.numerator !== 0n).map(([k, c]) => formatTerm(k, c));
  return terms.join("").replace(/^ \+ /, "").replace(/^ - /, "-");
}
