import type { Verdict } from "../identifiability/result.ts";
import { checkJson } from "../report/check-json.ts";
import { checkText } from "../report/check-text.ts";
import type { Detail } from "../report/detail.ts";
import type { Answer } from "./answer.ts";
import { requireFolderOf, writeCertificate } from "./files.ts";
import type { ExitCode, Io } from "./io.ts";
import { answerNetwork } from "./network-answer.ts";
import type { CommonOptions } from "./options.ts";
import { answerShape } from "./shape-answer.ts";
import { type ShapeOptions, shapeFromFile, shapeFromOptions } from "./shape-question.ts";
import { type Progress, progressFor, styleFor } from "./terminal.ts";
import { toolStamp } from "./version.ts";

export interface CheckOptions extends CommonOptions, ShapeOptions {
  readonly certificate?: string;
  readonly count?: boolean;
  readonly detail: Detail;
  readonly require?: Verdict;
}

/** `kktid check`: a shape, a problem file, or a network. */
export function runCheck(target: string | undefined, options: CheckOptions, io: Io): ExitCode {
  const started = performance.now();
  if (options.certificate !== undefined) requireFolderOf(options.certificate);
  const progress = progressFor(io, options.quiet === true || options.json === true);
  const answer = answerFor(target, options, progress);
  progress.clear();
  const { decision, problem, network, certificate, findings, solutions, inputHash, seed } = answer;
  if (options.json) {
    const totalSeconds = (performance.now() - started) / 1000;
    const parts = { network, certificate, findings, solutions };
    const stamp = { tool: toolStamp(), inputHash, seed, totalSeconds };
    io.stdout.write(`${JSON.stringify(checkJson(decision, problem, stamp, parts))}\n`);
  } else {
    io.stdout.write(
      checkText(decision, problem, styleFor(io), { network, findings, solutions, detail: options.detail }),
    );
  }
  if (options.certificate !== undefined) writeCertificate(options.certificate, certificate, io);
  if (options.require === undefined || meets(decision.verdict, options.require)) return 0;
  io.stderr.write(`kktid: required ${options.require}, got ${decision.verdict}\n`);
  return 1;
}

function answerFor(target: string | undefined, options: CheckOptions, progress: Progress): Answer {
  if (target === undefined) return answerShape(shapeFromOptions(options), options, progress);
  if (/\.ya?ml$/i.test(target)) return answerShape(shapeFromFile(target, options), options, progress);
  return answerNetwork(target, options, progress);
}

/** Every answer is at least inconclusive, global is local, too; the other verdicts only meet themselves. */
function meets(verdict: Verdict, required: Verdict): boolean {
  if (required === "inconclusive") return true;
  return verdict === required || (required === "locally-identifiable" && verdict === "globally-identifiable");
}
