import { momentDegrees } from "../../equations/shape.ts";
import { type KktSystem, packUnknowns, unpackUnknowns } from "../../equations/system.ts";
import { norm2 } from "../../linalg/dense.ts";
import { createMomentSystem, momentObjective, momentProblem } from "../../objective/moment-metric.ts";
import type { Claim, Experiment } from "../experiment.ts";
import { plantSystem } from "../instances.ts";
import { measuredPair } from "../rows.ts";
import type { ShapeText } from "../shapes.ts";

/** The metric of the moments. */
export const whitenedMoments: Claim = {
  id: "whitened-moments",
  statement: "Fully whitened, the residual of the equations is the distance of the moment tensors, whatever the nodes.",
  ofSourcePaper: false,
  page: "proofs/whitened-moments.md",
  experiments: [
    ...metricPair("z + z^2 + z^3, d = 3, n = 3, m = 20", { activation: "z + z^2 + z^3", inputDim: 3, width: 20 }, 3),
    ...metricPair("z^2 + z^3, d = 4, n = 2, m = 30", { activation: "z^2 + z^3", inputDim: 4, width: 30 }, 2),
    ...metricPair(
      "all layers, d = 2, n = 3, m = 16",
      { activation: "z + z^3", inputDim: 2, width: 16, trained: ["hidden", "bias", "output"] },
      3,
    ),
  ],
};

/** ‖r_τ‖ against the distance of the moments computed from inner products; the neighbour keeps the raw metric, τ = 1. */
function metricPair(what: string, text: ShapeText, n: number): Experiment[] {
  return measuredPair(
    {
      satisfied: `${what}: ‖r‖ = distance of the moments`,
      violated: `${what}, raw metric: not`,
      error: "relative difference",
      limit: "1e-13 · cond H",
    },
    ({ random }, satisfied) => {
      const { equations, points, multipliers } = plantSystem(random, text, n);
      const { system } = equations;
      const truth = packUnknowns(system.shape, points, multipliers);
      const moved = truth.map((value) => value * (1 + 0.3 * random.normal()));
      const moments = createMomentSystem(system);
      const { S, k } = moments.svd;
      const problem = momentProblem(momentObjective(moments, satisfied ? S[k - 1]! / S[0]! / 2 : 1, 0), n);
      const measured = norm2(problem.residual(moved, new Float64Array(problem.rows)));
      const expected = Math.sqrt(momentDistance(system, moved, truth));
      return { error: Math.abs(measured - expected) / expected, limit: (1e-13 * S[0]!) / S[k - 1]! };
    },
  );
}

/** Σ_l ‖T_l(u) − T_l(v)‖² from ⟨x^{⊗l}, y^{⊗l}⟩ = (x·y)^l alone. */
function momentDistance({ shape }: KktSystem, u: Float64Array, v: Float64Array): number {
  const degrees = momentDegrees(shape);
  const signed = [
    { sign: 1, ...unpackUnknowns(shape, u) },
    { sign: -1, ...unpackUnknowns(shape, v) },
  ];
  const d = shape.inputDim;
  const terms = signed.flatMap(({ sign, points, multipliers }) =>
    Array.from(multipliers, (g, i) => ({ g: sign * g, x: points.subarray(i * d, (i + 1) * d) })),
  );
  let sum = 0;
  for (const first of terms) {
    for (const second of terms) {
      const inner = first.x.reduce((total, value, e) => total + value * second.x[e]!, 0);
      for (const l of degrees) sum += first.g * second.g * inner ** l;
    }
  }
  return sum;
}
