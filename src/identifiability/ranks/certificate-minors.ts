import type { EquationShape } from "../../equations/shape.ts";
import type { SideInformation } from "../../equations/side-information.ts";
import type { Minor } from "./block-ranks.ts";
import { knownSideRanks } from "./known-side.ts";
import { sideRanks } from "./side-ranks.ts";

/**
 * A nonzero minor of size n of the known side of n neurons, which shows the span of n samples; null where a general
 * known side has smaller rank. Source: proofs/general-nodes-global.md, section Reduction.
 */
export function knownSideMinor(shape: EquationShape, samples: number, seed: number): Minor | null {
  const { minor } = knownSideRanks(shape, samples, seed);
  return minor.rows.length === samples ? minor : null;
}

/**
 * A nonzero minor of full size of the equations with their side equations, rows in that order; null where the rank is
 * smaller or beyond the limits. Source: proofs/side-information.md.
 */
export function sideMinor(shape: EquationShape, side: SideInformation, samples: number, seed: number): Minor | null {
  const { jacobian, freeUnknowns } = sideRanks(shape, side, samples, seed);
  return jacobian !== null && jacobian.minor.rows.length === freeUnknowns ? jacobian.minor : null;
}
