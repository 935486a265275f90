import { type NetworkKnowledge, NOTHING_KNOWN } from "../src/audit/knowledge.ts";
import { type Recovery, recoverNetwork } from "../src/audit/recover-network.ts";
import { formatNumber } from "../src/report/numbers.ts";
import { type About, type KnownNetwork, networksIn } from "./known-networks.ts";
import { writeTable } from "./table.ts";

type Arm = "none" | "norms" | "multipliers" | "both";

const ARMS: readonly Arm[] = ["none", "norms", "multipliers", "both"];

/**
 * What side information does to the error: `npm run bench -- side-information [FOLDER] [SEED]`. Each network of the
 * folder is recovered from its weights alone, with the norms known, with loss and weight decay known, and with both.
 */
export async function run([folder, seed = "1"]: string[]): Promise<void> {
  const rows: string[][] = [];
  let violations = 0;
  for (const network of networksIn(folder)) {
    for (const arm of ARMS) {
      const recovery = recoverWith(network, arm, Number(seed));
      if (recovery === null) continue;
      violations += violationsOf(recovery);
      rows.push([network.name, arm, ...cellsOf(recovery)]);
      process.stderr.write(`${rows.at(-1)!.join("  ")}\n`);
    }
  }
  writeTable("side-information", {
    title: "What side information does to the error",
    command: `npm run bench -- side-information${folder === undefined ? "" : " FOLDER"}`,
    head: ["network", "known", "status", "condition", "predicted error", "measured error", "residual"],
    rows,
    notes: [
      "known: nothing, every norm is 1, loss and weight decay (labels read off the multipliers; mse: labels ±1), or both.",
      "predicted error: largest expected error over the samples, a tenth of the reported bound; measured: largest true error.",
      `samples further from the truth than their bound, with status recovered: ${violations}`,
    ],
  });
  console.log(`side-information: ${rows.length} recoveries, ${violations} bounds violated`);
}

function cellsOf({ status, samples, truth, conditionNumber, relativeResidual }: Recovery): string[] {
  const shown = (value: number | null): string => (value === null || Number.isNaN(value) ? "–" : formatNumber(value));
  const claimed = status === "recovered" || status === "ill-conditioned";
  const bound = Math.max(...samples.map(({ errorBound }) => errorBound ?? Number.NaN));
  return [
    status,
    shown(conditionNumber),
    claimed ? shown(bound / 10) : "–",
    claimed && truth !== null ? shown(truth.maxError) : "–",
    shown(relativeResidual),
  ];
}

function violationsOf({ status, samples, truth }: Recovery): number {
  if (status !== "recovered" || truth === null) return 0;
  return Array.from(truth.assignment).filter((j, i) => truth.perSample[i]! > samples[j]!.errorBound!).length;
}

/** One recovery; null where the arm does not apply to the network. */
function recoverWith(network: KnownNetwork, arm: Arm, seed: number): Recovery | null {
  const { question, truth, about } = network.ask(seed, Number.POSITIVE_INFINITY);
  const knowledge = knowledgeFor(about, truth.X, truth.inputDim, arm);
  if (knowledge === null) return null;
  return recoverNetwork({ ...question, knowledge }, { maxStarts: 200, acceptError: 1e-2, truth });
}

function knowledgeFor(about: About, X: Float64Array, d: number, arm: Arm): NetworkKnowledge | null {
  const unit = Array.from({ length: X.length / d }, (_, i) => Math.hypot(...X.subarray(i * d, (i + 1) * d))).every(
    (norm) => Math.abs(norm - 1) < 1e-6,
  );
  if ((arm === "norms" || arm === "both") && !unit) return null;
  const loss = about.loss ?? (about.classes === undefined ? null : "softmax");
  const multipliers = arm === "multipliers" || arm === "both";
  return {
    ...NOTHING_KNOWN,
    unitNorms: arm === "norms" || arm === "both",
    loss: multipliers ? loss : null,
    weightDecay: multipliers ? (about.wd ?? null) : null,
    labels: multipliers && loss === "mse" ? [-1, 1] : null,
  };
}
