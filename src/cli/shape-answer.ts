import { findingsForShape } from "../audit/partial-findings.ts";
import { countDataSets, type DataSetCount } from "../counting/count-data-sets.ts";
import { sideInformationOf } from "../equations/side-information.ts";
import { UsageError } from "../errors.ts";
import { checkShape, type ShapeDecision } from "../identifiability/check-shape.ts";
import type { Decision } from "../identifiability/result.ts";
import type { Watch } from "../identifiability/watch.ts";
import { shapeCertificate } from "../report/certificate.ts";
import { stateProblem } from "../report/problem.ts";
import type { Answer } from "./answer.ts";
import { hashInputs } from "./files.ts";
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

/** The answer about a shape, with its certificate. */
export function answerShape(asked: AskedShape, options: ShapeAnswerOptions, progress: Progress): Answer {
  const { shape, samples, knowledge, points, bytes } = asked;
  const seed = asked.seed ?? options.seed;
  const question = { shape, samples, seed, knowledge, points };
  const watch = watchWith(progress, options.maxSeconds);
  const decision = checkShape(question, watch);
  const findings = findingsForShape(question, decision, watch);
  const problem = stateProblem(shape, samples, knowledge);
  const inputHash = hashInputs({ problem, seed }, bytes);
  const solutions = options.count === true ? countSolutions(asked, seed, watch) : null;
  const certificate = shapeCertificate(decision, question);
  if (watch.secondsLeft() <= 0) progress.note(OUT_OF_TIME);
  return {
    decision: withoutUnprovedBasis(decision, certificate),
    problem,
    network: null,
    certificate,
    findings,
    solutions,
    inputHash,
    seed,
  };
}

/** The data sets that share the equations of one random instance of the shape. */
function countSolutions({ shape, samples, knowledge, points }: AskedShape, seed: number, watch: Watch): DataSetCount {
  const known = sideInformationOf(knowledge, shape, samples) !== null || knowledge.loss === "softmax";
  if (known || points !== undefined) {
    throw new UsageError(
      "--count counts for general data and the layers' equations alone",
      "leave out --data, --loss, --domain",
    );
  }
  watch.onStage("data sets that share the equations", 0);
  return countDataSets(shape, samples, {
    seed,
    level: "equations",
    shouldStop: () => watch.secondsLeft() <= 0,
    onProgress: (found, loops) => watch.onStage(`data sets that share the equations: ${found}, ${loops} loops`, 0),
  });
}

/** "certificate" is what recheck verifies; an exact verdict that no certificate carries is called probable, error 0. */
function withoutUnprovedBasis(decision: ShapeDecision, certificate: object | null): Decision {
  return decision.basis === "certificate" && certificate === null ? { ...decision, basis: "probable" } : decision;
}
