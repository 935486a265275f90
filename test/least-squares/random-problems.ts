import type { LeastSquaresProblem } from "../../src/least-squares/problem.ts";
import { norm2 } from "../../src/linalg/dense.ts";
import { createRandom } from "../../src/random.ts";

export interface LinearProblem {
  readonly problem: LeastSquaresProblem;
  readonly A: Float64Array;
  /** ‖A‖_F(‖A‖_F‖x‖ + ‖b‖). */
  size(x: Float64Array): number;
}

/** A x − b with independent normal entries; the columns in `blank` are zero. */
export function randomLinear(
  seed: number,
  unknowns: number,
  rows: number,
  blank: readonly number[] = [],
): LinearProblem {
  const random = createRandom(seed);
  const A = Float64Array.from({ length: rows * unknowns }, (_, at) =>
    blank.includes(at % unknowns) ? 0 : random.normal(),
  );
  const b = Float64Array.from({ length: rows }, () => random.normal());
  const problem: LeastSquaresProblem = {
    unknowns,
    rows,
    residual(x, out) {
      for (let i = 0; i < rows; i++) {
        out[i] = -b[i]!;
        for (let k = 0; k < unknowns; k++) out[i]! += A[i * unknowns + k]! * x[k]!;
      }
      return out;
    },
    jacobian(_, out) {
      out.set(A);
      return out;
    },
  };
  return { problem, A, size: (x) => norm2(A) * (norm2(A) * norm2(x) + norm2(b)) };
}

export interface QuadraticProblem {
  readonly problem: Required<LeastSquaresProblem>;
  readonly truth: Float64Array;
  readonly start: Float64Array;
}

/** r_e(x) = (a_e·x)(b_e·x) + a_e·x − y_e with its exact curvature; y is met at `truth`, plus `noise` times normals. */
export function randomQuadratic(seed: number, unknowns: number, rows: number, noise = 0): QuadraticProblem {
  const random = createRandom(seed);
  const draw = (length: number) => Float64Array.from({ length }, () => random.normal() / Math.sqrt(unknowns));
  const [A, B] = [draw(rows * unknowns), draw(rows * unknowns)];
  const truth = Float64Array.from({ length: unknowns }, () => random.normal());
  const start = truth.map((value) => value + 0.3 * random.normal());
  const products = (x: Float64Array, e: number): [number, number] => {
    let [a, b] = [0, 0];
    for (let k = 0; k < unknowns; k++) {
      a += A[e * unknowns + k]! * x[k]!;
      b += B[e * unknowns + k]! * x[k]!;
    }
    return [a, b];
  };
  const value = (x: Float64Array, e: number): number => {
    const [a, b] = products(x, e);
    return a * b + a;
  };
  const targets = Float64Array.from({ length: rows }, (_, e) => value(truth, e) + noise * random.normal());
  const problem: Required<LeastSquaresProblem> = {
    unknowns,
    rows,
    residual(x, out) {
      for (let e = 0; e < rows; e++) out[e] = value(x, e) - targets[e]!;
      return out;
    },
    jacobian(x, out) {
      for (let e = 0; e < rows; e++) {
        const [a, b] = products(x, e);
        for (let k = 0; k < unknowns; k++) {
          out[e * unknowns + k] = A[e * unknowns + k]! * (b + 1) + a * B[e * unknowns + k]!;
        }
      }
      return out;
    },
    curvature(_, weights, v, out) {
      out.fill(0);
      for (let e = 0; e < rows; e++) {
        const [a, b] = products(v, e);
        for (let k = 0; k < unknowns; k++) {
          out[k]! += weights[e]! * (A[e * unknowns + k]! * b + B[e * unknowns + k]! * a);
        }
      }
      return out;
    },
  };
  return { problem, truth, start };
}

/** Jᵀr. */
export function gradientAt(problem: LeastSquaresProblem, x: Float64Array): Float64Array {
  const { rows, unknowns: n } = problem;
  const r = problem.residual(x, new Float64Array(rows));
  const J = problem.jacobian(x, new Float64Array(rows * n));
  return Float64Array.from({ length: n }, (_, k) => r.reduce((sum, value, i) => sum + value * J[i * n + k]!, 0));
}

/** r(x) in an array of its own. */
export const residualOf = (problem: LeastSquaresProblem, x: Float64Array): Float64Array =>
  problem.residual(x, new Float64Array(problem.rows));

/** r = 1 with a wrong derivative: no step helps. */
export const stuck: LeastSquaresProblem = {
  unknowns: 1,
  rows: 1,
  residual: (_, out) => out.fill(1),
  jacobian: (_, out) => out.fill(1),
};
