import { rational } from "../algebra/rational.ts";
import type { Ring } from "../algebra/ring.ts";
import { binomial, type EquationShape } from "./shape.ts";

/** The known side's nodes over a ring: weights m×d, bias m (zeros without a bias), output C×m, all row-major. */
export interface Nodes<T> {
  readonly weights: readonly T[];
  readonly bias: readonly T[];
  readonly output: readonly T[];
}

/** Data over a ring: points n×d and multipliers n×C, row-major. */
export interface DataPoints<T> {
  readonly points: readonly T[];
  readonly multipliers: readonly T[];
}

/** A dense row-major matrix over a ring. */
export interface RingMatrix<T> {
  readonly rows: number;
  readonly cols: number;
  readonly entries: T[];
}

/** Images of small integers in the ring, computed once each. */
export function integersOf<T>(ring: Ring<T>): (value: number) => T {
  const known = new Map<number, T>();
  return (value) => {
    let image = known.get(value);
    if (image === undefined) {
      image = ring.fromRational(rational(BigInt(value), 1n));
      known.set(value, image);
    }
    return image;
  };
}

/** Horner's rule for coefficients that are ring elements already. */
export function evaluate<T>(ring: Ring<T>, polynomial: readonly T[], at: T): T {
  let value = ring.zero;
  for (let k = polynomial.length - 1; k >= 0; k--) value = ring.add(ring.multiply(value, at), polynomial[k]!);
  return value;
}

/** Taylor coefficients s_l(b) = σ^{(l)}(b)/l! = Σ_k c_k C(k,l) b^{k−l}, l = 0..p, as a function of the bias. */
export function taylorExpansion<T>(ring: Ring<T>, { activation }: EquationShape): (bias: T) => T[] {
  const p = activation.degree;
  const polynomials = Array.from({ length: p + 1 }, (_, l) =>
    Array.from({ length: p - l + 1 }, (_, k) => {
      const { numerator, denominator } = activation.coefficients[k + l]!;
      return ring.fromRational(rational(numerator * BigInt(binomial(k + l, l)), denominator));
    }),
  );
  return (bias) => polynomials.map((polynomial) => evaluate(ring, polynomial, bias));
}

/** The vector that is one at `at` and zero elsewhere. */
export function unitVector<T>(ring: Ring<T>, length: number, at: number, one: T = ring.one): T[] {
  const vector = new Array<T>(length).fill(ring.zero);
  vector[at] = one;
  return vector;
}
