import type { EquationShape } from "../../equations/shape.ts";
import { knownSideRanks } from "./known-side.ts";

/** The space that the known side itself shows all samples to lie in. */
export interface Reduction {
  /** min(n, d) without a trained bias, min(d, n − 1) with one. */
  readonly dimension: number;
  /** Rank of the known side that shows it. */
  readonly knownSideRank: number;
  /** Least width with that rank. */
  readonly width: number;
}

/**
 * The smaller space of a shape with few samples, or null where there is none: every hidden equation is a combination of
 * the points x_i, of (x_i, 1) with a trained bias, so a known side of rank n spans what the points span, for every data
 * set that fits. Source: proofs/general-nodes-global.md, section "Reduction".
 */
export function findReduction(shape: EquationShape, samples: number, seed: number): Reduction | null {
  const { trained, inputDim: d } = shape;
  if (!trained.has("hidden")) return null;
  const affine = trained.has("bias");
  const dimension = affine ? Math.min(d, samples - 1) : Math.min(d, samples);
  if (dimension === d) return null;
  const { ranks } = knownSideRanks(shape, samples, seed);
  const width = ranks.indexOf(samples);
  return width < 0 ? null : { dimension, knownSideRank: samples, width };
}
