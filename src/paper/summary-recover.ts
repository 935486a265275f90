import type { CheckAnswer } from "../answers/check-answer.ts";
import type { RecoverAnswer } from "../answers/recover-answer.ts";
import { joinWords } from "../report/numbers.ts";
import { largestBound, type ProblemFacts, provedBounds, type Summary, soughtSamples } from "./facts.ts";
import { counted, equals, inlines, numberOf, plusMinus, type Words } from "./inline.ts";
import { trainingSamples, upToWords } from "./problem-words.ts";
import { prose } from "./prose.ts";
import { capital, foundation, hasSeveralDataSets, notDetermined, subjectOf } from "./summary-check.ts";

/** The auditor's sentence of a recovery, with what a check says beside it. */
export function summaryOfRecovery(facts: ProblemFacts, recover: RecoverAnswer): Summary {
  const { check } = facts;
  switch (recover.status) {
    case "recovered":
      return { sentence: inlines(...recovered(facts, recover)), outcome: outcomeWith(facts) };
    case "nonidentifiable":
      return { sentence: inlines(...notDetermined(facts, check), "."), outcome: "undetermined" };
    case "ill-conditioned":
      return { sentence: inlines(...fitted(facts, recover)), outcome: outcomeWithout(check) };
    case "not-found":
      return { sentence: inlines(...notFound(facts, recover)), outcome: outcomeWithout(check) };
  }
}

/** Samples were computed: the only ones, some of several, or whether they are the only ones is not shown. */
function outcomeWith(facts: ProblemFacts): Summary["outcome"] {
  if (isDetermined(facts)) return "determined";
  return facts.check !== null && hasSeveralDataSets(facts.check) ? "undetermined" : "isolated";
}

/** What is left where no samples are claimed: the verdict of the check, if that protects the data. */
function outcomeWithout(check: CheckAnswer | null): Summary["outcome"] {
  return check?.verdict === "nonidentifiable" ? "undetermined" : "open";
}

function recovered(facts: ProblemFacts, recover: RecoverAnswer): Words[] {
  const { check } = facts;
  const sought = soughtSamples(recover);
  const bound = largestBound(sought);
  const given = recover.samples.length - sought.length;
  const count = `${sought.length} of ${counted(recover.samples.length, "sample")}`;
  const is = sought.length === 1 ? ["is", "was"] : ["are", "were"];
  const determined = isDetermined(facts);
  const by = subjectOf(facts);
  return [
    ...(determined
      ? [`${count} ${is[0]} determined by ${by}`, ...verdictFoundation(facts), ` and ${is[1]} recovered`]
      : [`${count} ${is[1]} recovered from ${by}`]),
    ...(bound === null
      ? []
      : [" to ", plusMinus(bound), sought.every(({ certified }) => certified) ? " (proved)" : " (estimated)"]),
    upToWords(recover.upTo),
    given === 0 ? "" : `; ${given} ${given === 1 ? "was" : "were"} given`,
    ...accuracyAssumption(recover),
    ".",
    ...(determined ? [] : [withoutGlobalVerdict(check)]),
    ...estimateBesideProof(recover),
    ...(recover.truth === null ? [] : [" The true error is at most ", numberOf(recover.truth.maxError), "."]),
  ];
}

/** Whether a proof or a verdict says that no other data set fits. */
function isDetermined({ check, recover }: ProblemFacts): boolean {
  return check?.verdict === "globally-identifiable" || provedBounds(recover)?.kind === "global";
}

/** What "determined" rests on, where that is no proof; the ± has its own word. */
function verdictFoundation({ check, recover }: ProblemFacts): Words[] {
  if (check === null || provedBounds(recover)?.kind === "global") return [];
  return check.basis === "theorem" || check.basis === "certificate" ? [] : [" (", foundation(check), ")"];
}

/** What the error analysis gives, where the first sentence has a bound that is proved and far larger. */
function estimateBesideProof(recover: RecoverAnswer): Words[] {
  const { samples, conditioning } = recover;
  const sought = samples.filter(({ known, certified }) => !known && certified);
  const estimates = sought.map(({ estimatedBound }) => estimatedBound);
  if (estimates.length === 0 || estimates.includes(null)) return [];
  return [
    " With weights exact to ",
    numberOf(conditioning.weightPrecision),
    knowledgeAssumption(recover),
    " the error analysis gives ",
    plusMinus(Math.max(...estimates.map(Number))),
    " (estimated).",
  ];
}

function withoutGlobalVerdict(check: CheckAnswer | null): string {
  if (check?.verdict === "nonidentifiable") {
    return " Other data sets fit the weights as well: the check calls them not identifiable.";
  }
  return " This data set is isolated; that no other one fits far away is not shown.";
}

/** What the printed bounds assume: ρ where they are proved, the rounding of the file where they are estimated. */
function accuracyAssumption(recover: RecoverAnswer): Words[] {
  const proof = provedBounds(recover);
  const sought = soughtSamples(recover);
  const certified = sought.length > 0 && sought.every(({ certified: isProved }) => isProved);
  const isStationary = recover.problem.setting === "kkt";
  if (proof !== null && certified) {
    const what = isStationary
      ? ", assuming the weights are a stationary point to "
      : ", assuming the numbers of the files are exact to ";
    return [
      what,
      equals("\\rho", "ρ", proof.rho),
      " of the largest entry of each tensor",
      proof.kind === "isolated" ? " and the training data are in the region searched around them" : "",
    ];
  }
  const precision = numberOf(recover.conditioning.weightPrecision);
  return [", assuming the weights are exact to ", precision, knowledgeAssumption(recover)];
}

/** What estimated bounds assume beside the weights, as its equations went into them; proved ones do without. */
function knowledgeAssumption({ knowledge }: RecoverAnswer): string {
  if (knowledge === null || knowledge.rows === 0) return "";
  const { loss, weightDecay, labels, domain } = knowledge;
  const facts = [
    ...(loss === null ? [] : [`the ${loss} loss`]),
    ...(loss === null || weightDecay === null ? [] : [`the weight decay ${weightDecay}`]),
    ...(loss === null || labels === null ? [] : [`labels out of ${labels.join(", ")}`]),
    ...(domain === "sphere" ? ["samples of norm 1"] : []),
  ];
  return facts.length === 0 ? "" : ` and given ${joinWords(facts)}`;
}

function fitted(facts: ProblemFacts, recover: RecoverAnswer): Words[] {
  return [
    `${capital(trainingSamples(facts.problem.samples))} ${facts.problem.samples === 1 ? "is" : "are"} not recovered from ${subjectOf(facts)}: `,
    ...prose(recover.explanation),
    ".",
    ...besides(facts.check),
  ];
}

function notFound(facts: ProblemFacts, recover: RecoverAnswer): Words[] {
  const { samples } = facts.problem;
  return [
    `No data set of ${counted(samples, "sample")} was found that solves the equations: `,
    ...prose(recover.explanation),
    ". A search that fails proves nothing about other searches.",
    ...besides(facts.check),
  ];
}

/** What a check adds to a search without samples. */
function besides(check: CheckAnswer | null): Words[] {
  if (check === null || check.verdict === "inconclusive") return [];
  const verdicts = {
    "globally-identifiable": "at most one data set fits, so the data are determined even so",
    "locally-identifiable": "a data set that fits is isolated",
    nonidentifiable: "the data are not determined",
  } as const;
  return [` By the check, ${verdicts[check.verdict]} (`, foundation(check), ")."];
}
