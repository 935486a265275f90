import type { Fraction } from "./fields.ts";
import { require } from "./rejection.ts";

/** Primes of certificates are smaller than this, so that the arithmetic below is exact in doubles. */
export const PRIME_LIMIT: number = 2 ** 25;

/** A residue plus this many products of two residues stays below 2⁵³: 7·2⁵⁰ + 2²⁵ < 2⁵³. */
const PRODUCTS_PER_REDUCTION = 7;

/**
 * The integers modulo a prime p < 2²⁵, as doubles 0 … p − 1.
 *
 * Why doubles are exact here: all integers below 2⁵³ are doubles, and a product of two residues is below 2⁵⁰. The
 * quotient x/p of an integer x < 2⁵³ is an integer or at least 1/p below the next one, and division rounds by at most
 * (x/p)·2⁻⁵³ < 1/p; so ⌊x/p⌋ comes out right and x − p⌊x/p⌋ is the residue.
 */
export class PrimeField {
  readonly prime: number;

  /** @throws {@link Rejection} unless the number is a prime above max(2, `above`) and below 2²⁵, shown by trial division */
  constructor(prime: number, above: number) {
    require(prime > Math.max(2, above) &&
      prime < PRIME_LIMIT, `${prime} is not between ${Math.max(2, above)} and 2^25`);
    for (let divisor = 2; divisor * divisor <= prime; divisor++) {
      require(prime % divisor !== 0, `${prime} is no prime: ${divisor} divides it`);
    }
    this.prime = prime;
  }

  /** The residue of an integer 0 ≤ x < 2⁵³. */
  reduce(x: number): number {
    return x - this.prime * Math.floor(x / this.prime);
  }

  add(a: number, b: number): number {
    return this.reduce(a + b);
  }

  multiply(a: number, b: number): number {
    return this.reduce(a * b);
  }

  negate(a: number): number {
    return a === 0 ? 0 : this.prime - a;
  }

  /** a⁻¹ = a^{p−2} for a ≠ 0. */
  inverse(a: number): number {
    let [result, square] = [1, a];
    for (let e = this.prime - 2; e > 0; e = Math.floor(e / 2)) {
      if (e % 2 === 1) result = this.multiply(result, square);
      square = this.multiply(square, square);
    }
    return result;
  }

  /** @throws {@link Rejection} if p divides the denominator */
  fromFraction({ numerator, denominator }: Fraction): number {
    const modulus = BigInt(this.prime);
    const bottom = Number(denominator % modulus);
    require(bottom !== 0, `${this.prime} divides a denominator`);
    const top = Number(((numerator % modulus) + modulus) % modulus);
    return this.multiply(top, this.inverse(bottom));
  }

  /** Σ a_k b_k over equally long lists of residues. */
  dot(a: readonly number[], b: readonly number[]): number {
    return a.reduce((sum, value, k) => this.reduce(sum + value * b[k]!), 0);
  }

  /** Σ coefficients_k z^k. */
  evaluate(coefficients: readonly number[], z: number): number {
    return coefficients.reduceRight((value, coefficient) => this.reduce(value * z + coefficient), 0);
  }

  /** 1, z, z², …, z^highest. */
  powers(z: number, highest: number): number[] {
    const list = [1];
    for (let k = 1; k <= highest; k++) list.push(this.multiply(list[k - 1]!, z));
    return list;
  }
}

/**
 * Whether a square matrix of residues, given by its rows, is regular; the rows are overwritten.
 *
 * Gaussian elimination, seven pivots at a time: they clear each other, then all rows below. Columns are exchanged so that
 * pivot k stands in column k. Multiples of rows added to others, rows scaled and columns exchanged decide nothing about
 * regularity.
 */
export function isRegular(field: PrimeField, rows: readonly Float64Array[]): boolean {
  for (let first = 0; first < rows.length; first += PRODUCTS_PER_REDUCTION) {
    const pivotRows: Float64Array[] = [];
    for (const row of rows.slice(first, first + PRODUCTS_PER_REDUCTION)) {
      const k = first + pivotRows.length;
      clear(field, row, pivotRows, first);
      const pivot = row.findIndex((value, column) => column >= k && value !== 0);
      if (pivot < 0) return false;
      for (const other of rows) [other[k], other[pivot]] = [other[pivot]!, other[k]!];
      const scale = field.inverse(row[k]!);
      for (let j = k; j < row.length; j++) row[j] = field.multiply(row[j]!, scale);
      pivotRows.push(row);
    }
    for (const row of rows.slice(first + pivotRows.length)) clear(field, row, pivotRows, first);
  }
  return true;
}

/**
 * Adds multiples of at most seven pivot rows, with pivot 1 in the columns first, first + 1, …, so that the row has zeros
 * there. All multiples are added in one pass, followed by one reduction.
 */
function clear(field: PrimeField, row: Float64Array, pivotRows: readonly Float64Array[], first: number): void {
  if (pivotRows.length === 0) return;
  const factors: number[] = [];
  for (const t of pivotRows.keys()) {
    const value = factors.reduce((sum, factor, s) => sum + factor * pivotRows[s]![first + t]!, row[first + t]!);
    factors.push(field.negate(field.reduce(value)));
  }
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = factors;
  const [p, q = p, r = p, s = p, t = p, u = p, v = p] = pivotRows as readonly [Float64Array];
  const { prime } = field;
  for (let j = first; j < row.length; j++) {
    const x = row[j]! + a * p[j]! + b * q[j]! + c * r[j]! + d * s[j]! + e * t[j]! + f * u[j]! + g * v[j]!;
    row[j] = x - prime * Math.floor(x / prime);
  }
}
