import { checkShape, type ShapeDecision } from "../identifiability/check-shape.ts";
import type { Basis } from "../identifiability/result.ts";
import { cellCommand } from "./cell-command.ts";
import { type CellProblem, cellProblem } from "./cell-problem.ts";
import type { CellResult } from "./cell-result.ts";
import { countTrials, runTrial, type Trial } from "./empirical.ts";
import type { CellPosition, Grid } from "./grid.ts";

/** Whether a decision has a certificate that `recheck` verifies. */
export type HasCertificate = (decision: ShapeDecision, problem: CellProblem) => boolean;

/**
 * Computes one cell: the generic verdict, and what the trained networks of an empirical grid gave. The result depends on
 * the grid and the position alone, so cells may be computed in any order on any thread.
 */
export function computeCell(grid: Grid, position: CellPosition, hasCertificate: HasCertificate): CellResult {
  const problem = cellProblem(grid, position);
  const decision = checkShape(problem);
  const trials = trialsOf(grid, problem);
  return {
    x: position.x,
    y: position.y,
    verdict: decision.verdict,
    basis: basisOf(decision, problem, hasCertificate),
    thresholds: decision.thresholds,
    counting: decision.conditions.find(({ id }) => id === "counting")?.status ?? "unknown",
    empirical: trials === null ? null : countTrials(trials),
    command: cellCommand(problem, decision.counts),
  };
}

/** The trials of a cell, one by one; null where the grid asks for none. */
export function trialsOf({ empirical }: Grid, problem: CellProblem): Trial[] | null {
  if (empirical === null) return null;
  return Array.from({ length: empirical.seeds }, (_, k) => runTrial(problem, empirical, k));
}

/** As `check` says it: exact, but without a certificate that can be rechecked, is probable with error 0. */
function basisOf(decision: ShapeDecision, problem: CellProblem, hasCertificate: HasCertificate): Basis {
  const unproved = decision.basis === "certificate" && !hasCertificate(decision, problem);
  return unproved ? "probable" : decision.basis;
}
