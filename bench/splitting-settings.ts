import { parseActivation } from "../src/algebra/activation.ts";
import { toPlainData } from "../src/audit/fitted-data.ts";
import { gatherEvidence, type InstanceQuestion } from "../src/audit/network-evidence.ts";
import type { Setting } from "../src/equations/shape.ts";
import { InternalError } from "../src/errors.ts";
import { norm2 } from "../src/linalg/dense.ts";
import { createRandom } from "../src/random.ts";
import { matchPoints } from "../src/solve/match.ts";
import { createSearchContext, type SearchContext } from "../src/solve/search-context.ts";
import type { TrainingLoss } from "../src/train/losses.ts";
import { trainNetwork } from "../src/train/train-network.ts";
import { networksIn } from "./known-networks.ts";

/** One search problem, in reduced coordinates. */
export interface SplittingInstance {
  readonly context: SearchContext;
  /** Largest distance to a true point, best assignment, relative to the largest norm. */
  distanceToTruth(u: Float64Array): number;
}

export interface SplittingSetting {
  readonly name: string;
  readonly seeds: number;
  /** CPU seconds after which a run of one arm gives up. */
  readonly seconds: number;
  /** Null where the network of this seed did not train to a stationary point. */
  instance(seed: number): SplittingInstance | null;
}

export type RunLimits = Pick<SplittingSetting, "seeds" | "seconds">;

type Question = Omit<InstanceQuestion, "seed" | "shouldStop" | "onProgress">;

function instanceOf(question: Question, seed: number, truth: Float64Array): SplittingInstance {
  const full = { ...question, seed, shouldStop: () => false, onProgress: () => undefined };
  const evidence = gatherEvidence(full);
  const { reduced, entryError, gauge } = evidence;
  const { samples } = question;
  const d = question.network.inputDim;
  const norms = Array.from({ length: samples }, (_, i) => norm2(truth.subarray(i * d, (i + 1) * d)));
  return {
    context: createSearchContext({ ...full, reduced, precision: entryError, nearby: false }),
    distanceToTruth(u) {
      const { points } = toPlainData(full, evidence, u);
      const { errors } = matchPoints(points, truth, d, { sign: gauge.symmetries.includes("sign") });
      return Math.max(...errors) / Math.max(...norms);
    },
  };
}

/** Data, training and start differ from seed to seed. */
export interface TrainedFamily {
  readonly setting: Setting;
  readonly activation: string;
  readonly inputDim: number;
  readonly samples: number;
  readonly width: number;
  /** softmax: three classes. */
  readonly loss: TrainingLoss;
}

/** A network trained by us for each seed, on unit vectors. */
export function trainedSetting(family: TrainedFamily, limits: RunLimits): SplittingSetting {
  const { setting, inputDim: d, samples: n, width, loss } = family;
  const activation = parseActivation(family.activation);
  return {
    name: `${setting}: ${family.activation}, d ${d}, n ${n}, m ${width}, ${loss}`,
    ...limits,
    instance(seed) {
      const random = createRandom(seed, 29);
      const X = Float64Array.from({ length: n * d }, () => random.normal());
      for (let i = 0; i < n; i++) {
        const point = X.subarray(i * d, (i + 1) * d);
        point.set(point.map((value) => value / norm2(point)));
      }
      const labels = Float64Array.from({ length: n }, (_, i) => (loss === "softmax" ? i % 3 : i % 2 === 0 ? 1 : -1));
      const problem = { setting, activation, inputDim: d, X, labels, width, loss, weightDecay: 0.01, seed };
      const { status, network, init, gradient, trained } = trainNetwork(problem);
      if (status !== "stationary") return null;
      const known = { init: setting === "ntk" ? init : undefined, gradient: gradient ?? undefined };
      return instanceOf({ setting, activation, network, ...known, trained, samples: n }, seed, X);
    },
  };
}

/** A network of examples/networks: the data are the same for every seed, the starts differ. */
export function networkSetting(name: string, limits: RunLimits): SplittingSetting {
  const network = networksIn().find((known) => known.name === name);
  if (network === undefined) throw new InternalError(`examples/networks has no ${name}`);
  return {
    name: `${network.ask(1, 0).question.setting}: ${name}`,
    ...limits,
    instance(seed) {
      const { question, truth } = network.ask(seed, Number.POSITIVE_INFINITY);
      return instanceOf(question, seed, truth.X);
    },
  };
}
