import { type Activation, parseActivation } from "../../src/algebra/activation.ts";
import { toNumber } from "../../src/algebra/rational.ts";
import { buildEquations, type NetworkEquations } from "../../src/equations/build.ts";
import type { TrainedLayer } from "../../src/equations/shape.ts";
import type { DataSet } from "../../src/network/data-set.ts";
import type { LayerTensors, TwoLayerNetwork } from "../../src/network/network.ts";
import type { Random } from "../../src/random.ts";

/** A random instance of the setting `gradient`: normal nodes, labels ±1, loss ½‖f − y‖². */
export interface InstanceShape {
  readonly activation: string;
  readonly inputDim: number;
  readonly samples: number;
  readonly width: number;
  readonly layers: readonly TrainedLayer[];
  readonly outputs?: number;
  /** Norms of the points: all `scale`, those of normal vectors times it, or spread over a decade around it. */
  readonly norms?: "unit" | "raw" | "mixed";
  readonly scale?: number;
}

export interface Instance {
  readonly activation: Activation;
  readonly network: TwoLayerNetwork;
  readonly gradient: LayerTensors;
  /** The data that made the gradient, with g = −∂ℓ/∂f over n. */
  readonly truth: DataSet;
}

export function makeInstance(shape: InstanceShape, random: Random): Instance {
  const { inputDim: d, samples: n, width: m, layers, outputs: C = 1, scale = 1, norms = "unit" } = shape;
  const activation = parseActivation(shape.activation);
  const c = activation.coefficients.map(toNumber);
  const sigma = (z: number): number => c.reduceRight((sum, value) => sum * z + value, 0);
  const slope = (z: number): number => c.reduceRight((sum, value, k) => (k === 0 ? sum : sum * z + k * value), 0);
  const X = makePoints(shape, random);
  const typical = scale * Math.sqrt(norms === "unit" ? 1 : d);
  const normals = (length: number, size: number): Float64Array =>
    Float64Array.from({ length }, () => random.normal() * size);
  const W = normals(m * d, 1 / typical);
  const A = normals(C * m, 1 / Math.sqrt(m));
  const b = layers.includes("bias") ? normals(m, 0.5) : null;
  const z = (j: number, i: number): number => {
    let value = b === null ? 0 : b[j]!;
    for (let e = 0; e < d; e++) value += W[j * d + e]! * X[i * d + e]!;
    return value;
  };
  const outer = Float64Array.from({ length: n * C }, (_, k) => {
    const i = Math.floor(k / C);
    let f = 0;
    for (let j = 0; j < m; j++) f += A[(k % C) * m + j]! * sigma(z(j, i));
    return (f - ((i + k) % 2 === 0 ? 1 : -1)) / n;
  });
  const overSamples = (term: (i: number) => number): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += term(i);
    return sum;
  };
  const back = (j: number, i: number): number => {
    let sum = 0;
    for (let k = 0; k < C; k++) sum += outer[i * C + k]! * A[k * m + j]!;
    return sum * slope(z(j, i));
  };
  const file = "random instance";
  const network: TwoLayerNetwork = {
    file,
    inputDim: d,
    width: m,
    outputs: C,
    hiddenWeight: W,
    hiddenBias: b,
    outputWeight: A,
    outputBias: null,
    unitRoundoff: 2 ** -53,
    names: { hiddenWeight: "W", hiddenBias: b === null ? null : "b", outputWeight: "A", outputBias: null },
  };
  const gradient: LayerTensors = {
    file,
    hiddenWeight: Float64Array.from({ length: m * d }, (_, k) =>
      overSamples((i) => back(Math.floor(k / d), i) * X[i * d + (k % d)]!),
    ),
    hiddenBias: b === null ? null : Float64Array.from({ length: m }, (_, j) => overSamples((i) => back(j, i))),
    outputWeight: Float64Array.from({ length: C * m }, (_, k) =>
      overSamples((i) => outer[i * C + Math.floor(k / m)]! * sigma(z(k % m, i))),
    ),
    outputBias: null,
    unitRoundoff: 2 ** -53,
  };
  const multipliers = outer.map((value) => -value);
  return {
    activation,
    network,
    gradient,
    truth: { file, samples: n, inputDim: d, X, y: null, multipliers, multiplierOutputs: C },
  };
}

/** The equations of an instance. */
export function equationsOf(instance: Instance, layers: readonly TrainedLayer[]): NetworkEquations {
  return buildEquations({ setting: "gradient", ...instance, trained: new Set(layers) });
}

function makePoints(
  { inputDim: d, samples: n, norms = "unit", scale = 1 }: InstanceShape,
  random: Random,
): Float64Array {
  const X = Float64Array.from({ length: n * d }, () => random.normal());
  for (let i = 0; i < n; i++) {
    const row = X.subarray(i * d, (i + 1) * d);
    const factor = norms === "unit" ? 1 / Math.hypot(...row) : norms === "mixed" ? 10 ** (random.uniform() - 0.5) : 1;
    for (let e = 0; e < d; e++) row[e]! *= scale * factor;
  }
  return X;
}
