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
export function recoverText(recovery: Recovery, problem: ProblemStatement, style: TextStyle): string {
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
  if (relativeResidual === null) return [`  no fit after ${starts} starts`];
  const lines = [
    `  residual ${formatNumber(relativeResidual)} (floor of the weights ${formatNumber(residualFloor)})`,
    ...(method.length > 0
      ? [`  found by ${method.join(" → ")}`, `  after ${starts} starts`]
      : [`  best of ${starts} starts`]),
    `  ${evidence.neurons.distinct} distinct neurons; points live in ${evidence.reduced.inputDim} dimensions`,
  ];
  if (conditionNumber !== null && singularValues !== null && jacobianRank !== null) {
    const spectrum = formatSpectrum(singularValues, jacobianRank);
    lines.push(`  condition ${formatNumber(conditionNumber)}`, `  Jacobian spectrum ${spectrum}`);
  }
  return lines;
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
    ...samples.map(({ x, multiplier, errorBound }, j) => {
      const g = Array.from(multiplier.subarray(0, 3), (value) => value.toPrecision(4)).join(" ");
      const bound = errorBound === null ? "none" : formatNumber(errorBound);
      const measured = truth === null ? "" : formatNumber(errorOf.get(j) ?? Number.NaN).padStart(13);
      const start = `  ${g.padStart(12)} ${bound.padStart(8)}${measured} `;
      const fitting = Math.max(1, Math.floor((WIDTH - start.length - (d > 1 ? 2 : 0)) / CELL));
      const shown = Array.from(x.subarray(0, fitting), (value) => value.toFixed(4).padStart(CELL)).join("");
      return `${start}${shown}${d > fitting ? " …" : ""}`;
    }),
  ];
}
