import type { Verdict } from "../identifiability/result.ts";
import { toolStamp } from "../library/tool.ts";
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

export interface CheckOptions extends CommonOptions, ShapeOptions {
  readonly certificate?: string;
  readonly count?: boolean;
  readonly detail: Detail;
  readonly require?: Verdict;
  /** Say nothing of knowledge that check has no use for: another command was given it, too. */
  readonly hideUnused?: boolean;
}

/** `kktid check`: a shape, a problem file, or a network. */
export function runCheck(target: string | undefined, options: CheckOptions, io: Io): ExitCode {
  if (options.certificate !== undefined) requireFolderOf(options.certificate);
  const progress = progressFor(io, options.quiet === true || options.json === true);
  const { answer, document } = documentCheck(target, options, progress);
  progress.clear();
  const { decision, problem, network, certificate, findings, solutions } = answer;
  if (options.json) io.stdout.write(`${JSON.stringify(document)}\n`);
  else {
    io.stdout.write(
      checkText(decision, problem, styleFor(io), { network, findings, solutions, detail: options.detail }),
    );
  }
  if (options.certificate !== undefined) writeCertificate(options.certificate, certificate, io);
  return meetsRequirement(decision.verdict, options.require, io) ? 0 : 1;
}

/** The answer of `check`, and the document of `--json`. */
interface CheckDocument {
  readonly answer: Answer;
  readonly document: object;
}

/** Decides, without printing anything. */
export function documentCheck(
  target: string | undefined,
  options: Omit<CheckOptions, "detail" | "require">,
  progress: Progress,
): CheckDocument {
  const started = performance.now();
  const answer = answerFor(target, options, progress);
  const { decision, problem, network, certificate, findings, solutions, inputHash, seed } = answer;
  const stamp = { tool: toolStamp(), inputHash, seed, totalSeconds: (performance.now() - started) / 1000 };
  const parts = { network, certificate, findings, solutions, files: answer.files, options: answer.options };
  return { answer, document: checkJson(decision, problem, stamp, parts) };
}

function answerFor(
  target: string | undefined,
  options: Omit<CheckOptions, "detail" | "require">,
  progress: Progress,
): Answer {
  if (target === undefined) return answerShape(shapeFromOptions(options), options, progress);
  if (/\.ya?ml$/i.test(target)) return answerShape(shapeFromFile(target, options), options, progress);
  return answerNetwork(target, options, progress);
}

/** Whether the verdict is as strong as `--require` asks; says so on stderr where it is not. */
export function meetsRequirement(verdict: Verdict, required: Verdict | undefined, io: Io): boolean {
  if (required === undefined || meets(verdict, required)) return true;
  io.stderr.write(`kktid: required ${required}, got ${verdict}\n`);
  return false;
}

/** Every answer is at least inconclusive, global is local, too; the other verdicts only meet themselves. */
function meets(verdict: Verdict, required: Verdict): boolean {
  if (required === "inconclusive") return true;
  return verdict === required || (required === "locally-identifiable" && verdict === "globally-identifiable");
}
