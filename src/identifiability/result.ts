/** The words of an answer, shared by statements about shapes and about instances. */

export type Verdict = "globally-identifiable" | "locally-identifiable" | "nonidentifiable" | "inconclusive";

export const VERDICTS: readonly Verdict[] = [
  "globally-identifiable",
  "locally-identifiable",
  "nonidentifiable",
  "inconclusive",
];

/** What a statement rests on, strongest first. */
export type Basis = "theorem" | "certificate" | "probable" | "numerical";

/** Symmetries that no equation of the setting can break. */
export type Gauge = "permutation" | "sign" | "scale";

export interface Condition {
  readonly id: string;
  readonly status: "holds" | "fails" | "unknown";
  readonly basis: Basis;
  /** One sentence a reader can check against `reference`. */
  readonly statement: string;
  /** Theorem and source, or the page in proofs/. */
  readonly reference: string;
  readonly numbers: Readonly<Record<string, number | string | readonly number[] | null>>;
}

/** Counts are those of the space of dimension `effectiveInputDim`; null where not computed. */
export interface Counts {
  readonly unknowns: number;
  readonly equations: number;
  readonly distinctNeurons: number;
  readonly effectiveInputDim: number;
  readonly reduced: boolean;
  readonly momentColumns: number;
  readonly momentRank: number | null;
  readonly jacobianRank: number | null;
  /** unknowns − jacobianRank, gauge included. */
  readonly nullity: number | null;
  readonly gaugeDimension: number;
}

/** Least widths and most samples; null where unknown or unattainable. */
export interface Thresholds {
  /** Least general width with full Hermite column rank. */
  readonly widthForMoments: number | null;
  /** min of `widthForMoments` (after reduction) and, for ntk and gradient, r + 1; null if step B is not unique. */
  readonly widthForGlobal: number | null;
  /** Least general width with full Jacobian rank. */
  readonly widthForLocal: number | null;
  /** Most samples with full data-side rank. */
  readonly sampleCapacity: number | null;
}

/** What a repair changes. */
export type RepairKind = "neurons" | "samples" | "degree" | "parity" | "bias" | "layers" | "outputs" | "precision";

/** A smallest change that makes the data identifiable, or for a defender one that makes them not. */
export interface Repair {
  readonly change: string;
  readonly because: string;
  readonly aim: "identify" | "protect";
  readonly kind: RepairKind;
  /** The number from which on the change does what it says: neurons, samples, degree, outputs, or ρ; null without one. */
  readonly threshold: number | null;
  /** Verdicts of the check re-run one step short of the change (`below`) and with it (`at`); null where not re-run. */
  readonly verified: { readonly below: Verdict; readonly at: Verdict } | null;
}

/** One application of a rule: what followed, from which conditions. */
export interface DerivationStep {
  readonly verdict: Verdict;
  readonly from: readonly string[];
  /** The weakest basis among the conditions used. */
  readonly basis: Basis;
  readonly because: string;
}

/** What is decided, by which argument. */
export interface Decision {
  readonly scope: "generic" | "instance";
  readonly verdict: Verdict;
  readonly basis: Basis;
  /** 0 unless the basis is "probable". */
  readonly errorProbability: number;
  readonly upTo: readonly Gauge[];
  readonly counts: Counts;
  readonly thresholds: Thresholds;
  readonly conditions: readonly Condition[];
  /** Which rules gave the verdict from which conditions; empty where none applied. */
  readonly derivation: readonly DerivationStep[];
  readonly repairs: readonly Repair[];
}
