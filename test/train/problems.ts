import fc from "fast-check";
import { parseActivation } from "../../src/algebra/activation.ts";
import { toNumber } from "../../src/algebra/rational.ts";
import type { TrainedLayer } from "../../src/equations/shape.ts";
import { createRandom } from "../../src/random.ts";
import { createLoss, type TrainingLoss } from "../../src/train/losses.ts";
import type { Model } from "../../src/train/model.ts";
import { createLayout } from "../../src/train/parameters.ts";
import { preciseSlopes } from "../../src/train/precise-losses.ts";
import { layerSets } from "../support/systems.ts";

/** A random model, small enough for finite differences, with a point and a direction to differentiate along. */
export interface ModelCase {
  readonly model: Model;
  readonly theta: Float64Array;
  readonly direction: Float64Array;
}

export const modelCases: fc.Arbitrary<ModelCase> = fc
  .record({
    seed: fc.nat(1e6),
    d: fc.integer({ min: 1, max: 4 }),
    n: fc.integer({ min: 2, max: 4 }),
    m: fc.integer({ min: 1, max: 4 }),
    loss: fc.constantFrom<TrainingLoss>("mse", "logistic", "softmax"),
    layers: fc.constantFrom(...layerSets),
    activation: fc.constantFrom("z + z^2 + z^3", "1 + z^2", "z^3 - z/2", "z"),
    scale: fc.constantFrom(0.1, 1, 3),
  })
  .map(({ seed, d, n, m, loss, layers, activation, scale }) => {
    const C = loss === "logistic" ? 1 : 2;
    const random = createRandom(seed);
    const normals = (length: number, size = 1): Float64Array =>
      Float64Array.from({ length }, () => size * random.normal());
    const labels = loss === "mse" ? normals(n * C) : Float64Array.from({ length: n }, (_, i) => i % 2);
    const signed = loss === "logistic" ? labels.map((y) => 2 * y - 1) : labels;
    const frozen = {
      hidden: normals(m * d, 0.5 / scale),
      bias: normals(m, 0.5),
      output: normals(C * m),
      "output-bias": normals(C),
    };
    const layout = createLayout(frozen, new Set<TrainedLayer>(layers), (layer) => (layer === "bias" ? 0 : 0.1));
    const model: Model = {
      coefficients: Float64Array.from(parseActivation(activation).coefficients, toNumber),
      samples: n,
      inputDim: d,
      width: m,
      outputs: C,
      X: normals(n * d, scale),
      loss: createLoss(loss, signed, C),
      preciseSlopes: (f) => preciseSlopes(loss, signed, f),
      frozen,
      layout,
    };
    return { model, theta: normals(layout.size, 0.5), direction: normals(layout.size) };
  });
