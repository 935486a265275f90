import { describe, expect, test } from "vitest";
import { gatherEvidence } from "../../src/audit/network-evidence.ts";
import { hiddenSide, liftPoints, projectPoints } from "../../src/equations/reduction.ts";
import { activationDerivatives, floatCoefficients, type KktSystem } from "../../src/equations/system.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import { computeSvd, solveTruncated } from "../../src/linalg/svd.ts";
import { createRandom } from "../../src/random.ts";
import { matchPoints } from "../../src/solve/match.ts";
import { createSearchContext, type SearchContext } from "../../src/solve/search-context.ts";
import { dualEquation, solveDualEquation } from "../../src/solve/strategies/dual.ts";
import type { InstanceShape } from "../support/instances.ts";
import { askInstance, HALF_ULP } from "../support/questions.ts";

const TOLERANCE = 1e-10;

/** Independent of the code under test: u(x)/‖u(x)‖ minus its least-squares fit by G q, length m. */
function dualResidual(system: KktSystem, x: Float64Array): Float64Array {
  const { inputDim: d, width: m } = system.shape;
  const coefficients = floatCoefficients(system.shape);
  const u = Float64Array.from({ length: m }, (_, j) => {
    let z = 0;
    for (let e = 0; e < d; e++) z += system.weights[j * d + e]! * x[e]!;
    return system.output[j]! * activationDerivatives(coefficients, z, new Float64Array(3))[1]!;
  });
  const norm = norm2(u);
  const side = hiddenSide(system)!;
  const q = solveTruncated(computeSvd(side, m, d), u, d);
  return u.map((value, j) => {
    let fit = 0;
    for (let e = 0; e < d; e++) fit += side[j * d + e]! * q[e]!;
    return (value - fit) / norm;
  });
}

/** Least singular value of the derivative of {@link dualResidual} at x, by central differences. */
function leastSlope(system: KktSystem, x: Float64Array): number {
  const { inputDim: d, width: m } = system.shape;
  const J = new Float64Array(m * d);
  const h = 1e-6 * norm2(x);
  for (let e = 0; e < d; e++) {
    const [ahead, behind] = [1, -1].map((s) => dualResidual(system, x.with(e, x[e]! + s * h))) as [
      Float64Array,
      Float64Array,
    ];
    for (let j = 0; j < m; j++) J[j * d + e] = (ahead[j]! - behind[j]!) / (2 * h);
  }
  return computeSvd(J, m, d).S[d - 1]!;
}

function solve(shape: InstanceShape, seed: number, samples = shape.samples) {
  const { instance, question } = askInstance(shape, seed, { samples });
  const { reduced, gauge } = gatherEvidence(question);
  const context = createSearchContext({
    reduced,
    samples,
    seed,
    precision: HALF_ULP,
    nearby: false,
    shouldStop: () => false,
  });
  return { instance, reduced, gauge, context, result: pointsOf(context) };
}

const pointsOf = (context: SearchContext) =>
  dualEquation.obstacle(context) === null ? solveDualEquation(context, 0) : null;

const base = { activation: "z + z^2 + z^3", inputDim: 4, samples: 4, width: 30, layers: ["hidden"] } as const;

const families: readonly InstanceShape[] = [
  base,
  { ...base, inputDim: 9, samples: 3, layers: ["hidden", "output"] },
  { ...base, activation: "z + z^2/2 + z^3/4", inputDim: 6, samples: 5, scale: 0.05, norms: "raw" },
  { ...base, activation: "z^2 + z^3", inputDim: 5, samples: 3, scale: 20, norms: "mixed" },
  { ...base, activation: "z + z^3", samples: 3, inputDim: 3 },
  { ...base, activation: "z + z^2/2 + z^3/3 + z^4/4", samples: 2, inputDim: 7, width: 20 },
];

describe("solveDualEquation", () => {
  test.each(families)(
    "finds every sample of $activation, d $inputDim, n $samples, norms × $scale on its own",
    (shape) => {
      for (let seed = 1; seed <= 4; seed++) {
        const { instance, reduced, gauge, result } = solve(shape, seed);
        expect(result).not.toBeNull();
        const { inputDim: d } = reduced;
        const target = projectPoints(reduced, instance.truth.X, shape.inputDim);
        const { errors, assignment } = matchPoints(result!.points, target, d, {
          sign: gauge.symmetries.includes("sign"),
        });
        assignment.forEach((j, i) => {
          const point = result!.points.slice(j * d, (j + 1) * d);
          expect(norm2(dualResidual(reduced.system, point))).toBeLessThanOrEqual(2 * TOLERANCE);
          // Residuals of the point and, by rounding, of the truth, over the slope there; twice for curvature.
          const truth = target.slice(i * d, (i + 1) * d);
          const residual = norm2(dualResidual(reduced.system, truth)) + TOLERANCE;
          expect(errors[i]!).toBeLessThanOrEqual((2 * residual) / leastSlope(reduced.system, truth));
        });
        expect(result!.starts).toBeGreaterThanOrEqual(shape.samples);
      }
    },
  );

  test("gives points of the span in the units of the reduced system", () => {
    const shape: InstanceShape = { ...base, inputDim: 7, samples: 3, scale: 20 };
    const { instance, reduced, result } = solve(shape, 1);
    const lifted = liftPoints(reduced, result!.points, shape.inputDim);
    const { errors } = matchPoints(lifted, instance.truth.X, shape.inputDim, { sign: false });
    expect(Math.max(...errors)).toBeLessThanOrEqual(1e-6 * shape.scale!);
    expect(norm2(result!.points)).toBeLessThanOrEqual(10 * Math.sqrt(shape.samples));
  });

  test.each([
    ["several outputs", { outputs: 2 }],
    ["a trained bias", { layers: ["hidden", "bias"] }],
    ["a hidden layer without equations", { layers: ["output"] }],
    ["no more than 2d neurons", { width: 8 }],
    ["fewer dimensions than samples", { inputDim: 3 }],
  ] as const)("does not apply to %s", (_, change) => {
    expect(solve({ ...base, ...change }, 1).result).toBeNull();
  });

  test("applies from 2d + 1 neurons on", () => {
    expect(solve({ ...base, width: 9 }, 1).result).not.toBeNull();
  });

  test("does not apply to one sample too many or too few: they are not as many as G has dimensions", () => {
    expect(solve(base, 1, 3).result).toBeNull();
    expect(solve(base, 1, 5).result).toBeNull();
  });

  test("gives up on a known side that no data set made", () => {
    const { reduced, context } = solve(base, 1);
    const random = createRandom(9);
    const system = { ...reduced.system, targets: reduced.system.targets.map(() => random.normal()) };
    expect(pointsOf(createSearchContext({ ...context, reduced: { ...reduced, system } }))).toBeNull();
  });

  test("stops when it is asked to", () => {
    const { context } = solve(base, 1);
    expect(pointsOf({ ...context, shouldStop: () => true })).toBeNull();
  });

  test("takes x and −x for one sample only where the activation does", () => {
    const { result, reduced } = solve({ ...base, activation: "z + z^3" }, 2);
    const { inputDim: d } = reduced;
    const points = Array.from({ length: base.samples }, (_, i) => result!.points.subarray(i * d, (i + 1) * d));
    for (const [i, a] of points.entries()) {
      for (const b of points.slice(i + 1)) {
        const apart = (s: number) => norm2(a.map((value, e) => value - s * b[e]!)) / norm2(a);
        expect(Math.min(apart(1), apart(-1))).toBeGreaterThan(1e-4);
      }
    }
  });
});
