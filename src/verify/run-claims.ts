import type { VerifiedClaim, VerifyRow } from "../answers/verify-answer.ts";
import { InternalError } from "../errors.ts";
import { drawFor, type TrialAddress } from "./draw.ts";
import type { Claim, Experiment, Finding } from "./experiment.ts";

/** How claims are run. */
export interface RunOptions {
  readonly seed: number;
  /** More trials, and the rows that are too long otherwise. */
  readonly long: boolean;
  readonly shouldStop?: () => boolean;
  /** Told before every row. */
  readonly onProgress?: (claim: string, row: string) => void;
}

/** A row with the outcome of its self-test. */
export interface TestedRow extends VerifyRow {
  /** Whether the trial noticed that its conclusion was broken on purpose; null where there was no time for it. */
  readonly sabotageDetected: boolean | null;
  /** Trials that the row was to have. */
  readonly plannedTrials: number;
}

/** A claim with its rows. */
export interface TestedClaim extends VerifiedClaim {
  readonly rows: readonly TestedRow[];
}

/**
 * Runs every experiment of every claim. A row passes if all its trials came out as expected and one that was broken on
 * purpose did not: an experiment that cannot fail shows nothing. Where the time runs out, rows are left incomplete and fail.
 */
export function runClaims(claims: readonly Claim[], options: RunOptions): TestedClaim[] {
  return claims.map((claim) => runClaim(claim, options));
}

/** One claim of {@link runClaims}. */
function runClaim(claim: Claim, options: RunOptions): TestedClaim {
  const { id, statement, ofSourcePaper, page } = claim;
  const rows = experimentsOf(claim, options.long).map((experiment) => runRow(id, experiment, options));
  return { id, statement, ofSourcePaper, page, rows, passed: rows.length > 0 && rows.every(({ passed }) => passed) };
}

/** The rows of a run: all with `long`, else those that are quick. */
function experimentsOf({ experiments }: Claim, long: boolean): readonly Experiment[] {
  return experiments.filter(({ onlyLong }) => long || onlyLong !== true);
}

const LONG_FACTOR = 4;

function runRow(claim: string, experiment: Experiment, options: RunOptions): TestedRow {
  const { seed, long, shouldStop = () => false, onProgress } = options;
  const { label, hypothesis, expected, arithmetic, margin, trial } = experiment;
  onProgress?.(claim, label);
  const planned = long ? (experiment.longTrials ?? LONG_FACTOR * experiment.trials) : experiment.trials;
  const address = { seed, claim, row: label };
  let [trials, agreements] = [0, 0];
  let worstMargin: number | null = null;
  for (; trials < planned && !shouldStop(); trials++) {
    const finding = findingOf(trial, { ...address, trial: trials });
    if (finding.agrees) agreements++;
    if (finding.margin !== null) worstMargin = Math.min(worstMargin ?? Number.POSITIVE_INFINITY, finding.margin);
  }
  const sabotageDetected = shouldStop() ? null : !findingOf(trial, { ...address, trial: 0, sabotaged: true }).agrees;
  const complete = trials === planned && trials > 0;
  return {
    label,
    hypothesis,
    expected,
    arithmetic,
    trials,
    agreements,
    worstMargin,
    margin,
    sabotageDetected,
    plannedTrials: planned,
    passed: complete && agreements === trials && sabotageDetected === true,
  };
}

/** The outcome of a trial. Where the tool finds that it contradicts itself, the trial disagrees and the others go on. */
function findingOf(trial: Experiment["trial"], address: TrialAddress): Finding {
  try {
    return trial(drawFor(address));
  } catch (error) {
    if (error instanceof InternalError) return { agrees: false, margin: null };
    throw error;
  }
}
