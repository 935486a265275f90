import type { SampleRange } from "../audit/recover-range.ts";
import { UsageError } from "../errors.ts";
import { answerRecovery, type RecoveryAnswer } from "../library/recovery.ts";
import { toolStamp } from "../library/tool.ts";
import { recoverJson } from "../report/recover-json.ts";
import { recoverText } from "../report/recover-text.ts";
import { requireFolderOf, writeCertificate, writeOutput } from "./files.ts";
import type { ExitCode, Io } from "./io.ts";
import { loadQuestion } from "./network-question.ts";
import type { CommonOptions, NetworkKnowledgeOptions, NetworkOptions } from "./options.ts";
import { type Progress, progressFor, styleFor } from "./terminal.ts";

export type { SampleRange } from "../audit/recover-range.ts";

export interface RecoverCommandOptions extends CommonOptions, NetworkOptions, NetworkKnowledgeOptions {
  readonly samples?: SampleRange;
  readonly acceptError: number;
  readonly truth?: string;
  readonly out?: string;
  readonly certificate?: string;
  readonly maxStarts: number;
}

/** `kktid recover`. */
export function runRecover(file: string, options: RecoverCommandOptions, io: Io): ExitCode {
  for (const path of [options.out, options.certificate]) if (path !== undefined) requireFolderOf(path);
  const progress = progressFor(io, options.quiet === true || options.json === true);
  const { recovery, problem, proof, certificate, document } = documentRecovery(file, options, progress);
  progress.clear();
  const json = JSON.stringify(document);
  // Printed first: a full disk must not take the answer with it.
  io.stdout.write(options.json ? `${json}\n` : recoverText(recovery, problem, styleFor(io), proof));
  if (options.out !== undefined) writeOutput(options.out, `${json}\n`);
  if (options.certificate !== undefined) writeCertificate(options.certificate, certificate, io);
  return recovery.status === "not-found" ? 3 : 0;
}

/** The answer of `recover`, and the document of `--json`. */
interface RecoverDocument extends RecoveryAnswer {
  readonly document: object;
}

/** Recovers, without printing anything. */
export function documentRecovery(
  file: string,
  options: Omit<RecoverCommandOptions, "out">,
  progress: Progress,
): RecoverDocument {
  const started = performance.now();
  if (options.samples === undefined) {
    throw new UsageError("the number of training samples is needed", "pass -n 4, -n 3..8 or -n auto");
  }
  const { samples, acceptError, maxStarts } = options;
  const asked = loadQuestion(file, options, options.truth, progress);
  const answer = answerRecovery(asked, { samples, acceptError, maxStarts });
  const { recovery, problem, inputHash, seed } = answer;
  const stamp = { tool: toolStamp(), inputHash, seed, totalSeconds: (performance.now() - started) / 1000 };
  const document = { ...recoverJson(recovery, problem, stamp, answer), notes: asked.notes };
  return { ...answer, document };
}
