import { UsageError } from "../errors.ts";
import { answerShape as answerAskedShape } from "../library/shape-check.ts";
import type { Answer } from "./answer.ts";
import type { AskedShape } from "./shape-question.ts";
import { type Progress, watchWith } from "./terminal.ts";

/** Options that an answer about a shape depends on. */
interface ShapeAnswerOptions {
  readonly seed: number;
  readonly maxSeconds: number;
  readonly count?: boolean;
}

/** What is missing from an answer may be missing for want of time. */
const OUT_OF_TIME = "kktid: --max-seconds ended the analysis; what was left out is not known, not absent";

/** The answer about a shape, with its certificate; a seed in the problem file counts more than the option. */
export function answerShape(asked: AskedShape, options: ShapeAnswerOptions, progress: Progress): Answer {
  const watch = watchWith(progress, options.maxSeconds);
  if (options.count === true && (asked.points !== undefined || asked.knowledge.loss !== null)) {
    throw new UsageError(
      "--count counts for general data and the layers' equations alone",
      "leave out --data, --loss, --domain",
    );
  }
  const question = { ...asked, seed: asked.seed ?? options.seed, count: options.count === true };
  const answer = answerAskedShape(question, watch);
  if (watch.secondsLeft() <= 0) progress.note(OUT_OF_TIME);
  return { ...answer, network: null };
}
