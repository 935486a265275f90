import type { NoBounds, ProvedBounds } from "../audit/certify-recovery.ts";
import type { Recovery, RecoveryStatus } from "../audit/recover-network.ts";
import { upToPhrase, witnessLines } from "./check-text.ts";
import { formatNumber, formatSpectrum, wrap } from "./numbers.ts";
import { describeProblem, type ProblemStatement } from "./problem.ts";
import type { TextStyle } from "./style.ts";

const TITLES: Record<RecoveryStatus, string> = {
  recovered: "RECOVERED",
  nonidentifiable: "NOT IDENTIFIABLE",
  "ill-conditioned": "ILL-CONDITIONED",
  "not-found": "NOT FOUND",
};

const WIDTH = 80;
const CELL = 9;

/** The text of `recover`: what was found, how far it can be trusted, the samples. */
export function recoverText(
  recovery: Recovery,
  problem: ProblemStatement,
  style: TextStyle,
  proof: ProvedBounds | NoBounds | null = null,
): string {
  const colour = {
    recovered: style.good,
    nonidentifiable: style.bad,
    "ill-conditioned": style.open,
    "not-found": style.open,
  };
  return [
    `${style.bold(colour[recovery.status](TITLES[recovery.status]))}${summary(recovery)}`,
    wrap(recovery.explanation, "  ", 80),
    ...describeProblem(problem).map((line) => `  ${line}`),
    "",
    style.bold("Numbers"),
    ...numbers(recovery),
    ...proofLines(recovery, proof),
    ...countLines(recovery, style),
    ...sampleLines(recovery, problem, style),
    ...(recovery.witness === null ? [] : witnessLines(recovery.witness, problem, style)),
    "",
  ].join("\n");
}

function summary({ status, samples, truth, upTo, evidence }: Recovery): string {
  if (status !== "recovered") return "";
  const bound = Math.max(...samples.map(({ errorBound }) => errorBound ?? Number.POSITIVE_INFINITY));
  const measured = truth === null ? "" : `; true error ${formatNumber(truth.maxError)}`;
  return (
    `: ${samples.length} of ${samples.length} samples to ±${formatNumber(bound)}${upToPhrase(upTo)}${measured},` +
    `\n  assuming the weights are exact to ${formatNumber(evidence.entryError)} (estimated bound, not proved)`
  );
}

function numbers(recovery: Recovery): string[] {
  const { relativeResidual, residualFloor, method, starts, conditionNumber, singularValues, evidence } = recovery;
  const { jacobianRank } = recovery;
  if (relativeResidual === null) return [`  no fit after ${starts} ${starts === 1 ? "start" : "starts"}`];
  const lines = [
    `  residual ${formatNumber(relativeResidual)} (floor of the weights ${formatNumber(residualFloor)})`,
    ...(method.length > 0
      ? [`  found by ${method.join(" → ")}`, `  after ${starts} ${starts === 1 ? "start" : "starts"}`]
      : [`  best of ${starts} ${starts === 1 ? "start" : "starts"}`]),
    `  ${evidence.neurons.distinct} distinct neurons; points live in ${evidence.reduced.inputDim} dimensions`,
  ];
  if (conditionNumber !== null && singularValues !== null && jacobianRank !== null) {
    const spectrum = formatSpectrum(singularValues, jacobianRank);
    lines.push(`  condition ${formatNumber(conditionNumber)}`, `  Jacobian spectrum ${spectrum}`);
  }
  return [...lines, ...stationarityLines(recovery), ...knowledgeLines(recovery), ...unitLines(recovery)];
}

/** What is proved of the errors, or why nothing is. */
function proofLines({ scaler, samples }: Recovery, proof: ProvedBounds | NoBounds | null): string[] {
  if (proof === null) return [];
  if (proof.kind === "none") return [wrap(`no error is proved: ${proof.reason}`, "  ", WIDTH)];
  const { kind, isolated, perSample, rho } = proof;
  const near = Math.min(...(isolated?.perSample ?? []).map(({ uniqueWithin }) => uniqueWithin));
  const data =
    kind === "global" ? `any ${samples.length} samples` : `any samples within ${formatNumber(near)} of these`;
  const unit = scaler === null ? "" : " in the units of the network";
  const error = formatNumber(Math.max(...perSample));
  const what = `proved: ${data} that solve a system within ${formatNumber(rho)} of the file are these to ±${error}${unit}`;
  return [wrap(what, "  ", WIDTH)];
}

/** Said where training visibly stopped before rounding did: below that the file is as good as its format. */
function stationarityLines({ stationarity, status }: Recovery): string[] {
  if (stationarity === null || stationarity.roundoffs < 2 || status === "not-found") return [];
  const { distance, roundoffs, boundFactor } = stationarity;
  return [
    `  the weights are ${formatNumber(distance)} from stationary at this fit, ${formatNumber(roundoffs)} × the file's rounding:`,
    `  every bound is ${formatNumber(boundFactor)} × that of exact weights`,
  ];
}

function knowledgeLines({ knowledge }: Recovery): string[] {
  if (knowledge === null || knowledge.rows === 0) return [];
  const { rows, kinds, agrees, sideResidual } = knowledge;
  return [
    `  ${rows} side equations (${kinds.join(", ")}): ${agrees ? "solved" : "not solved"}, residual ${formatNumber(sideResidual)}`,
  ];
}

function unitLines({ scaler }: Recovery): string[] {
  return scaler === null ? [] : [`  x, errors and bounds in raw units: x·std + mean of ${scaler.file}`];
}

/** Which numbers of samples are excluded, and by what; nothing where one number was asked for and fits. */
function countLines({ count, status }: Recovery, style: TextStyle): string[] {
  if (count === null) return [];
  const { value, lowerBound, by, excluded, untried } = count;
  if (excluded.length === 0 && untried.length === 0 && (status !== "not-found" || lowerBound <= value)) return [];
  const tail = untried.length === 0 ? [] : [`  n = ${untried.join(", ")}: not tried; more samples usually fit as well`];
  return [
    "",
    style.bold("Number of samples"),
    `  at least ${lowerBound} (${by.replaceAll("-", " ")})`,
    ...excluded.map(({ n, reason }) => wrap(`n = ${n} is excluded: ${reason}`, "  ", WIDTH)),
    ...tail,
  ];
}

function sampleLines(
  { samples, status, truth }: Recovery,
  { inputDim: d }: ProblemStatement,
  style: TextStyle,
): string[] {
  if (samples.length === 0 || status === "nonidentifiable") return [];
  const title = status === "recovered" ? "Samples" : "Best fit";
  const errorOf = new Map<number, number>();
  truth?.assignment.forEach((j, i) => {
    errorOf.set(j, truth.perSample[i]!);
  });
  const header = `    multiplier   ±error${truth === null ? "" : "   true error"}   x`;
  return [
    "",
    style.bold(title),
    style.faint(header),
    ...samples.map(({ x, multiplier, errorBound, known }, j) => {
      const g = Array.from(multiplier.subarray(0, 3), (value) => value.toPrecision(4)).join(" ");
      const bound = errorBound === null ? "none" : formatNumber(errorBound);
      const measured = truth === null ? "" : formatNumber(errorOf.get(j) ?? Number.NaN).padStart(13);
      const start = `  ${g.padStart(12)} ${bound.padStart(8)}${measured} `;
      const fitting = Math.max(1, Math.floor((WIDTH - start.length - (d > 1 ? 2 : 0)) / CELL));
      const shown = Array.from(x.subarray(0, fitting), (value) => value.toFixed(4).padStart(CELL)).join("");
      return `${start}${shown}${d > fitting ? " …" : ""}${known ? "  (given)" : ""}`;
    }),
  ];
}
