import { packUnknowns } from "../equations/system.ts";
import { applyQTransposed, factorQr, solveUpper } from "../linalg/qr.ts";
import { imageOf, type SampleProblem, scaledTargets } from "../objective/sample-problem.ts";
import { fitMultipliersAt } from "./multipliers.ts";
import type { SearchContext } from "./search-context.ts";

/**
 * Unknowns at given points with the multipliers that fit best there, in the metric of the moments where that is at hand.
 *
 * @param points - n×d row-major, in reduced coordinates
 */
export function startAtPoints(context: SearchContext, points: Float64Array): Float64Array {
  const { reduced, inputDim: d } = context;
  const { shape } = reduced.system;
  const whitened = context.whitened();
  const multipliers =
    whitened === null
      ? fitMultipliersAt(reduced.system, points)
      : fitMultipliers(whitened.problemFor(points.length / d), points);
  return packUnknowns(shape, points, multipliers);
}

/** Multipliers n×C that bring the problem's residual lowest at given points. */
function fitMultipliers({ rows, objective, samples }: SampleProblem, points: Float64Array): Float64Array {
  const { outputs: C, inputDim: d } = objective;
  const count = samples * C;
  const m = Math.max(rows, count);
  const columns = new Float64Array(m * count);
  for (let i = 0; i < samples; i++) {
    const image = imageOf(objective, points, i * d);
    for (let c = 0; c < C; c++) columns.set(image.subarray(c * rows, (c + 1) * rows), (i * C + c) * m);
  }
  const right = new Float64Array(m);
  right.set(scaledTargets(objective));
  const factors = factorQr(columns, m, count);
  return solveUpper(factors, applyQTransposed(factors, right), new Float64Array(count));
}

/** Points n×d, one after the other. */
export function stackPoints(points: readonly Float64Array[]): Float64Array {
  const d = points[0]?.length ?? 0;
  const rows = new Float64Array(points.length * d);
  for (const [i, point] of points.entries()) rows.set(point, i * d);
  return rows;
}
