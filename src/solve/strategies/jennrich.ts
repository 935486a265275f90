import { leastSquaresMoments, stackedFlattening } from "../moment-tensors.ts";
import { scaleDirections } from "../power-scales.ts";
import { leadingSpan, type PowerSpan, pencilDirections, subspacePower } from "../rank-one-span.ts";
import type { SearchContext } from "../search-context.ts";
import { stackPoints, startAtPoints } from "../starts.ts";
import { type Attempt, randomFor, type Strategy } from "../strategy.ts";

/** Relative sizes of the directions of the Hermite matrix that are trusted, in turn: noise against bias of the moments. */
const TRUSTED = [1e-12, 1e-9];

/**
 * Jennrich's algorithm on the moments: the flattening of the least-squares moments to squares of x spans the x_i ⊗ x_i,
 * and a pencil of two matrices of that span has the x_i as eigenvectors. For n ≤ d; no starts.
 *
 * Source: proofs/catalecticant.md.
 */
export const jennrich: Strategy = {
  name: "jennrich",
  method: ["jennrich"],
  attempts: TRUSTED.length,
  obstacle(context) {
    if (context.samples > context.inputDim) {
      return `it needs at most as many samples as dimensions, ${context.inputDim}`;
    }
    return momentObstacle(context, 2);
  },
  attempt(context, index): Attempt | null {
    const found = spanOf(context, index, 2);
    if (found === null) return null;
    const directions = pencilDirections(found.span, randomFor("jennrich", context, index));
    return directions === null ? null : startAlong(context, directions, { T: found.T, starts: 0 });
  },
};

/**
 * The subspace power method on the moments of all degrees at once: points of the span of the x_i^{⊗k} that are powers.
 * For n above d as well.
 */
export const subspacePowerMethod: Strategy = {
  name: "subspace-power",
  method: ["subspace-power"],
  attempts: TRUSTED.length,
  obstacle: (context) => momentObstacle(context, powerFor(context)),
  attempt(context, index): Attempt | null {
    const found = spanOf(context, index, powerFor(context)!);
    if (found === null) return null;
    const powers = subspacePower(found.span, randomFor("subspace-power", context, index), context.shouldStop);
    return powers === null ? null : startAlong(context, powers.directions, { T: found.T, starts: powers.starts });
  },
};

function momentObstacle(context: SearchContext, k: number | null): string | null {
  const moments = context.moments();
  if (moments === null) return "the moments are too many";
  const { S, k: rank } = moments.svd;
  if (rank < moments.map.columns || !(S[rank - 1]! > TRUSTED[0]! * context.tauFactor * S[0]!)) {
    return "the nodes do not determine the moments";
  }
  const top = moments.map.tables.at(-1)!.degree;
  if (k === null || top < k || flatteningWidth(context, k) < context.samples) {
    return `the moments up to degree ${top} do not separate ${context.samples} samples`;
  }
  return null;
}

/** Least k ≥ 2 for which n general powers x^{⊗k} span a space without other powers; null where no flattening is wide enough. */
function powerFor(context: SearchContext): number | null {
  const moments = context.moments();
  if (moments === null) return null;
  const top = moments.map.tables.at(-1)?.degree ?? 0;
  const { inputDim: d, samples } = context;
  for (let k = 2; k < Math.max(top, 3); k++) {
    let powers = 1;
    for (let l = 1; l <= k; l++) powers = (powers * (d + l - 1)) / l;
    if (powers >= samples + d - 1 && flatteningWidth(context, k) >= samples) return k;
  }
  return null;
}

/** Columns of the stacked flattening to the k-th power. */
function flatteningWidth(context: SearchContext, k: number): number {
  const { inputDim: d, outputs } = context;
  const degrees = context.moments()!.map.tables.map(({ degree }) => degree);
  const powers = (l: number): number =>
    Array.from({ length: l }).reduce<number>((n, _, e) => (n * (d + e)) / (e + 1), 1);
  return outputs * degrees.reduce((sum, l) => (l < k ? sum : sum + powers(l - k)), 0);
}

function spanOf(context: SearchContext, index: number, k: number): { span: PowerSpan; T: Float64Array } | null {
  const moments = context.moments()!;
  const tau = Math.min(1e-2, TRUSTED[index % TRUSTED.length]! * context.tauFactor);
  const T = leastSquaresMoments(moments, tau);
  const { matrix } = stackedFlattening(T, moments.map, context.inputDim, k);
  const span = leadingSpan(matrix, { degree: k, inputDim: context.inputDim }, context.samples);
  return span === null ? null : { span, T };
}

function startAlong(
  context: SearchContext,
  directions: readonly Float64Array[],
  { T, starts }: { readonly T: Float64Array; readonly starts: number },
): Attempt {
  const points = scaleDirections(directions, T, context.moments()!);
  return { unknowns: startAtPoints(context, stackPoints(points)), starts: Math.max(1, starts) };
}
