import type { ProblemAnswer } from "../answers/problem-answer.ts";
import type { Section } from "../document/tree.ts";
import type { Gauge } from "../identifiability/result.ts";
import { joinWords } from "../report/numbers.ts";
import { inlines, paragraph, plainMath, section, type Words } from "./inline.ts";
import { KNOWN_WORDS } from "./problem-words.ts";

/** What was asked of a network or of a shape. */
export interface QuestionParts {
  readonly problem: ProblemAnswer;
  readonly scope: "generic" | "instance";
  readonly upTo: readonly Gauge[];
  readonly wasRecovered: boolean;
  /** Whether the number of samples was looked for, too. */
  readonly countWasOpen: boolean;
}

const GAUGES: Readonly<Record<Gauge, string>> = {
  permutation: "the order of the samples",
  sign: "the sign of each sample",
  scale: "the scale of each sample against its multiplier",
};

/** Section "Question": what is known, what is asked, up to which symmetry. */
export function questionSection(parts: QuestionParts): Section | null {
  const { problem, scope, upTo, wasRecovered, countWasOpen } = parts;
  const n = problem.samples;
  const network =
    scope === "instance"
      ? "a two-layer network with polynomial activation was trained; known are "
      : "take almost any two-layer network of the shape below and almost any training data; known are ";
  const samples: Words =
    n === 1 ? "the one training sample" : inlines("the ", plainMath(`n = ${n}`), " training samples");
  return section("question", "Question", [
    paragraph(
      capital(network),
      KNOWN_WORDS[problem.setting],
      ". Do they determine ",
      samples,
      wasRecovered ? ", and can these be computed, with which error" : "",
      "? Two data sets count as the same if they differ only by ",
      joinWords(upTo.map((symmetry) => GAUGES[symmetry])),
      ", which no equation sees. Compared are data sets of exactly ",
      plainMath(`n = ${n}`),
      " real samples with nonzero multipliers.",
      countWasOpen ? " The number of samples was not given: it is the smallest that fits." : "",
    ),
  ]);
}

const capital = (sentence: string): string => `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
