import { type Recovery, recoverNetwork } from "../src/audit/recover-network.ts";
import type { TrainedLayer } from "../src/equations/shape.ts";
import { createRandom } from "../src/random.ts";
import { formatNumber } from "../src/report/numbers.ts";
import { type InstanceShape, makeInstance } from "../test/support/instances.ts";
import { median, writeTable } from "./table.ts";

interface Family extends Required<Omit<InstanceShape, "outputs">> {
  readonly name: string;
}

const FAMILIES: readonly Family[] = [
  ["z + z^2 + z^3", 4, 4, 30, "unit", 1, ["hidden", "output"]],
  ["z + z^2/2 + z^3/4", 4, 4, 30, "raw", 0.05, ["hidden", "output"]],
  ["z + z^2 + z^3", 13, 6, 24, "unit", 20, ["hidden", "output"]],
  ["z + z^2/2 + z^3/4", 13, 6, 40, "mixed", 1, ["hidden", "output"]],
  ["z^2 + z^3", 6, 4, 40, "raw", 1, ["hidden"]],
  ["z + z^3", 5, 5, 40, "unit", 1, ["hidden"]],
  ["z^3", 5, 4, 40, "unit", 1, ["hidden"]],
  ["z + z^2 + z^3", 6, 5, 40, "unit", 1, ["hidden", "bias", "output"]],
  ["z + z^2/2 + z^3/3 + z^4/4", 4, 6, 60, "unit", 1, ["hidden", "output"]],
  ["z + z^2 + z^3", 20, 8, 64, "raw", 1, ["hidden", "output"]],
].map(([activation, inputDim, samples, width, norms, scale, layers]) => ({
  name: `${activation}, d ${inputDim}, n ${samples}, m ${width}, ${norms} × ${scale}, ${(layers as string[]).join("+")}`,
  activation: activation as string,
  inputDim: inputDim as number,
  samples: samples as number,
  width: width as number,
  norms: norms as Family["norms"],
  scale: scale as number,
  layers: layers as TrainedLayer[],
}));

const SECONDS = 20;

/** Success and honesty on random families: `npm run bench -- families [INSTANCES]`. */
export async function run([instances = "20"]: string[]): Promise<void> {
  let violations = 0;
  const rows = FAMILIES.map((family) => {
    const outcomes: Recovery[] = [];
    const seconds: number[] = [];
    for (let seed = 1; seed <= Number(instances); seed++) {
      const started = performance.now();
      outcomes.push(recoverInstance(family, seed));
      seconds.push((performance.now() - started) / 1000);
    }
    const recovered = outcomes.filter(({ status }) => status === "recovered");
    const ratios = recovered.flatMap(({ samples, truth }) =>
      Array.from(
        truth!.assignment,
        (j, i) => samples[j]!.errorBound! / Math.max(truth!.perSample[i]!, Number.MIN_VALUE),
      ),
    );
    violations += ratios.filter((ratio) => ratio < 1).length;
    return [
      family.name,
      `${recovered.length}/${outcomes.length}`,
      recovered.length === 0
        ? "–"
        : formatNumber(Math.max(...recovered.map(({ truth }) => truth!.maxError / family.scale))),
      ratios.length === 0 ? "–" : `${formatNumber(Math.min(...ratios))} … ${formatNumber(median(ratios))}`,
      formatNumber(median(seconds)),
      formatNumber(Math.max(...seconds)),
    ];
  });
  writeTable("families", {
    title: "Recovery on random gradient instances",
    command: `npm run bench -- families ${instances}`,
    head: ["family", "recovered", "max error / scale", "bound / error, least … median", "median s", "max s"],
    rows,
    notes: [
      `each search stops after ${SECONDS} s; nodes and data are normal, labels ±1, loss ½(f − y)²; one monomial is compared up to scale.`,
      `samples further from the truth than their bound, with status recovered: ${violations}`,
    ],
  });
  console.log(`families: ${rows.length} families × ${instances} instances, ${violations} bounds violated`);
}

function recoverInstance(family: Family, seed: number): Recovery {
  const { network, gradient, truth, activation } = makeInstance(family, createRandom(seed, 5));
  const deadline = performance.now() + 1000 * SECONDS;
  const question = {
    setting: "gradient" as const,
    activation,
    network,
    gradient,
    trained: new Set(family.layers),
    samples: family.samples,
    seed,
    shouldStop: () => performance.now() > deadline,
    onProgress: () => undefined,
  };
  return recoverNetwork(question, { maxStarts: 400, acceptError: 1e-2, truth });
}
