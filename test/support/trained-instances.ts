import { parseActivation } from "../../src/algebra/activation.ts";
import type { InstanceQuestion } from "../../src/audit/network-evidence.ts";
import type { DataSet } from "../../src/network/data-set.ts";
import { createRandom, type Random } from "../../src/random.ts";
import { trainNetwork } from "../../src/train/train-network.ts";

/** How the points of a data set lie: their typical norm, and how they are drawn. */
export interface PointKind {
  readonly name: string;
  readonly size: number;
  readonly draw: (samples: number, inputDim: number, random: Random) => Float64Array;
}

export const POINT_KINDS: readonly PointKind[] = [
  { name: "norm 1", size: 1, draw: (n, d, random) => pointsOfNorm(n, d, random, () => 1) },
  { name: "norm 0.05", size: 0.05, draw: (n, d, random) => pointsOfNorm(n, d, random, () => 0.05) },
  { name: "norm 20", size: 20, draw: (n, d, random) => pointsOfNorm(n, d, random, () => 20) },
  {
    name: "mixed",
    size: 1,
    draw: (n, d, random) => pointsOfNorm(n, d, random, () => 10 ** (2 * random.uniform() - 1)),
  },
  { name: "uncentred", size: 2, draw: uncentred },
];

function pointsOfNorm(n: number, d: number, random: Random, normOf: () => number): Float64Array {
  const X = Float64Array.from({ length: n * d }, () => random.normal());
  for (let i = 0; i < n; i++) {
    const row = X.subarray(i * d, (i + 1) * d);
    const factor = normOf() / Math.hypot(...row);
    for (let e = 0; e < d; e++) row[e]! *= factor;
  }
  return X;
}

/** All points share a mean of twice their spread. */
function uncentred(n: number, d: number, random: Random): Float64Array {
  const mean = pointsOfNorm(1, d, random, () => 2);
  return pointsOfNorm(n, d, random, () => 1).map((value, k) => value + mean[k % d]!);
}

/** A family of shapes, over which dimensions, loss and data are drawn. */
export interface TrainedFamily {
  readonly setting: "kkt" | "gradient";
  readonly activation: string;
}

/** Degree sets at which n ≤ d samples are identifiable; `kkt` needs c_1 ≠ 0, or the neurons collapse. */
export const TRAINED_FAMILIES: readonly TrainedFamily[] = [
  { setting: "gradient", activation: "z + z^2/2 + z^3/4" },
  { setting: "gradient", activation: "z^2 + z^3" },
  { setting: "gradient", activation: "z + z^3/3" },
  { setting: "gradient", activation: "z^3" },
  { setting: "gradient", activation: "z + z^2/2 + z^3/3 + z^4/4" },
  { setting: "gradient", activation: "z^3/3 + z^5/5" },
  { setting: "kkt", activation: "z + z^2/2 + z^3/4" },
  { setting: "kkt", activation: "z + z^2 + z^3" },
  { setting: "kkt", activation: "z + z^3/3" },
  { setting: "kkt", activation: "z + z^2/2 + z^3/3 + z^4/4" },
];

export interface TrainedInstance {
  readonly question: InstanceQuestion;
  readonly truth: DataSet;
  /** Dimensions, loss and kind of points, for a report. */
  readonly name: string;
  /** Largest norm of a point. */
  readonly largest: number;
}

/** An instance of a family, or null where the training did not reach a stationary point. */
export function drawInstance(
  { setting, activation: text }: TrainedFamily,
  kind: PointKind,
  seed: number,
  seconds: number,
): TrainedInstance | null {
  const random = createRandom(seed, 43);
  const activation = parseActivation(text);
  const d = 3 + random.integer(4);
  const n = 2 + random.integer(d - 1);
  const loss = (["mse", "logistic", "softmax"] as const)[random.integer(3)]!;
  const width = 45 + random.integer(20);
  const X = kind.draw(n, d, random);
  const labels = Float64Array.from({ length: n }, (_, i) => (loss === "softmax" ? i % 3 : i % 2 === 0 ? 1 : -1));
  const training = trainNetwork({
    setting,
    activation,
    inputDim: d,
    X,
    labels,
    width,
    loss,
    weightDecay: 0.01 * kind.size ** 2,
    seed,
  });
  if (training.status !== "stationary") return null;
  const name = `seed ${seed}: d ${d}, n ${n}, m ${width}, ${loss}, ${kind.name}`;
  const deadline = performance.now() + 1000 * seconds;
  return {
    name,
    truth: {
      file: name,
      samples: n,
      inputDim: d,
      X,
      y: null,
      multipliers: training.multipliers,
      multiplierOutputs: training.network.outputs,
    },
    largest: Math.max(...Array.from({ length: n }, (_, i) => Math.hypot(...X.subarray(i * d, (i + 1) * d)))),
    question: {
      setting,
      activation,
      network: training.network,
      gradient: training.gradient ?? undefined,
      trained: training.trained,
      samples: n,
      seed,
      shouldStop: () => performance.now() > deadline,
      onProgress: () => undefined,
    },
  };
}
