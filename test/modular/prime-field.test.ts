import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InternalError, UsageError } from "../../src/errors.ts";
import {
  choosePrimes,
  isPrime,
  MODULUS_LIMIT,
  PrimeField,
  primesBelow,
  RANDOM_PRIME_COUNT,
  RANDOM_PRIME_LOWER_BOUND,
} from "../../src/modular/prime-field.ts";
import { createRandom } from "../../src/random.ts";

const largest = 2 ** 25 - 39;

/** Marks the composites below `bound`; 0 and 1 count as composite. */
function compositesBelow(bound: number): Uint8Array {
  const composite = new Uint8Array(bound).fill(1, 0, 2);
  for (let i = 2; i * i < bound; i++) {
    if (composite[i] === 0) for (let j = i * i; j < bound; j += i) composite[j] = 1;
  }
  return composite;
}

const composite: Uint8Array = compositesBelow(MODULUS_LIMIT);

describe.each([2, 3, 101, 16_777_259, largest])("the field modulo %d", (p) => {
  const field = new PrimeField(p);
  const element = fc.oneof(fc.integer({ min: 0, max: p - 1 }), fc.constantFrom(0, 1, p - 1));

  test("add, sub and mul equal BigInt arithmetic", () => {
    fc.assert(
      fc.property(element, element, (a, b) => {
        const [x, y, modulus] = [BigInt(a), BigInt(b), BigInt(p)];
        expect(field.add(a, b)).toBe(Number((x + y) % modulus));
        expect(field.sub(a, b)).toBe(Number((x - y + modulus) % modulus));
        expect(field.mul(a, b)).toBe(Number((x * y) % modulus));
      }),
    );
  });

  test("the field laws hold", () => {
    fc.assert(
      fc.property(element, element, element, (a, b, c) => {
        expect(field.mul(a, field.add(b, c))).toBe(field.add(field.mul(a, b), field.mul(a, c)));
        expect(field.mul(field.mul(a, b), c)).toBe(field.mul(a, field.mul(b, c)));
        expect(field.add(field.sub(a, b), b)).toBe(a);
        if (a !== 0) expect(field.mul(a, field.inverse(a))).toBe(1 % p);
      }),
    );
  });

  test("fromBigInt and fromRational are homomorphisms", () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (x, y) => {
        expect(field.fromBigInt(x * y)).toBe(field.mul(field.fromBigInt(x), field.fromBigInt(y)));
        expect(field.fromBigInt(x + y)).toBe(field.add(field.fromBigInt(x), field.fromBigInt(y)));
        if (y % BigInt(p) !== 0n) {
          expect(field.mul(field.fromRational(x, y), field.fromBigInt(y))).toBe(field.fromBigInt(x));
        }
      }),
    );
  });

  test("zero has no inverse and no denominator may vanish", () => {
    expect(() => field.inverse(0)).toThrow(InternalError);
    expect(() => field.fromRational(1n, BigInt(-3 * p))).toThrow(UsageError);
    expect(() => field.fromRational(1n, 0n)).toThrow(UsageError);
  });

  test("random elements are field elements and follow the seed", () => {
    const draw = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 200 }, () => field.random(random));
    };
    expect(draw(5).every((x) => Number.isInteger(x) && x >= 0 && x < p)).toBe(true);
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
  });
});

test("isPrime equals the sieve of Eratosthenes up to 200000 and in the last 20000 below 2^25", () => {
  for (const [from, to] of [
    [0, 200_000],
    [MODULUS_LIMIT - 20_000, MODULUS_LIMIT],
  ] as const) {
    for (let n = from; n < to; n++) if (isPrime(n) !== (composite[n] === 0)) expect.fail(`isPrime(${n}) is wrong`);
  }
});

test("isPrime refuses what it cannot decide exactly and numbers that are not integers", () => {
  expect(isPrime(2.5)).toBe(false);
  expect(isPrime(-7)).toBe(false);
  expect(() => isPrime(2 ** 25 + 1)).toThrow(InternalError);
});

test("the number of primes in [2^24, 2^25) is the documented one", () => {
  let count = 0;
  for (let n = RANDOM_PRIME_LOWER_BOUND; n < MODULUS_LIMIT; n++) count += 1 - composite[n]!;
  expect(count).toBe(RANDOM_PRIME_COUNT);
});

test("primesBelow lists primes downwards", () => {
  expect([...primesBelow(20)]).toEqual([19, 17, 13, 11, 7, 5, 3, 2]);
  expect(primesBelow(MODULUS_LIMIT).next().value).toBe(largest);
  expect([...primesBelow(2)]).toEqual([]);
});

test("choosePrimes gives distinct primes of the interval that depend on the seed only", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 20 }), (seed, count) => {
      const primes = choosePrimes(seed, count);
      expect(new Set(primes).size).toBe(count);
      for (const p of primes) {
        expect(p >= RANDOM_PRIME_LOWER_BOUND && p < MODULUS_LIMIT && composite[p] === 0).toBe(true);
      }
      expect(choosePrimes(seed, count + 2).slice(0, count)).toEqual(primes);
    }),
  );
  expect(choosePrimes(1, 3)).not.toEqual(choosePrimes(2, 3));
  expect(choosePrimes(0, 3)).not.toEqual(choosePrimes(2 ** 32, 3));
});

test.each([
  [0.5, 1],
  [2 ** 53, 1],
  [1, -1],
  [1, 1.5],
  [1, 1001],
])("choosePrimes(%d, %d) is refused", (seed, count) => {
  expect(() => choosePrimes(seed, count)).toThrow(UsageError);
});

test.each([2 ** 25, 2 ** 25 + 35, 1, 0, 4, 2.5, Number.NaN])("there is no field modulo %d", (p) => {
  expect(() => new PrimeField(p)).toThrow(UsageError);
});
