import { formatRational } from "../algebra/rational.ts";
import { certifyRecovery, type NoBounds, type ProvedBounds } from "../audit/certify-recovery.ts";
import { inRawUnits } from "../audit/raw-units.ts";
import type { Recovery } from "../audit/recover-network.ts";
import { recoverRange, type SampleRange } from "../audit/recover-range.ts";
import { UsageError } from "../errors.ts";
import { stateProblem } from "../report/problem.ts";
import { recoverJson } from "../report/recover-json.ts";
import { recoverText } from "../report/recover-text.ts";
import { hashInputs, requireFolderOf, writeCertificate, writeOutput } from "./files.ts";
import type { ExitCode, Io } from "./io.ts";
import { networkCertificate } from "./network-certificate.ts";
import { loadQuestion } from "./network-question.ts";
import type { CommonOptions, NetworkKnowledgeOptions, NetworkOptions } from "./options.ts";
import { progressFor, styleFor } from "./terminal.ts";
import { toolStamp } from "./version.ts";

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
  const started = performance.now();
  if (options.samples === undefined) {
    throw new UsageError("the number of training samples is needed", "pass -n 4, -n 3..8 or -n auto");
  }
  for (const path of [options.out, options.certificate]) if (path !== undefined) requireFolderOf(path);
  const progress = progressFor(io, options.quiet === true || options.json === true);
  const { question, data, scaler, notes, files } = loadQuestion(file, options, options.truth, progress);
  const settings = { maxStarts: options.maxStarts, acceptError: options.acceptError, truth: data };
  const answer = recoverRange(question, options.samples, settings);
  const proof = answer.samples.length === 0 || !isClaimed(answer) ? null : prove(answer);
  const recovery = scaler === null ? answer : inRawUnits(answer, scaler, data);
  progress.clear();
  const problem = stateProblem(recovery.evidence.equations.system.shape, recovery.sampleCount);
  const { seed, weightPrecision, acceptError } = options;
  const { loss, weightDecay, domain, labels, gradientOf } = options;
  const known = { loss, weightDecay: weightDecay && formatRational(weightDecay), domain, labels, gradientOf };
  const inputHash = hashInputs(
    { problem, seed, weightPrecision, acceptError, ...known },
    files.map(({ bytes }) => bytes),
  );
  const certificate = certificateOf(answer, proof);
  const totalSeconds = (performance.now() - started) / 1000;
  const stamp = { tool: toolStamp(), inputHash, seed, totalSeconds };
  const document = JSON.stringify({ ...recoverJson(recovery, problem, stamp, { proof, certificate }), notes });
  // Printed first: a full disk must not take the answer with it.
  io.stdout.write(options.json ? `${document}\n` : recoverText(recovery, problem, styleFor(io), proof));
  if (options.out !== undefined) writeOutput(options.out, `${document}\n`);
  if (options.certificate !== undefined) writeCertificate(options.certificate, certificate, io);
  return recovery.status === "not-found" ? 3 : 0;

  function prove({ evidence, samples, sampleCount }: Recovery): ProvedBounds | NoBounds {
    return certifyRecovery({ ...question, samples: sampleCount }, evidence, samples);
  }

  function certificateOf({ evidence, sampleCount }: Recovery, found: ProvedBounds | NoBounds | null): object | null {
    const proved = found === null || found.kind === "none" ? null : found.certificate;
    return networkCertificate(
      { certificate: proved, evidence, upTo: evidence.equationGauge.symmetries },
      { ...question, samples: sampleCount },
      files,
      options.certificate,
    );
  }
}

/** Bounds are claimed, and so worth a proof, where the data set is not one of a continuum. */
function isClaimed({ status }: Recovery): boolean {
  return status === "recovered" || status === "ill-conditioned";
}
