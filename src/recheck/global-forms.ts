import { list, monomialsOfDegree } from "./equations.ts";
import { exactly, INTERVALS, type Interval } from "./intervals.ts";

const { add, multiply } = INTERVALS;

/** A homogeneous polynomial: coefficients, or enclosures of them, at the monomials in lexicographic order. */
export interface Form {
  readonly variables: number;
  readonly degree: number;
  readonly coefficients: readonly Interval[];
}

export function formOf(coefficients: ArrayLike<number>, variables: number, degree: number): Form {
  return { variables, degree, coefficients: Array.from(coefficients, exactly) };
}

export function multiplyForms(a: Form, b: Form): Form {
  const degree = a.degree + b.degree;
  const { place, exponents } = monomials(a.variables, degree);
  const [left, right] = [monomials(a.variables, a.degree).exponents, monomials(a.variables, b.degree).exponents];
  const coefficients = exponents.map(() => exactly(0));
  for (const [i, value] of a.coefficients.entries()) {
    if (value.low === 0 && value.high === 0) continue;
    for (const [k, other] of b.coefficients.entries()) {
      const at = place.get(keyOf(left[i]!.map((exponent, e) => exponent + right[k]![e]!)))!;
      coefficients[at] = add(coefficients[at]!, multiply(value, other));
    }
  }
  return { variables: a.variables, degree, coefficients };
}

/** The form times x_e; its coefficients only move. */
export function timesCoordinate({ variables, degree, coefficients }: Form, e: number): Form {
  const { place, exponents } = monomials(variables, degree + 1);
  const moved = exponents.map(() => exactly(0));
  for (const [k, alpha] of monomials(variables, degree).exponents.entries()) {
    moved[place.get(keyOf(alpha.with(e, alpha[e]! + 1)))!] = coefficients[k]!;
  }
  return { variables, degree: degree + 1, coefficients: moved };
}

/** The form times a double. */
export function timesNumber(form: Form, factor: number): Form {
  return { ...form, coefficients: form.coefficients.map((value) => multiply(value, exactly(factor))) };
}

export function powerOf(form: Form, exponent: number): Form {
  return list(exponent, () => form).reduce(multiplyForms, formOf([1], form.variables, 0));
}

/** The value at every point of a box. */
export function valueAt({ variables, degree, coefficients }: Form, x: readonly Interval[]): Interval {
  const { exponents } = monomials(variables, degree);
  const terms = coefficients.map((coefficient, k) => {
    const factors = exponents[k]!.flatMap((exponent, e) => list(exponent, () => x[e]!));
    return factors.reduce(multiply, coefficient);
  });
  return terms.reduce(add, exactly(0));
}

/** x^α in doubles, for all α of a degree. */
export function powersAt(x: readonly number[], degree: number): number[] {
  return monomials(x.length, degree).exponents.map((alpha) =>
    alpha.reduce((product, exponent, e) => product * x[e]! ** exponent, 1),
  );
}

interface Monomials {
  readonly exponents: readonly (readonly number[])[];
  readonly place: ReadonlyMap<string, number>;
}

const keyOf = (exponents: readonly number[]): string => exponents.join();

const computed = new Map<string, Monomials>();

/** The monomials of a degree and their places; computed once. */
function monomials(variables: number, degree: number): Monomials {
  const key = `${variables},${degree}`;
  let found = computed.get(key);
  if (found === undefined) {
    const exponents = monomialsOfDegree(variables, degree).map((monomial) => monomial.exponents);
    found = { exponents, place: new Map(exponents.map((alpha, k) => [keyOf(alpha), k])) };
    computed.set(key, found);
  }
  return found;
}
