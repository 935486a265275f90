import { type EquationShape, symmetricDimension, unknownCount } from "../../equations/shape.ts";
import type { SideInformation } from "../../equations/side-information.ts";
import { gaugeDimension } from "../gauge.ts";
import type { Minor } from "./block-ranks.ts";
import { dataSideRanks } from "./generic-ranks.ts";
import { doublePointRank } from "./interpolation.ts";
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

/**
 * A nonzero minor of full size of the derivatives of the moments of `samples` samples, at a point of just so many: rows
 * are moment coordinates, columns unknowns. Null where the rank is smaller or beyond the limits.
 * Source: proofs/decomposition.md, section Data-side rank.
 */
export function dataSideMinor(shape: EquationShape, samples: number, seed: number): Minor | null {
  const minor = dataSideRanks(shape, samples, seed)?.minor;
  if (minor?.rows.length !== unknownCount(shape, samples) - gaugeDimension(shape, samples)) return null;
  return { ...minor, rows: minor.columns, columns: minor.rows };
}

/**
 * How many general nodes determine all moments by theorems that a certificate can cite: nodes of its own for each output,
 * and there either double points of all polynomials of degree p or, without a bias, nodes for each degree at a scale of
 * its own. Null where these theorems are silent. Source: proofs/interpolation.md.
 */
export function nodesForMoments({ trained, bias, outputs, inputDim: d, activation }: EquationShape): number | null {
  const { degree, support } = activation;
  const hasValues = trained.has("output");
  if (!trained.has("hidden")) return null;
  if (bias !== "none") return hasValues || trained.has("bias") ? outputs * nodesForForms(d + 1, degree) : null;
  const apart = support.reduce((sum, k) => sum + nodesForForms(d, k), 0);
  const isComplete = hasValues && support.length === degree;
  return outputs * (isComplete ? Math.min(apart, nodesForForms(d + 1, degree)) : apart);
}

/** The least number of general double points that fix a form of this degree. */
function nodesForForms(variables: number, degree: number): number {
  const forms = symmetricDimension(variables, degree);
  let points = Math.ceil(forms / variables);
  while (doublePointRank(variables, degree, points) < forms) points++;
  return points;
}
