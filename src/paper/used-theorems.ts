import type { CheckAnswer, ConditionAnswer } from "../answers/check-answer.ts";
import type { Section } from "../document/tree.ts";
import { type ProblemFacts, provedBounds } from "./facts.ts";
import { section } from "./inline.ts";
import { THEOREM_IDS, type TheoremId, theoremStatement } from "./theorems.ts";

/** Theorems of decomposition-unique, by the name in its numbers. */
const DECOMPOSITION: Readonly<Record<string, TheoremId>> = {
  jennrich: "jennrich",
  kruskal: "kruskal",
  "reshaped-kruskal": "kruskal",
  subgeneric: "subgeneric",
  perfect: "perfect",
  "two-divisors": "number-of-solutions",
  "low-moments": "number-of-solutions",
  "two-decompositions": "subgeneric",
  "massarenti-mella": "massarenti-mella",
  hessian: "hessian",
  mixing: "quadratic-mixing",
};

/** What a condition rests on when it is decided; conditions that only count or assume rest on none. */
const BY_CONDITION: Readonly<Record<string, (condition: ConditionAnswer) => readonly TheoremId[]>> = {
  gauge: () => ["gauge"],
  counting: ({ status }) => (status === "fails" ? ["counting"] : []),
  "quadratic-mixing": ({ status }) => (status === "fails" ? ["quadratic-mixing"] : []),
  "nodes-determine-moments": ({ basis, reference }) => {
    if (reference.includes("instance-certificates")) return ["hermite-rank", "instance-certificates"];
    // Fewer equations than moments: nothing but a count.
    if (reference.includes("section Counting")) return [];
    return basis === "theorem" ? ["interpolation"] : ["hermite-rank"];
  },
  "given-nodes": () => ["hermite-rank"],
  reduction: ({ status }) => (status === "holds" ? ["reduction"] : []),
  "general-nodes-global": ({ status }) => (status === "holds" ? ["general-nodes"] : []),
  "decomposition-unique": ({ numbers }) => {
    const theorem = DECOMPOSITION[String(numbers.theorem)];
    return theorem === undefined ? [] : [theorem];
  },
  terracini: ({ status }) => (status === "fails" ? ["terracini"] : []),
  "jacobian-full-rank": () => ["jacobian-rank"],
  "side-information": () => ["side-information"],
  "data-are-general": () => ["given-data"],
  "kkt-nodes": () => ["kkt-nodes"],
  "distinct-neurons": ({ status }) => (status === "fails" ? ["distinct-neurons"] : []),
  "known-side-spans-samples": ({ status, reference }) => {
    if (status === "fails") return [];
    return reference.includes("instance-certificates") ? ["reduction", "instance-certificates"] : ["reduction"];
  },
  catalecticant: () => ["catalecticant"],
  "scales-fixed": () => ["catalecticant"],
  "kernel-criterion": () => ["kernel-criterion"],
  "second-data-set": ({ status }) => (status === "holds" ? ["witness"] : []),
};

/** The theorems that a decided condition uses, the most important first. */
export function theoremsOfCondition(condition: ConditionAnswer): readonly TheoremId[] {
  return condition.status === "unknown" ? [] : (BY_CONDITION[condition.id]?.(condition) ?? []);
}

/** Conditions that a verdict depends on, whatever rule it follows by. */
const ALWAYS_USED: ReadonlySet<string> = new Set(["gauge", "side-information", "data-are-general"]);

/** The conditions that some step of the derivation uses; without a derivation all that were decided. */
function conditionsUsed({ conditions, derivation }: CheckAnswer): readonly ConditionAnswer[] {
  if (derivation.length === 0) return conditions;
  const used = new Set([...ALWAYS_USED, ...derivation.flatMap(({ from }) => from)]);
  return conditions.filter(({ id }) => used.has(id));
}

/** Every theorem that an answer uses, in the order of the registry. */
function usedTheorems(facts: ProblemFacts): TheoremId[] {
  const { check, recover } = facts;
  const used = new Set<TheoremId>([
    "moment-expansion",
    ...(check === null ? [] : conditionsUsed(check)).flatMap(theoremsOfCondition),
  ]);
  if (check?.solutions != null) used.add("number-of-solutions");
  if (check?.witness != null || recover?.witness != null) used.add("witness");
  const estimates = [
    ...(recover?.samples.map(({ expectedError }) => expectedError) ?? []),
    ...(check?.conditioning?.perSample ?? []),
  ];
  if (estimates.some((error) => error !== null)) used.add("error-bound");
  const proof = provedBounds(recover);
  if (proof?.kind === "global") used.add("global-error");
  if (proof?.uniqueWithin != null) used.add("certified-samples");
  if (recover !== null && recover.splits > 0) used.add("sample-splitting");
  return THEOREM_IDS.filter((id) => used.has(id));
}

/** Section "Theorems": the statements that the answer uses. */
export function theoremsSection(facts: ProblemFacts): Section | null {
  return section("theorems", "Theorems used", usedTheorems(facts).map(theoremStatement));
}
