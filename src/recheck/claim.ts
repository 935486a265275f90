import { readDyadic } from "./dyadic.ts";
import type { Fact } from "./facts.ts";
import { readList, readNullable, readObject, readText, readWord } from "./fields.ts";
import type { Problem } from "./problem.ts";
import { require } from "./rejection.ts";
import { gaugeOf, multiplierScale } from "./shape-facts.ts";
import type { JsonValue } from "./strict-json.ts";

const VERDICTS = ["globally-identifiable", "locally-identifiable", "nonidentifiable"] as const;
type ProvedVerdict = (typeof VERDICTS)[number];

/** What a certificate claims. */
export interface Claim {
  readonly verdict: ProvedVerdict;
  readonly scope: "generic" | "instance";
  readonly field: "R";
  readonly upTo: readonly string[];
  readonly assumes: readonly string[];
  /** ρ of an instance. */
  readonly rho: number | null;
  /** Least distance of the two data sets of a witness. */
  readonly distance: number | null;
}

/** Reads the claim; its truth is {@link requireClaim}'s. */
export function readClaim(value: JsonValue | undefined): Claim {
  const keys = ["verdict", "scope", "field", "upTo", "assumes", "rho", "distance"];
  const fields = readObject(value, keys, "claim");
  const words = (key: string): string[] =>
    readList(fields.get(key), `claim.${key}`).map((word) => readText(word, `claim.${key}`));
  const number = (key: string): number | null =>
    readNullable(fields.get(key), (text) => readDyadic(text, `claim.${key}`), `claim.${key}`);
  return {
    verdict: readWord(fields.get("verdict"), VERDICTS, "claim.verdict"),
    scope: readWord(fields.get("scope"), ["generic", "instance"] as const, "claim.scope"),
    field: readWord(fields.get("field"), ["R"] as const, "claim.field"),
    upTo: words("upTo"),
    assumes: words("assumes"),
    rho: number("rho"),
    distance: number("distance"),
  };
}

/**
 * Requires that the claim is exactly what the facts prove about the problem.
 *
 * @throws {@link Rejection} naming the first field that differs
 */
export function requireClaim(claim: Claim, problem: Problem, facts: readonly Fact[]): void {
  const scope = problem.network === null ? "generic" : "instance";
  const verdict = scope === "generic" ? genericVerdict(facts) : instanceVerdict(facts);
  require(verdict !== null, "the steps prove no verdict");
  require(claim.verdict === verdict, `the steps prove ${verdict}, the claim says ${claim.verdict}`);
  require(claim.scope === scope, `the scope is ${scope}`);
  requireSameWords(claim.upTo, gaugeOf(problem), "claim.upTo");
  requireSameWords(claim.assumes, assumptionsOf(problem, facts, verdict), "claim.assumes");
  require((claim.rho === null) === (scope === "generic"), "claim.rho: is for instances, and only for them");
  const shown = facts.some(({ is }) => is === "witness");
  require((claim.distance !== null) === shown, "claim.distance: is for witnesses, and only for them");
}

function genericVerdict(facts: readonly Fact[]): ProvedVerdict | null {
  const has = (kind: Fact["is"]): boolean => facts.some(({ is }) => is === kind);
  const full = (matrix: string): boolean => facts.some((fact) => fact.is === "full-rank" && fact.matrix === matrix);
  const moments = full("hermite") || has("single-point") || has("general-nodes");
  const global = has("unique-decomposition") && moments;
  const local = full("jacobian") || has("local-rank");
  if (has("continuum")) {
    require(!global && !local, "the steps contradict each other");
    return "nonidentifiable";
  }
  if (global) return "globally-identifiable";
  return local ? "locally-identifiable" : null;
}

function instanceVerdict(facts: readonly Fact[]): ProvedVerdict | null {
  const has = (kind: Fact["is"]): boolean => facts.some(({ is }) => is === kind);
  const unique = has("instance-kernel") || (has("instance-catalecticant") && has("instance-scales"));
  if (has("witness")) {
    require(!unique, "the steps contradict each other");
    return "nonidentifiable";
  }
  return has("data-fits") && unique ? "globally-identifiable" : null;
}

/** What a generic verdict is conditional on. */
function assumptionsOf(problem: Problem, facts: readonly Fact[], verdict: ProvedVerdict): string[] {
  if (problem.network !== null) return ["within-rho"];
  if (verdict === "nonidentifiable") return [];
  const jacobian = facts.some((fact) => fact.is === "full-rank" && fact.matrix === "jacobian");
  return [
    ...(problem.setting === "kkt" ? ["general-nodes"] : []),
    ...(jacobian && verdict === "locally-identifiable" && multiplierScale(problem) !== null ? ["labels"] : []),
  ];
}

function requireSameWords(actual: readonly string[], expected: readonly string[], where: string): void {
  const same = actual.length === expected.length && actual.every((word, k) => word === expected[k]);
  require(same, `${where}: should be [${expected.join(", ")}]`);
}
