import type { LeastSquaresProblem } from "../least-squares/problem.ts";
import { maxAbs, norm2 } from "../linalg/dense.ts";
import { applyQTransposed, factorQr, solveUpper, upperFactor } from "../linalg/qr.ts";

/** Why the iteration ended. "damping-limit": no step, however short, lowered the cost. */
type LeastSquaresStatus =
  | "target-reached"
  | "step-converged"
  | "damping-limit"
  | "iteration-limit"
  | "stopped"
  | "nonfinite-residual";

export interface LeastSquaresSolution {
  readonly x: Float64Array;
  /** ‖r(x)‖. */
  readonly residualNorm: number;
  readonly status: LeastSquaresStatus;
  readonly iterations: number;
}

export interface LevenbergMarquardtOptions {
  readonly maxIterations: number;
  /** Stop as soon as ‖r‖ is at most this. */
  readonly targetResidual?: number;
  /** Stop when the scaled step is below this times the scaled iterate. */
  readonly stepTolerance?: number;
  /** Second-order correction of the step along the geodesic (Transtrum & Sethna 2012). */
  readonly geodesic?: boolean;
  readonly initialDamping?: number;
  readonly shouldStop?: () => boolean;
}

/** Damping limits, in units of squared column norms of the scaled Jacobian; below the floor the step is Gauss–Newton. */
const DAMPING_LIMIT = 1e16;
const DAMPING_FLOOR = 1e-28;

/**
 * Levenberg–Marquardt on Householder QR of [J D⁻¹; √λ I], D the running column norms of J; never the normal equations.
 *
 * @param start - initial point, length `unknowns`; not changed
 * @returns the best point met; not converging is a status, not an error
 * Source: Moré, "The Levenberg–Marquardt algorithm: implementation and theory" (1978); damping ×3 after a failed and
 * ÷5 after a successful step; geodesic acceleration: Transtrum & Sethna, arXiv 1201.5885.
 */
export function levenbergMarquardt(
  problem: LeastSquaresProblem,
  start: Float64Array,
  options: LevenbergMarquardtOptions,
): LeastSquaresSolution {
  const { maxIterations, targetResidual = 0, shouldStop } = options;
  const space = createStepSpace(problem);
  const r = problem.residual(start, new Float64Array(problem.rows));
  const state: Iterate = { x: start.slice(), r, cost: norm2(r), damping: options.initialDamping ?? 1e-3 };
  const finish = (status: LeastSquaresStatus, iterations: number): LeastSquaresSolution => {
    return { x: state.x, residualNorm: state.cost, status, iterations };
  };
  if (!Number.isFinite(state.cost)) return finish("nonfinite-residual", 0);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (state.cost <= targetResidual) return finish("target-reached", iteration);
    if (shouldStop?.()) return finish("stopped", iteration);
    space.linearise(state.x);
    const outcome = descend(problem, space, state, options);
    if (outcome !== "descended") return finish(outcome, iteration + 1);
  }
  return finish(state.cost <= targetResidual ? "target-reached" : "iteration-limit", maxIterations);
}

interface Iterate {
  x: Float64Array;
  r: Float64Array;
  cost: number;
  damping: number;
}

/** Raises the damping until a step lowers the cost, and takes it. */
function descend(
  problem: LeastSquaresProblem,
  space: StepSpace,
  state: Iterate,
  { stepTolerance = 4 * Number.EPSILON, geodesic = false, shouldStop }: LevenbergMarquardtOptions,
): "descended" | "step-converged" | "damping-limit" | "stopped" {
  while (state.damping <= DAMPING_LIMIT) {
    const step = space.step(state.x, state.r, state.damping, geodesic);
    const x = state.x.map((value, k) => value + step[k]!);
    const r = problem.residual(x, new Float64Array(problem.rows));
    const cost = norm2(r);
    const small = space.scaledNorm(step) <= stepTolerance * space.scaledNorm(state.x);
    const lower = cost < state.cost;
    if (lower) Object.assign(state, { x, r, cost, damping: relax(state.damping) });
    if (small) return "step-converged";
    if (lower) return "descended";
    if (shouldStop?.()) return "stopped";
    state.damping = Math.max(3 * state.damping, DAMPING_FLOOR);
  }
  return "damping-limit";
}

/** A fifth of the damping; none below the floor, where the step is Gauss–Newton. */
function relax(damping: number): number {
  return damping > DAMPING_FLOOR ? damping / 5 : 0;
}

interface StepSpace {
  linearise(x: Float64Array): void;
  step(x: Float64Array, r: Float64Array, damping: number, geodesic: boolean): Float64Array;
  scaledNorm(v: Float64Array): number;
}

function createStepSpace(problem: LeastSquaresProblem): StepSpace {
  const { unknowns: n, rows } = problem;
  const m = Math.max(rows, n);
  const J = new Float64Array(rows * n);
  const columns = new Float64Array(m * n);
  const scale = new Float64Array(n);
  const damped = new Float64Array(2 * n * n);
  let upper = new Float64Array(n * n);
  let factors = factorQr(columns, m, n);
  const rotate = (r: Float64Array): Float64Array => {
    const padded = new Float64Array(m);
    padded.set(r);
    return applyQTransposed(factors, padded);
  };
  const dampedFactors = (damping: number) => {
    damped.fill(0);
    for (let j = 0; j < n; j++) {
      for (let i = 0; i <= j; i++) damped[j * 2 * n + i] = upper[i * n + j]!;
      damped[j * 2 * n + n + j] = Math.sqrt(damping);
    }
    return factorQr(damped, 2 * n, n);
  };
  return {
    linearise(x) {
      problem.jacobian(x, J);
      for (let k = 0; k < n; k++) {
        let sum = 0;
        for (let i = 0; i < rows; i++) sum += J[i * n + k]! * J[i * n + k]!;
        scale[k] = Math.max(scale[k]!, Math.sqrt(sum));
        const inverse = scale[k]! > 0 ? 1 / scale[k]! : 1;
        for (let i = 0; i < rows; i++) columns[k * m + i] = J[i * n + k]! * inverse;
        columns.fill(0, k * m + rows, (k + 1) * m);
      }
      factors = factorQr(columns, m, n);
      upper = upperFactor(factors) as Float64Array<ArrayBuffer>;
    },
    step(x, r, damping, geodesic) {
      const inner = dampedFactors(damping);
      const solve = (rotated: Float64Array): Float64Array => {
        const right = new Float64Array(2 * n);
        right.set(rotated.subarray(0, n));
        const y = solveUpper(inner, applyQTransposed(inner, right), new Float64Array(n));
        for (let k = 0; k < n; k++) y[k] = scale[k]! > 0 ? -y[k]! / scale[k]! : 0;
        return y;
      };
      const velocity = solve(rotate(r));
      if (!geodesic) return velocity;
      const bend = directionalCurvature(problem, x, r, J, velocity);
      const acceleration = solve(rotate(bend));
      if (!(maxAbs(acceleration) > 0)) return velocity;
      const ratio = this.scaledNorm(acceleration) / this.scaledNorm(velocity);
      if (!(ratio <= 1.5)) return velocity;
      return velocity.map((v, k) => v + 0.5 * acceleration[k]!);
    },
    scaledNorm: (v) => norm2(v.map((value, k) => value * (scale[k]! > 0 ? scale[k]! : 1))),
  };
}

/** Second derivative of r along `v`, by a finite difference against the exact J v. */
function directionalCurvature(
  problem: LeastSquaresProblem,
  x: Float64Array,
  r: Float64Array,
  J: Float64Array,
  v: Float64Array,
): Float64Array {
  const h = 0.1;
  const ahead = problem.residual(
    x.map((value, k) => value + h * v[k]!),
    new Float64Array(problem.rows),
  );
  const n = problem.unknowns;
  return ahead.map((value, i) => {
    let slope = 0;
    for (let k = 0; k < n; k++) slope += J[i * n + k]! * v[k]!;
    return (2 / h) * ((value - r[i]!) / h - slope);
  });
}
