import { dot, norm2 } from "../linalg/dense.ts";
import { smallestEigenpair } from "../linalg/lanczos.ts";
import { symmetricEigen } from "../linalg/symmetric-eigen.ts";
import type { SampleObjective } from "../objective/sample-objective.ts";
import { createRandom } from "../random.ts";

/** How a sample may be split to second order: the extreme eigenvalue of its splitting matrix, and the direction. */
export interface SplitDirection {
  /** Extreme eigenvalue, in units of the objective per squared unit of the coordinates it was taken in. */
  readonly eigenvalue: number;
  /** z = (κ, v), length C + d, of length one in those coordinates: zᵀ M z = eigenvalue. */
  readonly direction: Float64Array;
  /** Curvature products that were needed. */
  readonly products: number;
  readonly converged: boolean;
}

export interface CurvatureOptions {
  /**
   * "points": v alone, so that M is the splitting matrix S_i. "joint": multipliers are split as well, in units of ‖g_i‖
   * and ‖x_i‖; with several outputs this finds descent where S_i has none.
   */
  readonly coordinates?: "points" | "joint";
  /** "least" for positive splits, "largest" for signed ones, which gain from positive curvature. */
  readonly extreme?: "least" | "largest";
  /** Dense up to this dimension, Lanczos above; 40 by default. */
  readonly denseLimit?: number;
  readonly seed?: number;
}

const DENSE_LIMIT = 40;
const LANCZOS_STEPS = 60;
const LANCZOS_TOLERANCE = 1e-6;

/**
 * λ_min(S_i) of one sample with its eigenvector, S_i = Σ_e R_e ∇²_x (φ(x_i) g_i)_e, from curvature products alone.
 *
 * @param sample - index of the sample
 * @param residual - R at `u`, metric included, at least the rows of the objective
 * Source: proofs/sample-splitting.md.
 */
export function leastCurvature(
  objective: SampleObjective,
  u: Float64Array,
  sample: number,
  residual: Float64Array,
): SplitDirection {
  return curvaturesAt(objective, residual).extreme(u, sample);
}

/** Curvature of any sample for one residual: what all samples share is computed once. */
export interface SampleCurvatures {
  /** The extreme eigenvalue of M or S_i, and its direction. */
  extreme(u: Float64Array, sample: number, options?: CurvatureOptions): SplitDirection;
  /** zᵀ M z for z = (κ, v), length C + d. */
  along(u: Float64Array, sample: number, z: Float64Array): number;
}

/** As {@link leastCurvature}, for all samples of one residual. */
export function curvaturesAt(objective: SampleObjective, residual: Float64Array): SampleCurvatures {
  const { outputs: C, inputDim: d, rows, rowScale } = objective;
  const own = residual.subarray(0, rows);
  const bend = objective.curvature(rowScale === null ? own : own.map((value, r) => value * rowScale[r]!));
  const z = new Float64Array(C + d);
  const image = new Float64Array(C + d);
  return {
    extreme(u, sample, { coordinates = "points", extreme = "least", denseLimit = DENSE_LIMIT, seed = 1 } = {}) {
      const at = sample * (C + d);
      const first = coordinates === "points" ? C : 0;
      const unit = unitsOf(u, at, { C, d }, coordinates);
      const sign = extreme === "least" ? 1 : -1;
      const apply = (v: Float64Array, out: Float64Array): void => {
        z.fill(0);
        image.fill(0);
        for (let k = first; k < C + d; k++) z[k] = v[k - first]! * unit[k]!;
        bend(u, at, z, image);
        for (let k = first; k < C + d; k++) out[k - first] = sign * image[k]! * unit[k]!;
      };
      const n = C + d - first;
      const { value, vector, products, converged } =
        n <= denseLimit ? denseExtreme(apply, n) : lanczosExtreme(apply, n, seed);
      const direction = new Float64Array(C + d);
      for (let k = first; k < C + d; k++) direction[k] = vector[k - first]! * unit[k]!;
      return { eigenvalue: sign * value, direction, products, converged };
    },
    along(u, sample, direction) {
      image.fill(0);
      bend(u, sample * (C + d), direction, image);
      return dot(direction, image);
    },
  };
}

/** Units of the coordinates: 1 for the points alone, ‖g‖ and ‖x‖ where both kinds are compared. */
function unitsOf(
  u: Float64Array,
  at: number,
  { C, d }: { C: number; d: number },
  coordinates: "points" | "joint",
): Float64Array {
  const unit = new Float64Array(C + d).fill(1);
  if (coordinates === "points") return unit;
  unit.fill(norm2(u.subarray(at, at + C)) || 1, 0, C);
  return unit.fill(norm2(u.subarray(at + C, at + C + d)) || 1, C);
}

interface Extreme {
  readonly value: number;
  readonly vector: Float64Array;
  readonly products: number;
  readonly converged: boolean;
}

function denseExtreme(apply: (v: Float64Array, out: Float64Array) => void, n: number): Extreme {
  const S = new Float64Array(n * n);
  const axis = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    axis.fill(0);
    axis[k] = 1;
    apply(axis, S.subarray(k * n, (k + 1) * n));
  }
  // Products round; the eigensolver wants the same number on both sides of the diagonal.
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) S[i * n + j] = S[j * n + i] = (S[i * n + j]! + S[j * n + i]!) / 2;
  }
  const { values, vectors } = symmetricEigen(S, n);
  return { value: values[0]!, vector: vectors.slice(0, n), products: n, converged: true };
}

function lanczosExtreme(apply: (v: Float64Array, out: Float64Array) => void, n: number, seed: number): Extreme {
  const random = createRandom(seed, 41);
  return smallestEigenpair(apply, n, { random, maxSteps: LANCZOS_STEPS, tolerance: LANCZOS_TOLERANCE });
}
