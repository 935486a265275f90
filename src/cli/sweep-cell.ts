import { UsageError } from "../errors.ts";
import { toolStamp } from "../library/tool.ts";
import { checkJson } from "../report/check-json.ts";
import { checkText } from "../report/check-text.ts";
import { cellCommand } from "../sweep/cell-command.ts";
import { cellProblem } from "../sweep/cell-problem.ts";
import { trialsOf } from "../sweep/compute-cell.ts";
import { countTrials, type Trial } from "../sweep/empirical.ts";
import { type CellPosition, type Grid, nameOfCell } from "../sweep/grid.ts";
import type { ExitCode, Io } from "./io.ts";
import { answerShape } from "./shape-answer.ts";
import { commandLines } from "./sweep-text.ts";
import { progressFor, styleFor } from "./terminal.ts";

/** How one cell is printed. */
interface CellOptions {
  readonly json: boolean;
  /** The grid file, as the user named it. */
  readonly file: string;
}

/** Runs one cell alone and prints what `check` says of it, then every network of an empirical grid. */
export function runCell(grid: Grid, position: CellPosition, { json, file }: CellOptions, io: Io): ExitCode {
  requireInside(grid, position, file);
  const started = performance.now();
  const problem = cellProblem(grid, position);
  const options = { seed: problem.seed, maxSeconds: Number.POSITIVE_INFINITY };
  const answer = answerShape({ ...problem, bytes: [] }, options, progressFor(io, true));
  const trials = trialsOf(grid, problem);
  const { decision, problem: statement, certificate, findings, inputHash, seed } = answer;
  const command = cellCommand(problem, decision.counts);
  if (json) {
    const stamp = { tool: toolStamp(), inputHash, seed, totalSeconds: (performance.now() - started) / 1000 };
    const check = checkJson(decision, statement, stamp, { network: null, certificate, findings, solutions: null });
    const empirical = trials === null ? null : { ...countTrials(trials), networks: trials };
    io.stdout.write(`${JSON.stringify({ schema: "kktid.sweep-cell/1", ...position, command, check, empirical })}\n`);
    return 0;
  }
  const text = checkText(decision, statement, styleFor(io), {
    network: null,
    findings,
    solutions: null,
    detail: "normal",
  });
  const lines = [`cell ${position.x},${position.y}: ${nameOfCell(grid, position)}`, ...commandLines(command), ""];
  io.stdout.write(`${lines.join("\n")}\n${text}${trials === null ? "" : trialText(trials)}`);
  return 0;
}

function requireInside({ x, y }: Grid, position: CellPosition, file: string): void {
  if (position.x < x.values.length && position.y < y.values.length) return;
  throw new UsageError(
    `--cell ${position.x},${position.y}: ${file} has ${x.values.length} × ${y.values.length} cells`,
    `the last one is ${x.values.length - 1},${y.values.length - 1}`,
  );
}

const figure = (value: number | null): string => (value === null ? "–" : value.toExponential(1)).padStart(9);

function trialText(trials: readonly Trial[]): string {
  const rows = trials.map(({ seed, training, recovery, trueError, errorBound, withinBounds }) => {
    const outcome = recovery ?? training;
    const within = withinBounds === null ? "–" : withinBounds ? "yes" : "NO";
    return `  ${`${seed}`.padStart(10)}  ${outcome.padEnd(15)} ${figure(trueError)} ${figure(errorBound)}  ${within}`;
  });
  const { trials: attacked, successes, wrong, untrained } = countTrials(trials);
  return [
    "",
    "Networks trained and attacked; errors over the largest norm",
    `  ${"seed".padStart(10)}  ${"outcome".padEnd(15)} ${"error".padStart(9)} ${"bound".padStart(9)}  within`,
    ...rows,
    `  recovered within the bounds: ${successes} of ${attacked}; claimed, but beyond: ${wrong}; not trained: ${untrained}`,
    "",
  ].join("\n");
}
