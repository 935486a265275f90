import { type Recovery, recoverNetwork } from "../src/audit/recover-network.ts";
import { formatNumber } from "../src/report/numbers.ts";
import { type KnownNetwork, networksIn } from "./known-networks.ts";
import { median, writeTable } from "./table.ts";

const SECONDS = 120;

/**
 * Recovery of every network of a folder over several seeds: `npm run bench -- networks [SEEDS] [FOLDER]`. The default
 * folder is examples/networks.
 */
export async function run([seeds = "30", folder]: string[]): Promise<void> {
  const rows = networksIn(folder).map((network) => measure(network, Number(seeds)));
  const violations = rows.reduce((sum, row) => sum + row.violations, 0);
  writeTable("networks", {
    title: "Recovery on real networks",
    command: `npm run bench -- networks ${seeds}`,
    head: [
      "network",
      "status",
      "distinct",
      "gap",
      "residual / u",
      "max error",
      "largest bound",
      "bound / error",
      "strategy",
      "starts",
      "evaluations",
      "mean s",
      "max s",
    ],
    rows: rows.map(({ cells }) => cells),
    notes: [
      "status: how often each outcome occurred; max error: largest over samples and seeds; bound / error: smallest and largest.",
      "gap: largest distance of neurons counted as one | smallest distance of neurons counted as different, relative.",
      "residual / u: root mean square of the scaled residual over half an ulp, median.",
      "strategy: how often each found the answer; starts and evaluations (linearisations before refinement): mean.",
      "seconds: of the whole recovery, evidence and error analysis included.",
      `samples further from the truth than their bound, with status recovered: ${violations}`,
    ],
  });
  console.log(`networks: ${rows.length} networks × ${seeds} seeds, ${violations} bounds violated`);
}

function measure(network: KnownNetwork, seeds: number): { cells: string[]; violations: number } {
  const outcomes: Recovery[] = [];
  const seconds: number[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const { question, truth } = network.ask(seed, SECONDS);
    const started = performance.now();
    outcomes.push(recoverNetwork(question, { maxStarts: 400, acceptError: 1e-2, truth }));
    seconds.push((performance.now() - started) / 1000);
    process.stderr.write(`${network.name} ${seed}: ${outcomes.at(-1)!.status} ${seconds.at(-1)!.toFixed(2)} s\n`);
  }
  const first = outcomes[0]!;
  const recovered = outcomes.filter(({ status }) => status === "recovered");
  const ratios = recovered.flatMap(boundRatios);
  const errors = recovered.map(({ truth }) => truth!.maxError);
  const bounds = recovered.flatMap(({ samples }) => samples.map(({ errorBound }) => errorBound!));
  const { distinct, largestMerged, smallestSeparate } = first.evidence.neurons;
  const unit = first.evidence.equations.unitRoundoff;
  const cells = [
    network.name,
    counts(outcomes.map(({ status }) => status)),
    String(distinct),
    `${formatNumber(largestMerged)} \\| ${smallestSeparate === null ? "–" : formatNumber(smallestSeparate)}`,
    formatNumber(median(outcomes.map(({ relativeResidual }) => (relativeResidual ?? Number.NaN) / unit))),
    errors.length === 0 ? "–" : formatNumber(Math.max(...errors)),
    bounds.length === 0 ? "–" : formatNumber(Math.max(...bounds)),
    ratios.length === 0 ? "–" : `${formatNumber(Math.min(...ratios))} … ${formatNumber(Math.max(...ratios))}`,
    counts(outcomes.map(({ method }) => strategyOf(method))),
    formatNumber(mean(outcomes.map(({ starts }) => starts))),
    formatNumber(mean(outcomes.map(({ evaluations }) => evaluations))),
    formatNumber(mean(seconds)),
    formatNumber(Math.max(...seconds)),
  ];
  return { cells, violations: ratios.filter((ratio) => ratio < 1).length };
}

/** The part of a method that names what found the start. */
function strategyOf(method: readonly string[]): string {
  return method.find((name) => name !== "whitened-moments" && name !== "levenberg-marquardt") ?? "none";
}

/** Bound over true error of every sample. */
function boundRatios({ samples, truth }: Recovery): number[] {
  return Array.from(truth!.assignment, (j, i) => samples[j]!.errorBound! / truth!.perSample[i]!);
}

function counts(names: readonly string[]): string {
  const found = new Map<string, number>();
  for (const name of names) found.set(name, (found.get(name) ?? 0) + 1);
  return [...found].map(([name, count]) => `${count} ${name}`).join(", ");
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
