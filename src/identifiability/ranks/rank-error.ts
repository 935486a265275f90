import { bitLength } from "../../algebra/rational.ts";
import type { EquationShape } from "../../equations/shape.ts";
import { RANDOM_PRIME_COUNT, RANDOM_PRIME_LOWER_BOUND } from "../../modular/prime-field.ts";

/** Primes tried at most; the bound below assumes no more. */
export const LARGEST_PRIME_COUNT = 3;

/**
 * Bound of the probability that one random prime and one random point show less than the generic rank.
 *
 * A minor of generic rank is a nonzero integer polynomial (denominators cleared) of degree at most size·D, D the degree
 * of an entry. Its reduction is zero for few primes (size of a coefficient over 24 bits, out of
 * {@link RANDOM_PRIME_COUNT} primes), and a nonzero reduction vanishes at a random point with probability degree/prime
 * (Schwartz–Zippel). Source: proofs/general-nodes-global.md, section "Ranks modulo primes".
 *
 * @param size - rows of the minor, at most
 */
export function oneDrawError(shape: EquationShape, size: number): number {
  if (size === 0) return 0;
  const { activation, inputDim, outputs } = shape;
  const p = activation.degree;
  // Nodes, biases, output weights, data and multipliers together: σ(w·x + b) has degree at most 2p in them.
  const degree = size * (2 * p + 2);
  const coefficientBits = activation.coefficients.reduce(
    (bits, c) => bits + bitLength(c.numerator) + bitLength(c.denominator),
    0,
  );
  // Sum of the absolute coefficients of one entry: C (d + 1)^p terms with factors at most p² p!, and cleared denominators.
  const entryBits = coefficientBits + Math.log2(outputs * (p + 1) ** 3) + p * Math.log2((inputDim + 1) * p + 1);
  const minorBits = size * (Math.log2(size) + entryBits);
  const badPrimes = (minorBits + coefficientBits) / Math.log2(RANDOM_PRIME_LOWER_BOUND);
  return Math.min(1, badPrimes / (RANDOM_PRIME_COUNT - LARGEST_PRIME_COUNT) + degree / RANDOM_PRIME_LOWER_BOUND);
}
