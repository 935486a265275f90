import { parseActivation } from "../src/algebra/activation.ts";
import { type Recovery, recoverNetwork } from "../src/audit/recover-network.ts";
import type { Setting } from "../src/equations/shape.ts";
import type { DataSet } from "../src/network/data-set.ts";
import { createRandom, type Random } from "../src/random.ts";
import { formatNumber } from "../src/report/numbers.ts";
import { trainNetwork } from "../src/train/train-network.ts";
import type { Training, TrainingProblem } from "../src/train/training-problem.ts";
import { median, writeTable } from "./table.ts";

const SECONDS = 30;
const SETTINGS: readonly Setting[] = ["kkt", "gradient"];
const ACTIVATIONS = ["z + z^2 + z^3", "z + z^2/2 + z^3/4", "z - z^2/3 + z^3/2"];

/** How the points of one set lie; the size is that of a typical norm. */
const KINDS: readonly {
  readonly name: string;
  /** Typical norm: weight decay goes with its square, as the hidden equations do. */
  readonly size: number;
  readonly points: (n: number, d: number, random: Random) => Float64Array;
}[] = [
  { name: "norm 0.05", size: 0.05, points: (n, d, random) => scaled(n, d, random, () => 0.05) },
  { name: "norm 1", size: 1, points: (n, d, random) => scaled(n, d, random, () => 1) },
  { name: "norm 20", size: 20, points: (n, d, random) => scaled(n, d, random, () => 20) },
  {
    name: "norms over a decade",
    size: 1,
    points: (n, d, random) => scaled(n, d, random, () => 10 ** (random.uniform() - 0.5)),
  },
  { name: "uncentred", size: 2, points: uncentred },
];

/** Random directions. */
function scaled(n: number, d: number, random: Random, normOf: () => number): Float64Array {
  const X = Float64Array.from({ length: n * d }, () => random.normal());
  for (let i = 0; i < n; i++) {
    const row = X.subarray(i * d, (i + 1) * d);
    const factor = normOf() / Math.hypot(...row);
    row.forEach((value, e) => {
      row[e] = value * factor;
    });
  }
  return X;
}

/** A mean of twice the spread. */
function uncentred(n: number, d: number, random: Random): Float64Array {
  const mean = scaled(1, d, random, () => 2);
  return scaled(n, d, random, () => 1).map((value, k) => value + mean[k % d]!);
}

interface Trial {
  readonly training: Training;
  readonly recovery: Recovery | null;
  readonly seconds: number;
  readonly scale: number;
  readonly name: string;
}

/**
 * Recovery with the default options from networks that `train` made, for data of any norm:
 * `npm run bench -- trained [INSTANCES]`.
 */
export async function run([instances = "10"]: string[]): Promise<void> {
  const cells = SETTINGS.flatMap((setting) =>
    KINDS.map((kind) => {
      const trials = Array.from({ length: Number(instances) }, (_, k) => attempt(setting, kind, k + 1));
      return summarise(setting, kind.name, trials);
    }),
  );
  const violations = cells.reduce((sum, cell) => sum + cell.violations, 0);
  writeTable("trained", {
    title: "Recovery from networks made with train",
    command: `npm run bench -- trained ${instances}`,
    head: ["setting", "data", "recovered", "median error", "max error", "least bound / error", "median s", "max s"],
    rows: cells.map(({ row }) => row),
    notes: [
      "d 4 to 8, n 3 to d, m 40 to 60 (kkt, hidden layer) or 30 to 50 (gradient, both layers); losses mse, logistic, softmax; errors over the largest norm.",
      `each search stops after ${SECONDS} s; networks whose training did not reach a stationary point are left out of the count.`,
      `samples further from the truth than their bound, with status recovered: ${violations}`,
      ...cells.flatMap(({ failures }) => failures.map((failure) => `not recovered: ${failure}`)),
    ],
  });
  const total = (count: (cell: Summary) => number): number => cells.reduce((sum, cell) => sum + count(cell), 0);
  console.log(
    `trained: ${total(({ recovered }) => recovered)} of ${total(({ asked }) => asked)} recovered, ${violations} bounds violated`,
  );
}

interface Summary {
  readonly row: readonly string[];
  readonly asked: number;
  readonly recovered: number;
  readonly violations: number;
  readonly failures: readonly string[];
}

function summarise(setting: Setting, kind: string, trials: readonly Trial[]): Summary {
  const asked = trials.filter(({ recovery }) => recovery !== null);
  const recovered = asked.filter(({ recovery }) => recovery!.status === "recovered");
  const others = asked.filter(({ recovery }) => recovery!.status !== "recovered");
  const ratios = recovered.flatMap(({ recovery }) => boundRatios(recovery!));
  const errors = recovered.map(({ recovery, scale }) => recovery!.truth!.maxError / scale);
  const seconds = asked.map((trial) => trial.seconds);
  const figure = (values: readonly number[], of: (values: readonly number[]) => number): string =>
    values.length === 0 ? "–" : formatNumber(of(values));
  const [largest, least] = [(v: readonly number[]) => Math.max(...v), (v: readonly number[]) => Math.min(...v)];
  return {
    row: [
      ...[setting, kind, `${recovered.length}/${asked.length}`],
      ...[figure(errors, median), figure(errors, largest), figure(ratios, least)],
      ...[figure(seconds, median), figure(seconds, largest)],
    ],
    asked: asked.length,
    recovered: recovered.length,
    violations: ratios.filter((ratio) => ratio < 1).length,
    failures: others.map(
      ({ recovery, name }) => `${setting}, ${kind}, ${name}: ${recovery!.status}, ${recovery!.explanation}`,
    ),
  };
}

function attempt(setting: Setting, { points, size }: (typeof KINDS)[number], seed: number): Trial {
  const random = createRandom(seed, 41);
  const d = 4 + random.integer(5);
  const n = 3 + random.integer(d - 2);
  const loss = (["mse", "logistic", "softmax"] as const)[random.integer(3)]!;
  const X = points(n, d, random);
  const activation = parseActivation(ACTIVATIONS[random.integer(ACTIVATIONS.length)]!);
  const problem: TrainingProblem = {
    setting,
    activation,
    inputDim: d,
    X,
    labels: Float64Array.from({ length: n }, (_, i) => (loss === "softmax" ? i % 3 : i % 2 === 0 ? 1 : -1)),
    width: (setting === "kkt" ? 40 : 30) + random.integer(21),
    loss,
    weightDecay: 0.01 * size ** 2,
    seed,
  };
  const training = trainNetwork(problem);
  const name = `seed ${seed} (d ${d}, n ${n}, m ${problem.width}, ${activation.text}, ${loss})`;
  const scale = Math.max(...Array.from({ length: n }, (_, i) => Math.hypot(...X.subarray(i * d, (i + 1) * d))));
  if (training.status !== "stationary") return { training, recovery: null, seconds: 0, scale, name };
  const truth: DataSet = { file: name, samples: n, inputDim: d, X, y: null, multipliers: null, multiplierOutputs: 0 };
  const started = performance.now();
  const recovery = recoverNetwork(
    {
      setting,
      activation,
      network: training.network,
      init: setting === "ntk" ? training.init : undefined,
      gradient: training.gradient ?? undefined,
      trained: training.trained,
      samples: n,
      seed,
      shouldStop: () => performance.now() - started > 1000 * SECONDS,
      onProgress: () => undefined,
    },
    { maxStarts: 400, acceptError: 1e-2, truth },
  );
  return { training, recovery, seconds: (performance.now() - started) / 1000, scale, name };
}

/** Bound over true error of every sample. */
function boundRatios({ samples, truth }: Recovery): number[] {
  return Array.from(
    truth!.assignment,
    (j, i) => samples[j]!.errorBound! / Math.max(truth!.perSample[i]!, Number.MIN_VALUE),
  );
}
