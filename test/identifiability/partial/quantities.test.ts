import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isZero, type Rational, rational } from "../../../src/algebra/rational.ts";
import { rationalRing } from "../../../src/algebra/ring.ts";
import type { Frame } from "../../../src/identifiability/partial/frame.ts";
import { type MoveKind, NAMED_MOVES, scale } from "../../../src/identifiability/partial/moves.ts";
import { differential, type Quantity, quantitiesOfData } from "../../../src/identifiability/partial/quantities.ts";
import { type Dual, dualRing } from "../../support/dual.ts";
import { polynomialValue, samplesOf } from "../../support/quantity-values.ts";

const small = fc.integer({ min: -5, max: 5 }).map((value) => rational(BigInt(value)));
const nonzero = fc.integer({ min: 1, max: 5 }).map((value) => rational(BigInt(value)));

interface Case {
  readonly frame: Frame<Rational>;
  readonly velocity: Rational[];
}

/** Random data with nonzero entries and a random velocity. */
const cases = (outputs: fc.Arbitrary<number>): fc.Arbitrary<Case> =>
  fc
    .record({
      inputDim: fc.integer({ min: 1, max: 3 }),
      outputs,
      samples: fc.integer({ min: 2, max: 3 }),
      degree: fc.integer({ min: 1, max: 3 }),
    })
    .chain((sizes) => {
      const length = sizes.samples * (sizes.inputDim + sizes.outputs);
      const vector = (entry: fc.Arbitrary<Rational>) => fc.array(entry, { minLength: length, maxLength: length });
      return fc.record({
        frame: vector(nonzero).map((unknowns) => ({ ...sizes, ring: rationalRing, unknowns })),
        velocity: vector(small),
      });
    });

const moment = (degree: number, { samples }: Frame<Rational>): Quantity => ({
  kind: "moment",
  degree,
  samples: Array.from({ length: samples }, (_, i) => i),
});

const vanishes = (values: readonly Rational[]): boolean => values.every(isZero);

test("the differential of a polynomial quantity is its derivative by dual numbers", () => {
  fc.assert(
    fc.property(cases(fc.integer({ min: 1, max: 2 })), ({ frame, velocity }) => {
      const ring = dualRing(rationalRing);
      const moving = frame.unknowns.map((value, k): Dual<Rational> => ({ value, slope: velocity[k]! }));
      for (const quantity of quantitiesOfData(frame)) {
        const value = polynomialValue(ring, quantity, samplesOf(moving, frame.inputDim, frame.outputs));
        if (value === null) continue;
        // A symmetric tensor lists each coordinate several times: compare as sets of values.
        const seen = (list: readonly Rational[]) => new Set(list.map((r) => `${r.numerator}/${r.denominator}`));
        expect(seen(differential(frame, quantity, velocity))).toEqual(seen(value.map(({ slope }) => slope)));
      }
    }),
    { numRuns: 60 },
  );
});

test("a direction stays exactly along multiples of the point, a scaled sample exactly along its scale", () => {
  fc.assert(
    fc.property(cases(fc.constant(2)), nonzero, ({ frame, velocity }, factor) => {
      const along = scale(frame, 0, factor);
      for (const kind of ["direction", "scaled-sample"] as const) {
        const quantity: Quantity = { kind, samples: [0], degree: null };
        expect(vanishes(differential(frame, quantity, along))).toBe(true);
        const block = frame.inputDim + frame.outputs;
        const own = velocity.slice(kind === "direction" ? frame.outputs : 0, block);
        const tangent = along.slice(kind === "direction" ? frame.outputs : 0, block);
        const [a, b] = [own[0]!, tangent[0]!];
        const parallel = own.every((value, k) => {
          const left = rationalRing.multiply(value, b);
          const right = rationalRing.multiply(tangent[k]!, a);
          return left.numerator * right.denominator === right.numerator * left.denominator;
        });
        expect(vanishes(differential(frame, quantity, velocity))).toBe(parallel);
      }
    }),
    { numRuns: 100 },
  );
});

describe("named moves keep the moments that their formulas are for, and no other", () => {
  /** Moments of degree 0 to 3 that stay, for data in general position; scale keeps the top degree, here 3. */
  const kept: Record<Exclude<MoveKind, "single" | "joint">, readonly number[]> = {
    scale: [3],
    "linear-mixing": [1],
    "affine-mixing": [0, 1],
    "mixing-of-points": [0, 2],
    "opposite-scale": [0, 3],
    mixing: [0, 1, 2],
  };
  const frame: Frame<Rational> = {
    ring: rationalRing,
    inputDim: 2,
    outputs: 1,
    samples: 2,
    degree: 3,
    unknowns: [3n, 1n, 2n, -2n, 5n, -1n].map((value) => rational(value)),
  };
  test.each(NAMED_MOVES)("$kind", ({ kind, tuple, velocity }) => {
    const moved = velocity(frame, tuple === "one" ? [0] : [0, 1]);
    const still = [0, 1, 2, 3].filter((k) => vanishes(differential(frame, moment(k, frame), moved)));
    expect(still).toEqual(kept[kind]);
  });

  test("for all data", () => {
    fc.assert(
      fc.property(cases(fc.constant(1)), ({ frame: random }) => {
        for (const { kind, tuple, velocity } of NAMED_MOVES) {
          const moved = velocity(random, tuple === "one" ? [0] : [0, 1]);
          const degrees = kept[kind].map((k) => (k === 3 ? random.degree : k));
          for (const k of degrees) expect(vanishes(differential(random, moment(k, random), moved))).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });
});
