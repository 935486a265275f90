import type { CheckAnswer, ConditionAnswer } from "../answers/check-answer.ts";
import type { Block, Section } from "../document/tree.ts";
import type { DerivationStep } from "../identifiability/result.ts";
import type { ProblemFacts } from "./facts.ts";
import {
  cite,
  code,
  inlines,
  left,
  link,
  paragraph,
  plainMath,
  reference,
  section,
  steps,
  strong,
  table,
  text,
  type Words,
} from "./inline.ts";
import { BASIS_NAMES, upToWords, VERDICT_WORDS } from "./problem-words.ts";
import { pageName, prose } from "./prose.ts";
import { WORKS_BY_NAME } from "./references.ts";
import { foundation } from "./summary-check.ts";
import { theoremAnchor } from "./theorems.ts";
import { theoremsOfCondition } from "./used-theorems.ts";

/** Section "Verdict": the derivation step by step, and every condition that was decided. */
export function verdictSection({ check, problem }: ProblemFacts): Section | null {
  if (check === null) return null;
  const [first, ...others] = check.derivation;
  return section("verdict", "Verdict and derivation", [
    paragraph(
      "For ",
      plainMath(`n = ${problem.samples}`),
      ...(check.verdict === "inconclusive"
        ? [" the question is ", strong("open")]
        : [" the data are ", strong(`${VERDICT_WORDS[check.verdict]}${upToWords(check.upTo)}`)]),
      " (",
      foundation(check),
      "). ",
      first === undefined
        ? "No rule applies to the conditions that were decided, so nothing follows from them."
        : "The verdict follows in these steps:",
    ),
    first === undefined ? null : derivation(check, first),
    ...others.map((step) => alsoFollows(step)),
    conditionTable(check, first),
  ]);
}

function derivation(check: CheckAnswer, { from, verdict, because, basis }: DerivationStep): Block {
  const used = from.flatMap((id) => check.conditions.filter((condition) => condition.id === id));
  return steps([
    ...used.map((condition) =>
      inlines(
        code(condition.id),
        ` ${STATUS[condition.status]}: `,
        sentence(condition),
        ` (${BASIS_NAMES[condition.basis]}; `,
        ...sources(condition),
        ")",
      ),
    ),
    inlines(
      "Therefore the data are ",
      strong(VERDICT_WORDS[verdict]),
      ": ",
      ...prose(because),
      `. A chain is as strong as its weakest link: ${BASIS_NAMES[basis]}.`,
    ),
  ]);
}

function alsoFollows({ verdict, because, from, basis }: DerivationStep): Block {
  return paragraph(
    "Independently, ",
    ...from.flatMap((id, k): Words => [k === 0 ? "" : k === from.length - 1 ? " and " : ", ", code(id)]),
    ` ${from.length === 1 ? "gives" : "give"} “${VERDICT_WORDS[verdict]}” (${BASIS_NAMES[basis]}): `,
    ...prose(because),
    ".",
  );
}

const STATUS = { holds: "holds", fails: "fails", unknown: "is open" } as const;

/** A statement as the continuation of a sentence: without its full stop. */
function sentence({ statement }: ConditionAnswer): Words {
  return prose(statement.replace(/\.$/, ""));
}

/** Theorem and page of a condition: citations, links, and the statement in this report. */
function sources(condition: ConditionAnswer): Words[] {
  const [theorem] = theoremsOfCondition(condition);
  const parts = condition.reference.split(/;\s*/).map(sourceOf);
  const all = theorem === undefined ? parts : [reference(theoremAnchor(theorem)), ...parts];
  return all.flatMap((part, k): Words[] => (k === 0 ? [part] : [", ", part]));
}

function sourceOf(source: string): Words {
  const work = WORKS_BY_NAME.find(([name]) => name.test(source));
  if (work !== undefined) return cite(work[1]);
  const [, page, place] = /^(proofs\/[a-z-]+\.md)(?:, section (.*))?$/.exec(source) ?? [];
  if (page === undefined) return text(source);
  return link(page, place === undefined ? pageName(page) : `${pageName(page)}, ${place}`);
}

/** Every condition; those of the derivation stand there in full. */
function conditionTable(check: CheckAnswer, first: DerivationStep | undefined): Block | null {
  if (check.conditions.length === 0) return null;
  return table({
    id: "conditions",
    caption: "Every condition that was looked at. A step is one of the derivation.",
    columns: [left("condition"), left("status"), left("basis"), left("statement", true)],
    rows: check.conditions.map((condition) => {
      const step = first?.from.indexOf(condition.id) ?? -1;
      return [
        code(condition.id),
        condition.status,
        // Where nothing was decided there is nothing to found.
        condition.status === "unknown" ? "–" : BASIS_NAMES[condition.basis],
        step >= 0 ? `step ${step + 1}` : sentence(condition),
      ];
    }),
  });
}
