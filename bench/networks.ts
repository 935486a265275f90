import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { activationFromCoefficients } from "../src/algebra/activation.ts";
import { fromNumber } from "../src/algebra/rational.ts";
import { type Recovery, recoverNetwork } from "../src/audit/recover-network.ts";
import type { TrainedLayer } from "../src/equations/shape.ts";
import { readDataSet } from "../src/network/data-set.ts";
import { assembleGradient, assembleNetwork } from "../src/network/network.ts";
import { readTensorFile } from "../src/network/read-tensors.ts";
import { formatNumber } from "../src/report/numbers.ts";
import { median, writeTable } from "./table.ts";

const LAYERS: Readonly<Record<string, TrainedLayer>> = {
  "fc1.weight": "hidden",
  "fc1.bias": "bias",
  "fc2.weight": "output",
};

interface About {
  readonly kind?: string;
  readonly coefs: readonly number[];
  readonly trained?: readonly string[];
}

/**
 * Recovery of every network in a folder over several seeds: `npm run bench -- networks [SEEDS] [FOLDER]`.
 * Each network folder holds network.npz, training-data.npz, about.json and for a gradient gradient.npz.
 */
export async function run([seeds = "10", folder]: string[]): Promise<void> {
  const root = folder ?? fileURLToPath(new URL("../examples/networks/", import.meta.url));
  const rows = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted()
    .map((name) => measure(name, `${root}/${name}`, Number(seeds)));
  const violations = rows.reduce((sum, row) => sum + row.violations, 0);
  writeTable("networks", {
    title: "Recovery on real networks",
    command: `npm run bench -- networks ${seeds}`,
    head: ["network", "status", "distinct", "gap", "residual / u", "max error", "bound / error", "starts", "seconds"],
    rows: rows.map(({ cells }) => cells),
    notes: [
      "status: how often each outcome occurred; max error: largest over samples and seeds; bound / error: smallest and largest.",
      "gap: largest distance of neurons counted as one | smallest distance of neurons counted as different, relative.",
      "residual / u: root mean square of the scaled residual over half an ulp; seconds: median.",
      `samples further from the truth than their bound, with status recovered: ${violations}`,
    ],
  });
  console.log(`networks: ${rows.length} networks × ${seeds} seeds, ${violations} bounds violated`);
}

function measure(name: string, path: string, seeds: number): { cells: string[]; violations: number } {
  const outcomes: Recovery[] = [];
  const seconds: number[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const started = performance.now();
    outcomes.push(recoverOnce(path, seed));
    seconds.push((performance.now() - started) / 1000);
  }
  const first = outcomes[0]!;
  const recovered = outcomes.filter(({ status }) => status === "recovered");
  const ratios = recovered.flatMap(boundRatios);
  const errors = recovered.map(({ truth }) => truth!.maxError);
  const { distinct, largestMerged, smallestSeparate } = first.evidence.neurons;
  const unit = first.evidence.equations.unitRoundoff;
  const cells = [
    name,
    countOutcomes(outcomes),
    String(distinct),
    `${formatNumber(largestMerged)} \\| ${smallestSeparate === null ? "–" : formatNumber(smallestSeparate)}`,
    formatNumber(median(outcomes.map(({ relativeResidual }) => (relativeResidual ?? Number.NaN) / unit))),
    errors.length === 0 ? "–" : formatNumber(Math.max(...errors)),
    ratios.length === 0 ? "–" : `${formatNumber(Math.min(...ratios))} … ${formatNumber(Math.max(...ratios))}`,
    formatNumber(median(outcomes.map(({ starts }) => starts))),
    formatNumber(median(seconds)),
  ];
  return { cells, violations: ratios.filter((ratio) => ratio < 1).length };
}

function recoverOnce(path: string, seed: number): Recovery {
  const about = JSON.parse(readFileSync(`${path}/about.json`, "utf8")) as About;
  const read = (file: string) => readTensorFile(readFileSync(`${path}/${file}`), file);
  const network = assembleNetwork(read("network.npz"));
  const truth = readDataSet(readFileSync(`${path}/training-data.npz`), "training-data.npz");
  const gradient = existsSync(`${path}/gradient.npz`) ? assembleGradient(read("gradient.npz"), network) : undefined;
  const question = {
    setting: gradient === undefined ? ("kkt" as const) : ("gradient" as const),
    activation: activationFromCoefficients(about.coefs.map(fromNumber)),
    network,
    gradient,
    trained: about.trained === undefined ? undefined : new Set(about.trained.map((layer) => LAYERS[layer]!)),
    samples: truth.samples,
    seed,
    shouldStop: () => false,
    onProgress: () => undefined,
  };
  return recoverNetwork(question, { maxStarts: 400, acceptError: 1e-2, truth });
}

/** Bound over true error of every sample. */
function boundRatios({ samples, truth }: Recovery): number[] {
  return Array.from(truth!.assignment, (j, i) => samples[j]!.errorBound! / truth!.perSample[i]!);
}

function countOutcomes(outcomes: readonly Recovery[]): string {
  const counts = new Map<string, number>();
  for (const { status } of outcomes) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(", ");
}
