import type { CheckAnswer } from "../answers/check-answer.ts";
import type { Outcome } from "../document/tree.ts";
import { assumedRho, conditionOf, freeDirections, type ProblemFacts, type Summary } from "./facts.ts";
import { equals, inlines, numberOf, percent, type Words } from "./inline.ts";
import { BASIS_WORDS, besideWords, SUBJECTS, trainingSamples, upToWords } from "./problem-words.ts";
import { prose } from "./prose.ts";

/** The auditor's sentence of a check. */
export function summaryOfCheck(facts: ProblemFacts, check: CheckAnswer): Summary {
  const words = check.scope === "generic" ? shapeSentence(facts, check) : instanceSentence(facts, check);
  return { sentence: inlines(...words), outcome: outcomeOfCheck(check) };
}

/** What a verdict says about the data; finitely many data sets are undetermined only where two are known. */
function outcomeOfCheck(check: CheckAnswer): Outcome {
  return hasSeveralDataSets(check) ? "undetermined" : OUTCOMES[check.verdict];
}

/** Whether two or more real data sets are known to fit, be it of a random instance of the shape. */
export function hasSeveralDataSets({ verdict, solutions }: CheckAnswer): boolean {
  return verdict === "nonidentifiable" || (verdict === "locally-identifiable" && (solutions?.real ?? 0) > 1);
}

const OUTCOMES: Readonly<Record<CheckAnswer["verdict"], Outcome>> = {
  "globally-identifiable": "determined",
  "locally-identifiable": "isolated",
  nonidentifiable: "undetermined",
  inconclusive: "open",
};

/** "the weights", and what is known beside them where the verdict used it. */
export function subjectOf({ check, problem }: Pick<ProblemFacts, "check" | "problem">): string {
  const used = check !== null && conditionOf(check, "side-information")?.status === "holds";
  return `${SUBJECTS[problem.setting]}${used ? besideWords(problem) : ""}`;
}

/** How a verdict is founded, in parentheses. */
export function foundation({ basis, errorProbability, verdict, certificate }: CheckAnswer): Words {
  if (basis === "probable" && errorProbability === 0 && verdict !== "inconclusive") {
    return "exact computation, without a certificate";
  }
  if (basis === "probable" && errorProbability > 0) {
    return inlines("ranks modulo primes, wrong with probability at most ", numberOf(errorProbability));
  }
  if (basis === "certificate" && certificate !== null) return "proved, with a certificate";
  return BASIS_WORDS[basis];
}

function instanceSentence(facts: ProblemFacts, check: CheckAnswer): Words[] {
  const { problem } = facts;
  const subject = capital(subjectOf(facts));
  const samples = trainingSamples(problem.samples);
  const gauge = upToWords(check.upTo);
  switch (check.verdict) {
    case "globally-identifiable":
      return [
        `${subject} determine ${samples}${gauge}: no other ${dataSetOf(problem.samples)} fits (`,
        foundation(check),
        ")",
        ...assumption(facts),
        ".",
      ];
    case "locally-identifiable":
      return [
        `${subject} determine ${samples}${gauge} to first order: the data set that was found is isolated (`,
        foundation(check),
        ")",
        ...assumption(facts),
        "; whether another one fits far away is open.",
      ];
    case "nonidentifiable":
      return [...notDetermined(facts, check), "."];
    case "inconclusive":
      return [`It is open whether ${subjectOf(facts)} determine ${samples}: `, ...whyOpen(check), "."];
  }
}

/** ", for every stationary point within ρ = … of the file". */
function assumption(facts: Pick<ProblemFacts, "check" | "verdictCertificate" | "problem">): Words[] {
  const rho = assumedRho(facts);
  if (rho === null) return [];
  const what =
    facts.problem.setting === "kkt"
      ? ", assuming the weights are a stationary point to "
      : ", assuming the numbers of the files are exact to ";
  return [what, equals("\\rho", "ρ", rho), " of the largest entry of each tensor"];
}

/** Two data sets with the same weights, and how many more. */
export function notDetermined(facts: ProblemFacts, check: CheckAnswer | null): Words[] {
  const { witness, problem } = facts;
  const start = `${capital(subjectOf(facts))} do not determine ${trainingSamples(problem.samples)}: `;
  if (witness === null) return [start, "a continuum of data sets has the same equations"];
  const proved = facts.verdictCertificate !== null && check?.verdict === "nonidentifiable";
  const apart = `two data sets, ${percent(witness.distance)} apart, fit them equally well`;
  const known = proved
    ? inlines(" (proved within ", equals("\\rho", "ρ", facts.verdictCertificate?.rho ?? 0), ")")
    : " to their rounding floor";
  if (witness.continuumDimension === 0) return [start, apart, known, ", both isolated"];
  return [
    start,
    apart,
    known,
    `, and ${(witness.path?.length ?? 0) > 2 ? "they are joined by" : "each lies in"} a continuum of data sets, of dimension ${witness.continuumDimension} by the rank of the Jacobian (estimated)`,
  ];
}

function whyOpen(check: CheckAnswer): Words[] {
  const span = conditionOf(check, "known-side-spans-samples");
  const [rank, samples] = [Number(span?.numbers.rank), Number(span?.numbers.samples)];
  if (span?.status === "fails" && rank > samples) {
    return [`no data set of ${samples} samples fits, because `, ...prose(span.statement)];
  }
  const obstacle =
    check.conditions.find(({ id, status }) => id === "data-set-fits" && status !== "holds") ??
    check.conditions.find(({ status, id }) => status === "fails" && id !== "distinct-neurons") ??
    check.conditions.find(({ status, id }) => status === "unknown" && id !== "weights-within-rho");
  return obstacle === undefined ? ["no rule applies to the conditions below"] : prose(lowerFirst(obstacle.statement));
}

function shapeSentence(facts: ProblemFacts, check: CheckAnswer): Words[] {
  const { problem } = facts;
  const samples = trainingSamples(problem.samples);
  const subject = `For ${almostEvery(check)} ${subjectOf(facts)}`;
  const gauge = upToWords(check.upTo);
  const free = freeDirections(check);
  const founded: Words[] = [" (", foundation(check), ")", conditional(check)];
  const rest: Words[] = [...founded, "."];
  switch (check.verdict) {
    case "globally-identifiable":
      return [`${subject} determine ${samples}${gauge}: no other ${dataSetOf(problem.samples)} fits`, ...rest];
    case "locally-identifiable":
      return [
        `${subject} determine ${samples}${gauge === "" ? "" : `${gauge} and`} up to finitely many data sets`,
        ...founded,
        `${alternatives(check)}.`,
      ];
    case "nonidentifiable":
      return [
        `${subject} do not determine ${samples}: a continuum of data sets`,
        free === null || free === 0 ? "" : ` of dimension ${free}`,
        " has the same equations",
        ...rest,
      ];
    case "inconclusive":
      return [
        `It is open whether, for ${almostEvery(check)} ${subjectOf(facts)} determine ${samples}: `,
        ...whyOpen(check),
        ".",
      ];
  }
}

function almostEvery({ conditions, problem }: CheckAnswer): string {
  const data = problem.domain === "sphere" ? "data set of norm 1" : "data set";
  return conditions.some(({ id }) => id === "data-are-general")
    ? "almost every network of this shape and the given samples,"
    : `almost every network and ${data} of this shape,`;
}

/** Finitely many: known to be more than one, or open. */
function alternatives(check: CheckAnswer): string {
  const { count = null, real = 0, found = 0, status } = check.solutions ?? {};
  if (real > 1) return `; at a random instance ${real} real ones were found`;
  const complex = count ?? found;
  if (complex > 1) {
    return `; a random instance has ${status === "exact" ? "" : "at least "}${complex} over the complex numbers`;
  }
  const unique = conditionOf(check, "decomposition-unique");
  return unique?.status === "fails"
    ? "; there is more than one over the complex numbers"
    : "; whether it is one is open";
}

/** Verdicts about general nodes are conditional where nodes are trained. */
function conditional({ conditions, verdict }: CheckAnswer): string {
  const general = conditions.find(({ id }) => id === "nodes-are-general");
  if (general?.status !== "unknown" || verdict === "nonidentifiable" || verdict === "inconclusive") return "";
  return ", provided that the trained neurons have the ranks of general ones";
}

const dataSetOf = (samples: number): string => `data set of ${samples} ${samples === 1 ? "sample" : "samples"}`;

/** The first letter of a sentence. */
export function capital(sentence: string): string {
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
}

/** A sentence behind a colon. Abbreviations and names keep their capitals. */
function lowerFirst(sentence: string): string {
  const body = sentence.replace(/\.$/, "");
  return /^[A-Z][a-z ]/.test(body) ? `${body.charAt(0).toLowerCase()}${body.slice(1)}` : body;
}
