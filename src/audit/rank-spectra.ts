import type { ErrorAnalysis } from "../solve/error-analysis.ts";
import type { FittedData } from "./fitted-data.ts";
import type { NetworkEvidence } from "./network-evidence.ts";

/** Matrices whose numerical rank an answer rests on. */
type RankedMatrix =
  | "known side"
  | "Hermite matrix"
  | "flattening of the top moment tensor"
  | "Jacobian at the data set";

/** The singular values that a rank was read off, with the tolerance it was read off at. */
export interface RankSpectrum {
  readonly name: RankedMatrix;
  /** Descending. */
  readonly singularValues: Float64Array;
  /** Absolute: values at most this count as zero. */
  readonly tolerance: number;
  /**
   * The rank that the answer uses: the values above the tolerance, and for the Jacobian without the coordinates of
   * samples that left no trace.
   */
  readonly rank: number;
}

/**
 * The spectra behind the ranks of one network, as far as they were computed: of the known side, of the Hermite matrix and
 * of the flattening from the weights alone, of the Jacobian where a data set solves the equations.
 */
export function rankSpectra(evidence: NetworkEvidence, data: FittedData | null): RankSpectrum[] {
  const { spectrum, moments } = evidence;
  const found: RankSpectrum[] = [];
  const add = (name: RankedMatrix, { singularValues, tolerance, rank }: Omit<RankSpectrum, "name">): void => {
    found.push({ name, singularValues, tolerance, rank });
  };
  if (spectrum !== null) add("known side", spectrum);
  if (moments !== null) add("Hermite matrix", moments.rank);
  if (moments?.catalecticant) add("flattening of the top moment tensor", moments.catalecticant);
  if (data?.reachedFloor === true) add("Jacobian at the data set", ofJacobian(data.errors));
  return found;
}

function ofJacobian({ singularValues, rankTolerance, rank }: ErrorAnalysis): Omit<RankSpectrum, "name"> {
  return { singularValues, tolerance: rankTolerance * (singularValues[0] ?? 0), rank };
}
