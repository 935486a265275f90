import type { ProblemAnswer } from "../answers/problem-answer.ts";
import type { NetworkDecision } from "../audit/check-network.ts";
import type { Witness } from "../audit/fitted-data.ts";
import { NO_FINDINGS, type PartialFindings } from "../audit/partial-findings.ts";
import type { DataSetCount } from "../counting/count-data-sets.ts";
import type { Condition, Decision, Gauge, Repair, Verdict } from "../identifiability/result.ts";
import type { Detail } from "./detail.ts";
import { formatNumber, formatSpectrum, joinWords, wrap } from "./numbers.ts";
import { partialLines, slackLines } from "./partial-text.ts";
import { describeProblem } from "./problem.ts";
import { solutionCountLines } from "./solution-count.ts";
import type { TextStyle } from "./style.ts";

const WIDTH = 80;

const TITLES: Record<Verdict, string> = {
  "globally-identifiable": "GLOBALLY IDENTIFIABLE",
  "locally-identifiable": "LOCALLY IDENTIFIABLE",
  nonidentifiable: "NOT IDENTIFIABLE",
  inconclusive: "INCONCLUSIVE",
};

const MEANINGS: Record<Verdict, string> = {
  "globally-identifiable": "one data set fits",
  "locally-identifiable": "finitely many data sets fit; whether one is open",
  nonidentifiable: "a continuum of data sets fits",
  inconclusive: "not decided",
};

const BASES: Record<Decision["basis"], string> = {
  theorem: "a theorem",
  certificate: "exact computation",
  probable: "exact ranks modulo primes, probable",
  numerical: "floating-point ranks, not a proof",
};

export interface CheckTextOptions {
  /** The instance behind the decision; null for a shape. */
  readonly network?: NetworkDecision | null;
  /** Parts that are determined, slack, and an example for a shape. */
  readonly findings?: PartialFindings;
  /** How many data sets share the equations, where that was asked. */
  readonly solutions?: DataSetCount | null;
  readonly detail?: Detail;
}

/** The text of `check`: verdict, reasons, numbers, thresholds, repairs, then every condition. */
export function checkText(
  decision: Decision,
  problem: ProblemAnswer,
  style: TextStyle,
  { network = null, findings = NO_FINDINGS, solutions = null, detail = "normal" }: CheckTextOptions = {},
): string {
  const middle =
    detail === "brief"
      ? []
      : section("Numbers", numbers(decision, network), style).concat(
          section("Thresholds for general nodes", thresholds(decision, problem.samples), style),
        );
  const witness = network?.witness ?? findings.example;
  const conditions = decision.conditions.map((condition) => conditionLine(condition, style, detail === "full"));
  return [
    headline(decision, problem.samples, style),
    ...describeProblem(problem).map((line) => `  ${line}`),
    ...section("Why", reasons(decision, style), style),
    ...(detail === "full" ? section("Derivation", derivationLines(decision), style) : []),
    ...section("What is determined, and what moves", partialLines(findings.partial), style),
    ...(solutions === null ? [] : section("Number of data sets", solutionCountLines(solutions), style)),
    ...middle,
    ...section("Slack", slackLines(findings.slack), style),
    ...section("What would change it", repairs(decision), style),
    ...(witness === null ? [] : witnessLines(witness, problem, style)),
    ...(detail === "brief" ? [] : section("Conditions", conditions, style)),
    "",
  ].join("\n");
}

/** A blank line, the title and the lines; nothing where there are no lines. */
function section(title: string, lines: readonly string[], style: TextStyle): string[] {
  return lines.length === 0 ? [] : ["", style.bold(title), ...lines];
}

function paint(verdict: Verdict, style: TextStyle): (text: string) => string {
  if (verdict === "nonidentifiable") return style.bad;
  return verdict === "inconclusive" ? style.open : style.good;
}

export function upToPhrase(upTo: readonly Gauge[]): string {
  return upTo.length === 0 ? "" : ` up to ${joinWords(upTo)}`;
}

/** Conditions that say more about a verdict than its name. */
function meaningOf({ verdict, conditions }: Decision): string {
  const find = (id: string): Condition | undefined => conditions.find((condition) => condition.id === id);
  const span = find("known-side-spans-samples");
  if (
    verdict === "inconclusive" &&
    span?.status === "fails" &&
    Number(span.numbers.rank) > Number(span.numbers.samples)
  ) {
    return `no data set of ${span.numbers.samples} samples fits these weights`;
  }
  const several = verdict === "locally-identifiable" && find("decomposition-unique")?.status === "fails";
  return several ? "finitely many data sets fit, more than one over C" : MEANINGS[verdict];
}

/** What a verdict is about. */
function scopeOf({ scope, conditions }: Decision): string {
  if (scope === "instance") return "this network";
  const given = conditions.some(({ id }) => id === "data-are-general");
  return given
    ? "almost every network of this shape and the given samples"
    : "almost every network and data set of this shape";
}

function headline(decision: Decision, samples: number, style: TextStyle): string {
  const { verdict, upTo, basis, errorProbability } = decision;
  const gauge = verdict === "inconclusive" ? "" : upToPhrase(upTo);
  const where = scopeOf(decision);
  const meaning = meaningOf(decision);
  const exact = basis === "probable" && errorProbability === 0 && verdict !== "inconclusive";
  const risk =
    basis === "probable" && errorProbability > 0 ? ` (wrong with probability ≤ ${formatNumber(errorProbability)})` : "";
  const rest = `${gauge}: ${meaning}`;
  const title = style.bold(paint(verdict, style)(TITLES[verdict]));
  const oneLine = TITLES[verdict].length + rest.length <= WIDTH;
  return [
    oneLine ? `${title}${rest}` : `${title}${gauge}:\n  ${meaning}`,
    wrap(
      `for ${where}, n = ${samples}; rests on ${exact ? "exact computation, without a certificate" : BASES[basis]}${risk}`,
      "  ",
      WIDTH,
    ),
  ].join("\n");
}

/** Conditions that say little when they hold: they stand in the list below only. */
const PREREQUISITES: ReadonlySet<string> = new Set([
  "gauge",
  "counting",
  "quadratic-mixing",
  "terracini",
  "nodes-are-general",
  "distinct-neurons",
  "data-set-fits",
  "scales-fixed",
]);

/** The conditions that carry the verdict: those that hold for a positive one, those that fail for a negative one. */
function reasons({ verdict, conditions }: Decision, style: TextStyle): string[] {
  const wanted = verdict === "nonidentifiable" ? ["fails"] : ["holds"];
  const carrying = conditions.filter(({ id, status }) => {
    if (id === "second-data-set") return status === "holds";
    // Finitely many, and known to be more than one.
    if (id === "decomposition-unique" && status === "fails") return true;
    return wanted.includes(status) && !(status === "holds" && PREREQUISITES.has(id));
  });
  const shown = verdict === "inconclusive" ? conditions.filter(({ status }) => status !== "holds") : carrying;
  return shown.slice(0, 6).map(({ statement }) => style.faint("  - ").concat(wrap(statement, "    ", 78).trimStart()));
}

/** Each rule that applies: the conditions it uses and what follows; the first one gave the verdict. */
function derivationLines({ derivation }: Decision): string[] {
  return derivation.map(({ verdict, from, basis, because }) =>
    ["  ", wrap(`${from.join(" + ")} ⇒ ${verdict} (${basis}): ${because}`, "    ", 78).trimStart()].join(""),
  );
}

function numbers({ counts }: Decision, network: NetworkDecision | null): string[] {
  const lines = [
    `  ${counts.unknowns} unknowns, ${counts.equations} equations, ${counts.distinctNeurons} distinct neurons`,
    ...(counts.reduced ? [`  counted in the ${counts.effectiveInputDim}-dimensional span of the samples`] : []),
    `  Hermite matrix: rank ${counts.momentRank ?? "not computed"} of ${counts.momentColumns} moment coordinates`,
    `  Jacobian: rank ${counts.jacobianRank ?? "not computed"} of ${counts.unknowns}` +
      (counts.nullity === null ? "" : `; nullity ${counts.nullity}, of which gauge ${counts.gaugeDimension}`),
  ];
  if (network === null) return lines;
  const { data, evidence } = network;
  if (evidence.moments !== null) {
    const { singularValues, rank } = evidence.moments.rank;
    lines.push(`  Hermite spectrum ${formatSpectrum(singularValues, rank)}`);
  }
  if (data?.reachedFloor) {
    const { errors } = data;
    lines.push(`  Jacobian spectrum ${formatSpectrum(errors.singularValues, errors.rank)}`);
    if (errors.rank === errors.unknowns) {
      lines.push(
        `  condition ${formatNumber(errors.conditionNumber)}; expected error of a sample ${formatNumber(Math.max(...errors.expectedErrors))}`,
        `  at weight precision ${formatNumber(evidence.entryError)}`,
      );
    }
  }
  return lines;
}

function thresholds({ thresholds: t }: Decision, samples: number): string[] {
  const width = (value: number | null): string => (value === null ? "not known" : `m ≥ ${value}`);
  const overfull = t.sampleCapacity !== null && samples > t.sampleCapacity;
  const none = (value: number | null): string => (value === null && overfull ? "at no width" : width(value));
  return [
    `  moments determined: ${width(t.widthForMoments)}`,
    `  locally identifiable: ${none(t.widthForLocal)}`,
    `  globally identifiable: ${none(t.widthForGlobal)}`,
    `  most samples at any width: ${t.sampleCapacity ?? "not known"}`,
  ];
}

/** Repairs by aim, each with what the check says on both sides where it was run there. */
function repairs({ repairs: list }: Decision): string[] {
  const ofAim = (aim: Repair["aim"], title: string): string[] => {
    const lines = list.filter((repair) => repair.aim === aim).map((repair) => `  - ${repairLine(repair)}`);
    return lines.length === 0 ? [] : [`  ${title}:`, ...lines];
  };
  return [...ofAim("identify", "To determine the data"), ...ofAim("protect", "To protect the data")];
}

function repairLine({ change, because }: Repair): string {
  return wrap(`${change}: ${because}`, "    ", 78).trimStart();
}

const WITNESS_COLUMNS = 6;

/** Two data sets side by side, a row per sample. */
export function witnessLines(witness: Witness, { inputDim: d }: ProblemAnswer, style: TextStyle): string[] {
  const row = (points: Float64Array, i: number): string =>
    Array.from(points.subarray(i * d, i * d + Math.min(d, WITNESS_COLUMNS)), (x) => x.toFixed(3).padStart(8)).join("") +
    (d > WITNESS_COLUMNS ? " …" : "");
  const samples = witness.first.points.length / d;
  const [a, b] = witness.relativeResiduals;
  return [
    "",
    style.bold("Two data sets with the same weights"),
    `  residuals ${formatNumber(a)} and ${formatNumber(b)}; ${(100 * witness.distance).toFixed(0)} % apart;` +
      ` ${witness.continuumDimension} ${witness.continuumDimension === 1 ? "direction" : "directions"} free to first order`,
    ...Array.from({ length: samples }, (_, i) => [
      `  x${i + 1}  ${row(witness.first.points, i)}`,
      `      ${row(witness.second.points, i)}`,
    ]).flat(),
  ];
}

const MARKS = { holds: "holds  ", fails: "fails  ", unknown: "unknown" } as const;

function conditionLine(
  { id, status, basis, reference, statement }: Condition,
  style: TextStyle,
  details: boolean,
): string {
  const colour = { holds: style.good, fails: style.bad, unknown: style.open }[status];
  if (!details) return `  ${colour(MARKS[status])}  ${id.padEnd(26)} ${style.faint(basis)}`;
  return [
    `  ${colour(MARKS[status])}  ${id} ${style.faint(`(${basis})`)}`,
    wrap(statement, "           ", 80),
    style.faint(wrap(reference, "           ", 80)),
  ].join("\n");
}
