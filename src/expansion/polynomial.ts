import { add, isZero, multiply, one, type Rational, rational } from "../algebra/rational.ts";
import type { Ring } from "../algebra/ring.ts";

/** A coefficient that is not zero, and the exponent of every variable. */
interface Term {
  readonly coefficient: Rational;
  readonly exponents: readonly number[];
}

/** A sparse polynomial over the rationals: its terms, none of them zero, by exponent vector. */
export type Polynomial = ReadonlyMap<string, Term>;

const keyOf = (exponents: readonly number[]): string => exponents.join(",");

/** The polynomials in `variables` variables as a ring, so that whatever is built over a ring can be built over them. */
export function polynomialRing(variables: number): Ring<Polynomial> {
  const origin: readonly number[] = new Array<number>(variables).fill(0);
  const constant = (value: Rational): Polynomial => polynomialOf([{ coefficient: value, exponents: origin }]);
  return {
    zero: new Map(),
    one: constant(one),
    add: (a, b) => polynomialOf([...a.values(), ...b.values()]),
    multiply: (a, b) => polynomialOf(productTerms(a, b)),
    fromRational: constant,
  };
}

/** The variable with this index. */
export function variable(variables: number, index: number): Polynomial {
  const exponents = Array.from({ length: variables }, (_, v) => (v === index ? 1 : 0));
  return polynomialOf([{ coefficient: one, exponents }]);
}

/** The partial derivative by the variable with this index. */
export function derivative(polynomial: Polynomial, index: number): Polynomial {
  const containing = [...polynomial.values()].filter(({ exponents }) => exponents[index]! > 0);
  return polynomialOf(
    containing.map(({ coefficient, exponents }) => ({
      coefficient: multiply(coefficient, rational(BigInt(exponents[index]!))),
      exponents: exponents.with(index, exponents[index]! - 1),
    })),
  );
}

/** The polynomial with these terms: equal monomials collected, zeros dropped. */
function polynomialOf(terms: Iterable<Term>): Polynomial {
  const collected = new Map<string, Term>();
  for (const term of terms) {
    const key = keyOf(term.exponents);
    const present = collected.get(key);
    const coefficient = present === undefined ? term.coefficient : add(present.coefficient, term.coefficient);
    if (isZero(coefficient)) collected.delete(key);
    else collected.set(key, { coefficient, exponents: term.exponents });
  }
  return collected;
}

function* productTerms(a: Polynomial, b: Polynomial): Generator<Term> {
  for (const left of a.values()) {
    for (const right of b.values()) {
      yield {
        coefficient: multiply(left.coefficient, right.coefficient),
        exponents: left.exponents.map((exponent, v) => exponent + right.exponents[v]!),
      };
    }
  }
}
