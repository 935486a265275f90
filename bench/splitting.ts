import { cpus, loadavg } from "node:os";
import { createRandom } from "../src/random.ts";
import { formatNumber } from "../src/report/numbers.ts";
import { ARMS, type Arm, armSpace } from "./splitting-arms.ts";
import {
  networkSetting,
  type SplittingInstance,
  type SplittingSetting,
  type TrainedFamily,
  trainedSetting,
} from "./splitting-settings.ts";
import { type Ends, endsOf, RUNAWAY_FACTOR } from "./splitting-stuck.ts";
import { bootstrapInterval, holm, wilcoxonSignedRank } from "./statistics.ts";
import { median, writeTable } from "./table.ts";

const MAX_STARTS = 20;
/** CPU seconds of one run of one arm. */
const SECONDS = 1.2;
/** A whitened residual within this factor of what rounding leaves is a fit. */
const FIT_MARGIN = 2;
const WRONG_DISTANCE = 1e-2;
/** Random starts whose ends are looked at, the same for every arm that continues them. */
const ENDS_PER_SEED = 5;
const CONTROLS = ["restart", "random-direction splits"] as const;

const trained = (family: TrainedFamily) => (seeds: number) => trainedSetting(family, { seeds, seconds: SECONDS });
const cubic = "z + z^2 + z^3";
const quartic = "z + z^2/2 + z^3/3 + z^4/4";

const SETTINGS: readonly ((seeds: number) => SplittingSetting)[] = [
  trained({ setting: "kkt", activation: cubic, inputDim: 5, samples: 4, width: 40, loss: "mse" }),
  trained({ setting: "gradient", activation: cubic, inputDim: 6, samples: 5, width: 30, loss: "mse" }),
  trained({ setting: "ntk", activation: cubic, inputDim: 4, samples: 4, width: 24, loss: "softmax" }),
  trained({ setting: "ntk", activation: "z + z^2/2 + z^3/4", inputDim: 8, samples: 5, width: 40, loss: "logistic" }),
  (seeds) => networkSetting("iris-hidden-layer", { seeds, seconds: SECONDS }),
  (seeds) => networkSetting("wine-gradient", { seeds, seconds: SECONDS }),
  trained({ setting: "gradient", activation: quartic, inputDim: 4, samples: 6, width: 60, loss: "mse" }),
  (seeds) => networkSetting("iris-multiclass", { seeds, seconds: SECONDS }),
  (seeds) => networkSetting("wine-hidden-layer", { seeds: Math.min(seeds, 5), seconds: 8 * SECONDS }),
];

/**
 * Splitting against its controls, paired by seed: `npm run bench -- splitting [SEEDS] [SETTINGS]`.
 *
 * Each arm starts over until it fits, so that one run gives the price of a success in every currency: starts, Jacobians
 * counted as k/n for k candidates, CPU seconds with all eigen-work.
 */
export async function run([seeds = "20", count = String(SETTINGS.length)]: string[]): Promise<void> {
  const results: SettingResult[] = [];
  for (const create of SETTINGS.slice(0, Number(count))) {
    results.push(measure(create(Number(seeds))));
    writeResults(results, `npm run bench -- splitting ${seeds} ${results.length}`);
  }
  const better = comparisonsOf(results).filter(({ adjusted, ratio }) => adjusted < 0.05 && ratio < 1);
  const splits = better.filter(({ arm, control }) => arm.includes("split") && control === "restart");
  console.log(`splitting: ${results.length} settings, splits cheaper than restarts in ${splits.length} comparisons`);
}

/** What one arm needed on one seed. */
interface Outcome {
  readonly success: boolean;
  readonly wrong: boolean;
  readonly starts: number;
  readonly steps: number;
  readonly seconds: number;
  readonly splits: number;
}

interface SettingResult {
  readonly name: string;
  /** By arm, paired: entry k of every arm belongs to the same network and start. */
  readonly outcomes: ReadonlyMap<string, readonly Outcome[]>;
  readonly ends: Ends;
  /** Load average of the machine when it was done. */
  readonly load: number;
}

function measure(setting: SplittingSetting): SettingResult {
  const outcomes = new Map<string, Outcome[]>();
  const ends = { stuck: 0, runaway: 0, stable: 0, fits: 0, runawayFits: 0 };
  for (let seed = 1, found = 0; found < setting.seeds && seed <= 3 * setting.seeds; seed++) {
    const instance = setting.instance(seed);
    if (instance === null) continue;
    const arms = Object.entries(ARMS).filter(([name]) => name !== "joint splits" || instance.context.outputs > 1);
    if (found === 0) warmUp(arms, instance);
    for (const [name] of arms) if (!outcomes.has(name)) outcomes.set(name, []);
    // No arm always comes first: what the first one finds in the caches, and what it leaves there, evens out.
    const turn = found % arms.length;
    for (const [name, arm] of [...arms.slice(turn), ...arms.slice(0, turn)]) {
      outcomes.get(name)!.push(runArm(arm, instance, setting.seconds));
    }
    found++;
    const own = endsOf(instance, ENDS_PER_SEED, FIT_MARGIN);
    for (const key of Object.keys(ends) as (keyof Ends)[]) ends[key] += own[key];
    process.stderr.write(`${setting.name}: ${found}/${setting.seeds}\n`);
  }
  return { name: setting.name, outcomes, ends, load: loadavg()[0]! };
}

/** Makes the compiler see every arm before the clock runs. */
function warmUp(arms: readonly (readonly [string, Arm])[], instance: SplittingInstance): void {
  for (const [, arm] of arms) runArm(arm, instance, WARM_UP_SECONDS);
}

const WARM_UP_SECONDS = 0.1;

function runArm(arm: Arm, instance: SplittingInstance, seconds: number): Outcome {
  // What a context computes when first asked is nobody's cost.
  instance.context.points();
  instance.context.whitened();
  const before = process.cpuUsage();
  const spent = (): number => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
  const meter = { steps: 0 };
  const space = armSpace(instance.context, meter, () => spent() > seconds);
  let starts = 0;
  let splits = 0;
  while (starts < MAX_STARTS && spent() < seconds) {
    const { u, residualNorm, tree } = arm(space, starts);
    starts++;
    splits += tree?.length ?? 0;
    if (residualNorm > FIT_MARGIN * space.whitened.noise) continue;
    const cost = { starts, steps: meter.steps, seconds: spent(), splits };
    return { success: true, wrong: instance.distanceToTruth(u) > WRONG_DISTANCE, ...cost };
  }
  return { success: false, wrong: false, starts, steps: meter.steps, seconds: spent(), splits };
}

type Currency = "starts" | "steps" | "seconds";

/** Successes per unit, all failures paid for. */
const rate =
  (currency: Currency) =>
  (outcomes: readonly Outcome[]): number =>
    outcomes.filter(({ success }) => success).length / outcomes.reduce((sum, outcome) => sum + outcome[currency], 0);

interface Comparison {
  readonly setting: string;
  readonly arm: string;
  readonly control: string;
  readonly currency: Currency;
  /** Median over seeds of the cost of the arm over that of the control. */
  readonly ratio: number;
  readonly adjusted: number;
}

/** All arms against both controls, by candidate-steps and by CPU time; Holm over what is said of one setting in one currency. */
function comparisonsOf(results: readonly SettingResult[]): Comparison[] {
  return results.flatMap(({ name, outcomes }) =>
    (["steps", "seconds"] as const).flatMap((currency) => {
      const raw = CONTROLS.flatMap((control) => {
        const reference = outcomes.get(control)!.map((outcome) => logCost(outcome, currency));
        const others = [...outcomes].filter(([arm]) => arm !== control);
        return others.map(([arm, list]) => {
          const logs = list.map((outcome, k) => logCost(outcome, currency) - reference[k]!);
          return { setting: name, arm, control, currency, ratio: Math.exp(median(logs)), p: wilcoxonSignedRank(logs) };
        });
      });
      const adjusted = holm(raw.map(({ p }) => p));
      return raw.map((comparison, k) => ({ ...comparison, adjusted: adjusted[k]! }));
    }),
  );
}

/** Log of what a success cost. A failure is censored: it counts as twice what was spent, which decides its sign at most. */
function logCost(outcome: Outcome, currency: Currency): number {
  return Math.log(outcome[currency] * (outcome.success ? 1 : 2));
}

function writeResults(results: readonly SettingResult[], command: string): void {
  const comparisons = comparisonsOf(results);
  const rows = results.flatMap(({ name, outcomes }) =>
    [...outcomes].map(([arm, list], k) => {
      const versus = (control: string): string =>
        comparisons
          .filter((entry) => entry.setting === name && entry.arm === arm && entry.control === control)
          .map(({ ratio, adjusted }) => `${formatNumber(ratio)} (${formatP(adjusted)})`)
          .join(", ") || "–";
      return [
        k === 0 ? name : "",
        arm,
        `${list.filter(({ success }) => success).length}/${list.length}`,
        withInterval(list, "starts", 1),
        withInterval(list, "steps", 1000),
        withInterval(list, "seconds", 1),
        versus(CONTROLS[0]),
        versus(CONTROLS[1]),
      ];
    }),
  );
  const all = results.flatMap(({ outcomes }) => [...outcomes.values()].flat());
  const loads = [Math.min(...results.map(({ load }) => load)), Math.max(...results.map(({ load }) => load))];
  writeTable("splitting", {
    title: "Sample splitting against its controls",
    command,
    head: [
      "setting",
      "arm",
      "found",
      "successes per start",
      "per 1000 candidate-steps",
      "per CPU second",
      "cost / restart: steps, CPU (p)",
      "cost / random direction: steps, CPU (p)",
    ],
    rows,
    notes: [
      "All arms minimise the whitened equations with the stopping rules of the search, on the same networks; seeds are paired, and arms that continue a random start continue the same one.",
      `Each run starts over until a fit, ${MAX_STARTS} starts or the limit of CPU time (${SECONDS} s; wine-hidden-layer ${8 * SECONDS} s); a fit is ${FIT_MARGIN} times the rounding of the file. Fits further than ${WRONG_DISTANCE} from the truth: ${all.filter(({ wrong }) => wrong).length} of ${all.filter(({ success }) => success).length}.`,
      "Candidate-steps: Jacobians, those for k candidates counted as k/n. CPU seconds: of the process, eigenproblems included.",
      `Load average of the machine while this ran: ${loads.map(formatNumber).join(" to ")} on ${cpus().length} cores.`,
      "In brackets: 95 % bootstrap intervals over seeds; p: Wilcoxon signed-rank on the logarithm of the cost, Holm over all comparisons of a setting in one currency; a run without success counts as twice what it spent.",
      "kkt, ntk, gradient with a formula: data, training and starts differ by seed; named networks: the starts do.",
      `Where random starts end, the first ${ENDS_PER_SEED} of each seed: ${results.map(describeEnds).join("; ")}. Runaway: a part φ(x_i) g_i above ${RUNAWAY_FACTOR} times the known side, or a norm ${RUNAWAY_FACTOR} times away from the typical one; stable: no positive split promises a thousandth of F.`,
    ],
  });
}

function describeEnds({ name, ends: { stuck, runaway, stable, fits, runawayFits } }: SettingResult): string {
  return `${name}: ${runaway} of ${stuck} stuck ends runaway (of the fits ${runawayFits} of ${fits}), ${stable} stable`;
}

function withInterval(list: readonly Outcome[], currency: Currency, unit: number): string {
  const { low, high } = bootstrapInterval(list, rate(currency), { random: createRandom(1, 53) });
  const [value, from, to] = [rate(currency)(list), low, high].map((entry) => formatNumber(unit * entry));
  return `${value} [${from}, ${to}]`;
}

function formatP(p: number): string {
  return p < 0.001 ? "p < 0.001" : `p ${p.toFixed(p < 0.1 ? 3 : 2)}`;
}
