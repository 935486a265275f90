import { monomialsOfDegree } from "../equations/monomials.ts";
import { addIntervals, exactly, type Interval, multiplyIntervals } from "../interval/interval.ts";
import { exponentsOf } from "./moments.ts";

/**
 * A form, a homogeneous polynomial whose coefficients are intervals: a form of doubles, or an enclosure of what products of
 * such forms exactly are.
 */
export interface Form {
  readonly variables: number;
  readonly degree: number;
  /** Coefficients at x^α in the order of the moments, without multinomial factors. */
  readonly coefficients: readonly Interval[];
}

/** The form with these coefficients. */
export function formOf(coefficients: ArrayLike<number>, variables: number, degree: number): Form {
  return { variables, degree, coefficients: Array.from(coefficients, exactly) };
}

/** The coordinate x_e. */
export function coordinateForm(variables: number, e: number): Form {
  const coefficients = Array.from({ length: variables }, (_, k) => (k === e ? 1 : 0));
  return formOf(coefficients, variables, 1);
}

/** The product of two forms. */
export function multiplyForms(a: Form, b: Form): Form {
  const { variables } = a;
  const degree = a.degree + b.degree;
  const { exponents: left } = monomials(variables, a.degree);
  const { exponents: right } = monomials(variables, b.degree);
  const { exponents, place } = monomials(variables, degree);
  const coefficients = new Array<Interval>(exponents.length).fill(exactly(0));
  const inB = [...b.coefficients.entries()].filter(([, value]) => !isZero(value));
  a.coefficients.forEach((value, i) => {
    if (isZero(value)) return;
    for (const [k, other] of inB) {
      const at = place.get(left[i]!.map((exponent, e) => exponent + right[k]![e]!).join())!;
      coefficients[at] = addIntervals(coefficients[at]!, multiplyIntervals(value, other));
    }
  });
  return { variables, degree, coefficients };
}

/** The sum of two forms of one degree. */
export function addForms(a: Form, b: Form): Form {
  return { ...a, coefficients: a.coefficients.map((value, at) => addIntervals(value, b.coefficients[at]!)) };
}

/** The form to a power. */
export function powerOfForm(form: Form, exponent: number): Form {
  let power = formOf([1], form.variables, 0);
  for (let k = 0; k < exponent; k++) power = multiplyForms(power, form);
  return power;
}

/** The form times a double. */
export function scaleForm(form: Form, factor: number): Form {
  return { ...form, coefficients: form.coefficients.map((value) => multiplyIntervals(value, exactly(factor))) };
}

/** The value of a form at a point of a box. */
export function evaluateForm({ variables, degree, coefficients }: Form, point: readonly Interval[]): Interval {
  const { exponents } = monomials(variables, degree);
  return coefficients.reduce((sum, coefficient, at) => {
    const term = exponents[at]!.reduce((product, exponent, e) => {
      let power = product;
      for (let t = 0; t < exponent; t++) power = multiplyIntervals(power, point[e]!);
      return power;
    }, coefficient);
    return addIntervals(sum, term);
  }, exactly(0));
}

/** x^α for all α of one degree. */
export function powersAt(x: Float64Array, degree: number): Float64Array {
  return Float64Array.from(monomials(x.length, degree).exponents, (alpha) =>
    alpha.reduce((product, exponent, e) => product * x[e]! ** exponent, 1),
  );
}

const isZero = ({ mid, rad }: Interval): boolean => mid === 0 && rad === 0;

interface Monomials {
  readonly exponents: readonly (readonly number[])[];
  /** By the exponents, joined. */
  readonly place: ReadonlyMap<string, number>;
}

const known = new Map<string, Monomials>();

/** The monomials of one degree; computed once. */
function monomials(variables: number, degree: number): Monomials {
  const key = `${variables},${degree}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const exponents = exponentsOf(monomialsOfDegree(variables, degree));
  const made = { exponents, place: new Map(exponents.map((alpha, at) => [alpha.join(), at])) };
  known.set(key, made);
  return made;
}
