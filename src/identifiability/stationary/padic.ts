import type { Rational } from "../../algebra/rational.ts";
import type { Ring } from "../../algebra/ring.ts";
import { InternalError } from "../../errors.ts";

/** The integers modulo p^k: p-adic integers known to k digits. */
export interface PadicRing extends Ring<bigint> {
  readonly p: bigint;
  readonly digits: number;
  readonly modulus: bigint;
  /** Whether p divides the element. */
  isUnit(a: bigint): boolean;
  /** @throws {@link InternalError} if p divides `a` */
  inverse(a: bigint): bigint;
  negate(a: bigint): bigint;
}

/** @param p - a prime */
export function padicRing(p: bigint, digits: number): PadicRing {
  const modulus = p ** BigInt(digits);
  const residue = (a: bigint): bigint => {
    const remainder = a % modulus;
    return remainder < 0n ? remainder + modulus : remainder;
  };
  const inverse = (a: bigint): bigint => {
    if (a % p === 0n) throw new InternalError(`p-adic inverse: ${p} divides the element`);
    return residue(inverseModulo(residue(a), modulus));
  };
  return {
    p,
    digits,
    modulus,
    zero: 0n,
    one: 1n,
    add: (a, b) => residue(a + b),
    multiply: (a, b) => residue(a * b),
    negate: (a) => residue(-a),
    fromRational: ({ numerator, denominator }: Rational) => residue(numerator * inverse(denominator)),
    isUnit: (a) => a % p !== 0n,
    inverse,
  };
}

function inverseModulo(a: bigint, modulus: bigint): bigint {
  let [remainder, next] = [modulus, a];
  let [coefficient, nextCoefficient] = [0n, 1n];
  while (next !== 0n) {
    const quotient = remainder / next;
    [remainder, next] = [next, remainder - quotient * next];
    [coefficient, nextCoefficient] = [nextCoefficient, coefficient - quotient * nextCoefficient];
  }
  return coefficient;
}

/**
 * A lower bound of the rank of a matrix over the p-adic numbers whose entries are known modulo p^k: the number of
 * elementary divisors that are nonzero to that precision.
 *
 * Every step divides what is left by its smallest power of p, which costs that many digits, so the pivot is a unit and
 * the elimination is exact modulo the digits left.
 *
 * @param entries - rows×cols, row-major
 */
export function padicRank(ring: PadicRing, entries: readonly bigint[], rows: number, cols: number): number {
  const { p } = ring;
  let left = Array.from({ length: rows }, (_, i) => entries.slice(i * cols, (i + 1) * cols));
  let digits = ring.digits;
  let rank = 0;
  while (left.length > 0 && left[0]!.length > 0) {
    const valuation = smallestValuation(left, p, digits);
    if (valuation === null) break;
    const divisor = p ** BigInt(valuation);
    digits -= valuation;
    if (digits <= 0) break;
    const current = padicRing(p, digits);
    left = eliminateUnit(
      current,
      left.map((row) => row.map((value) => (value / divisor) % current.modulus)),
    );
    rank++;
  }
  return rank;
}

/** The least power of p in a matrix, or null if all entries are 0 modulo p^digits. */
function smallestValuation(matrix: readonly (readonly bigint[])[], p: bigint, digits: number): number | null {
  for (let valuation = 0, power = p; valuation < digits; valuation++, power *= p) {
    if (matrix.some((row) => row.some((value) => value % power !== 0n))) return valuation;
  }
  return null;
}

/** The matrix without the row and column of a unit entry, after elimination by it. */
function eliminateUnit(ring: PadicRing, matrix: readonly (readonly bigint[])[]): bigint[][] {
  const at = matrix.findIndex((row) => row.some((value) => ring.isUnit(value)));
  const pivotRow = matrix[at]!;
  const column = pivotRow.findIndex((value) => ring.isUnit(value));
  const inverse = ring.inverse(pivotRow[column]!);
  const scaled = pivotRow.map((value) => ring.multiply(value, inverse));
  const rest: bigint[][] = [];
  matrix.forEach((row, i) => {
    if (i === at) return;
    const factor = row[column]!;
    const reduced = row.map((value, j) => ring.add(value, ring.negate(ring.multiply(factor, scaled[j]!))));
    reduced.splice(column, 1);
    rest.push(reduced);
  });
  return rest;
}
