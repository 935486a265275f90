import { addIntervals, exactly, HALF_ULP, type Interval, multiplyIntervals, upperBound } from "../interval/interval.ts";
import { entryOf, type IntervalMatrix, sumBound } from "../interval/interval-matrix.ts";
import { norm2 } from "../linalg/dense.ts";
import { jointEigenvalues } from "./global-discs.ts";
import type { MomentFunctional } from "./global-functional.ts";
import { multiplierErrors } from "./global-multipliers.ts";
import { type Pencil, type PencilChoice, pencilOf } from "./global-pencil.ts";
import { scaleOf, type UnscaledSample } from "./global-scale.ts";

/** The printed samples and the coordinates of a family. */
export interface PrintedPoints {
  /** n×d, in the file's coordinates. */
  readonly points: Float64Array;
  /** n×C */
  readonly multipliers: Float64Array;
  readonly inputDim: number;
  /** n×v, the same points in the coordinates of the family, up to rounding. */
  readonly local: Float64Array;
  /** V, v×d, with x = Vᵀz; null where the coordinates are the file's. */
  readonly vectors: IntervalMatrix | null;
  readonly gauge: readonly string[];
}

/** A pencil, and the second degree that fixes the scales; null where points come out as they are, or scales are gauge. */
export interface ErrorChoice extends PencilChoice {
  readonly scaleDegree: number | null;
}

/** How far the samples of every data set of every system of the box may be from the printed ones. */
export interface GlobalErrors {
  /** δ_i ≥ ‖x_i − x̂_i‖. */
  readonly points: Float64Array;
  /** Bounds of |g_ic − ĝ_ic|; null where the scale is gauge. */
  readonly multipliers: Float64Array | null;
}

/**
 * Bounds the distance of the samples of every data set of every system of the box from the printed ones, after the best order,
 * and after the best sign or scale where these are gauge.
 *
 * @returns null where nothing is proved
 * Source: proofs/global-error.md.
 */
export function errorsBelow(
  functional: MomentFunctional,
  printed: PrintedPoints,
  choice: ErrorChoice,
): GlobalErrors | null {
  const pencil = pencilOf(functional, printed.local, choice);
  const samples = pencil === null ? null : jointEigenvalues(pencil, printed.local);
  if (pencil === null || samples === null) return null;
  const v = functional.variables;
  const points = new Float64Array(pencil.samples);
  const enclosures: Interval[][] = [];
  for (const [row, sample] of samples.entries()) {
    const moves = choice.isDirect ? sample.deviations : scaledMoves(pencil, { row, sample }, { printed, choice });
    const error = moves === null ? Number.NaN : distanceBelow(moves, printed, row);
    if (moves === null || !Number.isFinite(error)) return null;
    points[row] = error;
    enclosures.push(moves.map((move, e) => addIntervals(exactly(printed.local[row * v + e]!), move)));
  }
  if (printed.gauge.includes("scale")) return { points, multipliers: null };
  const multipliers = multiplierErrors(functional, pencil, enclosures, printed.multipliers);
  return multipliers === null ? null : { points, multipliers };
}

/** x − x̂_h in the coordinates of the functional, for x = s·u with s and u enclosed. */
function scaledMoves(
  pencil: Pencil,
  { row, sample }: Pick<UnscaledSample, "row" | "sample">,
  { printed: { local, gauge }, choice }: { readonly printed: PrintedPoints; readonly choice: ErrorChoice },
): Interval[] | null {
  const { eta, scaleDegree } = choice;
  const v = eta.length;
  const direction = sample.deviations.map((deviation, e) =>
    addIntervals({ mid: pencil.printed[row * v + e]!, rad: 0 }, deviation),
  );
  const printedScale = eta.reduce((sum, value, e) => sum + value * local[row * v + e]!, 0);
  const scaled = (scale: Interval): Interval[] =>
    direction.map((u, e) => addIntervals(multiplyIntervals(u, scale), { mid: -local[row * v + e]!, rad: 0 }));
  if (gauge.includes("scale")) return scaled({ mid: printedScale, rad: 0 });
  if (scaleDegree === null) return null;
  const scale = scaleOf(pencil, { row, sample, direction }, { choice, otherDegree: scaleDegree });
  if (scale === null || (scale.sign === 0 && !gauge.includes("sign"))) return null;
  const sign = gauge.includes("sign") ? Math.sign(printedScale) : scale.sign;
  return scaled({ mid: sign * scale.size.mid, rad: scale.size.rad });
}

/** An upper bound of ‖Vᵀ(ẑ_h + z) − x̂_h‖ for z in a box. */
function distanceBelow(moves: readonly Interval[], printed: PrintedPoints, row: number): number {
  const { points, local, inputDim: d, vectors } = printed;
  const v = moves.length;
  const differences = new Float64Array(d);
  for (let e = 0; e < d; e++) {
    let difference = vectors === null ? moves[e]! : { mid: -points[row * d + e]!, rad: 0 };
    for (let i = 0; vectors !== null && i < v; i++) {
      const z = addIntervals(moves[i]!, { mid: local[row * v + i]!, rad: 0 });
      difference = addIntervals(difference, multiplyIntervals(z, entryOf(vectors, i, e)));
    }
    differences[e] = upperBound(Math.abs(difference.mid) + difference.rad);
  }
  return sumBound(norm2(differences) * (1 + 8 * HALF_ULP), d);
}
