import { hiddenSide, spectrumOf } from "../equations/reduction.ts";
import { computeSvd } from "../linalg/svd.ts";
import { leastSquaresMoments, stackedFlattening } from "./moment-tensors.ts";
import type { SearchContext } from "./search-context.ts";

/** The bound on the residual of every data set must exceed the largest floor by this factor. */
const MARGIN = 4;
/** As `residualFloorAt`: no floor is larger than this multiple of the least one. */
const LARGEST_FLOOR = 64;

/**
 * Why no data set of n samples can reach the floor, from ranks alone; null where they leave it open.
 *
 * The known side of the hidden layer is a matrix of rank at most n for every data set, and so is every flattening of the
 * moments. By Eckart and Young the distance of the given ones to such matrices, the root of the sum of the squares of
 * the singular values after the n-th, is a lower bound of the residual of all data sets.
 */
export function excludedByRank(context: SearchContext): string | null {
  const { samples } = context;
  const side = sideBound(context);
  if (side > 1) return `the known side has a rank above ${samples}: ${samples} samples cannot produce it`;
  const flattening = momentBound(context);
  if (flattening > 1) return `the moments have a rank above ${samples}: ${samples} samples cannot produce them`;
  return null;
}

/** Least residual of the hidden rows over the largest floor, times the margin. */
function sideBound({ reduced, samples, leastFloor }: SearchContext): number {
  const { system } = reduced;
  const side = hiddenSide(system);
  if (side === null) return 0;
  const { width, inputDim } = system.shape;
  const { singularValues } = spectrumOf(side, width, inputDim, 0);
  const least = tail(singularValues, samples) * system.rowScale[0]!;
  return least / (MARGIN * LARGEST_FLOOR * leastFloor * Math.sqrt(system.targets.length));
}

/**
 * Least whitened residual over the noise at the largest floor, times the margin: where no direction of the moments is
 * damped, the whitened residual is the distance of the moments.
 */
function momentBound(context: SearchContext): number {
  const { samples, inputDim: d } = context;
  const whitened = context.whitened();
  const moments = context.moments();
  if (whitened === null || moments === null) return 0;
  const { map, svd } = moments;
  const tau = 1e-12 * context.tauFactor;
  if (svd.k < map.columns || !(svd.S[map.columns - 1]! >= tau * svd.S[0]!)) return 0;
  const T = leastSquaresMoments(moments, 0);
  const top = map.tables.at(-1)!.degree;
  let least = 0;
  for (let k = 1; k <= top / 2 + 1 && k <= top; k++) {
    const { matrix, rows, columns } = stackedFlattening(T, map, d, k);
    if (Math.min(rows.count, columns) <= samples) continue;
    least = Math.max(least, tail(computeSvd(matrix, rows.count, columns).S, samples));
  }
  return least / (MARGIN * LARGEST_FLOOR * whitened.noise);
}

/** Root of the sum of the squares of the values after the first `count`. */
function tail(values: Float64Array, count: number): number {
  return Math.hypot(...values.slice(count));
}
