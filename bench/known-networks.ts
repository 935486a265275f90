import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { activationFromCoefficients } from "../src/algebra/activation.ts";
import { fromNumber } from "../src/algebra/rational.ts";
import type { InstanceQuestion } from "../src/audit/network-evidence.ts";
import type { TrainedLayer } from "../src/equations/shape.ts";
import type { Loss } from "../src/equations/side-information.ts";
import { type DataSet, readDataSet } from "../src/network/data-set.ts";
import { assembleGradient, assembleNetwork } from "../src/network/network.ts";
import { readTensorFile } from "../src/network/read-tensors.ts";

const LAYERS: Readonly<Record<string, TrainedLayer>> = {
  "fc1.weight": "hidden",
  "fc1.bias": "bias",
  "fc2.weight": "output",
};

/** What about.json says of the training. */
export interface About {
  readonly coefs: readonly number[];
  readonly trained?: readonly string[];
  readonly loss?: Loss;
  readonly classes?: number;
  readonly wd?: number;
}

/** A network whose training data are known, ready to be asked about. */
export interface KnownNetwork {
  readonly name: string;
  ask(seed: number, seconds: number): AskedNetwork;
}

interface AskedNetwork {
  readonly question: InstanceQuestion;
  readonly truth: DataSet;
  readonly about: About;
}

/**
 * The networks of a folder, by name: each in a folder with network.npz, training-data.npz, about.json and for a gradient
 * gradient.npz. The default are those of examples/networks.
 */
export function networksIn(folder?: string): KnownNetwork[] {
  const root = folder ?? fileURLToPath(new URL("../examples/networks/", import.meta.url));
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted()
    .map((name) => ({ name, ask: (seed, seconds) => askAbout(`${root}/${name}`, seed, seconds) }));
}

function askAbout(path: string, seed: number, seconds: number): AskedNetwork {
  const about = JSON.parse(readFileSync(`${path}/about.json`, "utf8")) as About;
  const read = (file: string) => readTensorFile(readFileSync(`${path}/${file}`), file);
  const network = assembleNetwork(read("network.npz"));
  const truth = readDataSet(readFileSync(`${path}/training-data.npz`), "training-data.npz");
  const gradient = existsSync(`${path}/gradient.npz`) ? assembleGradient(read("gradient.npz"), network) : undefined;
  const deadline = performance.now() + 1000 * seconds;
  const question: InstanceQuestion = {
    setting: gradient === undefined ? "kkt" : "gradient",
    activation: activationFromCoefficients(about.coefs.map(fromNumber)),
    network,
    gradient,
    trained: about.trained === undefined ? undefined : new Set(about.trained.map((layer) => LAYERS[layer]!)),
    samples: truth.samples,
    seed,
    shouldStop: () => performance.now() > deadline,
    onProgress: () => undefined,
  };
  return { question, truth, about };
}
