/** The arithmetic that matrices and equations are written in: residues, intervals and exact doubles all have it. */
export interface Ring<T> {
  add(a: T, b: T): T;
  multiply(a: T, b: T): T;
  /** The image of a nonnegative safe integer. */
  integer(value: number): T;
}

/** Σ a_k b_k over equally long lists. */
export function dot<T>(ring: Ring<T>, a: readonly T[], b: readonly T[]): T {
  return a.reduce((sum, value, k) => ring.add(sum, ring.multiply(value, b[k]!)), ring.integer(0));
}

/** Σ coefficients_k z^k. */
export function evaluate<T>(ring: Ring<T>, coefficients: readonly T[], z: T): T {
  return coefficients.reduceRight((value, c) => ring.add(ring.multiply(value, z), c), ring.integer(0));
}

/** The coefficients of the derivative of a polynomial. */
export function derivative<T>(ring: Ring<T>, coefficients: readonly T[]): T[] {
  return coefficients.slice(1).map((c, k) => ring.multiply(c, ring.integer(k + 1)));
}

/** A rational in lowest terms. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const LONGEST_NUMBER = 2000;

/** `n` or `n/d` with d ≥ 2, in lowest terms, without plus signs and leading zeros; else null. */
export function parseFraction(text: string): Fraction | null {
  const match = /^(0|-?[1-9][0-9]*)(?:\/([1-9][0-9]*))?$/.exec(text);
  if (match === null || text.length > LONGEST_NUMBER) return null;
  const [numerator, denominator] = [BigInt(match[1]!), BigInt(match[2] ?? 1)];
  const isLowest = match[2] === undefined || (denominator > 1n && commonDivisor(numerator, denominator) === 1n);
  return isLowest ? { numerator, denominator } : null;
}

export function commonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The exact number mantissa·2^exponent; every finite double is one, and sums and products of them are. */
export interface Dyadic {
  readonly mantissa: bigint;
  readonly exponent: number;
}

export const ZERO: Dyadic = { mantissa: 0n, exponent: 0 };

/** The ring of all numbers mantissa·2^exponent. */
export const EXACT: Ring<Dyadic> = {
  add: (a, b) => {
    if (a.mantissa === 0n) return b;
    if (b.mantissa === 0n) return a;
    const exponent = Math.min(a.exponent, b.exponent);
    const lift = ({ mantissa, exponent: own }: Dyadic): bigint => mantissa << BigInt(own - exponent);
    return { mantissa: lift(a) + lift(b), exponent };
  },
  multiply: (a, b) => ({ mantissa: a.mantissa * b.mantissa, exponent: a.exponent + b.exponent }),
  integer: (value) => ({ mantissa: BigInt(value), exponent: 0 }),
};

export function negate({ mantissa, exponent }: Dyadic): Dyadic {
  return { mantissa: -mantissa, exponent };
}

export function subtract(a: Dyadic, b: Dyadic): Dyadic {
  return EXACT.add(a, negate(b));
}

export function absolute(a: Dyadic): Dyadic {
  return a.mantissa < 0n ? negate(a) : a;
}

export function isAtMost(a: Dyadic, b: Dyadic): boolean {
  return subtract(a, b).mantissa <= 0n;
}

export function largest(values: readonly Dyadic[]): Dyadic {
  return values.map(absolute).reduce((most, value) => (isAtMost(value, most) ? most : value), ZERO);
}

/** The exact value of a finite double, with an odd mantissa or 0·2⁰. */
export function toDyadic(value: number): Dyadic {
  let [whole, exponent] = [value, 0];
  // Doubling a double that is no integer, hence below 2⁵³, is exact.
  for (; !Number.isInteger(whole); exponent--) whole *= 2;
  let mantissa = BigInt(whole);
  for (; mantissa !== 0n && mantissa % 2n === 0n; exponent++) mantissa /= 2n;
  return { mantissa, exponent };
}

/** A double written as `m*2^e` with m odd, or `0*2^0`; else null. */
export function parseDouble(text: string): number | null {
  const match = /^(0|-?[1-9][0-9]{0,15})\*2\^(0|-?[1-9][0-9]{0,3})$/.exec(text);
  if (match === null) return null;
  const double = timesPowerOfTwo(Number(match[1]), Number(match[2]));
  if (!Number.isFinite(double)) return null;
  const { mantissa, exponent } = toDyadic(double);
  return `${mantissa}*2^${exponent}` === text ? double : null;
}

/** In two steps, as 2^exponent alone may overflow or vanish where the product does not. */
function timesPowerOfTwo(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}

/** A double within one ulp of a number whose mantissa may be long. */
export function nearestDouble({ mantissa, exponent }: Dyadic): number {
  const excess = Math.max(0, mantissa.toString(2).length - 60);
  return timesPowerOfTwo(Number(mantissa >> BigInt(excess)), exponent + excess);
}
