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

/** A way to make the data identifiable, with the threshold it comes from. */
export interface Repair {
  readonly change: string;
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
  readonly repairs: readonly Repair[];
}
