import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { norm2 } from "../../src/linalg/dense.ts";
import { equationObjective } from "../../src/objective/equation-objective.ts";
import { createOutputFunction } from "../../src/objective/output-function.ts";
import { createOutputTargets, type OutputLaw } from "../../src/objective/output-targets.ts";
import { problemOf } from "../../src/objective/sample-problem.ts";
import type { SideFacts, SideRowOptions } from "../../src/objective/side-facts.ts";
import { createSideRows, sideResidual } from "../../src/objective/side-rows.ts";
import { createRandom, type Random } from "../../src/random.ts";
import { equationsOf, type InstanceShape, makeInstance } from "../support/instances.ts";

const one: InstanceShape = { activation: "z + z^2/2 + z^3/4", inputDim: 3, samples: 3, width: 9, layers: ["hidden"] };
const three: InstanceShape = { ...one, outputs: 3 };
const laws: readonly (readonly [OutputLaw, InstanceShape, Float64Array])[] = [
  ["logistic", one, Float64Array.of(1, -1, 1)],
  ["mse", one, Float64Array.of(0.5, -2, 1)],
  ["margin", one, Float64Array.of(-1, -1, 1)],
  ["softmax", three, Float64Array.of(2, 0, 1)],
];

const randomVector = (length: number, random: Random): Float64Array =>
  Float64Array.from({ length }, () => random.normal());

interface Built {
  readonly options: SideRowOptions;
  readonly u: Float64Array;
  readonly random: Random;
}

/** All groups at once: the law, norms, and one known sample with its multiplier. */
function build([law, shape, labels]: (typeof laws)[number], seed: number): Built {
  const random = createRandom(seed, 5);
  const { system } = equationsOf(makeInstance(shape, createRandom(seed)), shape.layers);
  const { inputDim: d, outputs: C } = system.shape;
  const facts: SideFacts = {
    unitNorms: true,
    outputs: { law, multiplierScale: 0.7, labels },
    pins: { points: randomVector(d, random), multipliers: randomVector(C, random) },
  };
  // Points of moderate size: at large outputs an exponential bends within any step of a difference.
  const u = randomVector(shape.samples * (C + d), random).map((value) => 0.4 * value);
  const outputBias = randomVector(C, random);
  const options = { system, outputBias, scale: 1.7, facts, weightError: 1e-6, unitRoundoff: 1e-7, level: 1e-6 };
  return { options, u, random };
}

/** (f(x + hv) − f(x − hv))/2h */
function slope(f: (x: Float64Array) => Float64Array, x: Float64Array, v: Float64Array): Float64Array {
  const h = 2 ** -17;
  const ahead = f(x.map((value, k) => value + h * v[k]!));
  const behind = f(x.map((value, k) => value - h * v[k]!));
  return ahead.map((value, k) => (value - behind[k]!) / (2 * h));
}

function expectClose(actual: Float64Array, expected: Float64Array, relative: number): void {
  const difference = norm2(actual.map((value, k) => value - expected[k]!));
  expect(difference).toBeLessThanOrEqual(relative * norm2(expected));
}

const seeds = fc.integer({ min: 1, max: 1000 });

describe.each(laws)("side rows with %s", (...law) => {
  test("have the derivatives that differences show, first and second", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { options, u, random } = build(law, seed);
        const side = createSideRows(u, options)!;
        const problem = problemOf(equationObjective(options.system), law[1].samples, side);
        const { rows, unknowns: n } = problem;
        const v = randomVector(n, random);
        const forward = problem.jacobianVector(u, v, new Float64Array(rows));
        expectClose(
          forward,
          slope((x) => problem.residual(x, new Float64Array(rows)), u, v),
          1e-5,
        );
        const J = problem.jacobian(u, new Float64Array(rows * n));
        const product = Float64Array.from({ length: rows }, (_, r) => {
          let sum = 0;
          for (let k = 0; k < n; k++) sum += J[r * n + k]! * v[k]!;
          return sum;
        });
        expectClose(product, forward, 1e-12);
        const w = randomVector(rows, random);
        const gradient = (x: Float64Array) => problem.transposedJacobianVector(x, w, new Float64Array(n));
        expectClose(problem.curvature(u, w, v, new Float64Array(n)), slope(gradient, u, v), 1e-5);
      }),
      { numRuns: 15, seed: 2602 },
    );
  });

  test("have the same value in double-double, and there the low part of a point counts", () => {
    const { options, u } = build(law, 3);
    const side = createSideRows(u, options)!;
    const block = u.length / law[1].samples;
    const precise = (x: Float64Array, correction: Float64Array): Float64Array => {
      const out = new Float64Array(side.rowsPerSample);
      side.preciseValue(x, correction, { index: 0, at: 0 }, out, 0);
      return out;
    };
    const value = new Float64Array(side.rowsPerSample);
    side.value(u, { index: 0, at: 0 }, value, 0);
    expectClose(precise(u, new Float64Array(u.length)), value, 1e-12);
    // The same point, split in two ways.
    const low = Float64Array.from(u, (entry, k) => (k < block ? entry * 2 ** -20 : 0));
    const high = u.map((entry, k) => entry - low[k]!);
    expectClose(precise(high, low), value, 1e-6);
    expect(norm2(precise(high, new Float64Array(u.length)).map((entry, k) => entry - value[k]!))).toBeGreaterThan(
      1e-7 * norm2(value),
    );
  });
});

describe("the scale of side rows", () => {
  test("gives rounding of the weights the standard deviation `level` in the rows of the loss", () => {
    const [law, shape, labels] = laws[0]!;
    const { options, u } = build([law, shape, labels], 11);
    const { system } = options;
    const random = createRandom(5, 1);
    const facts = { ...options.facts, unitNorms: false, pins: null };
    const scaled = { ...options, outputBias: null, facts };
    const block = u.length / shape.samples;
    // Where the rows are solved, a change of their scale is of second order.
    const f = createOutputFunction(system, null);
    const targets = createOutputTargets(law, labels, 1);
    for (let index = 0; index < shape.samples; index++) {
      f.evaluate(u, index * block);
      targets.evaluate(f.values, index);
      u[index * block] = targets.values[0]! / facts.outputs!.multiplierScale;
    }
    const squares: number[] = [];
    for (let trial = 0; trial < 400; trial++) {
      const disturb = (values: Float64Array): Float64Array =>
        values.map((value) => value * (1 + options.weightError * (2 * random.uniform() - 1)));
      const disturbed = { ...system, weights: disturb(system.weights), output: disturb(system.output) };
      const side = createSideRows(u, { ...scaled, system: disturbed })!;
      for (let index = 0; index < shape.samples; index++) {
        const sample = { index, at: index * block };
        const row = new Float64Array(1);
        side.value(u, sample, row, 0);
        squares.push(row[0]! ** 2);
      }
    }
    const deviation = Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / squares.length);
    // A term σ(z) is counted p times, as where a gradient was computed from the weights: at most p too much.
    expect(deviation / options.level).toBeGreaterThan(1 / 3);
    expect(deviation / options.level).toBeLessThan(1.1);
  });

  test("is the same for a file ten times as coarse, so that no row is trusted beyond the equations", () => {
    const { options, u } = build(laws[0]!, 7);
    const coarse = { ...options, weightError: 10 * options.weightError, unitRoundoff: 10 * options.unitRoundoff };
    const block = u.length / 3;
    const fine = sideResidual(createSideRows(u, options)!, u, block);
    const rough = sideResidual(createSideRows(u, { ...coarse, level: 10 * options.level })!, u, block);
    expect(rough / fine).toBeCloseTo(1, 2);
    expect(sideResidual(createSideRows(u, coarse)!, u, block) / fine).toBeCloseTo(0.1, 2);
  });

  test("is nothing where nothing is known", () => {
    const { options, u } = build(laws[0]!, 7);
    expect(createSideRows(u, { ...options, facts: { unitNorms: false, outputs: null, pins: null } })).toBeNull();
  });
});

describe("known samples", () => {
  test("count only the rows of the samples that are known", () => {
    const { options, u } = build(laws[0]!, 7);
    const side = createSideRows(u, options)!;
    // One row of the loss, one norm; three coordinates and a multiplier for the one known sample.
    expect(side.rowsPerSample).toBe(6);
    expect([1, 2, 3].map((n) => side.activeRows(n))).toEqual([6, 8, 10]);
  });

  test("vanish at the known point alone", () => {
    const { options, u } = build(laws[0]!, 7);
    const { pins } = options.facts;
    const only = { ...options, facts: { unitNorms: false, outputs: null, pins } };
    const exact = u.slice();
    exact.set(pins!.multipliers!, 0);
    exact.set(pins!.points, 1);
    const block = u.length / 3;
    expect(sideResidual(createSideRows(exact, only)!, exact, block)).toBe(0);
    expect(sideResidual(createSideRows(u, only)!, u, block)).toBeGreaterThan(options.level);
  });
});
