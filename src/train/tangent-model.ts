import { dot, maxAbs } from "../linalg/dense.ts";
import { computeSvd, solveTruncated } from "../linalg/svd.ts";
import type { LossSum } from "./losses.ts";
import type { TrainingLimits, TrainingStatus } from "./training-problem.ts";

/** The tangent model f₀ + K g in its multipliers: K = J Jᵀ of the Jacobian of the outputs at the initial weights. */
export interface TangentProblem {
  /** Outputs at the initial weights, length N = nC. */
  readonly f0: Float64Array;
  /** N×N, row-major, positive semidefinite. */
  readonly kernel: Float64Array;
  readonly loss: LossSum;
  readonly samples: number;
  readonly weightDecay: number;
  /** Values that the outputs are fitted to where the weight decay is 0 (mse). */
  readonly targets: Float64Array;
}

export interface TangentSolution {
  readonly status: TrainingStatus;
  /** g, length N. */
  readonly multipliers: Float64Array;
  /** f₀ + K g */
  readonly predictions: Float64Array;
  readonly iterations: number;
}

const MOST_STEPS = 200;

/**
 * Minimises (1/n) Σ ℓ(f₀ + JΔ) + (μ/2)‖Δ‖² over Δ. The minimiser is Δ = Jᵀg with g = −∂ℓ/∂f/(nμ), so Newton's method
 * solves g + ∂ℓ/∂f(f₀ + Kg)/(nμ) = 0; the objective is convex. For μ = 0 (mse) it is the limit: K g = y − f₀.
 */
export function trainTangentModel(problem: TangentProblem, limits: TrainingLimits): TangentSolution {
  const { f0, kernel, weightDecay, targets } = problem;
  if (weightDecay === 0) {
    const difference = targets.map((y, k) => y - f0[k]!);
    const g = interpolate(kernel, difference);
    return { status: "stationary", multipliers: g, predictions: outputsOf(problem, g), iterations: 1 };
  }
  let at = positionAt(problem, new Float64Array(f0.length));
  const finish = (status: TrainingStatus, iterations: number): TangentSolution => ({
    status,
    multipliers: at.g,
    predictions: at.f,
    iterations,
  });
  for (let iteration = 0; iteration < MOST_STEPS; iteration++) {
    limits.onProgress?.(
      `tangent model, step ${iteration}: objective ${at.value.toPrecision(6)}, residual ${maxAbs(at.residual).toExponential(1)}`,
    );
    if (limits.shouldStop?.()) return finish("stopped", iteration);
    const next = backtrack(problem, at);
    if (next === null) {
      const stationary = maxAbs(at.residual) <= roundingOf(problem, at);
      return finish(stationary ? "stationary" : "iteration-limit", iteration);
    }
    at = next;
  }
  return finish("iteration-limit", MOST_STEPS);
}

interface Position {
  readonly g: Float64Array;
  readonly f: Float64Array;
  /** (1/n) Σ ℓ + (μ/2) gᵀKg */
  readonly value: number;
  /** g + ∂ℓ/∂f/(nμ) */
  readonly residual: Float64Array;
}

function positionAt(problem: TangentProblem, g: Float64Array): Position {
  const { f0, loss, samples, weightDecay } = problem;
  const f = outputsOf(problem, g);
  const slope = new Float64Array(f.length);
  const mean = loss.evaluate(f, slope) / samples;
  const square = dot(
    g,
    f.map((value, k) => value - f0[k]!),
  );
  return {
    g,
    f,
    value: mean + (weightDecay / 2) * square,
    residual: slope.map((s, k) => g[k]! + s / (samples * weightDecay)),
  };
}

/** Halves the Newton step until the objective or, where it hardly changes, the residual gets smaller; null if none does. */
function backtrack(problem: TangentProblem, at: Position): Position | null {
  const step = newtonStep(problem, at.f, at.residual);
  for (let t = 1; t > 1e-10; t /= 2) {
    const next = positionAt(
      problem,
      at.g.map((value, k) => value - t * step[k]!),
    );
    const change = next.value - at.value;
    const isFlat = Math.abs(change) <= FLAT * Math.abs(at.value) && maxAbs(next.residual) < 0.5 * maxAbs(at.residual);
    if (isFlat || change < -ROUNDING * Math.abs(at.value)) return next;
  }
  return null;
}

/** A relative change of the objective below this is rounding. */
const ROUNDING = 1e-13;
/** Below this the residual says more about progress than the objective does. */
const FLAT = 1e-9;

/** Size of what rounding leaves of g + ∂ℓ/∂f/(nμ), a few units of each of its terms. */
function roundingOf({ f0, kernel, samples, weightDecay }: TangentProblem, { g, f }: Position): number {
  const N = f0.length;
  let outputs = maxAbs(f0) + maxAbs(f);
  for (let k = 0; k < N; k++) {
    let sum = 0;
    for (let l = 0; l < N; l++) sum += Math.abs(kernel[k * N + l]! * g[l]!);
    outputs = Math.max(outputs, sum);
  }
  return 8 * N * Number.EPSILON * (maxAbs(g) + outputs / (samples * weightDecay));
}

function outputsOf({ f0, kernel }: TangentProblem, g: Float64Array): Float64Array {
  const N = f0.length;
  return f0.map((value, k) => value + dot(kernel.subarray(k * N, (k + 1) * N), g));
}

/** (I + D K/(nμ))⁻¹ residual with the curvature D of the loss. */
function newtonStep(
  { kernel, loss, samples, weightDecay }: TangentProblem,
  f: Float64Array,
  residual: Float64Array,
): Float64Array {
  const N = f.length;
  const A = new Float64Array(N * N);
  const column = new Float64Array(N);
  const curved = new Float64Array(N);
  for (let k = 0; k < N; k++) {
    for (let l = 0; l < N; l++) column[l] = kernel[l * N + k]!;
    loss.curve(f, column, curved);
    for (let l = 0; l < N; l++) A[l * N + k] = curved[l]! / (samples * weightDecay) + (l === k ? 1 : 0);
  }
  return solveTruncated(computeSvd(A, N, N), residual, N);
}

/** Least-norm solution of K g = r; directions of rounding size are left out. */
function interpolate(kernel: Float64Array, r: Float64Array): Float64Array {
  const N = r.length;
  const svd = computeSvd(kernel, N, N);
  const rank = svd.S.filter((value) => value > N * Number.EPSILON * svd.S[0]!).length;
  return solveTruncated(svd, r, rank);
}
