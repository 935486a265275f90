import { UsageError } from "../errors.ts";
import { answerNetwork as answerAskedNetwork } from "../library/network-check.ts";
import type { Answer } from "./answer.ts";
import { loadQuestion } from "./network-question.ts";
import type { CommonOptions } from "./options.ts";
import type { ShapeOptions } from "./shape-question.ts";
import type { Progress } from "./terminal.ts";

/** Options that an answer about a network depends on. */
interface NetworkAnswerOptions extends CommonOptions, ShapeOptions {
  readonly certificate?: string;
  readonly count?: boolean;
  readonly hideUnused?: boolean;
}

/** The answer about one network, with its certificate. */
export function answerNetwork(file: string, options: NetworkAnswerOptions, progress: Progress): Answer {
  const { samples } = options;
  if (samples === undefined) throw new UsageError("the number of training samples is needed", "pass -n N");
  rejectShapeOptions(options);
  const asked = loadQuestion(file, options, options.data, progress);
  const answer = answerAskedNetwork(asked, samples);
  if (asked.question.shouldStop()) {
    progress.note("kktid: --max-seconds ended the analysis; a longer one may say more");
  }
  return { ...answer, decision: answer.network, solutions: null };
}

function rejectShapeOptions(options: NetworkAnswerOptions): void {
  const { inputDim, width, outputs, count } = options;
  if (count) throw new UsageError("--count is about a shape; a network file has one data set to find", "leave it out");
  if (inputDim !== undefined || width !== undefined || outputs !== undefined) {
    throw new UsageError("-d, -m and --outputs describe a shape; a network file has its own", "leave them out");
  }
}
