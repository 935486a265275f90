import { parseActivation } from "../../src/algebra/activation.ts";
import { buildEquations } from "../../src/equations/build.ts";
import type { Setting } from "../../src/equations/shape.ts";
import { equationObjective } from "../../src/objective/equation-objective.ts";
import { createMomentSystem, momentObjective } from "../../src/objective/moment-metric.ts";
import type { SampleObjective } from "../../src/objective/sample-objective.ts";
import { createRandom } from "../../src/random.ts";
import type { TrainingLoss } from "../../src/train/losses.ts";
import { trainNetwork } from "../../src/train/train-network.ts";

export interface NetworkCase {
  readonly setting: Setting;
  /** softmax: three outputs. */
  readonly loss: TrainingLoss;
}

export const CASES: readonly NetworkCase[] = (["kkt", "ntk", "gradient"] as const).flatMap((setting) =>
  (["mse", "softmax"] as const).map((loss) => ({ setting, loss })),
);

const SAMPLES = 3;
const DIM = 4;

/** The equations of a network trained on random points, as they are and in the metric of their moments. */
export function objectivesOf({ setting, loss }: NetworkCase, seed: number): readonly SampleObjective[] {
  const random = createRandom(seed, 61);
  const activation = parseActivation("z + z^2/2 + z^3/4");
  const { network, init, gradient, trained } = trainNetwork({
    setting,
    activation,
    inputDim: DIM,
    X: Float64Array.from({ length: SAMPLES * DIM }, () => random.normal() / 2),
    labels: Float64Array.from({ length: SAMPLES }, (_, i) => (loss === "softmax" ? i : i === 1 ? 1 : -1)),
    width: 16,
    loss,
    weightDecay: 0.02,
    seed,
  });
  const known = { init: setting === "ntk" ? init : undefined, gradient: gradient ?? undefined };
  const { system } = buildEquations({ setting, activation, network, trained, ...known });
  return [equationObjective(system), momentObjective(createMomentSystem(system), 1e-6, 1e-12)];
}

/**
 * φ(x) = (3x, x², anchor) against (0, y, anchor), one coordinate, one output: two samples ±1 fit y = 1, a signed pair
 * fits y = −1. Without the anchor one sample comes as close as it likes, with x → ∞ and g = y/x².
 */
export function twoPointObjective(y: number, anchor = 2): SampleObjective {
  return {
    outputs: 1,
    inputDim: 1,
    rows: 3,
    targets: Float64Array.of(0, y, anchor),
    rowScale: null,
    image(points, at, out) {
      out.set([3 * points[at]!, points[at]! ** 2, anchor]);
      return out;
    },
    addValue(u, at, out) {
      const [g, x] = [u[at]!, u[at + 1]!];
      for (const [r, value] of [3 * x, x * x, anchor].entries()) out[r]! += g * value;
    },
    fillJacobian(u, at, out, { stride, offset }) {
      const [g, x] = [u[at]!, u[at + 1]!];
      out.set([3 * x, 3 * g], offset);
      out.set([x * x, 2 * g * x], offset + stride);
      out.set([anchor, 0], offset + 2 * stride);
    },
    curvature: (weights) => (u, at, v, out) => {
      const [g, x] = [u[at]!, u[at + 1]!];
      const mixed = 3 * weights[0]! + 2 * x * weights[1]!;
      out[0]! += mixed * v[1]!;
      out[1]! += mixed * v[0]! + 2 * g * weights[1]! * v[1]!;
    },
  };
}
