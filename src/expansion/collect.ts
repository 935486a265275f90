import { type Rational, zero } from "../algebra/rational.ts";
import type { EquationTerm, Moment } from "./neuron-equations.ts";

/** (Σ_k factor[k] b^k) · w^weights · moment: the terms of an equation that differ in the power of the bias only. */
export interface CollectedTerm {
  readonly factor: readonly Rational[];
  readonly weights: readonly number[];
  readonly moment: Moment;
}

/** The collected terms that one output weight a_output multiplies; `output` is null where none does. */
export interface WeightedTerms {
  readonly output: number | null;
  readonly terms: readonly CollectedTerm[];
}

/** Collects the terms of an equation by output weight and moment, in the order that they come in. */
export function collectTerms(terms: readonly EquationTerm[]): WeightedTerms[] {
  return groupBy(terms, ({ monomial }) => `${monomial.output}`).map((ofOutput) => ({
    output: ofOutput[0]!.monomial.output,
    terms: groupBy(ofOutput, ({ moment }) => moment.exponents.join(",")).map(collect),
  }));
}

/** Terms with the same moment also have the same monomial in w, so that only the powers of the bias differ. */
function collect(terms: readonly EquationTerm[]): CollectedTerm {
  const factor = new Array<Rational>(Math.max(...terms.map(({ monomial }) => monomial.bias)) + 1).fill(zero);
  for (const { coefficient, monomial } of terms) factor[monomial.bias] = coefficient;
  return { factor, weights: terms[0]!.monomial.weights, moment: terms[0]!.moment };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
