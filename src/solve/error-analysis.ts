import type { ReducedSystem } from "../equations/reduction.ts";
import type { KktSystem } from "../equations/system.ts";
import { norm2 } from "../linalg/dense.ts";
import { computeSvd, type Svd } from "../linalg/svd.ts";
import { equationObjective } from "../objective/equation-objective.ts";
import { problemOf } from "../objective/sample-problem.ts";
import type { SideRows } from "../objective/side-facts.ts";
import { nonlinearityAt } from "./linearity.ts";
import { rowVariances } from "./noise-model.ts";
import { addOutsideSpan } from "./outside-span.ts";
import { activeRows, type RefinedPoint } from "./refine.ts";

const CLEAR_GAP = 1e3;
/** A second-order displacement above this share of the first-order one makes first-order errors worthless. */
export const LARGEST_NONLINEARITY = 0.5;

/** First-order error analysis of a data set that fits the equations. */
export interface ErrorAnalysis {
  /** Columns of the Jacobian. */
  readonly unknowns: number;
  /** Singular values of the Jacobian with columns of norm one, descending. */
  readonly singularValues: Float64Array;
  /** Singular values above `rankTolerance`·largest, without the coordinates of absent samples. */
  readonly rank: number;
  /** Samples with an expected error near their norm: a vanishing multiplier leaves no trace of the point. */
  readonly absent: number;
  readonly rankTolerance: number;
  /**
   * Whether every direction beyond the gauge has a singular value above the tolerance, and the equations are straight
   * enough over the expected errors that first order covers them.
   */
  readonly complete: boolean;
  /** Second-order over first-order displacement, see {@link nonlinearityAt}. */
  readonly nonlinearity: number;
  /** Whether a gap of at least a thousand separates the values that count from those that do not. */
  readonly clear: boolean;
  /** Of the column-scaled Jacobian, over its numerical rank. */
  readonly conditionNumber: number;
  /** Root mean square of the assumed errors of the equations, relative to the largest entry of their tensor. */
  readonly equationError: number;
  /** Expected Euclidean error of x_i, in the units of the file. */
  readonly expectedErrors: Float64Array;
}

interface ErrorOptions {
  readonly unitRoundoff: number;
  readonly gaugeDimension: number;
  readonly side?: SideRows | null;
}

/**
 * Propagates the noise of the equations through the pseudo-inverse of the Jacobian.
 *
 * @param gaugeDimension - directions that no equation sees; the smallest singular values are theirs and are left out
 * @param side - side equations that the point solves as well
 * Source: proofs/error-bound.md; the residual of the best fit estimates how far the weights are from a stationary point.
 */
export function analyseErrors(
  reduced: ReducedSystem,
  original: KktSystem,
  point: RefinedPoint,
  { unitRoundoff, gaugeDimension, side = null }: ErrorOptions,
): ErrorAnalysis {
  const { system, scale } = reduced;
  const { inputDim: d, outputs } = system.shape;
  const block = d + outputs;
  const samples = point.unknowns.length / block;
  const problem = problemOf(equationObjective(system), samples, side ?? undefined);
  const { rows, unknowns: n } = problem;
  const J = problem.jacobian(point.unknowns, new Float64Array(rows * n));
  const columnScale = scaleColumns(J, rows, n);
  const svd = computeSvd(J, rows, n);
  const rankTolerance = 10 * unitRoundoff * Math.sqrt(n);
  let rank = 0;
  while (rank < svd.k && svd.S[rank]! > rankTolerance * svd.S[0]!) rank++;
  const used = Math.min(rank, n - gaugeDimension);
  const { standardDeviations, equationError } = noiseLevels(system, point, {
    unitRoundoff,
    side,
    rows,
    active: activeRows(problem, side),
    used,
  });
  const variance = new Float64Array(samples);
  const inverse = pseudoInverse(svd, used, columnScale);
  if (gaugeDimension > 0) fixScale(inverse, point.unknowns, rows, system);
  for (let i = 0; i < samples; i++) {
    for (let e = 0; e < d; e++) {
      const row = (i * block + outputs + e) * rows;
      for (let r = 0; r < rows; r++) variance[i]! += (inverse[row + r]! * standardDeviations[r]!) ** 2;
    }
  }
  addOutsideSpan(variance, { reduced, original, point, inverse, rows, samples, standardDeviations, side });
  const absent = countAbsent(point.unknowns, variance, system);
  const linearisation = { problem, unknowns: point.unknowns, svd, used, columnScale, standardDeviations };
  const nonlinearity = nonlinearityAt(linearisation);
  return {
    unknowns: n,
    singularValues: svd.S,
    rank: Math.max(0, rank - absent * d),
    absent,
    complete: rank >= n - gaugeDimension && nonlinearity <= LARGEST_NONLINEARITY,
    nonlinearity,
    rankTolerance,
    clear: absent === 0 && (rank === n || rank === 0 || svd.S[rank - 1]! > CLEAR_GAP * (svd.S[rank] ?? 0)),
    conditionNumber: used > 0 ? svd.S[0]! / svd.S[used - 1]! : Number.POSITIVE_INFINITY,
    equationError,
    expectedErrors: variance.map((value) => Math.sqrt(value) * scale),
  };
}

/** A sample with an expected error above this share of its norm is not there: the bound is ten times as large. */
const ABSENT_SHARE = 0.1;

/** Samples that the equations do not place: their multiplier vanishes against rounding. */
function countAbsent(u: Float64Array, variance: Float64Array, { shape }: KktSystem): number {
  const block = shape.inputDim + shape.outputs;
  return variance.filter((value, i) => {
    const x = u.subarray(i * block + shape.outputs, (i + 1) * block);
    return !(Math.sqrt(value) < ABSENT_SHARE * norm2(x));
  }).length;
}

/**
 * Standard deviation of every scaled row: rounding row by row, and on top of it what the residual of the fit shows,
 * spread evenly (a training that stopped early leaves the same error in small rows as in large ones).
 */
function noiseLevels(
  system: KktSystem,
  { unknowns, relativeResidual }: RefinedPoint,
  { unitRoundoff, side, rows, active, used }: NoiseOptions,
): { standardDeviations: Float64Array; equationError: number } {
  const rounding = rowVariances(system, unknowns, unitRoundoff);
  const seen = (relativeResidual ** 2 * active) / Math.max(1, active - used);
  const variances = new Float64Array(rows).fill((side?.level ?? 0) ** 2 + seen);
  let sum = 0;
  for (let r = 0; r < rounding.length; r++) {
    variances[r] = rounding[r]! + seen;
    sum += variances[r]!;
  }
  return { standardDeviations: variances.map(Math.sqrt), equationError: Math.sqrt(sum / rounding.length) };
}

interface NoiseOptions {
  readonly unitRoundoff: number;
  readonly side: SideRows | null;
  readonly rows: number;
  /** Rows that say something. */
  readonly active: number;
  /** Directions that the pseudo-inverse uses. */
  readonly used: number;
}

/**
 * Under the scale gauge only x|g|^{1/p} is determined: its error per |g|^{1/p} is δx + x (g·δg)/(p|g|²), which no gauge
 * direction changes. Replaces the rows of x in the pseudo-inverse by those of that combination.
 */
function fixScale(inverse: Float64Array, u: Float64Array, rows: number, { shape }: KktSystem): void {
  const { inputDim: d, outputs, activation } = shape;
  const block = d + outputs;
  for (let at = 0; at < u.length; at += block) {
    const g = u.subarray(at, at + outputs);
    const squared = norm2(g) ** 2;
    for (let e = 0; e < d; e++) {
      const row = (at + outputs + e) * rows;
      for (let c = 0; c < outputs; c++) {
        const factor = (u[at + outputs + e]! * g[c]!) / (activation.degree * squared);
        const from = (at + c) * rows;
        for (let r = 0; r < rows; r++) inverse[row + r]! += factor * inverse[from + r]!;
      }
    }
  }
}

function scaleColumns(J: Float64Array, rows: number, n: number): Float64Array {
  const scale = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += J[r * n + k]! ** 2;
    scale[k] = sum > 0 ? 1 / Math.sqrt(sum) : 0;
    for (let r = 0; r < rows; r++) J[r * n + k]! *= scale[k]!;
  }
  return scale;
}

/** n×rows row-major: diag(columnScale) V S⁻¹ Uᵀ over the leading `rank` singular values. */
function pseudoInverse({ rows, cols: n, S, Vt, Ut }: Svd, rank: number, columnScale: Float64Array): Float64Array {
  const inverse = new Float64Array(n * rows);
  for (let k = 0; k < n; k++) {
    const target = inverse.subarray(k * rows, (k + 1) * rows);
    for (let s = 0; s < rank; s++) {
      const factor = (Vt[s * n + k]! / S[s]!) * columnScale[k]!;
      if (factor === 0) continue;
      for (let r = 0; r < rows; r++) target[r]! += factor * Ut[s * rows + r]!;
    }
  }
  return inverse;
}
