import { type CertificateFacts, certificateFacts } from "../answers/certificate-facts.ts";
import type { CheckAnswer, ConditionAnswer } from "../answers/check-answer.ts";
import type { FileAnswer } from "../answers/input-answer.ts";
import type { ProblemAnswer, SpectrumAnswer } from "../answers/problem-answer.ts";
import type { ProofAnswer, RecoverAnswer, SampleAnswer } from "../answers/recover-answer.ts";
import type { WitnessAnswer } from "../answers/witness-answer.ts";
import type { Inline, Outcome } from "../document/tree.ts";
import type { Gauge } from "../identifiability/result.ts";

/** The answers about one problem: of check, of recover, or of both. */
export interface ProblemAnswers {
  readonly check: CheckAnswer | null;
  readonly recover: RecoverAnswer | null;
}

/** What both answers share, and what is read off them in more than one section. */
export interface ProblemFacts extends ProblemAnswers {
  readonly problem: ProblemAnswer;
  readonly scope: "generic" | "instance";
  readonly upTo: readonly Gauge[];
  /** The certificate of the verdict, and that of the recovered data. */
  readonly verdictCertificate: CertificateFacts | null;
  readonly dataCertificate: CertificateFacts | null;
  /** The files that the answers depend on, each once; empty for a shape. */
  readonly files: readonly FileAnswer[];
  /** Where the answers are saved. */
  readonly savedAs: { readonly check: string; readonly recover: string };
  readonly witness: WitnessAnswer | null;
  readonly spectra: readonly SpectrumAnswer[];
}

/** The auditor's sentence, and what it says about the data. */
export interface Summary {
  readonly sentence: readonly Inline[];
  readonly outcome: Outcome;
}

/** Reads what several sections need. */
export function factsOf(
  { check, recover }: ProblemAnswers,
  problem: ProblemAnswer,
  saved: Readonly<Record<string, string>> = {},
): ProblemFacts {
  return {
    check,
    recover,
    problem,
    scope: check?.scope ?? "instance",
    upTo: recover?.upTo ?? check?.upTo ?? [],
    verdictCertificate: certificateFacts(check?.certificate ?? null),
    dataCertificate: certificateFacts(recover?.certificate ?? null),
    files: filesOf({ check, recover }),
    savedAs: { check: saved["kktid.check/1"] ?? "check.json", recover: saved["kktid.recover/1"] ?? "recover.json" },
    witness: check?.witness ?? recover?.witness ?? null,
    spectra: [...(check?.spectra ?? []), ...(recover?.spectra ?? []).filter(isNewTo(check?.spectra ?? []))],
  };
}

/** Files by role; documents of older versions name those of their certificates only. */
function filesOf({ check, recover }: ProblemAnswers): FileAnswer[] {
  const stated = [...(check?.files ?? []), ...(recover?.files ?? [])];
  const files = stated.length > 0 ? stated : [check, recover].flatMap((answer) => certifiedFiles(answer));
  return files.filter(
    (file, k) => files.findIndex(({ role, sha256 }) => role === file.role && sha256 === file.sha256) === k,
  );
}

function certifiedFiles(answer: CheckAnswer | RecoverAnswer | null): FileAnswer[] {
  const facts = certificateFacts(answer?.certificate ?? null);
  return (["network", "init", "gradient"] as const).flatMap((role) => {
    const file = facts?.[role] ?? null;
    return file === null ? [] : [{ role, name: file.file, sha256: file.sha256 }];
  });
}

/** Name of the file of a role; null where no answer names one. */
export function fileNamed({ files }: Pick<ProblemFacts, "files">, role: FileAnswer["role"]): string | null {
  return files.find((file) => file.role === role)?.name ?? null;
}

/** Check and recover look at the same matrices; each is shown once. */
const isNewTo =
  (shown: readonly SpectrumAnswer[]) =>
  ({ name }: SpectrumAnswer): boolean =>
    !shown.some((other) => other.name === name);

/** A condition of check by its id. */
export function conditionOf(check: CheckAnswer | null, id: string): ConditionAnswer | null {
  return check?.conditions.find((condition) => condition.id === id) ?? null;
}

/** The assumed ρ of statements about an instance; null for a shape. */
export function assumedRho({
  check,
  verdictCertificate,
}: Pick<ProblemFacts, "check" | "verdictCertificate">): number | null {
  if (verdictCertificate?.rho != null) return verdictCertificate.rho;
  const rho = conditionOf(check, "weights-within-rho")?.numbers.rho;
  return typeof rho === "number" ? rho : null;
}

/** The bounds that were proved of the recovered samples; null where none were. */
export function provedBounds(recover: RecoverAnswer | null): Exclude<ProofAnswer, { readonly kind: "none" }> | null {
  const proof = recover?.proof ?? null;
  return proof === null || proof.kind === "none" ? null : proof;
}

/** The samples that were not given. */
export function soughtSamples(recover: RecoverAnswer): readonly SampleAnswer[] {
  return recover.samples.filter(({ known }) => !known);
}

/** The largest bound of some samples; null where one has none. */
export function largestBound(samples: readonly SampleAnswer[]): number | null {
  const bounds = samples.map(({ errorBound }) => errorBound);
  return bounds.length === 0 || bounds.includes(null) ? null : Math.max(...bounds.map(Number));
}

/** True error of each recovered sample, by the assignment of the truth; null without one. */
export function trueErrors(recover: RecoverAnswer): readonly (number | null)[] {
  const errors: (number | null)[] = recover.samples.map(() => null);
  recover.truth?.assignment.forEach((at, i) => {
    if (at >= 0 && at < errors.length) errors[at] = recover.truth?.perSample[i] ?? null;
  });
  return errors;
}

/** Euclidean norm. */
export function normOf(x: readonly number[]): number {
  return Math.hypot(...x);
}

/** Directions beyond the gauge that change no equation to first order; null where the rank is not known. */
export function freeDirections({ counts }: CheckAnswer): number | null {
  return counts.nullity === null ? null : counts.nullity - counts.gaugeDimension;
}
