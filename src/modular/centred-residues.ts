import { PACKED_DEPTH } from "./elimination-layout.ts";

// Centred residues modulo p < 2^25 in float64: the numbers on which the elimination works.

/** Adding and subtracting 1.5 * 2^52 rounds a number below 2^51 to the nearest integer, ties to even. */
const ROUNDER = 1.5 * 2 ** 52;

/**
 * How many products may be summed before a reduction, so that every intermediate value stays below 2^53.
 *
 * @remarks A reduced value is at most p/2 + 2 in absolute value: the computed quotient x * (1/p) is off by at most
 * |x/p| 2^-52, which moves the remainder by at most |x| 2^-52 < 2. A sum starts from one reduced value and is
 * finally subtracted from another, hence the slack of three. 31 for p near 2^25; never more than the packed depth.
 */
export function termsPerReduction(p: number): number {
  const bound = Math.floor(p / 2) + 2;
  return Math.min(PACKED_DEPTH, Math.floor((Number.MAX_SAFE_INTEGER - 3 * bound) / (bound * bound)));
}

/**
 * Copies residues in [0, p) into the zeroed padded array `target` as centred residues, |x| <= p/2.
 *
 * @returns the position of the first entry that is not an integer in [0, p), or -1
 */
export function copyCentred(
  entries: Float64Array,
  target: Float64Array,
  shape: { readonly cols: number; readonly stride: number; readonly p: number },
): number {
  const { cols, stride, p } = shape;
  for (let start = 0, to = 0; start < entries.length; start += cols, to += stride) {
    for (let j = 0; j < cols; j++) {
      const entry = entries[start + j]!;
      if (!(entry >= 0 && entry < p && Math.floor(entry) === entry)) return start + j;
      target[to + j] = centred(entry, p);
    }
  }
  return -1;
}

/** Exact remainder of |x| < 2^53, in [-p/2 - 2, p/2 + 2]; multiples of p give 0. */
export function reduced(x: number, p: number, reciprocal: number): number {
  return x - p * (x * reciprocal + ROUNDER - ROUNDER);
}

/** The centred residue of an `x` in [0, p). */
export function centred(x: number, p: number): number {
  return x > p / 2 ? x - p : x;
}

/** The representative in [0, p) of a centred residue, which is at most p/2 + 2 in absolute value. */
export function leastResidue(x: number, p: number): number {
  const remainder = x % p;
  return remainder < 0 ? remainder + p : remainder + 0;
}
