import { norm2 } from "../linalg/dense.ts";

/**
 * Where the unknowns may be, as the iteration needs it: the directions that are free at a point, and how to move along
 * one without leaving. Implementations: the whole space, a box, a product of spheres.
 */
export interface Domain {
  /** Number of unknowns of the problem. */
  readonly unknowns: number;
  /** Number n of coordinates of a step. */
  readonly dimension: number;
  /** Whether the step coordinates mean the same at every point, so that column norms may be compared between points. */
  readonly fixedCoordinates: boolean;
  /**
   * The Jacobian in step coordinates: from `J` (rows×unknowns) to `out` (rows×dimension), row-major. A direction that
   * may not be taken has a zero column.
   */
  restrict(x: Float64Array, r: Float64Array, J: Float64Array, out: Float64Array): void;
  /** The point reached from `x` by `step`, in `out`. Shortens `step` to what was moved where the domain ends. */
  move(x: Float64Array, step: Float64Array, out: Float64Array): void;
  /** Size of x in the metric of steps, ‖D x‖ in the plainest case. */
  scaledNorm(x: Float64Array, scale: Float64Array): number;
  /** The point of the domain nearest to x, a new array. */
  project(x: Float64Array): Float64Array;
}

/** ℝⁿ: every direction is free. */
export function wholeSpace(n: number): Domain {
  const scaled = new Float64Array(n);
  return {
    unknowns: n,
    dimension: n,
    fixedCoordinates: true,
    restrict(_x, _r, J, out) {
      if (out !== J) out.set(J);
    },
    move(x, step, out) {
      for (let k = 0; k < n; k++) out[k] = x[k]! + step[k]!;
    },
    scaledNorm(x, scale) {
      for (let k = 0; k < n; k++) scaled[k] = x[k]! * scale[k]!;
      return norm2(scaled);
    },
    project: (x) => x.slice(),
  };
}
