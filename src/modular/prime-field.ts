import { InternalError, UsageError } from "../errors.ts";
import { createRandom, type Random } from "../random.ts";

/** Exclusive upper bound of every modulus: sums of 31 products of centred residues then stay below 2^53. */
export const MODULUS_LIMIT: number = 2 ** 25;

/** Inclusive lower end of the interval from which {@link choosePrimes} draws. */
export const RANDOM_PRIME_LOWER_BOUND: number = 2 ** 24;

/** Number of primes in [2^24, 2^25): pi(2^25) - pi(2^24) = 2063689 - 1077871; a test recounts them with a sieve. */
export const RANDOM_PRIME_COUNT: number = 985_818;

/** Keeps the choice of primes apart from other uses of the same seed. */
const PRIME_STREAM = 0x7072696d;

/**
 * The field of integers modulo a prime p < 2^25. Elements are JavaScript integers in [0, p); every operation is exact
 * because a product of two elements is below 2^50.
 */
export class PrimeField {
  readonly p: number;
  readonly #reciprocal: number;
  readonly #bigP: bigint;

  /** @throws {@link UsageError} if `p` is not a prime below 2^25 */
  constructor(p: number) {
    requirePrime(p);
    this.p = p;
    this.#reciprocal = 1 / p;
    this.#bigP = BigInt(p);
  }

  add(a: number, b: number): number {
    const sum = a + b;
    return sum >= this.p ? sum - this.p : sum;
  }

  sub(a: number, b: number): number {
    const difference = a - b;
    return difference < 0 ? difference + this.p : difference;
  }

  mul(a: number, b: number): number {
    const product = a * b;
    // The rounded reciprocal puts the quotient off by at most one, so one correction is enough.
    const remainder = product - Math.floor(product * this.#reciprocal) * this.p;
    if (remainder < 0) return remainder + this.p;
    return remainder >= this.p ? remainder - this.p : remainder;
  }

  /**
   * The b with a*b = 1.
   *
   * @throws {@link InternalError} if `a` is zero
   */
  inverse(a: number): number {
    if (a === 0) throw new InternalError(`inverse of 0 modulo ${this.p}`);
    return inverseModulo(a, this.p);
  }

  /** The residue of any integer, negative ones included. */
  fromBigInt(value: bigint): number {
    const remainder = Number(value % this.#bigP);
    return remainder < 0 ? remainder + this.p : remainder;
  }

  /**
   * The residue of the rational number `num / den`, which need not be in lowest terms.
   *
   * @throws {@link UsageError} if p divides `den` (also when `den` is zero): the number has no residue modulo p
   */
  fromRational(num: bigint, den: bigint): number {
    const denominator = this.fromBigInt(den);
    if (denominator === 0) {
      throw new UsageError(`the prime ${this.p} divides the denominator ${den}`, "choose another prime");
    }
    return this.mul(this.fromBigInt(num), inverseModulo(denominator, this.p));
  }

  /** An element drawn with exactly equal probabilities (by rejection). */
  random(random: Random): number {
    return randomBelow(this.p, random);
  }
}

/**
 * Whether `n` is prime, without error for every integer below 4759123141.
 *
 * @remarks Miller-Rabin with bases 2, 7 and 61. Source: Jaeschke, On strong pseudoprimes to several bases, Math. Comp.
 * 61 (1993), 915-926. Here `n` is at most 2^25, so that products of residues are exact.
 * @throws {@link InternalError} if `n` exceeds 2^25
 */
export function isPrime(n: number): boolean {
  if (n > MODULUS_LIMIT) throw new InternalError(`primality test: expected at most 2^25, got ${n}`);
  if (!Number.isInteger(n) || n < 2) return false;
  for (const small of [2, 3, 5, 7, 61]) if (n % small === 0) return n === small;
  return [2, 7, 61].every((base) => isStrongProbablePrime(n, base));
}

/** All primes below `bound` (at most 2^25) in decreasing order, one at a time. */
export function* primesBelow(bound: number): Generator<number> {
  for (let n = Math.ceil(bound) - 1; n >= 2; n--) if (isPrime(n)) yield n;
}

/**
 * Distinct primes drawn from the {@link RANDOM_PRIME_COUNT} primes in [2^24, 2^25); the same seed gives the same
 * primes, and a longer list starts with the shorter one.
 *
 * @remarks A nonzero integer of absolute value at most H has at most b = log2(H) / 24 prime divisors in that interval.
 * So k primes drawn uniformly without replacement all divide it with probability at most (b / 985818)^k: this bounds
 * the error of "rank deficient" when H bounds a minor of full rank (Hadamard). A nonzero minor modulo one prime is a
 * proof and needs no bound.
 * @param seed - integer of absolute value at most 2^53 - 1
 * @throws {@link UsageError} if `seed` is not such an integer, or `count` not an integer in [0, 1000]
 */
export function choosePrimes(seed: number, count: number): number[] {
  if (!Number.isSafeInteger(seed)) throw new UsageError(`seed: expected a safe integer, got ${seed}`);
  if (!Number.isInteger(count) || count < 0 || count > 1000) {
    throw new UsageError(`number of primes: expected an integer from 0 to 1000, got ${count}`);
  }
  const random = createRandom(seed, PRIME_STREAM + Math.floor(seed / 2 ** 32));
  const chosen = new Set<number>();
  while (chosen.size < count) {
    const candidate = RANDOM_PRIME_LOWER_BOUND + randomBelow(MODULUS_LIMIT - RANDOM_PRIME_LOWER_BOUND, random);
    if (isPrime(candidate)) chosen.add(candidate);
  }
  return [...chosen];
}

/** @throws {@link UsageError} if `p` is not a prime below 2^25 */
export function requirePrime(p: number): void {
  if (!(p < MODULUS_LIMIT) || !isPrime(p)) throw new UsageError(`modulus: expected a prime below 2^25, got ${p}`);
}

/** Inverse of `a` in [1, p) by the extended Euclidean algorithm. */
export function inverseModulo(a: number, p: number): number {
  let [remainder, nextRemainder] = [p, a];
  let [coefficient, nextCoefficient] = [0, 1];
  while (nextRemainder !== 0) {
    const quotient = Math.floor(remainder / nextRemainder);
    [remainder, nextRemainder] = [nextRemainder, remainder - quotient * nextRemainder];
    [coefficient, nextCoefficient] = [nextCoefficient, coefficient - quotient * nextCoefficient];
  }
  return coefficient < 0 ? coefficient + p : coefficient;
}

/** `Random.integer` without its bias: draws of 32 bits behind the last multiple of `bound` are rejected. */
function randomBelow(bound: number, random: Random): number {
  const accepted = 2 ** 32 - (2 ** 32 % bound);
  for (;;) {
    const draw = random.integer(2 ** 32);
    if (draw < accepted) return draw % bound;
  }
}

function isStrongProbablePrime(n: number, base: number): boolean {
  let odd = n - 1;
  let halvings = 0;
  for (; odd % 2 === 0; odd /= 2) halvings++;
  let power = powerModulo(base % n, odd, n);
  if (power === 1 || power === n - 1) return true;
  for (let step = 1; step < halvings; step++) {
    power = (power * power) % n;
    if (power === n - 1) return true;
  }
  return false;
}

function powerModulo(base: number, exponent: number, modulus: number): number {
  let result = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
