import { checkNetwork } from "../audit/check-network.ts";
import { findingsForNetwork } from "../audit/partial-findings.ts";
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
  const network = checkNetwork(asked, data);
  const problem = stateProblem(network.evidence.equations.system.shape, samples);
  const { seed, weightPrecision } = options;
  const bytes = files.map((read) => read.bytes);
  const inputHash = hashInputs({ problem, seed, weightPrecision }, bytes);
  const certificate = networkCertificate(network, asked, files, options.certificate);
  const findings = findingsForNetwork(network, samples);
  if (question.shouldStop()) progress.note("kktid: --max-seconds ended the analysis; a longer one may say more");
  return { decision: network, problem, network, certificate, findings, solutions: null, inputHash, seed };
}

function rejectShapeOptions(options: NetworkAnswerOptions): void {
  const { inputDim, width, outputs, loss, weightDecay, domain, count } = options;
  if (count) throw new UsageError("--count is about a shape; a network file has one data set to find", "leave it out");
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
