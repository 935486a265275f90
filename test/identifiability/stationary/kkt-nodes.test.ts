import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { derivativeCoefficients } from "../../../src/algebra/activation.ts";
import { evaluatePolynomial } from "../../../src/algebra/ring.ts";
import type { EquationShape, TrainedLayer } from "../../../src/equations/shape.ts";
import { momentColumnCount, unknownCount } from "../../../src/equations/shape.ts";
import { gaugeDimension } from "../../../src/identifiability/gauge.ts";
import { hermiteRanks, jacobianRanks, rankAt } from "../../../src/identifiability/ranks/generic-ranks.ts";
import {
  drawKktPoint,
  hasStationaryCurve,
  type KktPoint,
  kktRanks,
} from "../../../src/identifiability/stationary/kkt-nodes.ts";
import { check, conditionOf, shapeOf } from "../shapes.ts";

const kkt = (activation: string, inputDim: number, width: number, more: object = {}) =>
  shapeOf({ activation, inputDim, width, setting: "kkt", ...more });

const shapes = fc
  .record({
    activation: fc.constantFrom("z + z^2 + z^3", "z^2 + z^3", "z + z^3", "z/2 - z^4", "z + z^2/3"),
    inputDim: fc.integer({ min: 1, max: 3 }),
    width: fc.integer({ min: 1, max: 4 }),
    outputs: fc.integer({ min: 1, max: 2 }),
    trained: fc.constantFrom<readonly TrainedLayer[]>(["hidden"], ["hidden", "bias"], ["hidden", "output-bias"]),
    frozenBias: fc.boolean(),
  })
  .map((options) =>
    shapeOf({ ...options, setting: "kkt", frozenBias: options.frozenBias && !options.trained.includes("bias") }),
  );

/** Σ_i (a_j·g_i) σ′(w_j·x_i + b_j) (x_i, 1), what neuron j and its bias must equal. */
function stationarySide({ ring, nodes, data }: KktPoint, shape: EquationShape, j: number): bigint[] {
  const { inputDim: d, outputs, width } = shape;
  const slope = derivativeCoefficients(shape.activation);
  const dot = (a: readonly bigint[], b: readonly bigint[], start: bigint): bigint =>
    a.reduce((sum, value, k) => ring.add(sum, ring.multiply(value, b[k]!)), start);
  const w = nodes.weights.slice(j * d, (j + 1) * d);
  const a = Array.from({ length: outputs }, (_, c) => nodes.output[c * width + j]!);
  const sums = new Array<bigint>(d + 1).fill(0n);
  for (let i = 0; i < data.multipliers.length / outputs; i++) {
    const x = data.points.slice(i * d, (i + 1) * d);
    const weight = dot(a, data.multipliers.slice(i * outputs, (i + 1) * outputs), 0n);
    const factor = ring.multiply(weight, evaluatePolynomial(ring, slope, dot(w, x, nodes.bias[j]!)));
    for (const [e, value] of [...x, 1n].entries()) sums[e] = ring.add(sums[e]!, ring.multiply(factor, value));
  }
  return sums;
}

test("every neuron of a drawn point is stationary to all digits, and no two are equal", () => {
  fc.assert(
    fc.property(shapes, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 100 }), (shape, samples, seed) => {
      const point = drawKktPoint(shape, samples, seed);
      if (point === null) return;
      const { inputDim: d, width, trained } = shape;
      const neurons = Array.from({ length: width }, (_, j) => point.nodes.weights.slice(j * d, (j + 1) * d));
      for (const [j, w] of neurons.entries()) {
        const side = stationarySide(point, shape, j);
        expect(side.slice(0, d)).toEqual(w);
        if (trained.has("bias")) expect(side[d]).toBe(point.nodes.bias[j]);
      }
      expect(new Set(neurons.map(String)).size).toBe(width);
    }),
    { numRuns: 40 },
  );
});

describe("ranks at stationary points", () => {
  test.each([
    ["z + z^2 + z^3", 2, 2, 5],
    ["z + z^2 + z^3", 3, 3, 7],
    ["z^2 + z^3", 3, 3, 6],
    ["z + z^3", 3, 3, 5],
  ] as const)(
    "%s, d = %i, n = %i: reach those of %i general nodes, and one neuron less reaches less",
    (text, d, n, m) => {
      const shape = kkt(text, d, m);
      const general = rankAt(hermiteRanks(shape, 1), m)!.rank;
      expect(general).toBe(momentColumnCount(shape));
      const found = kktRanks(shape, n, 1)!;
      expect(found.hermite).toBe(general);
      expect(found.jacobian).toBe(unknownCount(shape, n) - gaugeDimension(shape, n));
      const fewer = kktRanks(kkt(text, d, m - 1), n, 1)!;
      expect(fewer.hermite).toBeLessThan(general);
    },
  );

  test("never exceed those of general nodes", () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 3 }), (shape, samples) => {
        const found = kktRanks(shape, samples, 3);
        if (found === null) return;
        const target = unknownCount(shape, samples);
        expect(found.hermite).toBeLessThanOrEqual(rankAt(hermiteRanks(shape, 1), shape.width)!.rank);
        expect(found.jacobian).toBeLessThanOrEqual(rankAt(jacobianRanks(shape, samples, target, 1), shape.width)!.rank);
      }),
      { numRuns: 25 },
    );
  });
});

describe("the condition on a shape", () => {
  const question = { activation: "z + z^2 + z^3", inputDim: 3, width: 20, samples: 3, setting: "kkt" } as const;

  test("holds where the neurons form a curve, and the verdict stays conditional", () => {
    const decision = check(question);
    expect(decision.verdict).toBe("globally-identifiable");
    expect(conditionOf(decision, "kkt-nodes")?.status).toBe("holds");
    expect(conditionOf(decision, "nodes-are-general")?.status).toBe("unknown");
  });

  test("is absent for other settings", () => {
    expect(conditionOf(check({ ...question, setting: "gradient" }), "kkt-nodes")).toBeUndefined();
  });

  test("counts critical points where both layers are stationary, directions for one monomial", () => {
    const both = conditionOf(check({ ...question, trained: ["hidden", "output"] }), "kkt-nodes");
    expect(both).toMatchObject({ status: "unknown", numbers: { criticalPoints: 125 } });
    // Cubics in 3 variables have 7 eigenvectors (Cartwright & Sturmfels 2013, table 1).
    const monomial = conditionOf(check({ ...question, activation: "z^3" }), "kkt-nodes");
    expect(monomial).toMatchObject({ status: "unknown", numbers: { directions: 7 } });
    expect(hasStationaryCurve(kkt("z^3", 3, 5))).toBe(false);
    expect(hasStationaryCurve(kkt("z^3", 3, 5, { frozenBias: true }))).toBe(true);
  });
});
