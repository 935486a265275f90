import type { EquationShape } from "../equations/shape.ts";
import { decideDecomposition } from "../identifiability/decomposition/decomposition.ts";

/** How many data sets a theorem says that the moments of general data have, over C and up to the gauge. */
export interface KnownCount {
  readonly count: number;
  readonly theorem: string;
}

/**
 * The number of data sets with the moments of `samples` general samples, where a theorem gives it; null elsewhere, and
 * for a continuum.
 *
 * Source: proofs/number-of-solutions.md, proofs/decomposition.md
 */
export function knownCount(shape: EquationShape, samples: number): KnownCount | null {
  const { status, theorem } = decideDecomposition(shape, samples, null);
  if (theorem === null) return null;
  if (status === "holds") return { count: 1, theorem };
  const two = theorem === "two-decompositions" || theorem === "two-divisors";
  return two && status === "fails" ? { count: 2, theorem } : null;
}
