import type { ProblemAnswer } from "../answers/problem-answer.ts";
import { InternalError, UsageError } from "../errors.ts";
import { accuracySection } from "./accuracy.ts";
import { ambiguitySection } from "./ambiguity.ts";
import { certificateSection } from "./certificate-section.ts";
import { changesSection } from "./changes.ts";
import { countsSection } from "./counts.ts";
import { dataSection } from "./data.ts";
import { factsOf, fileNamed, type ProblemAnswers, type ProblemFacts } from "./facts.ts";
import { counted } from "./inline.ts";
import { inputsSection } from "./inputs-section.ts";
import type { PaperOptions, PaperParts } from "./paper-parts.ts";
import { partialSection } from "./partial-section.ts";
import { questionSection } from "./question.ts";
import { searchSection } from "./search-section.ts";
import { settingSection } from "./setting.ts";
import { stampOf } from "./stamp.ts";
import { summaryOf } from "./summary.ts";
import { theoremsSection } from "./used-theorems.ts";
import { verdictSection } from "./verdict.ts";

/** The report about one problem: check, recover, or both. */
export function problemParts(answers: ProblemAnswers, options: PaperOptions): PaperParts {
  const problem = commonProblem(answers);
  const facts = factsOf(answers, problem, options.saved);
  const image = options.image ?? null;
  const { sentence, outcome } = summaryOf(facts);
  const sections = [
    questionSection({
      problem,
      scope: facts.scope,
      upTo: facts.upTo,
      wasRecovered: facts.recover !== null,
      countWasOpen: wasCountOpen(facts),
    }),
    settingSection(problem),
    verdictSection(facts),
    ambiguitySection(facts, image),
    dataSection(facts, image),
    accuracySection(facts),
    partialSection(facts),
    countsSection(facts),
    changesSection(facts),
    searchSection(facts),
    theoremsSection(facts),
    inputsSection(facts),
    certificateSection(facts),
  ].filter((section) => section !== null);
  return { title: titleOf(facts), summary: sentence, outcome, sections, stamp: stampOf(facts, options.commands) };
}

/** Whether recover looked for the number of samples, and found one that fits. */
function wasCountOpen({ recover }: ProblemFacts): boolean {
  const count = recover?.sampleCount ?? null;
  return recover?.status === "recovered" && count !== null;
}

/** Fields of a problem that two answers must share; the width and the like follow from them. */
const SHARED = ["setting", "inputDim", "samples", "width", "outputs", "activation", "trained", "bias"] as const;

function commonProblem({ check, recover }: ProblemAnswers): ProblemAnswer {
  const problem = check?.problem ?? recover?.problem;
  if (problem === undefined) throw new InternalError("a report needs an answer");
  if (check === null || recover === null) return problem;
  const differing = SHARED.find((field) => String(check.problem[field]) !== String(recover.problem[field]));
  if (differing !== undefined || check.scope === "generic") {
    const what =
      differing === undefined
        ? "the answer of check is about a shape, that of recover about a network"
        : `${differing} is ${String(check.problem[differing])} in the answer of check and ${String(recover.problem[differing])} in that of recover`;
    throw new UsageError(
      `the two answers are about different problems: ${what}`,
      "run check and recover with the same options",
    );
  }
  return problem;
}

function titleOf(facts: ProblemFacts): string {
  const { problem, scope } = facts;
  const file = fileNamed(facts, "network");
  if (file !== null) return `Training data in the weights of ${file}`;
  const shape = `${counted(problem.inputDim, "input")}, ${counted(problem.width, "neuron")}`;
  return scope === "generic"
    ? `Identifiability of ${counted(problem.samples, "training sample")}: ${shape}`
    : `Training data in the weights of a network: ${shape}`;
}
