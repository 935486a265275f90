import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseActivation } from "../../src/algebra/activation.ts";
import type { InstanceQuestion } from "../../src/audit/network-evidence.ts";
import type { TrainedLayer } from "../../src/equations/shape.ts";
import { type DataSet, readDataSet } from "../../src/network/data-set.ts";
import { assembleGradient, assembleNetwork } from "../../src/network/network.ts";
import { readTensorFile } from "../../src/network/read-tensors.ts";

/** Folder of the real networks, one subfolder each: network.npz, training-data.npz, and gradient.npz for a gradient. */
const NETWORKS: string = fileURLToPath(new URL("../fixtures/networks/", import.meta.url));

export interface RealNetwork {
  readonly name: string;
  readonly activation: string;
  readonly samples: number;
  readonly trained: readonly TrainedLayer[];
}

type Name =
  | "hiddenLayer"
  | "float32"
  | "bothLayers"
  | "quadratic"
  | "cubic"
  | "bias"
  | "multiclass"
  | "gradientSmall"
  | "wineGradient";

/** Facts of theory.md section 7; test/golden/README.md says where the files come from. */
export const realNetworks: Readonly<Record<Name, RealNetwork>> = {
  hiddenLayer: { name: "iris-hidden-layer", activation: "z + z^2 + z^3", samples: 4, trained: ["hidden"] },
  float32: { name: "iris-hidden-layer-float32", activation: "z + z^2 + z^3", samples: 4, trained: ["hidden"] },
  bothLayers: { name: "iris-both-layers", activation: "z + z^2 + z^3", samples: 4, trained: ["hidden", "output"] },
  quadratic: { name: "iris-quadratic", activation: "z + z^2", samples: 4, trained: ["hidden"] },
  cubic: { name: "iris-cubic", activation: "z^3", samples: 3, trained: ["hidden"] },
  bias: { name: "iris-bias", activation: "z^2 + z^3", samples: 4, trained: ["hidden", "bias"] },
  multiclass: { name: "iris-multiclass", activation: "z + z^2 + z^3", samples: 6, trained: ["hidden"] },
  gradientSmall: {
    name: "iris-gradient-small",
    activation: "z + z^2/2 + z^3/4",
    samples: 4,
    trained: ["hidden", "output"],
  },
  wineGradient: { name: "wine-gradient", activation: "z + z^2 + z^3", samples: 6, trained: ["hidden", "output"] },
};

const fileOf = (name: string, file: string): string => `${NETWORKS}${name}/${file}`;
const bytesOf = (name: string, file: string): Uint8Array => new Uint8Array(readFileSync(fileOf(name, file)));

/** The question about a network, for another number of samples if given, within `seconds`. */
export function questionAbout(
  { name, activation, samples, trained }: RealNetwork,
  seed: number,
  { n = samples, seconds = 20 }: { readonly n?: number; readonly seconds?: number } = {},
): InstanceQuestion {
  const network = assembleNetwork(readTensorFile(bytesOf(name, "network.npz"), "network.npz"));
  const withGradient = existsSync(fileOf(name, "gradient.npz"));
  const deadline = performance.now() + 1000 * seconds;
  return {
    setting: withGradient ? "gradient" : "kkt",
    activation: parseActivation(activation),
    network,
    gradient: withGradient
      ? assembleGradient(readTensorFile(bytesOf(name, "gradient.npz"), "gradient.npz"), network)
      : undefined,
    trained: new Set(trained),
    samples: n,
    seed,
    shouldStop: () => performance.now() > deadline,
    onProgress: () => undefined,
  };
}

export function trainingData({ name }: RealNetwork): DataSet {
  return readDataSet(bytesOf(name, "training-data.npz"), "training-data.npz");
}
