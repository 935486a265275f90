import type { Rational } from "../../algebra/rational.ts";
import { choosePrimes, PrimeField } from "../../modular/prime-field.ts";
import { rowRankProfile } from "../../modular/rank.ts";
import { createRandom, type Random } from "../../random.ts";
import { LARGEST_PRIME_COUNT } from "./rank-error.ts";

/** Limits that keep one rank from taking the machine down; beyond them a rank stays unknown. */
const LARGEST_ENTRY_COUNT = 2e7;
const LARGEST_OPERATION_COUNT = 2e11;

/** Keeps the random points apart from other uses of the same seed. */
const POINT_STREAM = 0x706f696e;

/** A random point in a prime field: nodes and data that the matrix was built at; absent parts do not enter it. */
export interface ModularPoint {
  readonly weights?: readonly number[];
  readonly bias?: readonly number[];
  readonly output?: readonly number[];
  readonly points?: readonly number[];
  readonly multipliers?: readonly number[];
  /** Classes of the samples, where multiplier equations enter. */
  readonly labels?: readonly number[];
}

/** A matrix family whose rows come in blocks (a neuron, a sample) behind rows that every member has. */
export interface BlockQuestion {
  readonly blocks: number;
  readonly rowsPerBlock: number;
  readonly fixedRows: number;
  readonly cols: number;
  readonly coefficients: readonly Rational[];
  readonly seed: number;
  /** Proved upper bound of the rank of the first k blocks. */
  upperBound(blocks: number): number;
  /** Bound of the chance that one draw misses a generic rank of this size. */
  oneDrawError(size: number): number;
  /** The matrix, row-major, at a random point. */
  build(field: PrimeField, random: Random): { readonly entries: Float64Array; readonly point: ModularPoint };
}

/** Where a rank was found: a nonzero minor modulo a prime, which proves that the generic rank is at least its size. */
export interface Minor {
  readonly prime: number;
  readonly point: ModularPoint;
  /** In the order of the matrix of the question: fixed rows first. */
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

/** Ranks of the first 0, 1, …, k blocks at random points modulo primes. */
export interface BlockRanks {
  readonly ranks: readonly number[];
  /** Whether the rank of that prefix is proved: it attains its upper bound. */
  readonly proved: readonly boolean[];
  /** Chance that an unproved rank is too small. */
  readonly errorProbability: number;
  readonly primes: readonly number[];
  /** Primes that gave different ranks; the largest counts. */
  readonly primesDisagree: boolean;
  readonly minor: Minor;
}

/** Whether the matrix fits the limits on memory and work. */
export function isWithinLimits({ blocks, rowsPerBlock, fixedRows, cols }: BlockQuestion): boolean {
  return fitsLimits(fixedRows + blocks * rowsPerBlock, cols);
}

/** Whether `count` matrices of one size, one after the other, fit the limits on memory and work. */
export function fitsLimits(rows: number, cols: number, count = 1): boolean {
  const entries = rows * cols;
  return entries <= LARGEST_ENTRY_COUNT && count * entries * Math.min(rows, cols) <= LARGEST_OPERATION_COUNT;
}

/**
 * Ranks of all prefixes, each from one elimination per prime; one prime where it proves everything, else two, and a
 * third where they differ.
 */
export function blockRanks(question: BlockQuestion): BlockRanks {
  const primes = usablePrimes(question);
  const upperBounds = Array.from({ length: question.blocks + 1 }, (_, k) => question.upperBound(k));
  let best = ranksModulo(question, primes[0]!, 0);
  let used = 1;
  let primesDisagree = false;
  const complete = (): boolean => best.ranks.every((rank, k) => rank >= upperBounds[k]!);
  while (used < primes.length && !complete() && (used < 2 || primesDisagree)) {
    const next = ranksModulo(question, primes[used]!, used);
    used++;
    if (next.ranks.every((rank, k) => rank === best.ranks[k])) continue;
    primesDisagree = true;
    best = {
      ranks: best.ranks.map((rank, k) => Math.max(rank, next.ranks[k]!)),
      minor: next.minor.rows.length > best.minor.rows.length ? next.minor : best.minor,
    };
  }
  const largest = Math.max(...upperBounds);
  return {
    ranks: best.ranks,
    proved: best.ranks.map((rank, k) => rank >= upperBounds[k]!),
    errorProbability: complete() ? 0 : question.oneDrawError(largest) ** used,
    primes: primes.slice(0, used),
    primesDisagree,
    minor: best.minor,
  };
}

/** The first random primes that divide no denominator of the activation. */
function usablePrimes({ coefficients, seed }: BlockQuestion): number[] {
  const divides = (prime: number): boolean => coefficients.some((c) => c.denominator % BigInt(prime) === 0n);
  let drawn = LARGEST_PRIME_COUNT;
  for (;;) {
    const usable = choosePrimes(seed, drawn).filter((prime) => !divides(prime));
    if (usable.length >= LARGEST_PRIME_COUNT) return usable.slice(0, LARGEST_PRIME_COUNT);
    drawn += LARGEST_PRIME_COUNT;
  }
}

function ranksModulo(question: BlockQuestion, prime: number, draw: number): { ranks: number[]; minor: Minor } {
  const { blocks, rowsPerBlock, fixedRows, cols, seed } = question;
  const field = new PrimeField(prime);
  const { entries, point } = question.build(field, pointSource(seed, draw));
  const profile = rowRankProfile(entries, fixedRows + blocks * rowsPerBlock, cols, prime);
  const ranks: number[] = [];
  let count = 0;
  for (let k = 0; k <= blocks; k++) {
    while (count < profile.rank && profile.pivotRows[count]! < fixedRows + k * rowsPerBlock) count++;
    ranks.push(count);
  }
  return { ranks, minor: { prime, point, rows: profile.pivotRows, columns: profile.pivotColumns } };
}

/** Sources of points, apart from each other and from the choice of primes. */
function pointSource(seed: number, draw: number): Random {
  return createRandom(seed, POINT_STREAM + draw + Math.floor(seed / 2 ** 32));
}
