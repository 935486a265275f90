import { type Recovery, recoverNetwork } from "../audit/recover-network.ts";
import { recoverRange } from "../audit/recover-range.ts";
import { UsageError } from "../errors.ts";
import { stateProblem } from "../report/problem.ts";
import { recoverJson } from "../report/recover-json.ts";
import { recoverText } from "../report/recover-text.ts";
import { hashInputs, requireFolderOf, writeOutput } from "./files.ts";
import type { ExitCode, Io } from "./io.ts";
import { loadQuestion } from "./network-question.ts";
import type { CommonOptions, NetworkOptions } from "./options.ts";
import { progressFor, styleFor } from "./terminal.ts";
import { toolStamp } from "./version.ts";

/** A number of samples, a range of them, or "auto". */
export type SampleRange = { readonly from: number; readonly to: number } | "auto";

export interface RecoverCommandOptions extends CommonOptions, NetworkOptions {
  readonly samples?: SampleRange;
  readonly acceptError: number;
  readonly truth?: string;
  readonly out?: string;
  readonly maxStarts: number;
}

/** `kktid recover`. */
export function runRecover(file: string, options: RecoverCommandOptions, io: Io): ExitCode {
  const started = performance.now();
  if (options.samples === undefined) {
    throw new UsageError("the number of training samples is needed", "pass -n 4, -n 3..8 or -n auto");
  }
  if (options.out !== undefined) requireFolderOf(options.out);
  const progress = progressFor(io, options.quiet === true || options.json === true);
  const { question, data, files } = loadQuestion(file, options, options.truth, progress);
  const settings = { maxStarts: options.maxStarts, acceptError: options.acceptError, truth: data };
  const recovery = answer();
  progress.clear();
  const problem = stateProblem(recovery.evidence.equations.system.shape, recovery.sampleCount);
  const { seed, weightPrecision, acceptError } = options;
  const inputHash = hashInputs(
    { problem, seed, weightPrecision, acceptError },
    files.map(({ bytes }) => bytes),
  );
  const totalSeconds = (performance.now() - started) / 1000;
  const document = JSON.stringify(recoverJson(recovery, problem, { tool: toolStamp(), inputHash, seed, totalSeconds }));
  if (options.out !== undefined) writeOutput(options.out, `${document}\n`);
  io.stdout.write(options.json ? `${document}\n` : recoverText(recovery, problem, styleFor(io)));
  return recovery.status === "not-found" ? 3 : 0;

  function answer(): Recovery {
    const range = options.samples!;
    if (range !== "auto" && range.from === range.to) {
      return recoverNetwork({ ...question, samples: range.from }, settings);
    }
    return recoverRange(question, range, settings);
  }
}
