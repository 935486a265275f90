import fc from "fast-check";
import { add, fromNumber, multiply, type Rational, rational, subtract } from "../../src/algebra/rational.ts";
import type { Interval } from "../../src/interval/interval.ts";
import type { IntervalMatrix } from "../../src/interval/interval-matrix.ts";

/** A dense matrix of exact numbers, row-major. */
export interface ExactMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly entries: readonly Rational[];
}

/** Whether |x − mid| ≤ rad, exactly. */
export function contains({ mid, rad }: Interval, x: Rational): boolean {
  const difference = subtract(x, fromNumber(mid));
  const size = difference.numerator < 0n ? subtract(rational(0n), difference) : difference;
  return subtract(fromNumber(rad), size).numerator >= 0n;
}

/** A point of an interval: mid + t·rad with t = share/8 between −1 and 1; ±8 are the corners. */
export function pointOf({ mid, rad }: Interval, share: number): Rational {
  return add(fromNumber(mid), multiply(fromNumber(rad), rational(BigInt(share), 8n)));
}

/** A matrix of a box, one share per entry. */
export function memberOf({ rows, cols, mid, rad }: IntervalMatrix, shares: readonly number[]): ExactMatrix {
  const entries = Array.from(mid, (value, at) => pointOf({ mid: value, rad: rad[at]! }, shares[at % shares.length]!));
  return { rows, cols, entries };
}

export function exactProduct(A: ExactMatrix, B: ExactMatrix): ExactMatrix {
  const entries = Array.from({ length: A.rows * B.cols }, (_, at) => {
    const [i, j] = [Math.floor(at / B.cols), at % B.cols];
    let sum = rational(0n);
    for (let k = 0; k < A.cols; k++) {
      sum = add(sum, multiply(A.entries[i * A.cols + k]!, B.entries[k * B.cols + j]!));
    }
    return sum;
  });
  return { rows: A.rows, cols: B.cols, entries };
}

/** 2^61 − 1. */
const PRIME = (1n << 61n) - 1n;

/**
 * Rank modulo a large prime: a lower bound of the rank over the rationals, so that full rank is proved exactly.
 */
export function exactRank({ rows, cols, entries }: ExactMatrix): number {
  const residues = entries.map(({ numerator, denominator }) => reduce(numerator * inverse(reduce(denominator))));
  const left = Array.from({ length: rows }, (_, i) => residues.slice(i * cols, (i + 1) * cols));
  let rank = 0;
  for (let c = 0; c < cols && rank < rows; c++) {
    const pivot = left.findIndex((row, i) => i >= rank && row[c] !== 0n);
    if (pivot < 0) continue;
    [left[rank], left[pivot]] = [left[pivot]!, left[rank]!];
    const head = left[rank]!;
    const unit = inverse(head[c]!);
    for (let i = rank + 1; i < rows; i++) {
      const factor = reduce(left[i]![c]! * unit);
      if (factor !== 0n) left[i] = left[i]!.map((value, k) => reduce(value - factor * head[k]!));
    }
    rank++;
  }
  return rank;
}

const reduce = (value: bigint): bigint => ((value % PRIME) + PRIME) % PRIME;

/** a^(p − 2). */
function inverse(a: bigint): bigint {
  let [result, base, exponent] = [1n, a, PRIME - 2n];
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = reduce(result * base);
    base = reduce(base * base);
  }
  return result;
}

/** Finite doubles over a wide range, zero and subnormal ones among them. */
export const doubles: fc.Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -8, max: 8, noNaN: true, noDefaultInfinity: true }) },
  { weight: 2, arbitrary: fc.double({ min: -1e120, max: 1e120, noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.double({ min: -1e-300, max: 1e-300, noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, -1, Number.MIN_VALUE, -Number.MIN_VALUE, 2 ** -1022) },
);

export const intervals: fc.Arbitrary<Interval> = fc
  .tuple(doubles, fc.constantFrom(0, 2 ** -53, 1e-9, 1e-2, 3))
  .map(([mid, share]) => ({ mid, rad: Math.abs(mid) * share }));

/** Shares of a radius, corners three times in four. */
export const shares: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(-8, 8) },
  { weight: 1, arbitrary: fc.integer({ min: -8, max: 8 }) },
);
