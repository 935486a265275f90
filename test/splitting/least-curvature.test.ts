import { describe, expect, test } from "vitest";
import { norm2 } from "../../src/linalg/dense.ts";
import { symmetricEigen } from "../../src/linalg/symmetric-eigen.ts";
import { problemOf, splittingMatrix } from "../../src/objective/sample-problem.ts";
import { createRandom } from "../../src/random.ts";
import { curvaturesAt, leastCurvature } from "../../src/splitting/least-curvature.ts";
import { CASES, objectivesOf, twoPointObjective } from "./objectives.ts";

const SAMPLES = 2;

describe.each(CASES)("leastCurvature, $setting with $loss", (which) => {
  for (const [metric, objective] of objectivesOf(which, 6).entries()) {
    const name = metric === 0 ? "raw" : "whitened";
    const { outputs: C, inputDim: d } = objective;
    const random = createRandom(8);
    const u = Float64Array.from({ length: SAMPLES * (C + d) }, () => random.normal());
    const residual = problemOf(objective, SAMPLES).residual(u, new Float64Array(objective.rows));

    test(`is λ_min of the splitting matrix (${name})`, () => {
      const S = splittingMatrix(objective, u, C + d, residual);
      const found = leastCurvature(objective, u, 1, residual);
      expect(Math.abs(found.eigenvalue - symmetricEigen(S, d).values[0]!)).toBeLessThan(1e-11 * norm2(S));
      expect(found).toMatchObject({ products: d, converged: true });
      expect(Array.from(found.direction.subarray(0, C))).toEqual(Array(C).fill(0));
      expect(norm2(found.direction)).toBeCloseTo(1, 12);
    });

    test(`Lanczos finds what the dense matrix has (${name})`, () => {
      const curvatures = curvaturesAt(objective, residual);
      for (const coordinates of ["points", "joint"] as const) {
        for (const extreme of ["least", "largest"] as const) {
          const dense = curvatures.extreme(u, 0, { coordinates, extreme });
          const lanczos = curvatures.extreme(u, 0, { coordinates, extreme, denseLimit: 0 });
          const scale = Math.max(Math.abs(dense.eigenvalue), norm2(splittingMatrix(objective, u, 0, residual)));
          expect(lanczos.converged).toBe(true);
          expect(Math.abs(lanczos.eigenvalue - dense.eigenvalue)).toBeLessThan(1e-5 * scale);
          // zᵀMz is what the direction promises, in whatever units it was found.
          expect(Math.abs(curvatures.along(u, 0, dense.direction) - dense.eigenvalue)).toBeLessThan(1e-10 * scale);
        }
      }
    });
  }
});

test("several outputs: multipliers split along with the points find descent where the points alone have none", () => {
  const [objective] = objectivesOf({ setting: "ntk", loss: "softmax" }, 6);
  const { outputs: C, inputDim: d } = objective!;
  const random = createRandom(8);
  const u = Float64Array.from({ length: C + d }, () => random.normal());
  const residual = problemOf(objective!, 1).residual(u, new Float64Array(objective!.rows));
  // M = [0 B; Bᵀ S] is indefinite as soon as B is not zero, whatever S is.
  const joint = curvaturesAt(objective!, residual).extreme(u, 0, { coordinates: "joint" });
  expect(joint.eigenvalue).toBeLessThan(0);
});

test("the sign of the residual is the sign of the curvature", () => {
  const u = Float64Array.of(1, 0);
  for (const y of [1, -1]) {
    const objective = twoPointObjective(y);
    const residual = problemOf(objective, 1).residual(u, new Float64Array(3));
    expect(leastCurvature(objective, u, 0, residual).eigenvalue).toBe(-2 * y);
  }
});
