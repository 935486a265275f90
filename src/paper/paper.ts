import type { SweepAnswer } from "../answers/sweep-answer.ts";
import type { VerifyAnswer } from "../answers/verify-answer.ts";
import type { Inline, ProofPage, ReportDocument, Section } from "../document/tree.ts";
import type { ProblemAnswers } from "./facts.ts";
import type { PaperOptions, PaperParts } from "./paper-parts.ts";
import { problemParts } from "./problem-paper.ts";
import { referencesOf, visitInlines } from "./references.ts";
import { sweepParts } from "./sweep-paper.ts";
import { verifyParts } from "./verify-paper.ts";

/** What a report is about: answers about one problem, the experiments of verify, or a sweep. */
export type ReportInput =
  | ({ readonly kind: "problem" } & ProblemAnswers)
  | { readonly kind: "verify"; readonly verify: VerifyAnswer }
  | { readonly kind: "sweep"; readonly sweep: SweepAnswer };

/**
 * The report of saved answers, as a tree that a renderer prints.
 *
 * @throws {@link UsageError} if answers do not belong together or the size of pictures does not fit
 */
export function paperOf(input: ReportInput, options: PaperOptions): ReportDocument {
  const { title, summary, outcome, sections, stamp } = partsOf(input, options);
  return {
    title: options.title ?? title,
    summary,
    outcome,
    sections,
    references: referencesOf(summary, sections),
    proofs: proofPages(summary, sections, options.proofPage),
    stamp,
  };
}

function partsOf(input: ReportInput, options: PaperOptions): PaperParts {
  switch (input.kind) {
    case "problem":
      return problemParts(input, options);
    case "verify":
      return verifyParts(input.verify);
    case "sweep":
      return sweepParts(input.sweep);
  }
}

/** The pages of proofs/ that a report links, each once, in the order of first mention. */
function proofPages(
  summary: readonly Inline[],
  sections: readonly Section[],
  read: PaperOptions["proofPage"],
): ProofPage[] {
  const paths = new Set<string>();
  visitInlines(summary, sections, (inline) => {
    if (inline.kind === "link" && inline.href.startsWith("proofs/")) paths.add(inline.href);
  });
  return [...paths].flatMap((path) => {
    const markdown = read(path);
    return markdown === null ? [] : [{ path, markdown }];
  });
}
