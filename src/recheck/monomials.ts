import type { PrimeField } from "./modular.ts";
import type { Problem } from "./problem.ts";
import { degreesSeen } from "./shape-facts.ts";

/** A monomial x^α: its degree |α|, and |α|!/α!, the number of its places in the symmetric tensor. */
export interface Monomial {
  /** α. */
  readonly exponents: readonly number[];
  /** The variables with a positive exponent, ascending. */
  readonly variables: readonly number[];
  readonly degree: number;
  readonly places: number;
}

/** The monomials of one degree in lexicographic order, x_1^degree first. */
export function monomialsOfDegree(variables: number, degree: number): Monomial[] {
  return exponentsOfDegree(variables, degree).map((exponents) => ({
    exponents,
    variables: [...exponents.keys()].filter((v) => exponents[v]! > 0),
    degree,
    places: placesOf(exponents, degree),
  }));
}

function exponentsOfDegree(variables: number, degree: number): number[][] {
  if (variables === 1) return [[degree]];
  return Array.from({ length: degree + 1 }, (_, k) => degree - k).flatMap((first) =>
    exponentsOfDegree(variables - 1, degree - first).map((rest) => [first, ...rest]),
  );
}

function placesOf(exponents: readonly number[], degree: number): number {
  let [places, left] = [1, degree];
  for (const exponent of exponents) {
    places *= binomial(left, exponent);
    left -= exponent;
  }
  return places;
}

/** C(n, k) for n ≤ 12: far below 2⁵³. */
export function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - i + 1)) / i;
  return value;
}

/** A moment coordinate Σ_i g_ic x_i^α. */
export interface Moment {
  readonly output: number;
  readonly monomial: Monomial;
}

/** The moment coordinates: output by output, degrees seen ascending, monomials in lexicographic order. */
export function listMoments(problem: Problem, inputDim: number): Moment[] {
  const monomials = degreesSeen(problem).flatMap((degree) => monomialsOfDegree(inputDim, degree));
  const ofOutput = (output: number): Moment[] => monomials.map((monomial) => ({ output, monomial }));
  return Array.from({ length: problem.outputs }, (_, output) => ofOutput(output)).flat();
}

/** x^α, or its derivative by coordinate `by`, from a table of the powers of every coordinate. */
export function monomialValue(
  field: PrimeField,
  powers: readonly (readonly number[])[],
  { exponents, variables }: Monomial,
  by: number | null,
): number {
  if (by !== null && exponents[by] === 0) return 0;
  let value = by === null ? 1 : exponents[by]!;
  for (const v of variables) {
    const left = v === by ? exponents[v]! - 1 : exponents[v]!;
    if (left > 0) value = field.multiply(value, powers[v]![left]!);
  }
  return value;
}
