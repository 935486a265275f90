import { require } from "./json.ts";
import type { Fraction, Ring } from "./numbers.ts";

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
export class PrimeField implements Ring<number> {
  readonly prime: number;

  /** @throws {@link Rejection} unless the number is a prime above max(2, `above`) and below 2²⁵, shown by trial division */
  constructor(prime: number, above: number) {
    const least = Math.max(2, above);
    require(prime > least && prime < PRIME_LIMIT, `${prime} is not between ${least} and 2^25`);
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

  integer(value: number): number {
    return this.reduce(value);
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

/** A basis of the vectors v with row·v = 0 for all rows, by Gauss–Jordan elimination; the rows have `columns` entries. */
export function nullspace(field: PrimeField, rows: readonly (readonly number[])[], columns: number): number[][] {
  const reduced: { readonly row: number[]; readonly pivot: number }[] = [];
  const cancel = (row: number[], pivotRow: readonly number[], pivot: number): void => {
    const factor = field.negate(row[pivot]!);
    if (factor === 0) return;
    for (const [j, value] of pivotRow.entries()) row[j] = field.reduce(row[j]! + factor * value);
  };
  for (const given of rows) {
    const row = [...given];
    for (const other of reduced) cancel(row, other.row, other.pivot);
    const pivot = row.findIndex((value) => value !== 0);
    if (pivot < 0) continue;
    const scale = field.inverse(row[pivot]!);
    for (const [j, value] of row.entries()) row[j] = field.multiply(value, scale);
    for (const other of reduced) cancel(other.row, row, pivot);
    reduced.push({ row, pivot });
  }
  const pivots = new Set(reduced.map(({ pivot }) => pivot));
  const free = Array.from({ length: columns }, (_, j) => j).filter((j) => !pivots.has(j));
  return free.map((j) => {
    const vector = new Array<number>(columns).fill(0);
    vector[j] = 1;
    for (const { row, pivot } of reduced) vector[pivot] = field.negate(row[j]!);
    return vector;
  });
}
