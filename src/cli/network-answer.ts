import { formatRational } from "../algebra/rational.ts";
import { checkKnowing } from "../audit/knowledge-check.ts";
import { findingsForNetwork, NO_FINDINGS } from "../audit/partial-findings.ts";
import { UsageError } from "../errors.ts";
import { stateProblem } from "../report/problem.ts";
import type { Answer } from "./answer.ts";
import { hashInputs } from "./files.ts";
import { networkCertificate } from "./network-certificate.ts";
import { loadQuestion } from "./network-question.ts";
import type { CommonOptions } from "./options.ts";
import type { ShapeOptions } from "./shape-question.ts";
import type { Progress } from "./terminal.ts";

/** Options that an answer about a network depends on. */
interface NetworkAnswerOptions extends CommonOptions, ShapeOptions {
  readonly certificate?: string;
  readonly count?: boolean;
}

/** The answer about one network, with its certificate. */
export function answerNetwork(file: string, options: NetworkAnswerOptions, progress: Progress): Answer {
  const { samples } = options;
  if (samples === undefined) throw new UsageError("the number of training samples is needed", "pass -n N");
  rejectShapeOptions(options);
  const { question, data, files } = loadQuestion(file, options, options.data, progress);
  const asked = { ...question, samples };
  const network = checkKnowing(asked, data);
  const problem = stateProblem(network.evidence.equations.system.shape, samples);
  const { seed, weightPrecision, loss, weightDecay, domain } = options;
  const known = { loss, weightDecay: weightDecay && formatRational(weightDecay), domain };
  const bytes = files.map((read) => read.bytes);
  const inputHash = hashInputs({ problem, seed, weightPrecision, ...known }, bytes);
  const certificate = networkCertificate(network, asked, files, options.certificate);
  // Parts and slack are those of the layers' equations alone.
  const decidedWithKnowledge = network.data?.knowledge !== undefined;
  const findings = decidedWithKnowledge ? NO_FINDINGS : findingsForNetwork(network, samples);
  if (question.shouldStop()) progress.note("kktid: --max-seconds ended the analysis; a longer one may say more");
  return { decision: network, problem, network, certificate, findings, solutions: null, inputHash, seed };
}

function rejectShapeOptions(options: NetworkAnswerOptions): void {
  const { inputDim, width, outputs, count } = options;
  if (count) throw new UsageError("--count is about a shape; a network file has one data set to find", "leave it out");
  if (inputDim !== undefined || width !== undefined || outputs !== undefined) {
    throw new UsageError("-d, -m and --outputs describe a shape; a network file has its own", "leave them out");
  }
}
