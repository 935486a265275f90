/** A picture as data: what is shown. `src/figures` draws it. */
export type Figure =
  | SpectrumFigure
  | RecoveredAgainstTrueFigure
  | ConvergenceFigure
  | SplitTreeFigure
  | PhaseDiagramFigure
  | CertificateBoxesFigure;

/** Singular values of one or more matrices, with the tolerance that decided each rank. */
export interface SpectrumFigure {
  readonly kind: "spectrum";
  readonly spectra: readonly Spectrum[];
}

export interface Spectrum {
  /** Name of the matrix, such as "Jacobian". */
  readonly name: string;
  /** Descending, divided by nothing. */
  readonly singularValues: readonly number[];
  /** Values below count as zero; null where no tolerance was used. */
  readonly tolerance: number | null;
  readonly rank: number;
}

/** One mark per coordinate of a sample. */
export interface RecoveredAgainstTrueFigure {
  readonly kind: "recovered-against-true";
  readonly samples: readonly {
    readonly name: string;
    readonly recovered: readonly number[];
    readonly truth: readonly number[];
    /** Bound on the Euclidean error of the sample, in the same units. */
    readonly errorBound: number | null;
  }[];
}

/** The relative residual of the search, evaluation by evaluation. */
export interface ConvergenceFigure {
  readonly kind: "convergence";
  readonly runs: readonly {
    readonly name: string;
    /** `step` counts iterations from the first start on; ascending. */
    readonly points: readonly { readonly step: number; readonly residual: number }[];
  }[];
  /** Rounding floor of the weights. */
  readonly floor: number | null;
  /** Splits and the like, drawn as marked steps. */
  readonly events: readonly { readonly step: number; readonly name: string }[];
}

/** Which candidate was split into which. */
export interface SplitTreeFigure {
  readonly kind: "split-tree";
  readonly nodes: readonly {
    readonly id: string;
    /** Null for a candidate of the start. */
    readonly parent: string | null;
    readonly label: string;
    readonly outcome: "kept" | "split" | "merged" | "pruned";
  }[];
}

/** Verdicts over a grid of two parameters. */
export interface PhaseDiagramFigure {
  readonly kind: "phase-diagram";
  readonly x: Axis;
  readonly y: Axis;
  readonly cells: readonly PhaseCell[];
  /** Where theorems put a border: a step line through cell borders. */
  readonly boundaries: readonly PhaseBoundary[];
}

export interface Axis {
  /** Such as "width m". */
  readonly name: string;
  /** Values in order; numbers, or words such as a degree set. */
  readonly values: readonly (number | string)[];
}

export interface PhaseCell {
  /** Indices into the values of the axes. */
  readonly x: number;
  readonly y: number;
  readonly verdict: "globally-identifiable" | "locally-identifiable" | "nonidentifiable" | "inconclusive";
  /** Seeds on which the data were recovered, of those tried; null where none was tried. */
  readonly recovered: { readonly successes: number; readonly trials: number } | null;
}

export interface PhaseBoundary {
  readonly name: string;
  /**
   * `along` "x": for each x index the value on the y axis at which the claim begins, null for none; the border runs
   * below that value's cell. "y": the same with the axes exchanged.
   */
  readonly along: "x" | "y";
  readonly thresholds: readonly (number | null)[];
}

/** Per sample, how far the data may be from what was printed: one row a sample, a logarithmic axis of distances. */
export interface CertificateBoxesFigure {
  readonly kind: "certificate-boxes";
  readonly samples: readonly {
    readonly name: string;
    readonly norm: number;
    readonly trueError: number | null;
    readonly expectedError: number | null;
    readonly estimatedBound: number | null;
    readonly provedBound: number | null;
    /** No other zero within this distance. */
    readonly uniqueWithin: number | null;
  }[];
}
