import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { activationFromCoefficients } from "../../src/algebra/activation.ts";
import { fromNumber, toNumber } from "../../src/algebra/rational.ts";
import type { TrainedLayer } from "../../src/equations/shape.ts";
import { maxAbs } from "../../src/linalg/dense.ts";
import { readDataSet } from "../../src/network/data-set.ts";
import { assembleGradient, assembleNetwork } from "../../src/network/network.ts";
import { readTensorFile } from "../../src/network/read-tensors.ts";
import { createLoss, type TrainingLoss } from "../../src/train/losses.ts";
import type { Model } from "../../src/train/model.ts";
import { createLayout, parametersOf } from "../../src/train/parameters.ts";
import { preciseEquations } from "../../src/train/precise-gradient.ts";
import { preciseSlopes } from "../../src/train/precise-losses.ts";
import { relativeSize } from "../../src/train/stationary-point.ts";
import { EXAMPLES } from "../support/example-networks.ts";

// The networks of examples/ were trained and their gradients computed by PyTorch: the objective, its signs and its
// factors are right if they are stationary points, and gradients, of ours.

function modelOf(name: string, loss: TrainingLoss, layers: readonly TrainedLayer[]) {
  const path = (file: string): string => `${EXAMPLES}${name}/${file}`;
  const read = (file: string) => new Uint8Array(readFileSync(path(file)));
  const about = JSON.parse(readFileSync(path("about.json"), "utf8")) as { coefs: number[]; wd?: number };
  const data = readDataSet(read("training-data.npz"), "training-data.npz");
  const network = assembleNetwork(readTensorFile(read("network.npz"), "network.npz"));
  const tensors = {
    hidden: network.hiddenWeight,
    bias: network.hiddenBias ?? new Float64Array(network.width),
    output: network.outputWeight,
    "output-bias": network.outputBias ?? new Float64Array(network.outputs),
  };
  const layout = createLayout(tensors, new Set(layers), () => about.wd ?? 0);
  const model: Model = {
    coefficients: Float64Array.from(activationFromCoefficients(about.coefs.map(fromNumber)).coefficients, toNumber),
    samples: data.samples,
    inputDim: data.inputDim,
    width: network.width,
    outputs: network.outputs,
    X: data.X,
    loss: createLoss(loss, data.y!, network.outputs),
    preciseSlopes: (f) => preciseSlopes(loss, data.y!, f),
    frozen: tensors,
    layout,
  };
  const value = parametersOf(layout, tensors);
  const theta = { value, correction: new Float64Array(value.length) };
  return { model, theta, data, network, weightDecay: about.wd ?? 0, read };
}

test.each([
  ["iris-hidden-layer", "mse", ["hidden"]],
  ["iris-both-layers", "mse", ["hidden", "output"]],
  ["iris-bias", "mse", ["hidden", "bias"]],
  ["iris-multiclass", "softmax", ["hidden"]],
  ["wine-hidden-layer", "logistic", ["hidden"]],
] as const)("%s is a stationary point of %s, with the multipliers of its file", (name, loss, layers) => {
  const { model, theta, data, weightDecay } = modelOf(name, loss, layers);
  const { residual, slopes } = preciseEquations(model, theta);
  // PyTorch reached 1e-15 to 2e-13 of the weights themselves; μ = 1e-3 and curvatures near 1 amplify that.
  expect(relativeSize(model, theta, residual)).toBeLessThan(1e-9);
  const multipliers = slopes.map((slope) => -slope / (data.samples * weightDecay));
  const largest = maxAbs(multipliers);
  expect(maxAbs(multipliers.map((g, k) => g - data.multipliers![k]!))).toBeLessThan(1e-9 * largest);
});

test("the gradient of wine-gradient is that of the mean logistic loss", () => {
  const { model, theta, network, read } = modelOf("wine-gradient", "logistic", ["hidden", "output"]);
  const stored = assembleGradient(readTensorFile(read("gradient.npz"), "gradient.npz"), network);
  const { sums } = preciseEquations(model, theta);
  const mean = sums.map((sum) => sum / model.samples);
  const expected = Float64Array.of(...stored.hiddenWeight!, ...stored.outputWeight!);
  // Autograd rounds every sum over 6 samples and 13 inputs.
  expect(maxAbs(mean.map((value, k) => value - expected[k]!))).toBeLessThan(1e-13 * maxAbs(expected));
});

test("with another weight decay it is not stationary", () => {
  const { model, theta } = modelOf("iris-hidden-layer", "mse", ["hidden"]);
  const layout = createLayout(model.frozen, new Set<TrainedLayer>(["hidden"]), () => 1.001e-3);
  const other = { ...model, layout };
  expect(relativeSize(other, theta, preciseEquations(other, theta).residual)).toBeGreaterThan(1e-4);
});
