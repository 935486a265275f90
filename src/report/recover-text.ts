import type { ProblemAnswer } from "../answers/problem-answer.ts";
import type { NoBounds, ProvedBounds } from "../audit/certify-recovery.ts";
import type { Recovery, RecoveryStatus } from "../audit/recover-network.ts";
import { upToPhrase, witnessLines } from "./check-text.ts";
import { formatNumber, formatSpectrum, wrap } from "./numbers.ts";
import { describeProblem } from "./problem.ts";
import type { TextStyle } from "./style.ts";

const TITLES: Record<RecoveryStatus, string> = {
  recovered: "RECOVERED",
  nonidentifiable: "NOT IDENTIFIABLE",
  "ill-conditioned": "ILL-CONDITIONED",
  "not-found": "NOT FOUND",
};

const WIDTH = 80;
/** Columns of one coordinate, with the blank before it. */
const CELL = 9;

/** The text of `recover`: what was found, how far it can be trusted, the samples. */
export function recoverText(
  recovery: Recovery,
  problem: ProblemAnswer,
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
    ...truthLines(recovery),
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
      ? [wrap(`found by ${method.join(" → ")}`, "  ", WIDTH), `  after ${starts} ${starts === 1 ? "start" : "starts"}`]
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
  const text =
    `the weights are ${formatNumber(distance)} from stationary at this fit, ${formatNumber(roundoffs)} × the file's ` +
    `rounding: every bound is ${formatNumber(boundFactor)} × that of exact weights`;
  return [wrap(text, "  ", WIDTH)];
}

function knowledgeLines({ knowledge }: Recovery): string[] {
  if (knowledge === null || knowledge.rows === 0) return [];
  const { rows, kinds, agrees, sideResidual } = knowledge;
  const solved = `${agrees ? "solved" : "not solved"}, residual ${formatNumber(sideResidual)}`;
  return [wrap(`${rows} side equations (${kinds.join(", ")}): ${solved}`, "  ", WIDTH)];
}

function unitLines({ scaler }: Recovery): string[] {
  if (scaler === null) return [];
  return [wrap(`x, errors and bounds in raw units: x·std + mean of ${scaler.file}`, "  ", WIDTH)];
}

/** Which numbers of samples are excluded, and by what; nothing where one number was asked for and fits. */
function countLines({ count, status }: Recovery, style: TextStyle): string[] {
  if (count === null) return [];
  const { value, lowerBound, by, excluded, untried } = count;
  if (excluded.length === 0 && untried.length === 0 && (status !== "not-found" || lowerBound <= value)) return [];
  const rest = `n = ${untried.join(", ")}: not tried; more samples usually fit as well`;
  return [
    "",
    style.bold("Number of samples"),
    `  at least ${lowerBound} (${by.replaceAll("-", " ")})`,
    ...excluded.map(({ n, reason }) => wrap(`n = ${n} is excluded: ${reason}`, "  ", WIDTH)),
    ...(untried.length === 0 ? [] : [wrap(rest, "  ", WIDTH)]),
  ];
}

/** Said where data given with --truth are further away than the bound allows: one of the two is not what it seems. */
function truthLines({ status, samples, truth }: Recovery): string[] {
  if (truth === null || status !== "recovered") return [];
  const beyond = truth.perSample.filter((error, i) => error > (samples[truth.assignment[i]!]?.errorBound ?? 0)).length;
  if (beyond === 0) return [];
  const what =
    `the truth given is outside the bound of ${beyond} ${beyond === 1 ? "sample" : "samples"}: these equations have ` +
    "other data, so that activation, layers, units, the precision of the weights or the truth itself is another one";
  return [wrap(what, "  ", WIDTH)];
}

function sampleLines({ samples, status, truth }: Recovery, { inputDim: d }: ProblemAnswer, style: TextStyle): string[] {
  if (samples.length === 0 || status === "nonidentifiable") return [];
  const title = status === "recovered" ? "Samples" : "Best fit";
  const errorOf = new Map<number, number>();
  truth?.assignment.forEach((j, i) => {
    errorOf.set(j, truth.perSample[i]!);
  });
  const multipliers = samples.map(({ multiplier }) => multiplierText(multiplier));
  const wide = Math.max("multiplier".length + 2, ...multipliers.map((text) => text.length));
  const header = `  ${"multiplier".padStart(wide)}   ±error${truth === null ? "" : "   true error"}   x`;
  const coordinate = coordinateFormat(samples);
  return [
    "",
    style.bold(title),
    style.faint(header),
    ...samples.map(({ x, errorBound, known }, j) => {
      const bound = errorBound === null ? "none" : formatNumber(errorBound);
      const measured = truth === null ? "" : formatNumber(errorOf.get(j) ?? Number.NaN).padStart(13);
      const start = `  ${multipliers[j]!.padStart(wide)} ${bound.padStart(8)}${measured} `;
      const end = known ? "  (given)" : "";
      const room = WIDTH - start.length - end.length - (d > 1 ? 2 : 0);
      const fitting = Math.max(1, Math.floor(room / CELL));
      const shown = Array.from(x.subarray(0, fitting), (value) => coordinate(value).padStart(CELL)).join("");
      return `${start}${shown}${d > fitting ? " …" : ""}${end}`;
    }),
  ];
}

/** Up to three multipliers of a sample in columns. */
function multiplierText(multiplier: Float64Array): string {
  if (multiplier.length === 1) return multiplier[0]!.toPrecision(4);
  return Array.from(multiplier.subarray(0, 3), (value) => formatNumber(value, 1).padStart(CELL - 1)).join(" ");
}

/** How coordinates are written: with as many decimals as a cell has room for, with exponents where that says too little. */
function coordinateFormat(samples: readonly { readonly x: Float64Array }[]): (value: number) => string {
  const largest = samples.reduce((most, { x }) => x.reduce((size, value) => Math.max(size, Math.abs(value)), most), 0);
  const decimals = largest < 0.1 ? 5 : 4;
  const isSmall = largest < 0.01;
  return (value) => {
    const text = isSmall && value !== 0 ? value.toExponential(2) : fixedWithin(value, decimals);
    return Number(text) === 0 ? text.replace("-", "") : text;
  };
}

function fixedWithin(value: number, decimals: number): string {
  for (let k = decimals; k >= 0; k--) {
    const text = value.toFixed(k);
    if (text.length < CELL) return text;
  }
  return value.toExponential(1);
}
