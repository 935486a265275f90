import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { add, fromNumber, multiply, type Rational, subtract, toNumber } from "../../src/algebra/rational.ts";
import { rationalRing } from "../../src/algebra/ring.ts";
import { type KktSystem, packUnknowns } from "../../src/equations/system.ts";
import { equationProblem } from "../../src/objective/equation-objective.ts";
import { createRandom } from "../../src/random.ts";
import { preciseResidual } from "../../src/solve/precise-residual.ts";
import { leftSide } from "../support/definition.ts";
import {
  addDyadic,
  type Dyadic,
  differenceOf,
  dyadic,
  dyadicRing,
  multiplyDyadic,
  nearest,
} from "../support/dyadic.ts";
import { equationsOf, type InstanceShape, makeInstance } from "../support/instances.ts";
import { absoluteSystem, type ExactSystem, exactSystems, floatSystem } from "../support/systems.ts";

/** Unit roundoff of the double-double format without its guard bits. */
const FINE = 2 ** -104;

/** Every intermediate of a row is a sum or product of at most this many operations, each off by FINE of its size. */
const operations = ({ shape, samples }: ExactSystem): number =>
  10 * samples * (shape.inputDim + shape.outputs + shape.activation.degree + 2);

const dyadics = (values: Iterable<number>): Dyadic[] => Array.from(values, dyadic);

/** Exact left side of a system in doubles at points and multipliers given exactly. */
function exactLeftSide(system: KktSystem, points: readonly Dyadic[], multipliers: readonly Dyadic[]): Dyadic[] {
  const nodes = { weights: dyadics(system.weights), bias: dyadics(system.bias), output: dyadics(system.output) };
  return leftSide(dyadicRing, system.shape, nodes, { points, multipliers });
}

/** Coefficients and nodes in quarters are doubles; the points are perturbed to full-length doubles, so that products round. */
const systems = exactSystems({ inputDim: 3, width: 3, samples: 3, outputs: 2, degree: 4 }, [1n, 2n, 4n]);

describe("preciseResidual", () => {
  test("is the exact residual of the definition, to 2⁻¹⁰⁴ of its terms, at points with a low-order part", () => {
    fc.assert(
      fc.property(systems, fc.nat(), (exact, seed) => {
        const { shape } = exact;
        const random = createRandom(seed);
        const noisy = (values: readonly Rational[]): Float64Array =>
          Float64Array.from(values, (value) => toNumber(value) * (1 + 0.1 * random.normal()));
        const [points, multipliers] = [noisy(exact.data.points), noisy(exact.data.multipliers)];
        const low = (values: Float64Array): Float64Array => values.map((value) => value * 2 ** -54 * random.normal());
        const [lowPoints, lowMultipliers] = [low(points), low(multipliers)];
        const sum = (high: Float64Array, rest: Float64Array): Dyadic[] =>
          Array.from(high, (value, k) => addDyadic(dyadic(value), dyadic(rest[k]!)));
        const nodes = { ...floatSystem(exact, new Float64Array(rowsOf(exact))) };
        const left = exactLeftSide(nodes, sum(points, lowPoints), sum(multipliers, lowMultipliers));
        // A known side near the left side: the residual is what is left of a cancellation.
        const targets = Float64Array.from(left, (value) => nearest(value) * (1 + 1e-12 * random.normal()));
        const system = floatSystem(exact, targets);
        const precise = preciseResidual(
          system,
          packUnknowns(shape, points, multipliers),
          packUnknowns(shape, lowPoints, lowMultipliers),
        );
        const sizes = sizesOfTerms(exact, points, multipliers);
        precise.forEach((value, row) => {
          const expected = differenceOf(left[row]!, dyadic(targets[row]!));
          const tolerance =
            2 * Number.EPSILON * Math.abs(expected) +
            operations(exact) * FINE * (sizes[row]! + Math.abs(targets[row]!));
          expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance);
        });
      }),
      { numRuns: 150 },
    );
  });

  test("agrees with rational arithmetic written out for one neuron and one sample", () => {
    const shape: InstanceShape = { activation: "z/2 + 3*z^2", inputDim: 2, samples: 1, width: 1, layers: ["hidden"] };
    const instance = makeInstance(shape, createRandom(5));
    const { system } = equationsOf(instance, shape.layers);
    const { X, multipliers } = instance.truth;
    const number = (value: number): Rational => fromNumber(value);
    const [w1, w2, x1, x2] = [...system.weights, ...X].map(number) as [Rational, Rational, Rational, Rational];
    const z = add(multiply(w1, x1), multiply(w2, x2));
    const slope = add(number(0.5), multiply(number(6), z));
    const factor = multiply(multiply(number(multipliers![0]!), number(system.output[0]!)), slope);
    const precise = preciseResidual(system, packUnknowns(system.shape, X, multipliers!), new Float64Array(3));
    [x1, x2].forEach((x, row) => {
      const exact = subtract(multiply(factor, x), number(system.targets[row]!));
      const expected = toNumber(multiply(exact, number(system.rowScale[row]!)));
      expect(Math.abs(precise[row]! - expected)).toBeLessThanOrEqual(2 * Number.EPSILON * Math.abs(expected) + FINE);
    });
    expect(leftSide(rationalRing, system.shape, rationalNodes(system), rationalData(X, multipliers!))).toEqual(
      [x1, x2].map((x) => multiply(factor, x)),
    );
  });

  test.each([
    { activation: "z + z^2 + z^3", layers: ["hidden"] },
    { activation: "z + z^2/2 + z^3/4", layers: ["hidden", "output"], scale: 20 },
    { activation: "z^2 + z^3", layers: ["hidden", "bias", "output"], scale: 0.05 },
    { activation: "1 + z + z^4", layers: ["hidden", "output"], outputs: 2 },
  ] as const)("is nearer to the exact residual than the plain one at data that fit: $activation, $layers", (part) => {
    const shape: InstanceShape = { inputDim: 3, samples: 3, width: 6, ...part };
    for (let seed = 1; seed <= 5; seed++) {
      const instance = makeInstance(shape, createRandom(seed));
      const { system } = equationsOf(instance, shape.layers);
      const { X, multipliers } = instance.truth;
      const u = packUnknowns(system.shape, X, multipliers!);
      const left = exactLeftSide(system, dyadics(X), dyadics(multipliers!));
      const exact = left.map((value, row) => {
        const difference = addDyadic(value, dyadic(-system.targets[row]!));
        return nearest(multiplyDyadic(difference, dyadic(system.rowScale[row]!)));
      });
      const { rows, residual } = equationProblem(system, shape.samples);
      const error = (values: Float64Array): number =>
        Math.hypot(...values.map((value, row) => value - exact[row]!)) / Math.hypot(...exact);
      const plain = error(residual(u, new Float64Array(rows)));
      const precise = error(preciseResidual(system, u, new Float64Array(u.length)));
      expect(precise).toBeLessThanOrEqual(4 * Number.EPSILON);
      expect(plain).toBeGreaterThan(1e6 * precise);
    }
  });
});

const rowsOf = (exact: ExactSystem): number => {
  const { nodes, data } = exact;
  return leftSide(rationalRing, exact.shape, nodes, data).length;
};

/** The sums of the absolute values of all terms, row by row. */
function sizesOfTerms(exact: ExactSystem, points: Float64Array, multipliers: Float64Array): number[] {
  const { shape, nodes } = absoluteSystem(exact);
  const size = (values: Float64Array): Rational[] => Array.from(values, (value) => fromNumber(Math.abs(value)));
  const data = { points: size(points), multipliers: size(multipliers) };
  return leftSide(rationalRing, shape, nodes, data).map(toNumber);
}

const rationals = (values: Iterable<number>): Rational[] => Array.from(values, fromNumber);
const rationalNodes = ({ weights, bias, output }: KktSystem) => ({
  weights: rationals(weights),
  bias: rationals(bias),
  output: rationals(output),
});
const rationalData = (points: Float64Array, multipliers: Float64Array) => ({
  points: rationals(points),
  multipliers: rationals(multipliers),
});
