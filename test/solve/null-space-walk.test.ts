import { describe, expect, test } from "vitest";
import { gatherEvidence } from "../../src/audit/network-evidence.ts";
import { projectPoints } from "../../src/equations/reduction.ts";
import { type KktSystem, packUnknowns, unpackUnknowns } from "../../src/equations/system.ts";
import { maxAbs, norm2 } from "../../src/linalg/dense.ts";
import { equationProblem } from "../../src/objective/equation-objective.ts";
import { createRandom } from "../../src/random.ts";
import { fitMultipliersAt } from "../../src/solve/multipliers.ts";
import { type WalkOptions, walkNullSpace } from "../../src/solve/null-space-walk.ts";
import type { InstanceShape } from "../support/instances.ts";
import { askInstance, HALF_ULP } from "../support/questions.ts";

const FLOOR = 16 * HALF_ULP;

function walk(shape: InstanceShape, seed: number, change: Partial<WalkOptions> = {}) {
  const { instance, question } = askInstance(shape, seed);
  const { reduced } = gatherEvidence(question);
  const { system } = reduced;
  const points = projectPoints(reduced, instance.truth.X, shape.inputDim);
  const start = packUnknowns(system.shape, points, fitMultipliersAt(system, points));
  const options: WalkOptions = {
    random: createRandom(seed, 1),
    residualFloor: FLOOR,
    rankTolerance: 1e-13,
    scaleGauge: false,
    signGauge: false,
    shouldStop: () => false,
    ...change,
  };
  return { system, start, pair: walkNullSpace(system, start, options) };
}

/** Coordinates of Σ_i g_i x_i and Σ_i g_i x_i x_iᵀ, with the sizes of the sums of absolute terms. */
function twoMoments({ shape }: KktSystem, u: Float64Array): { values: number[]; sizes: number[] } {
  const { points, multipliers } = unpackUnknowns(shape, u);
  const d = shape.inputDim;
  const indices = Array.from({ length: d }, (_, a) => [[a], ...Array.from({ length: a + 1 }, (_, b) => [a, b])]).flat();
  const terms = indices.map((index) =>
    Array.from(multipliers, (g, i) => index.reduce((product, a) => product * points[i * d + a]!, g)),
  );
  return {
    values: terms.map((row) => row.reduce((sum, term) => sum + term, 0)),
    sizes: terms.map((row) => row.reduce((sum, term) => sum + Math.abs(term), 0)),
  };
}

/** Root mean square of the scaled equations in plain doubles. */
function plainResidual(system: KktSystem, u: Float64Array): number {
  const { rows, residual } = equationProblem(system, u.length / (system.shape.inputDim + system.shape.outputs));
  return norm2(residual(u, new Float64Array(rows))) / Math.sqrt(rows);
}

const quadratic: InstanceShape = { activation: "z + z^2", inputDim: 4, samples: 3, width: 30, layers: ["hidden"] };

describe("walkNullSpace", () => {
  test.each([
    { samples: 2, inputDim: 2, width: 12 },
    { samples: 3, inputDim: 4, width: 30 },
    { samples: 4, inputDim: 4, width: 30, layers: ["hidden", "output"] },
    { samples: 2, inputDim: 6, width: 20, scale: 20 },
    { samples: 3, inputDim: 3, width: 20, scale: 0.05, activation: "z/3 - z^2" },
  ] as const)(
    "mixes $samples samples of a quadratic network in $inputDim dimensions and keeps both moments",
    (part) => {
      for (let seed = 1; seed <= 4; seed++) {
        const { system, pair } = walk({ ...quadratic, ...part }, seed);
        const n = part.samples;
        expect(pair).not.toBeNull();
        const { first, second, distance, leastMove, relativeResiduals, continuumDimension } = pair!;
        // An orthogonal n×n matrix applied to the rows √g_i·(1, x_i) changes neither T_1 nor T_2.
        expect(continuumDimension).toBe((n * (n - 1)) / 2);
        expect(distance).toBeGreaterThanOrEqual(0.1);
        expect(leastMove).toBeGreaterThanOrEqual(0.1);
        expect(Math.max(...relativeResiduals)).toBeLessThanOrEqual(FLOOR);
        for (const [k, u] of [first, second].entries()) {
          expect(Math.abs(plainResidual(system, u) - relativeResiduals[k]!)).toBeLessThanOrEqual(FLOOR);
        }
        const [before, after] = [twoMoments(system, first), twoMoments(system, second)];
        // The equations fix the moments through a Hermite matrix of moderate condition (a few hundred here).
        const tolerance = 1e3 * FLOOR * Math.max(maxAbs(before.sizes), maxAbs(after.sizes));
        before.values.forEach((value, k) => {
          expect(Math.abs(value - after.values[k]!)).toBeLessThanOrEqual(tolerance);
        });
        expect(maxAbs(before.values)).toBeGreaterThan(1e6 * tolerance);
      }
    },
  );

  test("finds nothing where the samples are isolated", () => {
    for (const activation of ["z + z^2 + z^3", "z^2 + z^3", "z + z^3"]) {
      for (let seed = 1; seed <= 3; seed++) expect(walk({ ...quadratic, activation }, seed).pair).toBeNull();
    }
  });

  test("finds nothing with one sample: there is no other to mix it with", () => {
    expect(walk({ ...quadratic, samples: 1 }, 1).pair).toBeNull();
  });

  test("does not take the scale of one monomial for a second data set", () => {
    const cubic: InstanceShape = { ...quadratic, activation: "z^3" };
    expect(walk(cubic, 1, { scaleGauge: true }).pair).toBeNull();
    // Without the gauge the same walk finds the orbit, one dimension a sample.
    expect(walk(cubic, 1, { scaleGauge: false }).pair!.continuumDimension).toBe(3);
  });

  test("moves off the gauge orbits of a monomial whose nodes are too few", () => {
    // Two neurons give 8 equations for 3·5 − 3 unknowns beyond the scales: 4 directions at least.
    const { system, pair } = walk({ ...quadratic, activation: "z^3", width: 2 }, 1, { scaleGauge: true });
    expect(pair!.continuumDimension).toBeGreaterThanOrEqual(4);
    expect(pair!.distance).toBeGreaterThanOrEqual(0.1);
    const invariant = (u: Float64Array): Float64Array => {
      const { points, multipliers } = unpackUnknowns(system.shape, u);
      return points.map((value, k) => value * Math.cbrt(multipliers[Math.floor(k / 4)]!));
    };
    const [a, b] = [invariant(pair!.first), invariant(pair!.second)];
    expect(norm2(a.map((value, k) => value - b[k]!))).toBeGreaterThan(0.05 * norm2(a));
  });

  test("starts nowhere but at the floor", () => {
    const { system, start } = walk(quadratic, 1);
    const options: WalkOptions = {
      random: createRandom(1),
      residualFloor: 0,
      rankTolerance: 1e-13,
      scaleGauge: false,
      signGauge: false,
      shouldStop: () => false,
    };
    expect(walkNullSpace(system, start, options)).toBeNull();
    expect(walkNullSpace(system, start, { ...options, residualFloor: FLOOR })).not.toBeNull();
  });

  test("does not start from a sample that is not there, and stops when it is asked to", () => {
    const { system, start } = walk(quadratic, 1);
    const options: WalkOptions = {
      random: createRandom(1),
      residualFloor: 1,
      rankTolerance: 1e-13,
      scaleGauge: false,
      signGauge: false,
      shouldStop: () => false,
    };
    expect(walkNullSpace(system, start.with(0, 0), options)).toBeNull();
    expect(walkNullSpace(system, start, { ...options, shouldStop: () => true })).toBeNull();
  });
});
