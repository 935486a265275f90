import { checkNetwork, type NetworkDecision } from "../audit/check-network.ts";
import { findingsForNetwork, findingsForShape, type PartialFindings } from "../audit/partial-findings.ts";
import { UsageError } from "../errors.ts";
import { checkShape, type ShapeDecision } from "../identifiability/check-shape.ts";
import type { Decision, Verdict } from "../identifiability/result.ts";
import { shapeCertificate } from "../report/certificate.ts";
import { checkJson } from "../report/check-json.ts";
import { checkText } from "../report/check-text.ts";
import type { Detail } from "../report/detail.ts";
import { type ProblemStatement, stateProblem } from "../report/problem.ts";
import { hashInputs, requireFolderOf, writeOutput } from "./files.ts";
import type { ExitCode, Io } from "./io.ts";
import { loadQuestion } from "./network-question.ts";
import type { CommonOptions } from "./options.ts";
import { type AskedShape, type ShapeOptions, shapeFromFile, shapeFromOptions } from "./shape-question.ts";
import { type Progress, progressFor, styleFor, watchWith } from "./terminal.ts";
import { toolStamp } from "./version.ts";

export interface CheckOptions extends CommonOptions, ShapeOptions {
  readonly certificate?: string;
  readonly detail: Detail;
  readonly require?: Verdict;
}

interface Answer {
  readonly decision: Decision;
  readonly problem: ProblemStatement;
  readonly network: NetworkDecision | null;
  /** Null where the verdict has no proof that can be rechecked. */
  readonly certificate: object | null;
  readonly findings: PartialFindings;
  readonly inputHash: string;
}

/** `kktid check`: a shape, a problem file, or a network. */
export function runCheck(target: string | undefined, options: CheckOptions, io: Io): ExitCode {
  const started = performance.now();
  if (options.certificate !== undefined) requireFolderOf(options.certificate);
  const progress = progressFor(io, options.quiet === true || options.json === true);
  const answer = answerFor(target, options, progress);
  progress.clear();
  const { decision, problem, network, certificate, findings, inputHash } = answer;
  if (options.json) {
    const totalSeconds = (performance.now() - started) / 1000;
    const stamp = { tool: toolStamp(), inputHash, seed: options.seed, totalSeconds };
    io.stdout.write(`${JSON.stringify(checkJson(decision, problem, stamp, { network, certificate, findings }))}\n`);
  } else {
    io.stdout.write(checkText(decision, problem, styleFor(io), { network, findings, detail: options.detail }));
  }
  if (options.certificate !== undefined) writeCertificate(options.certificate, certificate, io);
  if (options.require === undefined || meets(decision.verdict, options.require)) return 0;
  io.stderr.write(`kktid: required ${options.require}, got ${decision.verdict}\n`);
  return 1;
}

/** Nothing is written where there is nothing to prove, and the reader is told. */
function writeCertificate(path: string, certificate: object | null, io: Io): void {
  if (certificate !== null) writeOutput(path, `${JSON.stringify(certificate)}\n`);
  else io.stderr.write(`kktid: this verdict has no certificate; ${path} was not written\n`);
}

function answerFor(target: string | undefined, options: CheckOptions, progress: Progress): Answer {
  if (target === undefined) return checkAskedShape(shapeFromOptions(options), options, progress);
  if (/\.ya?ml$/i.test(target)) return checkAskedShape(shapeFromFile(target), options, progress);
  return checkGivenNetwork(target, options, progress);
}

function checkAskedShape(asked: AskedShape, options: CheckOptions, progress: Progress): Answer {
  const { shape, samples, knowledge, points, bytes } = asked;
  const seed = asked.seed ?? options.seed;
  const question = { shape, samples, seed, knowledge, points };
  const watch = watchWith(progress, options.maxSeconds);
  const decision = checkShape(question, watch);
  const findings = findingsForShape(question, decision, watch);
  const problem = stateProblem(shape, samples, knowledge);
  const inputHash = hashInputs({ problem, seed }, bytes);
  const certificate = shapeCertificate(decision, question);
  return {
    decision: withoutUnprovedBasis(decision, certificate),
    problem,
    network: null,
    certificate,
    findings,
    inputHash,
  };
}

/** "certificate" is what recheck verifies; an exact verdict that no certificate carries is called probable, error 0. */
function withoutUnprovedBasis(decision: ShapeDecision, certificate: object | null): Decision {
  return decision.basis === "certificate" && certificate === null ? { ...decision, basis: "probable" } : decision;
}

function checkGivenNetwork(file: string, options: CheckOptions, progress: Progress): Answer {
  const { samples } = options;
  if (samples === undefined) throw new UsageError("the number of training samples is needed", "pass -n N");
  rejectShapeOptions(options);
  const { question, data, bytes } = loadQuestion(file, options, options.data, progress);
  const network = checkNetwork({ ...question, samples }, data);
  const problem = stateProblem(network.evidence.equations.system.shape, samples);
  const { seed, weightPrecision } = options;
  const inputHash = hashInputs({ problem, seed, weightPrecision }, bytes);
  const findings = findingsForNetwork(network, samples);
  return { decision: network, problem, network, certificate: null, findings, inputHash };
}

function rejectShapeOptions({ inputDim, width, outputs, loss, weightDecay, domain }: CheckOptions): void {
  if (loss !== undefined || weightDecay !== undefined || domain === "sphere") {
    throw new UsageError(
      "--loss, --weight-decay and --domain describe a shape; they are not used for a network file yet",
      "leave them out, or ask about the shape with -d, -n and -m",
    );
  }
  if (inputDim !== undefined || width !== undefined || outputs !== undefined) {
    throw new UsageError("-d, -m and --outputs describe a shape; a network file has its own", "leave them out");
  }
}

/** Global is local, too; the other verdicts only meet themselves. */
function meets(verdict: Verdict, required: Verdict): boolean {
  return verdict === required || (required === "locally-identifiable" && verdict === "globally-identifiable");
}
