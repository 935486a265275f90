import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { FileError, UsageError } from "../src/errors.ts";
import { minimise } from "../src/least-squares/minimise.ts";
import type { LeastSquaresProblem } from "../src/least-squares/problem.ts";
import { formatNumber } from "../src/report/numbers.ts";
import { type NistDataSet, parseNistFile } from "./nist-file.ts";
import { nistModels } from "./nist-models.ts";
import { writeTable } from "./table.ts";

/** The certified values have eleven digits. */
const MOST_DIGITS = 11;
const SOLVED_DIGITS = 4;
/** One set of options for all runs. */
const OPTIONS = { maxIterations: 5000 } as const;

interface NistRun {
  readonly set: string;
  readonly start: 1 | 2;
  readonly digits: number;
  readonly status: string;
  readonly evaluations: { readonly residual: number; readonly jacobian: number };
  readonly iterations: number;
}

/**
 * The NIST Statistical Reference Datasets for nonlinear regression, from both starts: `npm run bench -- nist DIR`, DIR
 * with the .dat files of https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml.
 */
export async function run([folder]: string[]): Promise<void> {
  if (folder === undefined) throw new UsageError("bench nist: name the folder with the NIST StRD files");
  const runs = readNistFolder(folder).flatMap((set) => [solve(set, 1), solve(set, 2)]);
  for (const { set, start, digits, status, evaluations } of runs) {
    console.log(
      `${set} ${start}: LRE ${digits.toFixed(2)}, ${status}, ${evaluations.residual} residuals, ${evaluations.jacobian} Jacobians`,
    );
  }
  const solved = runs.filter(({ digits }) => digits >= SOLVED_DIGITS).length;
  const mean = runs.reduce((sum, { digits }) => sum + digits, 0) / runs.length;
  writeTable("nist", {
    title: "NIST Statistical Reference Datasets, nonlinear regression",
    command: "npm run bench -- nist DIR",
    head: ["set", "start", "LRE", "status", "iterations", "residuals", "Jacobians"],
    rows: runs.map(({ set, start, digits, status, iterations, evaluations }) => [
      set,
      String(start),
      digits.toFixed(2),
      status,
      formatNumber(iterations),
      formatNumber(evaluations.residual),
      formatNumber(evaluations.jacobian),
    ]),
    notes: [
      `${solved} of ${runs.length} runs to ${SOLVED_DIGITS} digits, mean LRE ${mean.toFixed(2)}.`,
      `LRE: least log relative error over the parameters, at most ${MOST_DIGITS}, the digits certified. Analytic Jacobians.`,
      "Default options in all runs, but at most 5000 iterations: trust-region Levenberg–Marquardt, then Gauss–Newton steps while they shrink.",
    ],
  });
  console.log(`nist: ${solved} of ${runs.length} runs to ${SOLVED_DIGITS} digits, mean LRE ${mean.toFixed(1)}`);
}

/** All data sets of a folder that have a model. @throws FileError if there are none, or one has no model */
export function readNistFolder(folder: string): NistDataSet[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".dat"))
    .toSorted();
  if (files.length === 0) throw new FileError(folder, "no .dat file in this folder");
  return files.map((name) => {
    const path = join(folder, name);
    const set = parseNistFile(readFileSync(path, "utf8"), path);
    requireModel(set, path);
    return set;
  });
}

function requireModel({ name, certified, observations }: NistDataSet, path: string): void {
  const model = nistModels[name];
  if (model === undefined) throw new FileError(path, `no model for the data set ${name}`, `file ${basename(path)}`);
  if (certified.length !== model.parameters) {
    throw new FileError(path, `${certified.length} parameters, the model has ${model.parameters}`);
  }
  if (observations[0]!.predictors.length !== model.predictors) {
    throw new FileError(path, `${observations[0]!.predictors.length} predictors, the model has ${model.predictors}`);
  }
}

/** The regression as a least-squares problem, value − response. */
export function nistProblem({ name, observations }: NistDataSet): LeastSquaresProblem {
  const { parameters: n, evaluate, logResponse = false } = nistModels[name]!;
  const responses = observations.map(({ response }) => (logResponse ? Math.log(response) : response));
  const slopes = new Float64Array(n);
  return {
    unknowns: n,
    rows: observations.length,
    residual(b, out) {
      observations.forEach(({ predictors }, i) => {
        out[i] = evaluate(b, predictors, slopes) - responses[i]!;
      });
      return out;
    },
    jacobian(b, out) {
      observations.forEach(({ predictors }, i) => {
        evaluate(b, predictors, out.subarray(i * n, (i + 1) * n));
      });
      return out;
    },
  };
}

function solve(set: NistDataSet, start: 1 | 2): NistRun {
  const { x, status, evaluations, iterations } = minimise(nistProblem(set), set.starts[start - 1]!, OPTIONS);
  const digits = logRelativeError(x, set.certified);
  return { set: set.name, start, digits, status, evaluations, iterations };
}

/** Digits in which every parameter agrees with its certified value, from 0 to eleven. */
function logRelativeError(x: Float64Array, certified: Float64Array): number {
  const digits = Array.from(x, (value, k) => -Math.log10(Math.abs(value - certified[k]!) / Math.abs(certified[k]!)));
  return Math.max(0, Math.min(MOST_DIGITS, ...digits.map((value) => (Number.isNaN(value) ? 0 : value))));
}
