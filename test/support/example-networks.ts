import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { activationFromCoefficients } from "../../src/algebra/activation.ts";
import { fromNumber } from "../../src/algebra/rational.ts";
import type { InstanceQuestion } from "../../src/audit/network-evidence.ts";
import type { TrainedLayer } from "../../src/equations/shape.ts";
import { type DataSet, readDataSet } from "../../src/network/data-set.ts";
import { assembleGradient, assembleNetwork } from "../../src/network/network.ts";
import { readTensorFile } from "../../src/network/read-tensors.ts";

export const EXAMPLES: string = fileURLToPath(new URL("../../examples/networks/", import.meta.url));

interface About {
  readonly n: number;
  readonly coefs: readonly number[];
  readonly trained?: readonly string[];
}

const LAYERS: Readonly<Record<string, TrainedLayer>> = {
  "fc1.weight": "hidden",
  "fc1.bias": "bias",
  "fc2.weight": "output",
};

interface Example {
  readonly samples: number;
  readonly truth: DataSet;
  /** The question with the true number of samples unless another is given. */
  question(seed: number, samples?: number): InstanceQuestion;
}

/** A real network of examples/networks; about.json says what it was trained with. */
export function loadExample(name: string, seconds = 60): Example {
  const path = (file: string): string => `${EXAMPLES}${name}/${file}`;
  const read = (file: string) => readTensorFile(new Uint8Array(readFileSync(path(file))), file);
  const about = JSON.parse(readFileSync(path("about.json"), "utf8")) as About;
  const network = assembleNetwork(read("network.npz"));
  const gradient = existsSync(path("gradient.npz")) ? assembleGradient(read("gradient.npz"), network) : undefined;
  const layers = about.trained?.map((tensor) => LAYERS[tensor]!) ?? ["hidden"];
  return {
    samples: about.n,
    truth: readDataSet(new Uint8Array(readFileSync(path("training-data.npz"))), "training-data.npz"),
    question(seed, samples = about.n) {
      const deadline = performance.now() + 1000 * seconds;
      return {
        setting: gradient === undefined ? "kkt" : "gradient",
        activation: activationFromCoefficients(about.coefs.map(fromNumber)),
        network,
        gradient,
        trained: gradient === undefined ? new Set(layers) : undefined,
        samples,
        seed,
        shouldStop: () => performance.now() > deadline,
        onProgress: () => undefined,
      };
    },
  };
}
