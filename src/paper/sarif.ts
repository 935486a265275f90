import { certificateFacts } from "../answers/certificate-facts.ts";
import type { CheckAnswer } from "../answers/check-answer.ts";
import type { Answer } from "../answers/parse-answer.ts";
import type { RecoverAnswer } from "../answers/recover-answer.ts";
import type { SweepAnswer } from "../answers/sweep-answer.ts";
import type { Tool } from "../answers/tool.ts";
import type { VerifyAnswer } from "../answers/verify-answer.ts";
import { CONDITIONS } from "../identifiability/condition-table.ts";

type Level = "error" | "warning" | "note";

/** A result of SARIF before it is written down. */
interface Finding {
  readonly rule: string;
  readonly level: Level;
  readonly message: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Rule {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Page in proofs/. */
  readonly page: string;
}

/** Findings that are not conditions of check. */
const OWN_RULES: readonly Rule[] = [
  {
    id: "verdict",
    name: "TrainingDataDetermined",
    description: "Whether the weights determine the training data.",
    page: "proofs/moment-expansion.md",
  },
  {
    id: "recovery",
    name: "TrainingDataRecovered",
    description: "Whether the training data were computed from the weights, and with which error.",
    page: "proofs/error-bound.md",
  },
  {
    id: "claim",
    name: "ClaimVerified",
    description: "Whether a claim agrees with its numerical experiments.",
    page: "proofs/moment-expansion.md",
  },
  {
    id: "phase",
    name: "PhaseDiagram",
    description: "How many cells of a grid of shapes determine their training data.",
    page: "proofs/counting.md",
  },
];

const RULES: readonly Rule[] = [
  ...OWN_RULES,
  ...CONDITIONS.map(({ id, question, page }) => ({
    id,
    name: id.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    description: question,
    page,
  })),
];

/**
 * Answers as a log of SARIF 2.1.0 for code scanning: an error where the data can be had, a warning where that is
 * undecided or shown up to finitely many choices only, a note for everything else.
 *
 * @param artifact - the network file, as a path or an address
 * @remarks A result of level "note" keeps the default kind "fail", since SARIF 2.1.0 (section 3.27.10) gives levels to
 * that kind alone.
 */
export function sarifOf(answers: readonly Answer[], artifact: string): object {
  const isRecovered = answers.some((answer) => answer.schema === "kktid.recover/1" && answer.status === "recovered");
  const findings = answers.flatMap((answer) => findingsOf(answer, isRecovered));
  const used = RULES.filter(({ id }) => findings.some(({ rule }) => rule === id));
  const { tool } = answers[0]!;
  const uri = uriOf(artifact);
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: tool.name, version: tool.version, rules: used.map((rule) => ruleJson(rule, tool)) } },
        artifacts: [{ location: { uri } }],
        columnKind: "utf16CodeUnits",
        results: findings.map(({ rule, level, message, properties }) => ({
          ruleId: rule,
          ruleIndex: used.findIndex(({ id }) => id === rule),
          level,
          message: { text: message },
          locations: [{ physicalLocation: { artifactLocation: { uri, index: 0 } } }],
          partialFingerprints: { "kktid/1": `${rule}:${properties.id ?? ""}` },
          properties,
        })),
      },
    ],
  };
}

/** The network file that the answers are about; null where no certificate names it. */
export function artifactOf(answers: readonly Answer[]): string | null {
  for (const answer of answers) {
    if (!("certificate" in answer)) continue;
    const file =
      answer.files?.find(({ role }) => role === "network")?.name ?? certificateFacts(answer.certificate)?.network?.file;
    if (file !== undefined) return file;
  }
  return null;
}

function ruleJson({ id, name, description, page }: Rule, { name: tool, version }: Tool): object {
  return {
    id,
    name,
    shortDescription: { text: description },
    help: { text: `${description} Stated and proved in ${page} of the package ${tool} ${version}.` },
    defaultConfiguration: { level: "note" },
  };
}

function findingsOf(answer: Answer, isRecovered: boolean): Finding[] {
  switch (answer.schema) {
    case "kktid.check/1":
      return checkFindings(answer, isRecovered);
    case "kktid.recover/1":
      return [recoverFinding(answer)];
    case "kktid.verify/1":
      return verifyFindings(answer);
    case "kktid.sweep/1":
      return [sweepFinding(answer)];
  }
}

const VERDICT_LEVELS: Readonly<Record<CheckAnswer["verdict"], Level>> = {
  "globally-identifiable": "error",
  "locally-identifiable": "warning",
  nonidentifiable: "note",
  inconclusive: "warning",
};

const VERDICT_WORDS: Readonly<Record<CheckAnswer["verdict"], string>> = {
  "globally-identifiable": "determine the training data: only one data set fits",
  "locally-identifiable": "determine the training data up to finitely many choices",
  nonidentifiable: "do not determine the training data: a continuum of data sets fits",
  inconclusive: "may or may not determine the training data: undecided",
};

function checkFindings({ verdict, basis, scope, upTo, conditions }: CheckAnswer, isRecovered: boolean): Finding[] {
  const isHad = verdict === "locally-identifiable" && isRecovered;
  const subject = scope === "generic" ? "Almost all weights of this shape" : "The weights";
  const gauge = upTo.length === 0 ? "" : ` (up to ${upTo.join(", ")})`;
  return [
    {
      rule: "verdict",
      level: isHad ? "error" : VERDICT_LEVELS[verdict],
      message: `${subject} ${VERDICT_WORDS[verdict]}${gauge}. Verdict ${verdict}, basis ${basis}.`,
      properties: { verdict, basis, scope, upTo },
    },
    ...conditions.map(({ id, status, basis: ground, statement }) => ({
      rule: RULES.some((rule) => rule.id === id) ? id : "verdict",
      level: "note" as const,
      message: `${statement} (${id}: ${status}, ${ground})`,
      properties: { id, status, basis: ground },
    })),
  ];
}

const STATUS_LEVELS: Readonly<Record<RecoverAnswer["status"], Level>> = {
  recovered: "error",
  nonidentifiable: "note",
  "ill-conditioned": "warning",
  "not-found": "warning",
};

function recoverFinding({ status, explanation, samples, relativeResidual }: RecoverAnswer): Finding {
  const bounds = samples.map(({ errorBound }) => errorBound).filter((bound) => bound !== null);
  const errorBound = bounds.length === 0 ? null : Math.max(...bounds);
  const isProved = samples.every(({ certified, known }) => certified || known);
  const ground = isProved ? "proved" : "estimated";
  const message =
    status === "recovered"
      ? `${samples.length} training samples were computed from the weights${errorBound === null ? "" : `, with an error of at most ${errorBound.toPrecision(2)} (${ground})`}.`
      : `The training data were not recovered (${status}): ${explanation}`;
  return {
    rule: "recovery",
    level: STATUS_LEVELS[status],
    message,
    properties: { status, samples: samples.length, errorBound, relativeResidual },
  };
}

function verifyFindings({ claims }: VerifyAnswer): Finding[] {
  return claims.map(({ id, statement, passed, rows }) => ({
    rule: "claim",
    level: passed ? "note" : "error",
    message: `${passed ? "Agrees" : "Does not agree"} with its experiments: ${statement} (${id})`,
    properties: { id, passed, rows: rows.length },
  }));
}

function sweepFinding({ title, cells }: SweepAnswer): Finding {
  const count = (wanted: CheckAnswer["verdict"]): number => cells.filter(({ verdict }) => verdict === wanted).length;
  const [determined, locally] = [count("globally-identifiable"), count("locally-identifiable")];
  return {
    rule: "phase",
    level: "note",
    message: `${title}: ${determined} of ${cells.length} cells determine the training data, ${locally} more up to finitely many choices.`,
    properties: { cells: cells.length, determined, locally },
  };
}

/** A path as an address; what is one already stays. */
function uriOf(artifact: string): string {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(artifact)) return artifact;
  const path = artifact.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
  return path.startsWith("/") ? `file://${path}` : path;
}
