import { parseActivation } from "../src/algebra/activation.ts";
import { countDataSets, type DataSetCount } from "../src/counting/count-data-sets.ts";
import {
  type EquationShape,
  equationCount,
  momentColumnCount,
  type TrainedLayer,
  unknownCount,
} from "../src/equations/shape.ts";
import { UsageError } from "../src/errors.ts";
import { formatNumber } from "../src/report/numbers.ts";
import { median, writeTable } from "./table.ts";

interface Row {
  readonly degrees: readonly number[];
  readonly inputDim: number;
  readonly samples: number;
  /** Neurons and trained layers; null for the moments themselves. */
  readonly network: { readonly width: number; readonly trained: readonly TrainedLayer[] } | null;
}

const momentRow = ([degrees, inputDim, samples]: readonly [readonly number[], number, number]): Row => ({
  degrees,
  inputDim,
  samples,
  network: null,
});

/** Rows that were inconclusive, then other pairs of proofs/number-of-solutions.md. */
const PAIRS: readonly Row[] = (
  [
    [[2, 3], 5, 8],
    [[1, 2, 3], 5, 9],
    [[2, 3, 4], 3, 7],
    [[1, 2, 3, 4], 3, 8],
    [[2, 4], 4, 8],
    [[2, 5], 3, 6],
    [[6], 3, 9],
    [[4], 4, 8],
    [[3], 6, 9],
    [[1, 2, 3, 4, 5, 6], 2, 9],
    [[2, 3, 4, 5, 6], 2, 8],
    [[3, 6], 3, 9],
    [[0, 2, 4], 4, 8],
  ] as const
).map(momentRow);

/** The largest n with finitely many data sets, where no theorem here counts them. */
const UNDECIDED: readonly Row[] = (
  [
    [[2, 3], 3, 4],
    [[1, 2, 3], 2, 3],
    [[1, 2, 3], 3, 4],
    [[3, 4], 2, 3],
    [[3, 4], 3, 6],
    [[3, 4], 4, 11],
    [[1, 3, 5], 2, 4],
    [[4, 5], 3, 9],
    [[2, 4, 6], 2, 4],
    [[2, 4, 6], 3, 12],
    [[1, 2, 4], 3, 6],
    [[1, 3, 4], 3, 7],
    [[0, 2, 3], 4, 6],
    [[0, 2, 3, 4], 1, 2],
    [[0, 2, 3, 4], 2, 4],
  ] as const
).map(momentRow);

const both: readonly TrainedLayer[] = ["hidden", "output"];

const NETWORKS: readonly Row[] = (
  [
    [[1, 2, 3], 1, 1, 2, ["output"]],
    [[1, 2, 3], 1, 1, 3, ["output"]],
    [[1, 2, 3], 2, 1, 3, ["output"]],
    [[1, 2, 3], 2, 1, 4, ["output"]],
    [[2, 3], 2, 2, 3, ["hidden"]],
    [[1, 2, 3], 2, 2, 3, ["hidden"]],
    [[1, 2, 3], 2, 2, 4, ["hidden"]],
    [[1, 2, 3], 2, 2, 2, both],
    [[1, 2, 3], 2, 2, 3, both],
    [[3], 3, 3, 3, ["hidden"]],
    [[3], 3, 3, 4, ["hidden"]],
    [[2, 3, 4], 3, 2, 3, ["hidden"]],
    [[2, 3, 4], 3, 2, 4, ["hidden"]],
    [[2, 3, 4], 3, 2, 2, both],
  ] as const
).map(([degrees, inputDim, samples, width, trained]) => ({ degrees, inputDim, samples, network: { width, trained } }));

const SECTIONS: Readonly<Record<string, readonly Row[]>> = { pairs: PAIRS, undecided: UNDECIDED, networks: NETWORKS };

/** Number of data sets of small instances: `npm run bench -- solutions [SEEDS] [SECONDS]`. */
export async function run([seeds = "2", seconds = "10"]: string[]): Promise<void> {
  if (!(Number(seeds) >= 1 && Number(seconds) > 0)) throw new UsageError("bench solutions: SEEDS ≥ 1, SECONDS > 0");
  let disagreements = 0;
  const rows = Object.entries(SECTIONS).flatMap(([section, list]) =>
    list.map((row) => {
      const results = Array.from({ length: Number(seeds) }, (_, k) =>
        timed(row, k + 1, (section === "pairs" ? 3 : 1) * Number(seconds)),
      );
      const counts = results.map(({ result }) => result.count);
      if (section === "pairs" && new Set(counts).size > 1) disagreements++;
      const line = describe(row, results);
      process.stderr.write(`${section}: ${line.join(" | ")}\n`);
      return [section, ...line];
    }),
  );
  writeTable("solutions", {
    title: "Number of data sets of small general instances",
    command: `npm run bench -- solutions ${seeds} ${seconds}`,
    head: [
      "section",
      "degrees seen",
      "d, n",
      "known",
      "unknowns, equations",
      "data sets",
      "found",
      "real",
      "loops",
      "s",
    ],
    rows,
    notes: [
      `over C, up to permutation and gauge; one random real data set per seed, ${seeds} seeds, at most ${seconds} s each (three times that for pairs); loops and s are medians.`,
      '"= k (theorem)": proofs/number-of-solutions.md; "= k (Macaulay)": as many found as the Macaulay matrix modulo one random prime allows at one random instance; "≥ k": found, with no upper bound.',
      "found and real: data sets found and real ones among them, seed by seed; the one that the search starts from is real.",
    ],
  });
  console.log(
    `solutions: ${rows.length} rows × ${seeds} seeds, ${disagreements} proved counts that differ between seeds`,
  );
}

interface Timed {
  readonly result: DataSetCount;
  readonly seconds: number;
}

function shapeOf({ degrees, inputDim, network }: Row): EquationShape {
  const trained = network?.trained ?? (degrees[0] === 0 ? ["output" as const] : ["hidden" as const]);
  return {
    setting: "gradient",
    activation: parseActivation(degrees.map((k) => (k === 0 ? "1" : `z^${k}`)).join(" + ")),
    inputDim,
    width: network?.width ?? 1,
    outputs: 1,
    trained: new Set(trained),
    bias: "none",
  };
}

function timed(row: Row, seed: number, seconds: number): Timed {
  const started = performance.now();
  const result = countDataSets(shapeOf(row), row.samples, {
    seed,
    level: row.network === null ? "moments" : "equations",
    shouldStop: () => performance.now() - started > 1000 * seconds,
  });
  return { result, seconds: (performance.now() - started) / 1000 };
}

function describe(row: Row, results: readonly Timed[]): string[] {
  const { degrees, inputDim, samples, network } = row;
  const shape = shapeOf(row);
  const known = network === null ? "moments" : `m = ${network.width}, ${network.trained.join(" + ")}`;
  const equations = network === null ? momentColumnCount(shape) : equationCount(shape);
  const each = (value: (result: DataSetCount) => number): string =>
    results.map(({ result }) => value(result)).join(", ");
  return [
    `{${degrees.join(", ")}}`,
    `${inputDim}, ${samples}`,
    known,
    `${unknownCount(shape, samples)}, ${equations}`,
    conclusion(results.map(({ result }) => result)),
    each(({ dataSets }) => dataSets.length),
    each(({ real }) => real),
    String(median(results.map(({ result }) => result.loops))),
    formatNumber(median(results.map((entry) => entry.seconds))),
  ];
}

/** The strongest statement of any seed: they are about the same general number. */
function conclusion(results: readonly DataSetCount[]): string {
  if (results.some(({ status }) => status === "continuum")) return "continuum";
  const exact = results.find(({ status }) => status === "exact");
  if (exact === undefined) return `≥ ${Math.max(...results.map(({ count }) => count!))}`;
  return `= ${exact.count} (${exact.proof === "known-count" ? "theorem" : "Macaulay"})`;
}
