import { parseActivation } from "../src/algebra/activation.ts";
import { toNumber } from "../src/algebra/rational.ts";
import { type Recovery, recoverNetwork } from "../src/audit/recover-network.ts";
import type { TrainedLayer } from "../src/equations/shape.ts";
import type { DataSet } from "../src/network/data-set.ts";
import type { LayerTensors, TwoLayerNetwork } from "../src/network/network.ts";
import { createRandom, type Random } from "../src/random.ts";
import { formatNumber } from "../src/report/numbers.ts";
import { median, writeTable } from "./table.ts";

/** A family of random instances of the setting `gradient`; the truth is known because it made them. */
interface Family {
  readonly name: string;
  readonly activation: string;
  readonly inputDim: number;
  readonly samples: number;
  readonly width: number;
  readonly layers: readonly TrainedLayer[];
  readonly norms: "unit" | "raw" | "mixed";
  readonly scale: number;
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

interface Instance {
  readonly activation: ReturnType<typeof parseActivation>;
  readonly network: TwoLayerNetwork;
  readonly gradient: LayerTensors;
  readonly truth: DataSet;
}

function makeInstance(family: Family, random: Random): Instance {
  const { inputDim: d, samples: n, width: m, layers } = family;
  const activation = parseActivation(family.activation);
  const coefficients = activation.coefficients.map(toNumber);
  const sigma = (z: number): number => coefficients.reduceRight((sum, c) => sum * z + c, 0);
  const slope = (z: number): number => coefficients.reduceRight((sum, c, k) => (k === 0 ? sum : sum * z + k * c), 0);
  const X = makePoints(family, random);
  const typical = family.scale * Math.sqrt(family.norms === "unit" ? 1 : d);
  const W = Float64Array.from({ length: m * d }, () => random.normal() / typical);
  const a = Float64Array.from({ length: m }, () => random.normal() / Math.sqrt(m));
  const b = layers.includes("bias") ? Float64Array.from({ length: m }, () => random.normal() / 2) : null;
  const z = (j: number, i: number): number => {
    let value = b === null ? 0 : b[j]!;
    for (let e = 0; e < d; e++) value += W[j * d + e]! * X[i * d + e]!;
    return value;
  };
  const outer = Float64Array.from({ length: n }, (_, i) => {
    let f = 0;
    for (let j = 0; j < m; j++) f += a[j]! * sigma(z(j, i));
    return (f - (i % 2 === 0 ? 1 : -1)) / n;
  });
  const overSamples = (term: (i: number) => number): number => outer.reduce((sum, g, i) => sum + g * term(i), 0);
  const file = "random instance";
  const network: TwoLayerNetwork = {
    file,
    inputDim: d,
    width: m,
    outputs: 1,
    hiddenWeight: W,
    hiddenBias: b,
    outputWeight: a,
    outputBias: null,
    unitRoundoff: 2 ** -53,
    names: { hiddenWeight: "W", hiddenBias: "b", outputWeight: "a", outputBias: null },
  };
  const gradient: LayerTensors = {
    file,
    hiddenWeight: Float64Array.from({ length: m * d }, (_, k) => {
      const j = Math.floor(k / d);
      return a[j]! * overSamples((i) => slope(z(j, i)) * X[i * d + (k % d)]!);
    }),
    hiddenBias:
      b === null ? null : Float64Array.from({ length: m }, (_, j) => a[j]! * overSamples((i) => slope(z(j, i)))),
    outputWeight: Float64Array.from({ length: m }, (_, j) => overSamples((i) => sigma(z(j, i)))),
    outputBias: null,
    unitRoundoff: 2 ** -53,
  };
  const multipliers = outer.map((value) => -value);
  return {
    activation,
    network,
    gradient,
    truth: { file, samples: n, inputDim: d, X, y: null, multipliers, multiplierOutputs: 1 },
  };
}

function makePoints({ inputDim: d, samples: n, norms, scale }: Family, random: Random): Float64Array {
  const X = Float64Array.from({ length: n * d }, () => random.normal());
  for (let i = 0; i < n; i++) {
    const row = X.subarray(i * d, (i + 1) * d);
    const factor = norms === "unit" ? 1 / Math.hypot(...row) : norms === "mixed" ? 10 ** (random.uniform() - 0.5) : 1;
    for (let e = 0; e < d; e++) row[e]! *= scale * factor;
  }
  return X;
}
