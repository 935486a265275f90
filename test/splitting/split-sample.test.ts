import { describe, expect, test } from "vitest";
import { norm2 } from "../../src/linalg/dense.ts";
import type { SampleEquations, SampleObjective } from "../../src/objective/sample-objective.ts";
import { problemOf, splittingMatrix } from "../../src/objective/sample-problem.ts";
import { createRandom } from "../../src/random.ts";
import { familyWeighted } from "../../src/splitting/family-weights.ts";
import { curvaturesAt } from "../../src/splitting/least-curvature.ts";
import { objectiveAt, type ProblemFactory, splitSample, wholeFamily } from "../../src/splitting/split-sample.ts";
import { CASES, objectivesOf } from "./objectives.ts";

const SAMPLES = 2;

function pointOf({ outputs: C, inputDim: d }: SampleObjective, seed: number): Float64Array {
  const random = createRandom(seed, 7);
  return Float64Array.from({ length: SAMPLES * (C + d) }, () => random.normal());
}

/** What rounding may leave in F: R is a sum of terms of this size, each rounded a few times. */
function roundingOf(objective: SampleObjective, u: Float64Array, residual: Float64Array): number {
  const block = objective.outputs + objective.inputDim;
  let size = norm2(problemOf(objective, 0).residual(new Float64Array(0), new Float64Array(objective.rows)));
  for (let at = 0; at < u.length; at += block) {
    const single = problemOf({ ...objective, targets: new Float64Array(objective.rows) }, 1);
    size += norm2(single.residual(u.slice(at, at + block), new Float64Array(objective.rows)));
  }
  return 64 * Number.EPSILON * size * (norm2(residual) + size);
}

describe.each(CASES)("a split, $setting with $loss", (which) => {
  for (const [metric, objective] of objectivesOf(which, 3).entries()) {
    const name = metric === 0 ? "raw" : "whitened";
    const { outputs, inputDim } = objective;
    const u = pointOf(objective, 5);
    const factory: ProblemFactory = (samples) => problemOf(objective, samples);
    const before = objectiveAt(factory, wholeFamily(u, SAMPLES));
    const residual = factory(SAMPLES, new Float64Array(0)).residual(u, new Float64Array(objective.rows));
    const floor = roundingOf(objective, u, residual);
    const shape = { outputs, inputDim };
    const changeOf = (direction: Float64Array, epsilon: number, share: number): number => {
      const split = splitSample(wholeFamily(u, SAMPLES), 1, { direction, epsilon }, { ...shape, share });
      return objectiveAt(factory, split) - before;
    };

    test.each([
      { kind: "points alone", joint: false, share: 0.5, order: 4 },
      { kind: "points and multipliers", joint: true, share: 0.5, order: 4 },
      { kind: "signed", joint: false, share: 2, order: 3 },
      { kind: "signed, points and multipliers", joint: true, share: -0.5, order: 3 },
    ])(`changes the ${name} objective by ±(ε²/2) zᵀMz up to ε^$order: $kind`, ({ joint, share, order }) => {
      const random = createRandom(9, 3);
      const direction = Float64Array.from({ length: outputs + inputDim }, (_, k) =>
        joint || k >= outputs ? random.normal() / 2 : 0,
      );
      const curvature = curvaturesAt(objective, residual).along(u, 1, direction);
      const sign = Math.sign(share * (1 - share));
      const epsilons = Array.from({ length: 20 }, (_, k) => 2 ** (-3 - k));
      const errors = epsilons.map((epsilon) => {
        return Math.abs(changeOf(direction, epsilon, share) - (sign * epsilon ** 2 * curvature) / 2);
      });
      // The remainder falls at least like ε^order, up to the next order at the start, until only rounding is left.
      epsilons.forEach((epsilon, k) => {
        expect(errors[k]!).toBeLessThanOrEqual(2 * errors[0]! * (epsilon / epsilons[0]!) ** order + floor);
      });
      const signals = epsilons.filter((epsilon) => (epsilon ** 2 * Math.abs(curvature)) / 2 > 10 * floor);
      // Predicted and measured agree over at least three orders of magnitude of ε above the floor.
      expect(signals[0]! / signals.at(-1)!).toBeGreaterThan(1000);
      const last = epsilons.indexOf(signals.at(-1)!);
      expect(errors[last]!).toBeLessThan((0.2 * signals.at(-1)! ** 2 * Math.abs(curvature)) / 2);
    });

    test(`of the wrong curvature does not match the ${name} objective`, () => {
      const direction = new Float64Array(outputs + inputDim).fill(1, outputs);
      const curvature = 1.01 * curvaturesAt(objective, residual).along(u, 1, direction);
      const epsilon = 2 ** -10;
      const error = Math.abs(changeOf(direction, epsilon, 0.5) - (epsilon ** 2 * curvature) / 2);
      expect(error).toBeGreaterThan(floor + 0.005 * epsilon ** 2 * Math.abs(curvature / 2));
    });

    test(`with ε = 0 leaves the ${name} objective as it is, whatever the shares`, () => {
      const direction = new Float64Array(outputs + inputDim).fill(1);
      for (const share of [0.5, 2, -1, 0.3]) {
        expect(Math.abs(changeOf(direction, 0, share))).toBeLessThanOrEqual(1e-12 * before);
      }
    });

    test(`takes zᵀMz from the splitting matrix of the ${name} objective`, () => {
      const S = splittingMatrix(objective, u, outputs + inputDim, residual);
      const v = new Float64Array(outputs + inputDim);
      v.set(
        Array.from({ length: inputDim }, (_, e) => e - 1),
        outputs,
      );
      let expected = 0;
      for (let e = 0; e < inputDim; e++)
        for (let f = 0; f < inputDim; f++) expected += v[outputs + e]! * S[e * inputDim + f]! * v[outputs + f]!;
      const actual = curvaturesAt(objective, residual).along(u, 1, v);
      expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-11 * norm2(S) * norm2(v) ** 2);
    });
  }
});

/** x_0² − 1 of each sample, a penalty that does not see the multiplier. */
const penalty: SampleEquations = {
  rowsPerSample: 1,
  value(u, { at }, out, row) {
    out[row] = u[at + 1]! ** 2 - 3;
  },
  fillJacobian(u, { at }, out, { offset }) {
    out.fill(0, offset, offset + 5);
    out[offset + 1] = 2 * u[at + 1]!;
  },
  addCurvature(_u, _sample, weights, { v, out }) {
    out[1]! += 2 * weights[0]! * v[1]!;
  },
};

describe("penalties of single samples", () => {
  const [objective] = objectivesOf({ setting: "kkt", loss: "mse" }, 4) as [SampleObjective];
  const u = pointOf(objective, 8);
  const block = objective.outputs + objective.inputDim;
  const weighted: ProblemFactory = (n, weights) => problemOf(objective, n, familyWeighted(penalty, weights, block));
  const unweighted: ProblemFactory = (n) => problemOf(objective, n, penalty);
  const shape = { outputs: 1, inputDim: 4, share: 0.5 };
  const still = { direction: new Float64Array(5).fill(1), epsilon: 0 };

  test("are neutral to a split with ε = 0 under family weights, and not without", () => {
    const whole = wholeFamily(u, SAMPLES);
    const once = splitSample(whole, 0, still, shape);
    const twice = splitSample(once, 2, still, shape);
    expect(Array.from(twice.weights)).toEqual([0.5, 1, 0.25, 0.25]);
    const before = objectiveAt(weighted, whole);
    for (const split of [once, twice]) {
      expect(Math.abs(objectiveAt(weighted, split) - before)).toBeLessThanOrEqual(1e-12 * before);
      expect(objectiveAt(unweighted, split)).toBeGreaterThan(before * (1 + 1e-6));
    }
  });

  test("keep consistent derivatives under family weights", () => {
    const weights = Float64Array.of(0.25, 0.5);
    const problem = weighted(SAMPLES, weights);
    const random = createRandom(2);
    const v = u.map(() => random.normal());
    const h = 2 ** -14;
    const at = (t: number): Float64Array =>
      problem.residual(
        u.map((value, k) => value + t * v[k]!),
        new Float64Array(problem.rows),
      );
    const [ahead, behind] = [at(h), at(-h)];
    const slope = ahead.map((value, r) => (value - behind[r]!) / (2 * h));
    const product = problem.jacobianVector(u, v, new Float64Array(problem.rows));
    expect(norm2(slope.map((value, r) => value - product[r]!))).toBeLessThan(1e-6 * norm2(product));
    const J = problem.jacobian(u, new Float64Array(problem.rows * problem.unknowns));
    const direct = product.map((_, r) => v.reduce((sum, value, k) => sum + J[r * problem.unknowns + k]! * value, 0));
    expect(norm2(direct.map((value, r) => value - product[r]!))).toBeLessThan(1e-12 * norm2(product));
    const gradientAt = (t: number): Float64Array => {
      const x = u.map((value, k) => value + t * v[k]!);
      return problem.transposedJacobianVector(x, at(t), new Float64Array(problem.unknowns));
    };
    const [up, down] = [gradientAt(h), gradientAt(-h)];
    const bend = problem.hessianVector(u, at(0), v, new Float64Array(problem.unknowns));
    const measured = up.map((value, k) => (value - down[k]!) / (2 * h));
    expect(norm2(measured.map((value, k) => value - bend[k]!))).toBeLessThan(1e-5 * norm2(bend));
  });
});
