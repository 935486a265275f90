import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  hiddenSide,
  liftPoints,
  projectPoints,
  type ReducedSystem,
  reduceToSpan,
  rescale,
  sideSpectrum,
} from "../../src/equations/reduction.ts";
import type { TrainedLayer } from "../../src/equations/shape.ts";
import { type KktSystem, packUnknowns, rowsPerNeuron } from "../../src/equations/system.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import { equationProblem } from "../../src/objective/equation-objective.ts";
import { createRandom } from "../../src/random.ts";
import { equationsOf, type InstanceShape, makeInstance } from "../support/instances.ts";

const ulp = 2 ** -53;

/** Errors of a gradient that the test itself sums up from n samples and m neurons: a few roundings per term. */
const entryError = 64 * ulp;

/** Error of the singular vectors of 12×9 matrices at most, constants as in test/linalg/svd.test.ts, and its own sums. */
const basisError = 2 * (4 * 9 * (12 + 8) * Math.sqrt(9) + 10 * 3 * 9 + 9 * Math.sqrt(9) + 9) * Number.EPSILON;

const layerChoices: readonly (readonly TrainedLayer[])[] = [
  ["hidden"],
  ["hidden", "bias"],
  ["hidden", "output"],
  ["hidden", "bias", "output"],
];

const instances = fc
  .record({
    n: fc.integer({ min: 1, max: 4 }),
    more: fc.integer({ min: 1, max: 5 }),
    outputs: fc.integer({ min: 1, max: 2 }),
    layers: fc.constantFrom(...layerChoices),
    norms: fc.constantFrom("unit" as const, "raw" as const),
    seed: fc.nat({ max: 100_000 }),
  })
  .map(({ n, more, outputs, layers, norms, seed }) => {
    const inputDim = n + more;
    const shape: InstanceShape = {
      activation: "z + z^2 + z^3",
      inputDim,
      samples: n,
      width: 12,
      layers,
      outputs,
      norms,
    };
    const random = createRandom(seed);
    const instance = makeInstance(shape, random);
    const { system } = equationsOf(instance, layers);
    return { n, d: inputDim, system, truth: instance.truth, random };
  })
  // A direction of the span that the gradient hardly shows is known to few digits only.
  .filter(({ system, n }) => {
    const { singularValues: S } = sideSpectrum(system, entryError)!;
    return S[n - 1]! > 1e-3 * S[0]!;
  });

const residualOf = (system: KktSystem, points: Float64Array, multipliers: Float64Array): Float64Array => {
  const problem = equationProblem(system, points.length / system.shape.inputDim);
  return problem.residual(packUnknowns(system.shape, points, multipliers), new Float64Array(problem.rows));
};

/** The hidden rows of neuron j and its other rows. */
function rowsOfNeuron(system: KktSystem, rows: Float64Array, j: number) {
  const { hidden, bias, output } = rowsPerNeuron(system.shape);
  const at = j * (hidden + bias + output);
  return { hidden: rows.slice(at, at + hidden), others: rows.slice(at + hidden, at + hidden + bias + output) };
}

const randomData = (system: KktSystem, n: number, random: { normal(): number }) => ({
  points: Float64Array.from({ length: n * system.shape.inputDim }, () => random.normal()),
  multipliers: Float64Array.from({ length: n * system.shape.outputs }, () => random.normal()),
});

/** Rows r of Q times a vector. */
const times = (Q: Float64Array, v: Float64Array): Float64Array => {
  const d = v.length;
  return Float64Array.from({ length: Q.length / d }, (_, r) => v.reduce((sum, x, e) => sum + Q[r * d + e]! * x, 0));
};

describe("sideSpectrum", () => {
  test("finds the rank min(n, d) of a general gradient, and orthonormal vectors", () => {
    fc.assert(
      fc.property(instances, ({ system, n, d }) => {
        const { rank, Vt, singularValues, tolerance } = sideSpectrum(system, entryError)!;
        expect(rank).toBe(n);
        expect(singularValues[n - 1]!).toBeGreaterThan(tolerance);
        expect(singularValues[n]!).toBeLessThanOrEqual(tolerance);
        for (let i = 0; i < n; i++) {
          const projected = times(Vt.subarray(0, n * d), Vt.slice(i * d, (i + 1) * d));
          projected.forEach((value, k) => {
            expect(Math.abs(value - Number(k === i))).toBeLessThanOrEqual(basisError);
          });
        }
      }),
      { numRuns: 40 },
    );
  });

  test("is null where the hidden layer gives no equations, and so is hiddenSide", () => {
    const shape: InstanceShape = {
      activation: "z + z^3",
      inputDim: 4,
      samples: 2,
      width: 6,
      layers: ["output"],
    };
    const { system } = equationsOf(makeInstance(shape, createRandom(1)), ["output"]);
    expect(sideSpectrum(system, entryError)).toBeNull();
    expect(hiddenSide(system)).toBeNull();
    expect(reduceToSpan(system, 2, null)).toEqual({ system, basis: null, inputDim: 4, scale: 1 });
  });

  test("reads the hidden rows between the others", () => {
    const shape: InstanceShape = {
      activation: "z + z^3",
      inputDim: 3,
      samples: 2,
      width: 5,
      layers: ["hidden", "bias", "output"],
    };
    const instance = makeInstance(shape, createRandom(2));
    const { system } = equationsOf(instance, shape.layers);
    expect(hiddenSide(system)).toEqual(instance.gradient.hiddenWeight!.map((value) => -value));
  });
});

describe("reduceToSpan", () => {
  test("turns the hidden residuals of data in the span into the basis and keeps the others", () => {
    fc.assert(
      fc.property(instances, ({ system, n, d, random }) => {
        const reduced = reduceToSpan(system, n, sideSpectrum(system, entryError));
        const basis = reduced.basis!;
        expect([reduced.inputDim, reduced.system.shape.inputDim, basis.length]).toEqual([n, n, n * d]);
        const { points, multipliers } = randomData(reduced.system, n, random);
        const small = residualOf(reduced.system, points, multipliers);
        const large = residualOf(system, liftPoints(reduced, points, d), multipliers);
        // Sizes of the terms: every row is a sum of targets and of products that the largest of these bound.
        const scale = 1 + norm2(large) + sizeOfTerms(system, liftPoints(reduced, points, d), multipliers);
        const tolerance = basisError * scale;
        for (let j = 0; j < system.shape.width; j++) {
          const before = rowsOfNeuron(system, large, j);
          const after = rowsOfNeuron(reduced.system, small, j);
          const turned = times(basis, before.hidden);
          expect(norm2(after.hidden.map((value, k) => value - turned[k]!))).toBeLessThanOrEqual(tolerance);
          expect(norm2(after.others.map((value, k) => value - before.others[k]!))).toBeLessThanOrEqual(tolerance);
          // Nothing of the hidden residual is lost: the known side and the data lie in the span.
          expect(Math.abs(norm2(after.hidden) - norm2(before.hidden))).toBeLessThanOrEqual(tolerance);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("keeps the true data a solution, and lifting gives them back", () => {
    fc.assert(
      fc.property(instances, ({ system, n, d, truth }) => {
        const spectrum = sideSpectrum(system, entryError)!;
        const reduced = reduceToSpan(system, n, spectrum);
        const { X, multipliers } = truth;
        const points = projectPoints(reduced, X, d);
        // The span turns by the entry error over its smallest singular value, here at most 1e3 of the largest.
        const turn = spectrum.tolerance / spectrum.singularValues[n - 1]! + basisError;
        const lifted = liftPoints(reduced, points, d);
        expect(norm2(lifted.map((value, k) => value - X[k]!))).toBeLessThanOrEqual(2 * turn * norm2(X));
        const terms = 1 + sizeOfTerms(system, X, multipliers!);
        const residual = residualOf(reduced.system, points, multipliers!);
        // σ has degree 3, so a relative change of x by `turn` changes a term by at most (1 + turn)⁴ − 1 < 5·turn.
        expect(norm2(residual)).toBeLessThanOrEqual(5 * turn * terms);
      }),
      { numRuns: 40 },
    );
  });

  test("keeps the size of the rounded numbers: a row of the turned targets is a combination of the old ones", () => {
    fc.assert(
      fc.property(instances, ({ system, n, d }) => {
        const reduced = reduceToSpan(system, n, sideSpectrum(system, entryError));
        for (let j = 0; j < system.shape.width; j++) {
          const before = rowsOfNeuron(system, system.targetSize, j);
          const after = rowsOfNeuron(reduced.system, reduced.system.targetSize, j);
          after.hidden.forEach((size, r) => {
            const expected = norm2(before.hidden.map((value, e) => value * reduced.basis![r * d + e]!));
            expect(Math.abs(size - expected)).toBeLessThanOrEqual(4 * d * ulp * (size + expected));
          });
          expect(after.others).toEqual(before.others);
        }
      }),
      { numRuns: 20 },
    );
  });

  const shape: InstanceShape = {
    activation: "z + z^2 + z^3",
    inputDim: 5,
    samples: 3,
    width: 12,
    layers: ["hidden"],
  };
  const { system } = equationsOf(makeInstance(shape, createRandom(4)), shape.layers);
  const spectrum = sideSpectrum(system, entryError)!;

  test("keeps all coordinates where the rank is not min(n, d), and reduces where it is", () => {
    expect(spectrum.rank).toBe(3);
    for (const samples of [1, 2, 4, 5, 9]) {
      expect(reduceToSpan(system, samples, spectrum)).toEqual({ system, basis: null, inputDim: 5, scale: 1 });
    }
    expect(reduceToSpan(system, 3, spectrum).inputDim).toBe(3);
  });

  test("keeps all coordinates for dependent samples, whose span is smaller than n", () => {
    // The gradient of four samples in a plane, embedded in R⁵; the nodes do not enter the rank.
    const plane = makeInstance({ ...shape, inputDim: 2, samples: 4 }, createRandom(5));
    const embedded = Float64Array.from({ length: 12 * 5 }, (_, at) =>
      at % 5 < 2 ? plane.gradient.hiddenWeight![Math.floor(at / 5) * 2 + (at % 5)]! : 0,
    );
    const weights = makeInstance(shape, createRandom(6)).network.hiddenWeight;
    const network = { ...plane.network, inputDim: 5, hiddenWeight: weights };
    const gradient = { ...plane.gradient, hiddenWeight: embedded };
    const flat = equationsOf({ ...plane, network, gradient }, ["hidden"]).system;
    const flatSpectrum = sideSpectrum(flat, entryError)!;
    expect(flatSpectrum.rank).toBe(2);
    expect(reduceToSpan(flat, 4, flatSpectrum).basis).toBeNull();
    expect(reduceToSpan(flat, 2, flatSpectrum).inputDim).toBe(2);
  });

  test("keeps all coordinates where there are as many samples", () => {
    const square = equationsOf(makeInstance({ ...shape, samples: 5 }, createRandom(7)), shape.layers).system;
    expect(sideSpectrum(square, entryError)!.rank).toBe(5);
    expect(reduceToSpan(square, 5, sideSpectrum(square, entryError)).basis).toBeNull();
  });
});

/** Largest Σ over samples of the absolute terms of a row, scaled: what the roundings of a residual refer to. */
function sizeOfTerms(system: KktSystem, points: Float64Array, multipliers: Float64Array): number {
  const { shape, weights, bias, output, rowScale } = system;
  const { inputDim: d, outputs, width: m } = shape;
  let largest = 0;
  for (let j = 0; j < m; j++) {
    for (let i = 0; i < points.length / d; i++) {
      let z = Math.abs(bias[j]!);
      let x = 1;
      for (let e = 0; e < d; e++) {
        z += Math.abs(weights[j * d + e]! * points[i * d + e]!);
        x = Math.max(x, Math.abs(points[i * d + e]!));
      }
      let g = 0;
      for (let c = 0; c < outputs; c++) {
        g += Math.abs(multipliers[i * outputs + c]!) * Math.max(1, Math.abs(output[c * m + j]!));
      }
      // σ and σ′ of z + z² + z³ are at most 6(1 + z)³ in size.
      largest = Math.max(largest, g * 6 * (1 + z) ** 3 * x);
    }
  }
  return (points.length / d) * largest * Math.max(...rowScale) * Math.sqrt(rowScale.length);
}

describe("lift and project", () => {
  const reducedOf = ({ system, n }: { system: KktSystem; n: number }, factor: number): ReducedSystem =>
    rescale(reduceToSpan(system, n, sideSpectrum(system, entryError)), factor);
  const factors = fc.constantFrom(1, 0.25, 3, 1e-5, 1e6);

  test("project∘lift is the identity on reduced points", () => {
    fc.assert(
      fc.property(instances, factors, ({ system, n, d, random }, factor) => {
        const reduced = reducedOf({ system, n }, factor);
        const { points } = randomData(reduced.system, n, random);
        const back = projectPoints(reduced, liftPoints(reduced, points, d), d);
        expect(norm2(back.map((value, k) => value - points[k]!))).toBeLessThanOrEqual(basisError * norm2(points));
      }),
      { numRuns: 40 },
    );
  });

  test("lift∘project is the identity on the span and drops what is orthogonal to it", () => {
    fc.assert(
      fc.property(instances, factors, ({ system, n, d, random }, factor) => {
        const reduced = reducedOf({ system, n }, factor);
        const inside = liftPoints(reduced, randomData(reduced.system, n, random).points, d);
        const raw = Float64Array.from({ length: n * d }, () => random.normal());
        const image = liftPoints(reduced, projectPoints(reduced, raw, d), d);
        const outside = raw.map((value, k) => value - image[k]!);
        const moved = inside.map((value, k) => value + outside[k]!);
        const back = liftPoints(reduced, projectPoints(reduced, moved, d), d);
        const tolerance = basisError * (norm2(inside) + norm2(raw));
        expect(norm2(back.map((value, k) => value - inside[k]!))).toBeLessThanOrEqual(tolerance);
        // A random point is not in the span, so that something was dropped.
        expect(norm2(outside)).toBeGreaterThan(1e-6 * norm2(raw));
      }),
      { numRuns: 40 },
    );
  });

  test("only change the unit of length where all coordinates are kept", () => {
    fc.assert(
      fc.property(instances, ({ system, d, random }) => {
        const reduced = rescale(reduceToSpan(system, d, sideSpectrum(system, entryError)), 4);
        const { points } = randomData(system, 2, random);
        expect(reduced.basis).toBeNull();
        expect(liftPoints(reduced, points, d)).toEqual(points.map((value) => value * 4));
        expect(projectPoints(reduced, points, d)).toEqual(points.map((value) => value / 4));
      }),
      { numRuns: 10 },
    );
  });
});

describe("rescale", () => {
  const powers = fc.integer({ min: -20, max: 20 }).map((k) => 2 ** k);

  test("by a power of two leaves every residual as it is, bit by bit", () => {
    fc.assert(
      fc.property(instances, powers, fc.boolean(), ({ system, n, random }, factor, whole) => {
        const before = reduceToSpan(system, whole ? n + 1 : n, sideSpectrum(system, entryError));
        const after = rescale(before, factor);
        expect(after.scale).toBe(before.scale * factor);
        const { points, multipliers } = randomData(before.system, n, random);
        const scaled = points.map((value) => value / factor);
        expect(residualOf(after.system, scaled, multipliers)).toEqual(residualOf(before.system, points, multipliers));
      }),
      { numRuns: 40 },
    );
  });

  test("twice is once by the product", () => {
    fc.assert(
      fc.property(instances, powers, powers, ({ system, n }, one, other) => {
        const reduced = reduceToSpan(system, n, sideSpectrum(system, entryError));
        expect(rescale(rescale(reduced, one), other)).toEqual(rescale(reduced, one * other));
      }),
      { numRuns: 20 },
    );
  });

  test("changes only the nodes where the hidden layer gives no equations", () => {
    const shape: InstanceShape = {
      activation: "z + z^3",
      inputDim: 4,
      samples: 2,
      width: 6,
      layers: ["output"],
    };
    const { system } = equationsOf(makeInstance(shape, createRandom(8)), ["output"]);
    const before = reduceToSpan(system, 2, null);
    const after = rescale(before, 8);
    expect(after.system.targets).toEqual(system.targets);
    expect(after.system.rowScale).toEqual(system.rowScale);
    const { points, multipliers } = randomData(system, 2, createRandom(9));
    expect(
      residualOf(
        after.system,
        points.map((value) => value / 8),
        multipliers,
      ),
    ).toEqual(residualOf(system, points, multipliers));
  });

  test("divides the hidden targets and their sizes by the factor, and nothing of the other layers", () => {
    const shape: InstanceShape = {
      activation: "z + z^3",
      inputDim: 3,
      samples: 3,
      width: 4,
      layers: ["hidden", "output"],
    };
    const { system: without } = equationsOf(makeInstance(shape, createRandom(10)), shape.layers);
    const extended = (rows: Float64Array) => Float64Array.of(...rows, 0.5);
    const system: KktSystem = {
      ...without,
      shape: { ...without.shape, trained: new Set<TrainedLayer>([...shape.layers, "output-bias"]) },
      targets: extended(without.targets),
      rowScale: extended(without.rowScale),
      targetSize: extended(without.targetSize),
    };
    const after = rescale(reduceToSpan(system, 3, null), 8).system;
    const factorOf = (r: number) => (r < 16 && r % 4 < 3 ? 8 : 1);
    expect(after.targets).toEqual(system.targets.map((value, r) => value / factorOf(r)));
    expect(after.targetSize).toEqual(system.targetSize.map((value, r) => value / factorOf(r)));
    expect(after.rowScale).toEqual(system.rowScale.map((value, r) => value * factorOf(r)));
    expect(after.weights).toEqual(system.weights.map((value) => value * 8));
    expect([after.output, after.bias]).toEqual([system.output, system.bias]);
  });
});
