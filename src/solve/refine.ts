import type { KktSystem } from "../equations/system.ts";
import { levenbergMarquardt } from "../least-squares/levenberg-marquardt.ts";
import { norm2 } from "../linalg/dense.ts";
import { applyQTransposed, factorQr, solveUpper } from "../linalg/qr.ts";
import { equationObjective, equationProblem } from "../objective/equation-objective.ts";
import { type MomentSystem, momentObjective } from "../objective/moment-metric.ts";
import { problemOf, type SampleProblem } from "../objective/sample-problem.ts";
import type { SideRows } from "../objective/side-facts.ts";
import type { PathRecorder } from "./path-recorder.ts";
import { preciseResidual } from "./precise-residual.ts";

/** A refined point with what is known about its accuracy. */
export interface RefinedPoint {
  readonly unknowns: Float64Array;
  /** Root mean square of the scaled residual, in units of the largest entry of each tensor. */
  readonly relativeResidual: number;
  /** Last Gauss–Newton step: what the iteration itself leaves undecided, in the unknowns. */
  readonly lastStep: Float64Array;
}

const ANNEALING = [1e-10, 1e-8, 1e-6, 1e-4, 1e-3, 1e-2, 1e-1, 1];
const ANNEALING_ITERATIONS = 30;
const POLISH_ITERATIONS = 100;
/** Directions of the moments below this share of the largest carry nothing in double precision. */
const DROP = 1e-15;
const PRECISE_STEPS = 8;

/**
 * Leads a whitened solution to the least-squares solution of the raw equations: τ from 1e-10 to 1 in the moment metric,
 * then Levenberg–Marquardt on the equations, then Gauss–Newton steps with a double-double residual.
 */
export function refineFromMoments(
  system: KktSystem,
  moments: MomentSystem,
  start: Float64Array,
  { tauFactor, shouldStop, recorder }: MomentRefinementOptions,
): RefinedPoint {
  const onIterate = recorder?.beginElsewhere("annealing");
  const samples = start.length / (system.shape.inputDim + system.shape.outputs);
  let u = start;
  for (const tau of ANNEALING) {
    if (tau * tauFactor > 1) break;
    u = levenbergMarquardt(problemOf(momentObjective(moments, tau * tauFactor, DROP), samples), u, {
      maxIterations: ANNEALING_ITERATIONS,
      stepTolerance: 1e-12,
      shouldStop,
      ...(onIterate && { onIterate }),
    }).x;
  }
  return refine(system, u, shouldStop, recorder === undefined ? {} : { recorder });
}

interface MomentRefinementOptions {
  /** Unit roundoff of the file over that of doubles. */
  readonly tauFactor: number;
  readonly shouldStop: () => boolean;
  readonly recorder?: PathRecorder | undefined;
}

interface RefinementOptions {
  /** Side equations that the point has to solve as well. */
  readonly side?: SideRows | null;
  readonly recorder?: PathRecorder;
}

/**
 * Levenberg–Marquardt on the raw equations from a good point, then Gauss–Newton with a double-double residual.
 */
export function refine(
  system: KktSystem,
  start: Float64Array,
  shouldStop: () => boolean,
  { side = null, recorder }: RefinementOptions = {},
): RefinedPoint {
  const samples = start.length / (system.shape.inputDim + system.shape.outputs);
  const problem = problemOf(equationObjective(system), samples, side ?? undefined);
  const onIterate = recorder?.begin("refinement", activeRows(problem, side));
  const polished = levenbergMarquardt(problem, start, {
    maxIterations: POLISH_ITERATIONS,
    initialDamping: 1e-20,
    geodesic: true,
    shouldStop,
    ...(onIterate && { onIterate }),
  });
  return preciseGaussNewton({ system, problem, side, recorder }, polished.x, shouldStop);
}

/** Gauss–Newton with a double-double residual from the solution of a system that differs from this one by rounding. */
export function polish(system: KktSystem, start: Float64Array, shouldStop: () => boolean): RefinedPoint {
  const problem = equationProblem(system, start.length / (system.shape.inputDim + system.shape.outputs));
  return preciseGaussNewton({ system, problem, side: null }, start, shouldStop);
}

interface PreciseProblem {
  readonly system: KktSystem;
  readonly problem: SampleProblem;
  readonly side: SideRows | null;
  readonly recorder?: PathRecorder | undefined;
}

/**
 * Gauss–Newton with the residual and the point in double-double: rounding of neither hides what the numbers of the file
 * decide.
 *
 * Steps are taken whole, also where the residual rises for a moment: along a weakly determined direction a step of 1e-6
 * bends the residual by 1e-12, far above the floor, and the next step takes that back. The best point is kept.
 */
function preciseGaussNewton(
  { system, problem, side, recorder }: PreciseProblem,
  start: Float64Array,
  shouldStop: () => boolean,
): RefinedPoint {
  const { rows, unknowns: n } = problem;
  let point: PrecisePoint = { high: start, low: new Float64Array(n) };
  let residual = preciseResidual(system, point.high, point.low, side);
  let best = { unknowns: start, norm: norm2(residual), lastStep: new Float64Array(n) as Float64Array };
  const norms = [best.norm];
  let kept = 1;
  let previous = Number.POSITIVE_INFINITY;
  for (let iteration = 0; iteration < PRECISE_STEPS && !shouldStop(); iteration++) {
    const J = problem.jacobian(point.high, new Float64Array(rows * n));
    const step =
      gaussNewtonStep(J, residual, n) ?? (side === null ? stepAcrossScales(system, J, residual, point.high) : null);
    if (step === null) break;
    if (iteration === 0 || best.unknowns === point.high) best = { ...best, lastStep: step };
    const length = norm2(step);
    if (!(length < previous)) break;
    previous = length;
    point = advance(point, step);
    residual = preciseResidual(system, point.high, point.low, side);
    const norm = norm2(residual);
    norms.push(norm);
    if (norm > best.norm) continue;
    best = { unknowns: point.high, norm, lastStep: step };
    kept = norms.length;
  }
  const active = activeRows(problem, side);
  // Steps beyond the best point were not kept.
  recorder?.add("double-double", active, norms.slice(0, kept));
  return { unknowns: best.unknowns, relativeResidual: best.norm / Math.sqrt(active), lastStep: best.lastStep };
}

/** Rows that say something: those of the equations, and of the side equations without their empty ones. */
export function activeRows({ objective, samples }: SampleProblem, side: SideRows | null): number {
  return objective.rows + (side?.activeRows(samples) ?? 0);
}

/** Unknowns as unevaluated sums high + low. */
interface PrecisePoint {
  readonly high: Float64Array;
  readonly low: Float64Array;
}

function advance({ high, low }: PrecisePoint, step: Float64Array): PrecisePoint {
  const nextHigh = new Float64Array(high.length);
  const nextLow = new Float64Array(high.length);
  for (let k = 0; k < high.length; k++) {
    const move = step[k]! + low[k]!;
    nextHigh[k] = high[k]! + move;
    nextLow[k] = high[k]! - nextHigh[k]! + move;
  }
  return { high: nextHigh, low: nextLow };
}

/**
 * The step for one monomial without a bias, where the directions (−p g_i, x_i) change no equation: rows that ask the step to
 * have no part along them take nothing from the fit. Null for other systems.
 */
function stepAcrossScales(
  { shape }: KktSystem,
  J: Float64Array,
  r: Float64Array,
  u: Float64Array,
): Float64Array | null {
  const { activation, bias, inputDim, outputs } = shape;
  if (activation.support.length !== 1 || bias !== "none") return null;
  const block = inputDim + outputs;
  const samples = u.length / block;
  const rows = r.length;
  const extended = new Float64Array((rows + samples) * u.length);
  extended.set(J);
  const size = norm2(J) / Math.sqrt(u.length);
  for (let i = 0; i < samples; i++) {
    const along = u
      .subarray(i * block, (i + 1) * block)
      .map((value, k) => (k < outputs ? -activation.degree : 1) * value);
    const length = norm2(along) || 1;
    extended.set(
      along.map((value) => (value * size) / length),
      (rows + i) * u.length + i * block,
    );
  }
  const residual = new Float64Array(rows + samples);
  residual.set(r);
  return gaussNewtonStep(extended, residual, u.length);
}

/** Pivots of the column-scaled Jacobian below this are rounding: the step along them would be arbitrary. */
const DEFICIENT_PIVOT = 1e-14;

/** −J⁺r through a column-scaled Householder QR; null where J is numerically rank-deficient. */
function gaussNewtonStep(J: Float64Array, r: Float64Array, n: number): Float64Array | null {
  const rows = r.length;
  const m = Math.max(rows, n);
  const columns = new Float64Array(m * n);
  const scale = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += J[i * n + k]! ** 2;
    scale[k] = sum > 0 ? 1 / Math.sqrt(sum) : 0;
    for (let i = 0; i < rows; i++) columns[k * m + i] = J[i * n + k]! * scale[k]!;
  }
  const factors = factorQr(columns, m, n);
  if (factors.diagonal.some((pivot) => Math.abs(pivot) <= DEFICIENT_PIVOT)) return null;
  const right = new Float64Array(m);
  right.set(r);
  const y = solveUpper(factors, applyQTransposed(factors, right), new Float64Array(n));
  return y.map((value, k) => -value * scale[k]!);
}
