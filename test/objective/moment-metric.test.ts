import { describe, expect, test } from "vitest";
import { gatherEvidence } from "../../src/audit/network-evidence.ts";
import { createMomentMap, scaledHermiteMatrix } from "../../src/equations/moments.ts";
import { projectPoints } from "../../src/equations/reduction.ts";
import { momentDegrees } from "../../src/equations/shape.ts";
import { type KktSystem, packUnknowns, rowCount } from "../../src/equations/system.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import { computeSvd } from "../../src/linalg/svd.ts";
import { equationProblem } from "../../src/objective/equation-objective.ts";
import { createMomentSystem, momentObjective, momentsFit } from "../../src/objective/moment-metric.ts";
import { problemOf } from "../../src/objective/sample-problem.ts";
import { createRandom } from "../../src/random.ts";
import { fitMultipliersAt } from "../../src/solve/multipliers.ts";
import { loadExample } from "../support/example-networks.ts";
import type { InstanceShape } from "../support/instances.ts";
import { askInstance, HALF_ULP } from "../support/questions.ts";

const base = { activation: "z + z^2 + z^3", inputDim: 3, samples: 3, width: 20, layers: ["hidden"] } as const;

/** Widths with full Hermite column rank, so that the moments themselves are determined. */
const families: readonly InstanceShape[] = [
  base,
  { ...base, activation: "z + z^2/2 + z^3/4", layers: ["hidden", "output"], scale: 0.05, norms: "raw" },
  { ...base, activation: "z^2 + z^3", samples: 2, inputDim: 5, scale: 20 },
  { ...base, activation: "1 + z + z^3", layers: ["hidden", "output"], norms: "mixed" },
  { ...base, layers: ["hidden", "bias", "output"] },
  { ...base, outputs: 2, width: 40 },
];

function setUp(shape: InstanceShape, seed: number) {
  const { instance, question } = askInstance(shape, seed);
  const { reduced } = gatherEvidence(question);
  const { system, scale } = reduced;
  const points = projectPoints(reduced, instance.truth.X, shape.inputDim);
  const truth = packUnknowns(system.shape, points, fitMultipliersAt(system, points));
  const random = createRandom(seed, 3);
  const moved = truth.map((value) => value * (1 + 0.3 * random.normal()));
  return { system, scale, truth, moved, moments: createMomentSystem(system), random };
}

/** Σ_k ‖T_k(u) − T_k(v)‖² over the moment degrees, from ⟨x^{⊗k}, y^{⊗k}⟩ = (x·y)^k alone. */
function momentDistance({ shape }: KktSystem, u: Float64Array, v: Float64Array): number {
  const { inputDim: d, outputs } = shape;
  const block = d + outputs;
  const inner = (a: Float64Array, i: number, b: Float64Array, j: number, from: number, to: number): number => {
    let sum = 0;
    for (let e = from; e < to; e++) sum += a[i * block + e]! * b[j * block + e]!;
    return sum;
  };
  const product = (a: Float64Array, b: Float64Array): number => {
    let sum = 0;
    for (const k of momentDegrees(shape)) {
      for (let i = 0; i < a.length / block; i++) {
        for (let j = 0; j < b.length / block; j++) {
          sum += inner(a, i, b, j, 0, outputs) * inner(a, i, b, j, outputs, block) ** k;
        }
      }
    }
    return sum;
  };
  return Math.sqrt(Math.max(0, product(u, u) - 2 * product(u, v) + product(v, v)));
}

describe("momentObjective", () => {
  test.each(families)("near τ = 0 measures the moments themselves: $activation, $layers, × $scale", (shape) => {
    for (let seed = 1; seed <= 4; seed++) {
      const { system, truth, moved, moments } = setUp(shape, seed);
      const { S } = moments.svd;
      const condition = S[0]! / S.at(-1)!;
      const problem = problemOf(momentObjective(moments, 0, 0), shape.samples);
      expect(problem.rows).toBe(moments.map.columns);
      const { targets } = problem.objective;
      const size = norm2(targets) + momentDistance(system, moved, new Float64Array(0));
      const tolerance = 10 * moments.map.columns * condition * Number.EPSILON * size;
      const residual = (u: Float64Array): number => norm2(problem.residual(u, new Float64Array(problem.rows)));
      expect(Math.abs(residual(moved) - momentDistance(system, moved, truth))).toBeLessThanOrEqual(tolerance);
      expect(Math.abs(norm2(targets) - momentDistance(system, truth, new Float64Array(0)))).toBeLessThanOrEqual(
        tolerance,
      );
      expect(residual(truth)).toBeLessThanOrEqual(tolerance);
      expect(tolerance).toBeLessThan(1e-3 * momentDistance(system, moved, truth));
    }
  });

  test.each(families)("at τ = 1 measures the equations: $activation, $layers, × $scale", (shape) => {
    const { system, moved, moments } = setUp(shape, 1);
    const problem = problemOf(momentObjective(moments, 1, 0), shape.samples);
    const { rows, residual } = equationProblem(system, shape.samples);
    const raw = residual(moved, new Float64Array(rows));
    // Only the part of the raw residual in the column space of H is seen; the rest no data set changes.
    const seen = Array.from({ length: moments.svd.k }, (_, i) =>
      raw.reduce((sum, value, r) => sum + moments.svd.Ut[i * rows + r]! * value, 0),
    );
    const whitened = problem.residual(moved, new Float64Array(problem.rows)).map((value) => value * moments.svd.S[0]!);
    const tolerance = 10 * rows * Number.EPSILON * (norm2(raw) + 1);
    whitened.forEach((value, i) => {
      expect(Math.abs(value - seen[i]!)).toBeLessThanOrEqual(tolerance);
    });
  });

  test("leaves out the rows below the drop, and none at drop 0", () => {
    const { moments } = setUp(base, 1);
    const { S } = moments.svd;
    const cut = (S[4]! + S[5]!) / 2 / S[0]!;
    expect(momentObjective(moments, 0.5, cut).rows).toBe(5);
    expect(momentObjective(moments, 0.5, 0).rows).toBe(S.length);
  });

  test("says how much noise it makes of noise in the equations", () => {
    const { moments, system } = setUp(base, 2);
    const problem = momentObjective(moments, 1e-3, 0);
    const { S, k } = moments.svd;
    const weights = S.map((s) => 1 / Math.max(s, 1e-3 * S[0]!));
    expect(Math.abs(problem.noiseGain / norm2(weights) - 1)).toBeLessThanOrEqual(k * Number.EPSILON);
    // Perturbed known sides move D Uᵀ G by that times the size of the perturbation, in root mean square.
    const random = createRandom(1);
    let squares = 0;
    const trials = 400;
    for (let t = 0; t < trials; t++) {
      const targets = system.targets.map((value, r) => value + (1e-6 * random.normal()) / system.rowScale[r]!);
      const other = momentObjective(createMomentSystem({ ...system, targets }), 1e-3, 0).targets;
      squares += norm2(other.map((value, i) => value - problem.targets[i]!)) ** 2;
    }
    const measured = Math.sqrt(squares / trials) / 1e-6;
    // A mean of 400 squares that the largest weight may dominate: relative deviation √(2/400), five of them.
    expect(Math.abs((measured / problem.noiseGain) ** 2 - 1)).toBeLessThanOrEqual(5 * Math.sqrt(2 / trials));
  });

  test.each(families)("has the derivative of its residual as Jacobian: $activation, $layers, × $scale", (shape) => {
    const { moved, moments, random } = setUp(shape, 3);
    const problem = problemOf(momentObjective(moments, 1e-6, 1e-12), shape.samples);
    const { rows, unknowns } = problem;
    const J = problem.jacobian(moved, new Float64Array(rows * unknowns));
    const direction = moved.map((value) => value * random.normal());
    const h = 2 ** -17;
    const at = (t: number) =>
      problem.residual(
        moved.map((value, k) => value + t * direction[k]!),
        new Float64Array(rows),
      );
    const [ahead, behind] = [at(h), at(-h)];
    const slope = ahead.map((value, r) => (value - behind[r]!) / (2 * h));
    const product = slope.map((_, r) => direction.reduce((sum, value, k) => sum + J[r * unknowns + k]! * value, 0));
    // Central differences: third derivative h² and rounding ε/h, both relative to the sizes that enter.
    const size = norm2(ahead) + norm2(problem.objective.targets) + norm2(slope);
    expect(norm2(slope.map((value, r) => value - product[r]!))).toBeLessThanOrEqual(
      20 * (h * h + Number.EPSILON / h) * size,
    );
  });

  test("gives the columns of a candidate: what a multiplier of one adds to the residual", () => {
    const { moved, moments } = setUp({ ...base, outputs: 2, width: 40 }, 1);
    const problem = problemOf(momentObjective(moments, 1e-3, 0), 1);
    const x = moved.subarray(2, 5);
    const columns = problem.objective.image(x, 0, new Float64Array(2 * problem.rows));
    for (let c = 0; c < 2; c++) {
      const residual = problem.residual(Float64Array.of(1 - c, c, ...x), new Float64Array(problem.rows));
      residual.forEach((value, r) => {
        const expected = columns[c * problem.rows + r]! - problem.objective.targets[r]!;
        expect(Math.abs(value - expected)).toBeLessThanOrEqual(
          4 * Number.EPSILON * (Math.abs(expected) + norm2(problem.objective.targets)),
        );
      });
    }
  });

  test("is well conditioned on a real network whose equations are not (theory: 5e10 against 1e4)", () => {
    const example = loadExample("wine-hidden-layer");
    const { reduced } = gatherEvidence(example.question(1));
    const { system } = reduced;
    const points = projectPoints(reduced, example.truth.X, example.truth.inputDim);
    const truth = packUnknowns(system.shape, points, fitMultipliersAt(system, points));
    const whitened = problemOf(momentObjective(createMomentSystem(system), 1e-12, 1e-13), example.samples);
    const raw = equationProblem(system, example.samples);
    expect(conditionOf(raw, truth)).toBeGreaterThan(1e9);
    expect(conditionOf(whitened, truth)).toBeLessThan(1e5);
  });
});

interface Differentiable {
  readonly rows: number;
  readonly unknowns: number;
  jacobian(x: Float64Array, out: Float64Array): Float64Array;
}

/** Condition of the Jacobian with columns of norm one. */
function conditionOf({ rows, unknowns: n, jacobian }: Differentiable, x: Float64Array): number {
  const J = jacobian(x, new Float64Array(rows * n));
  for (let k = 0; k < n; k++) {
    const column = norm2(Float64Array.from({ length: rows }, (_, r) => J[r * n + k]!));
    for (let r = 0; r < rows; r++) J[r * n + k]! /= column;
  }
  const { S } = computeSvd(J, rows, n);
  return S[0]! / S[n - 1]!;
}

describe("createMomentSystem", () => {
  test("holds H = U S Vᵀ and Uᵀ G of the scaled equations", () => {
    const { system, moments } = setUp(base, 1);
    const map = createMomentMap(system.shape);
    const H = scaledHermiteMatrix(system, map);
    const rows = rowCount(system);
    const { S, Ut, Vt, k } = moments.svd;
    const tolerance = 10 * map.columns * Number.EPSILON * S[0]!;
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < map.columns; c++) {
        let sum = 0;
        for (let i = 0; i < k; i++) sum += Ut[i * rows + r]! * S[i]! * Vt[i * map.columns + c]!;
        expect(Math.abs(sum - H[r * map.columns + c]!)).toBeLessThanOrEqual(tolerance);
      }
    }
    const G = system.targets.map((value, r) => value * system.rowScale[r]!);
    // The data made the equations, so G lies in the column space of H.
    expect(Math.abs(norm2(moments.rotatedTargets) / norm2(G) - 1)).toBeLessThanOrEqual(100 * rows * HALF_ULP);
  });
});

describe("inTypicalUnits", () => {
  test.each([1e-4, 0.05, 1, 20, 1e3])("makes points of norm %d about one", (scale) => {
    for (let seed = 1; seed <= 4; seed++) {
      const unit = setUp({ ...base, width: 30, scale }, seed).scale / scale;
      // All norms are equal: only cancellation of the multipliers in the moments moves the estimate.
      expect(unit).toBeGreaterThan(1 / 3);
      expect(unit).toBeLessThan(3);
    }
  });

  test("finds the same unit in other units of length", () => {
    const one = setUp({ ...base, width: 30 }, 1).scale;
    const sixteen = setUp({ ...base, width: 30, scale: 16 }, 1).scale;
    expect(Math.abs(sixteen / one / 16 - 1)).toBeLessThanOrEqual(1e-9);
  });
});

describe("momentsFit", () => {
  const { shape } = setUp(base, 1).system;
  const shapeOf = (inputDim: number, width: number) => ({ ...shape, inputDim, width });

  test("is limited by the smaller side of the Hermite matrix and by its entries", () => {
    // N = 5 + 15 + 35 = 55 columns in five dimensions, 20 + 210 + 1540 = 1770 in twenty.
    expect(momentsFit(shapeOf(5, 1000))).toBe(true);
    expect(momentsFit(shapeOf(20, 35))).toBe(true); // 700 rows
    expect(momentsFit(shapeOf(20, 36))).toBe(false); // 720 rows
    expect(momentsFit(shapeOf(5, 72_000))).toBe(true); // 19.8 million entries
    expect(momentsFit(shapeOf(5, 73_000))).toBe(false); // 20.1 million
  });
});
