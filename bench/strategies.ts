import { gatherEvidence } from "../src/audit/network-evidence.ts";
import { UsageError } from "../src/errors.ts";
import { formatNumber } from "../src/report/numbers.ts";
import { search } from "../src/solve/search.ts";
import { STRATEGIES } from "../src/solve/strategies/default-schedule.ts";
import type { StrategyName } from "../src/solve/strategy.ts";
import {
  drawInstance,
  POINT_KINDS,
  TRAINED_FAMILIES,
  type TrainedInstance,
} from "../test/support/trained-instances.ts";
import { type KnownNetwork, networksIn } from "./known-networks.ts";
import { median, writeTable } from "./table.ts";

const SECONDS = 10;
const ATTEMPTS = 60;
const ARMS: readonly (StrategyName | "auto")[] = [...STRATEGIES.map(({ name }) => name), "auto"];

interface Trial {
  readonly name: string;
  /** Null where the strategy has an obstacle. */
  readonly reached: boolean | null;
  readonly attempts: number;
  readonly seconds: number;
}

/**
 * Each strategy alone, and the default schedule, on real networks and on freshly generated families:
 * `npm run bench -- strategies [INSTANCES] [SEEDS] [FOLDER]`. The table that the default schedule rests on.
 */
export async function run([instances = "10", seeds = "3", folder]: string[]): Promise<void> {
  const rows: string[][] = [];
  const failures: string[] = [];
  for (const network of networksIn(folder)) {
    const asked = Array.from({ length: Number(seeds) }, (_, k) => ({ ...network.ask(k + 1, SECONDS), seed: k + 1 }));
    rows.push([
      network.name,
      ...measure(
        asked.map((ask) => () => named(network, ask)),
        failures,
      ),
    ]);
  }
  for (const family of TRAINED_FAMILIES) {
    const drawn = Array.from({ length: Number(instances) }, (_, k) => () => {
      const kind = POINT_KINDS[k % POINT_KINDS.length]!;
      return drawInstance(family, kind, k + 1, SECONDS);
    });
    const title = `${family.setting}, ${family.activation}`;
    rows.push([title, ...measure(drawn, failures, title)]);
    process.stderr.write(`${title}: ${rows.at(-1)!.at(-1)}\n`);
  }
  writeTable("strategies", {
    title: "Strategies",
    command: `npm run bench -- strategies ${instances} ${seeds}`,
    head: ["instances", ...ARMS],
    rows,
    notes: [
      "strategies alone on the first quarter of the instances of a family, auto on all.",
      "a cell: searches that reached the rounding floor / searches where the strategy has no obstacle, mean and median seconds of a search without the evidence.",
      `each search stops after ${ATTEMPTS} attempts or ${SECONDS} s; families: d 3 to 6, n 2 to d, m 45 to 64, losses mse, logistic, softmax; norms 1, 0.05, 20, mixed over two decades, uncentred in turn.`,
      ...failures.map((failure) => `auto failed: ${failure}`),
    ],
  });
  console.log(`strategies: ${rows.length} rows, ${failures.length} failures of the default schedule`);
}

function named({ name }: KnownNetwork, ask: ReturnType<KnownNetwork["ask"]> & { readonly seed: number }) {
  return { question: ask.question, name: `${name}, seed ${ask.seed}` };
}

/** Strategies alone are measured on the first quarter of the instances: one that fails takes its whole time each time. */
const SINGLE_SHARE = 4;

type Drawn = Pick<TrainedInstance, "question" | "name">;

/** One cell per arm. */
function measure(draws: readonly (() => Drawn | null)[], failures: string[], title = ""): string[] {
  const trials = ARMS.map((): Trial[] => []);
  for (const [position, draw] of draws.entries()) {
    const drawn = draw();
    if (drawn === null) continue;
    const evidence = gatherEvidence(drawn.question);
    for (const [k, arm] of ARMS.entries()) {
      if (arm !== "auto" && position * SINGLE_SHARE >= draws.length + SINGLE_SHARE) continue;
      const trial = attempt(drawn, evidence, arm);
      trials[k]!.push(trial);
      if (arm === "auto" && trial.reached === false) failures.push(`${title} ${trial.name}`);
    }
  }
  return trials.map(describe);
}

function attempt(
  { question, name }: Drawn,
  evidence: ReturnType<typeof gatherEvidence>,
  arm: StrategyName | "auto",
): Trial {
  const started = performance.now();
  try {
    const { reachedFloor, starts } = search(evidence.reduced, {
      samples: question.samples,
      seed: question.seed,
      unitRoundoff: evidence.equations.unitRoundoff,
      weightPrecision: evidence.entryError,
      maxStarts: ATTEMPTS,
      aim: "determined",
      strategy: arm,
      shouldStop: () => performance.now() - started > 1000 * SECONDS,
      onProgress: () => undefined,
    });
    return { name, reached: reachedFloor, attempts: starts, seconds: (performance.now() - started) / 1000 };
  } catch (error) {
    if (error instanceof UsageError) return { name, reached: null, attempts: 0, seconds: 0 };
    throw error;
  }
}

function describe(trials: readonly Trial[]): string {
  const used = trials.filter(({ reached }) => reached !== null);
  if (used.length === 0) return "–";
  const seconds = used.map((trial) => trial.seconds);
  const mean = seconds.reduce((sum, value) => sum + value, 0) / seconds.length;
  const reached = used.filter((trial) => trial.reached === true).length;
  return `${reached}/${used.length}, ${formatNumber(mean)} s, ${formatNumber(median(seconds))} s`;
}
