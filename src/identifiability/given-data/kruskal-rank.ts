import type { Rational } from "../../algebra/rational.ts";
import { monomialsOfDegree } from "../../equations/monomials.ts";
import { choosePrimes, PrimeField } from "../../modular/prime-field.ts";
import { rankProfile } from "../../modular/rank.ts";

/** Given vectors modulo primes: a rank found is a proof of at least that rank. */
export interface PowerVectors {
  /** Vectors, n. */
  readonly samples: number;
  /** A lower bound of the rank of {x_i^{⊗h}}, i in `subset` (all if left out): the largest over the primes. */
  rank(h: number, subset?: readonly number[]): number;
}

const PRIME_COUNT = 2;

/** @param points - n vectors of exact numbers, all of the same length v */
export function powerVectors(points: readonly (readonly Rational[])[], seed: number): PowerVectors {
  const v = points[0]?.length ?? 0;
  const usable = choosePrimes(seed, 12).filter((prime) =>
    points.every((x) => x.every(({ denominator }) => denominator % BigInt(prime) !== 0n)),
  );
  const fields = usable.slice(0, PRIME_COUNT).map((prime) => new PrimeField(prime));
  const known = new Map<number, readonly Float64Array[]>();
  const powers = (h: number): readonly Float64Array[] => {
    const found = known.get(h) ?? fields.map((field) => powersModulo(field, points, h));
    known.set(h, found);
    return found;
  };
  return {
    samples: points.length,
    rank(h, subset = points.map((_, i) => i)) {
      const width = monomialsOfDegree(v, h).count;
      const ranks = powers(h).map((table, k) => {
        const rows = new Float64Array(subset.length * width);
        subset.forEach((i, row) => {
          rows.set(table.subarray(i * width, (i + 1) * width), row * width);
        });
        return rankProfile(rows, subset.length, width, fields[k]!.p).rank;
      });
      return Math.max(0, ...ranks);
    },
  };
}

/** The monomials of degree h of every vector, row by row. */
function powersModulo(field: PrimeField, points: readonly (readonly Rational[])[], h: number): Float64Array {
  const table = monomialsOfDegree(points[0]!.length, h);
  const result = new Float64Array(points.length * table.count);
  points.forEach((point, row) => {
    const x = point.map(({ numerator, denominator }) => field.fromRational(numerator, denominator));
    for (let i = 0; i < table.count; i++) {
      let value = 1;
      for (let s = table.starts[i]!; s < table.starts[i + 1]!; s++) {
        for (let k = 0; k < table.exponents[s]!; k++) value = field.mul(value, x[table.variables[s]!]!);
      }
      result[row * table.count + i] = value;
    }
  });
  return result;
}

/** Subsets looked at before the search settles for what is proved. */
const LARGEST_SUBSET_COUNT = 20_000;

/**
 * A proved lower bound of the Kruskal rank of {x_i^{⊗h}}: the largest κ such that **every** κ of them were found
 * independent.
 *
 * @remarks Looks at all subsets of one size, from the rank of the whole set downwards, as long as there are at most
 * 20,000 of them.
 */
export function kruskalRank(vectors: PowerVectors, h: number): number {
  const rank = vectors.rank(h);
  for (let size = rank; size >= 1; size--) {
    if (rank === vectors.samples) return rank;
    if (subsetCount(vectors.samples, size) > LARGEST_SUBSET_COUNT) continue;
    if (everySubset(vectors.samples, size, (subset) => vectors.rank(h, subset) === size)) return size;
  }
  return 0;
}

function subsetCount(n: number, size: number): number {
  let count = 1;
  for (let k = 1; k <= size; k++) count = (count * (n - size + k)) / k;
  return count;
}

/** Whether every subset of {0..n−1} of this size meets the condition. */
function everySubset(n: number, size: number, meets: (subset: readonly number[]) => boolean): boolean {
  const subset: number[] = [];
  const extend = (from: number): boolean => {
    if (subset.length === size) return meets(subset);
    for (let i = from; i <= n - (size - subset.length); i++) {
      subset.push(i);
      const good = extend(i + 1);
      subset.pop();
      if (!good) return false;
    }
    return true;
  };
  return extend(0);
}
