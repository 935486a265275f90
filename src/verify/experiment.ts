import type { PrimeField } from "../modular/prime-field.ts";
import type { Random } from "../random.ts";

/** What one trial draws from; the same draw gives the same trial, whatever else is run. */
export interface Draw {
  readonly random: Random;
  /** An integer below 2³² for whatever wants a seed of its own. */
  readonly seed: number;
  /** A random prime field of the trial. */
  readonly field: PrimeField;
  /** Break the conclusion on purpose: the trial then has to report that it disagrees. */
  readonly sabotaged: boolean;
}

/** Whether a trial came out as the row expects, and how clearly. */
export interface Finding {
  readonly agrees: boolean;
  /** 1 at the border of agreement, larger is clearer; null where exact. */
  readonly margin: number | null;
}

/** One row of a claim: a hypothesis, satisfied or just violated, and what it must lead to in every trial. */
export interface Experiment {
  /** Unique within its claim. */
  readonly label: string;
  readonly hypothesis: "satisfied" | "violated";
  readonly expected: "holds" | "fails";
  readonly arithmetic: "exact" | "floating";
  /** What the margin is; null where exact. */
  readonly margin: string | null;
  readonly trials: number;
  /** Trials of `--long`; four times as many if left out. */
  readonly longTrials?: number;
  /** Left out of the usual run. */
  readonly onlyLong?: boolean;
  readonly trial: (draw: Draw) => Finding;
}

/** A claim of proofs/ with the experiments that test it. */
export interface Claim {
  /** Kebab-case; the name on the command line. */
  readonly id: string;
  /** One sentence. */
  readonly statement: string;
  /** True for a claim of Shen, Wang, Qian & Lei (arXiv 2602.08723). */
  readonly ofSourcePaper: boolean;
  /** The page that proves it, such as "proofs/gauge.md". */
  readonly page: string;
  readonly experiments: readonly Experiment[];
}
