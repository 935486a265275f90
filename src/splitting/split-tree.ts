import type { Contraction } from "./contract.ts";

/** What was done at one split: plain data, ready for JSON. */
export interface SplitRecord {
  /** Position in the tree. */
  readonly id: number;
  /** The split that the sample came from; null for a sample of the start. */
  readonly parent: number | null;
  /** Index of the sample among those of the moment. */
  readonly sample: number;
  /** Samples before the split. */
  readonly samples: number;
  /** Share ω of the first offspring: ½, or outside [0, 1] for a signed split. */
  readonly share: number;
  /** zᵀMz for the direction z: λ_min(S_i) for a unit direction, see {@link directionNorm}. */
  readonly eigenvalue: number;
  /** ‖z‖. */
  readonly directionNorm: number;
  readonly epsilon: number;
  /** (ε²/2)|eigenvalue|. */
  readonly predictedDecrease: number;
  /** Decrease of F by the split itself, before any further step. */
  readonly measuredDecrease: number;
  /** F of the family that was split, one sample less than n where pruning comes first. */
  readonly objectiveAtSplit: number;
  /** F of the n samples before. */
  readonly objectiveBefore: number;
  /** F after all further steps, at the number of samples allowed. */
  readonly objectiveAfter: number;
  readonly accepted: boolean;
  /** How the number of samples was brought back; null where the sample was meant to be added. */
  readonly contraction: Contraction | null;
}

/** Every split of a run, in the order of time. */
export type SplitTree = readonly SplitRecord[];
