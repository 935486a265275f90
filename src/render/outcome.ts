import type { Outcome } from "../document/tree.ts";

/** What stands over the auditor's sentence. */
export interface OutcomeLook {
  readonly name: string;
  /** A mark of its own for each outcome, so that none hangs on its colour. */
  readonly mark: string;
  /** The mark in LaTeX with amssymb. */
  readonly tex: string;
}

/** Outcomes in words and as marks; every renderer has the same. */
export const OUTCOME_LOOKS: Readonly<Record<Outcome, OutcomeLook>> = {
  determined: { name: "Determined", mark: "●", tex: "\\bullet" },
  isolated: { name: "Locally determined", mark: "◇", tex: "\\diamond" },
  undetermined: { name: "Not determined", mark: "○", tex: "\\circ" },
  open: { name: "Undecided", mark: "◐", tex: "\\ominus" },
  computed: { name: "Phase diagram", mark: "▦", tex: "\\boxplus" },
  passed: { name: "All claims agree", mark: "✓", tex: "\\checkmark" },
  failed: { name: "A claim fails", mark: "✕", tex: "\\times" },
};
