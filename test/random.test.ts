import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../src/random.ts";

const take = (count: number, next: () => number): number[] => Array.from({ length: count }, () => next());
const uniforms = (seed: number, stream?: number): number[] => take(20, createRandom(seed, stream).uniform);

/** sfc32 seeded by splitmix32, written with big integers from the published algorithms: an oracle for the shifts. */
function referenceBits(seed: number, stream: number, count: number): bigint[] {
  const word = (x: bigint): bigint => BigInt.asUintN(32, x);
  let mix = word(BigInt(seed) ^ word(BigInt(stream + 1) * 0x9e3779b9n));
  const splitmix = (): bigint => {
    mix = word(mix + 0x9e3779b9n);
    let z = word((mix ^ (mix >> 16n)) * 0x21f0aaadn);
    z = word((z ^ (z >> 15n)) * 0x735a2d97n);
    return z ^ (z >> 15n);
  };
  let [a, b, c, counter] = [splitmix(), splitmix(), splitmix(), 1n];
  const next = (): bigint => {
    const sum = word(a + b + counter);
    counter = word(counter + 1n);
    a = b ^ (b >> 9n);
    b = word(c + word(c << 3n));
    c = word((word(c << 21n) | (c >> 11n)) + sum);
    return sum;
  };
  for (let i = 0; i < 12; i++) next();
  return Array.from({ length: count }, next);
}

describe("createRandom", () => {
  test("gives the 32-bit words of sfc32 for every seed and stream", () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat({ max: 1000 }), (seed, stream) => {
        const words = uniforms(seed, stream).map((u) => BigInt(u * 2 ** 32));
        expect(words).toEqual(referenceBits(seed, stream, 20));
      }),
    );
  });

  test("repeats the sequence of a seed, in every kind of number", () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat({ max: 9 }), (seed, stream) => {
        const draw = () => {
          const random = createRandom(seed, stream);
          return take(10, () => random.uniform() + random.normal() + random.integer(1000));
        };
        expect(draw()).toEqual(draw());
      }),
    );
  });

  test("starts at stream 0", () => {
    expect(uniforms(7)).toEqual(uniforms(7, 0));
  });

  test("gives different sequences to neighbouring seeds and streams", () => {
    const sequences = [-1, 0, 1, 2, 3].flatMap((seed) => [0, 1, 2].map((stream) => uniforms(seed, stream)));
    const words = new Set(sequences.flat());
    // 300 words of 32 bits: two of them coincide with probability 300²/2³³, about 1e-5, and the seeds are fixed.
    expect(words.size).toBe(sequences.flat().length);
  });

  test("does not share state between two generators", () => {
    const first = createRandom(5);
    const second = createRandom(5);
    first.normal();
    first.uniform();
    expect(take(20, second.uniform)).toEqual(uniforms(5));
  });
});

/** Every test below is a fixed sequence; five standard deviations bound it unless the generator is biased. */
const DEVIATIONS = 5;
const COUNT = 50_000;

describe("uniform and integer", () => {
  test("stay in [0, 1) and fill sixteen equal cells evenly", () => {
    const values = take(COUNT, createRandom(11).uniform);
    expect(values.every((u) => u >= 0 && u < 1)).toBe(true);
    const deviation = Math.sqrt((COUNT / 16) * (15 / 16));
    for (let cell = 0; cell < 16; cell++) {
      const inside = values.filter((u) => Math.floor(u * 16) === cell).length;
      expect(Math.abs(inside - COUNT / 16)).toBeLessThanOrEqual(DEVIATIONS * deviation);
    }
  });

  test("have no correlation between successive values, nor between streams", () => {
    const values = take(COUNT, createRandom(12).uniform);
    const others = take(COUNT, createRandom(12, 1).uniform);
    const correlation = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, u, k) => sum + (u - 0.5) * (b[k]! - 0.5), 0) * (12 / a.length);
    // A product of two independent centred uniforms has variance 1/144.
    const bound = DEVIATIONS / Math.sqrt(COUNT - 1);
    expect(Math.abs(correlation(values.slice(1), values.slice(0, -1)))).toBeLessThanOrEqual(bound);
    expect(Math.abs(correlation(values, others))).toBeLessThanOrEqual(bound);
  });

  test("give every integer below the bound with equal frequency", () => {
    for (const bound of [1, 2, 3, 10]) {
      const random = createRandom(13, bound);
      const counts = new Array<number>(bound).fill(0);
      for (let i = 0; i < COUNT; i++) counts[random.integer(bound)]! += 1;
      const deviation = Math.sqrt((COUNT / bound) * (1 - 1 / bound));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(COUNT);
      for (const count of counts) expect(Math.abs(count - COUNT / bound)).toBeLessThanOrEqual(DEVIATIONS * deviation);
    }
  });

  test("reach both halves of the largest bound", () => {
    const random = createRandom(14);
    const values = take(64, () => random.integer(2 ** 32));
    expect(values.every((value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32)).toBe(true);
    expect(values.some((value) => value >= 2 ** 31)).toBe(true);
    expect(values.some((value) => value < 2 ** 31)).toBe(true);
  });
});

describe("normal", () => {
  test("has the moments 0, 1, 0, 3 of the standard normal distribution", () => {
    const values = take(COUNT, createRandom(15).normal);
    // E x^k and the variance E x^2k − (E x^k)² of one term, with E x^2j = (2j − 1)!!.
    const moments: readonly (readonly [number, number, number])[] = [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
    ];
    for (const [power, expected, variance] of moments) {
      const mean = values.reduce((sum, x) => sum + x ** power, 0) / COUNT;
      expect(Math.abs(mean - expected)).toBeLessThanOrEqual(DEVIATIONS * Math.sqrt(variance / COUNT));
    }
  });

  test("gives two uncorrelated values for each accepted pair", () => {
    const values = take(COUNT, createRandom(16).normal);
    let sum = 0;
    for (let i = 0; i < COUNT; i += 2) sum += values[i]! * values[i + 1]!;
    expect(Math.abs(sum)).toBeLessThanOrEqual(DEVIATIONS * Math.sqrt(COUNT / 2));
    expect(new Set(values).size).toBe(COUNT);
  });
});
