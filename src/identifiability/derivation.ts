import { weakestBasis } from "./bases.ts";
import type { Basis, Condition, DerivationStep, Verdict } from "./result.ts";

/** A condition with the status that a rule asks for. */
export interface Premise {
  readonly id: string;
  readonly status: Condition["status"];
}

/** "If each group has a premise that is met, the verdict follows." */
export interface Rule {
  readonly verdict: Exclude<Verdict, "inconclusive">;
  readonly premises: readonly (readonly Premise[])[];
  /** Conditions that strengthen the verdict where they hold, without being needed. */
  readonly support?: readonly Premise[];
  /** Why, in one sentence. */
  readonly because: string;
}

/** The strongest verdict that the rules give. */
export interface Derivation {
  readonly verdict: Verdict;
  readonly basis: Basis;
  /** The rule that gave the verdict first, then every other rule that applies. */
  readonly steps: readonly DerivationStep[];
}

/** Holds, fails: shorthands for premises. */
export const holds = (id: string): Premise => ({ id, status: "holds" });
export const fails = (id: string): Premise => ({ id, status: "fails" });

/**
 * Applies the rules in order; the first one that applies gives the verdict, the others are listed behind it.
 *
 * @param undecided - basis to state where no rule applies
 */
export function derive(rules: readonly Rule[], conditions: readonly Condition[], undecided: Basis): Derivation {
  const steps = rules.map((rule) => apply(rule, conditions)).filter((step) => step !== null);
  const [first] = steps;
  if (first === undefined) return { verdict: "inconclusive", basis: undecided, steps: [] };
  return { verdict: first.verdict, basis: first.basis, steps };
}

function isProved({ basis }: Condition): boolean {
  return basis === "theorem" || basis === "certificate";
}

/** The rule's conclusion, or null where a group of premises has none that is met. */
function apply(rule: Rule, conditions: readonly Condition[]): DerivationStep | null {
  const met = ({ id, status }: Premise): Condition | undefined =>
    conditions.find((condition) => condition.id === id && condition.status === status);
  const used: Condition[] = [];
  for (const group of rule.premises) {
    const premise = group.map(met).find((condition) => condition !== undefined);
    if (premise === undefined) return null;
    used.push(premise);
  }
  // What is not needed may not weaken the conclusion.
  const support = (rule.support ?? []).map(met).filter((condition) => condition !== undefined);
  used.push(...support.filter(isProved));
  return {
    verdict: rule.verdict,
    from: used.map(({ id }) => id),
    basis: weakestBasis(used.map(({ basis }) => basis)),
    because: rule.because,
  };
}
