import { DimensionMismatchError } from "../errors.ts";
import type { LeastSquaresProblem } from "../least-squares/problem.ts";
import type { SampleEquations, SampleObjective } from "./sample-objective.ts";

/** An objective for a fixed number of samples: unknowns sample by sample, C multipliers before d coordinates. */
export interface SampleProblem extends LeastSquaresProblem {
  readonly objective: SampleObjective;
  readonly samples: number;
  /** C + d */
  readonly block: number;
  /** J v, length `rows`. */
  jacobianVector(u: Float64Array, v: Float64Array, out: Float64Array): Float64Array;
  /** Jᵀ w, length `unknowns`. */
  transposedJacobianVector(u: Float64Array, w: Float64Array, out: Float64Array): Float64Array;
  /** Σ_e weights_e ∇²R_e v: block diagonal, one block a sample. */
  curvature(u: Float64Array, weights: Float64Array, v: Float64Array, out: Float64Array): Float64Array;
  /** ∇²F v = JᵀJ v + Σ_e R_e ∇²R_e v at residual R. */
  hessianVector(u: Float64Array, residual: Float64Array, v: Float64Array, out: Float64Array): Float64Array;
}

/**
 * The least-squares problem of n samples.
 *
 * @param side - equations of single samples, after the rows of the objective
 * @remarks Work space is allocated once per problem: a problem is not for two callers at a time.
 */
export function problemOf(objective: SampleObjective, samples: number, side?: SampleEquations): SampleProblem {
  const { outputs, inputDim, targets, rowScale } = objective;
  if (targets.length !== objective.rows) throw new DimensionMismatchError("targets", objective.rows, targets.length);
  const block = outputs + inputDim;
  const unknowns = samples * block;
  const sideRows = side?.rowsPerSample ?? 0;
  const rows = objective.rows + samples * sideRows;
  const eachSample = (visit: (at: number, index: number, row: number) => void): void => {
    for (let index = 0; index < samples; index++) visit(index * block, index, objective.rows + index * sideRows);
  };
  /** Applies D to the rows of the objective, each of `width` entries. */
  const scaleRows = (values: Float64Array, width: number): Float64Array => {
    if (rowScale === null) return values;
    for (let r = 0, k = 0; r < rowScale.length; r++) for (let e = 0; e < width; e++, k++) values[k]! *= rowScale[r]!;
    return values;
  };
  const products = createProducts(objective, side);
  const scratch = new Float64Array(rows);
  const part = new Float64Array(block);
  const direction = new Float64Array(block);
  const problem: SampleProblem = {
    objective,
    samples,
    block,
    unknowns,
    rows,
    residual(u, out) {
      for (let r = 0; r < objective.rows; r++) out[r] = -targets[r]!;
      for (let at = 0; at < unknowns; at += block) objective.addValue(u, at, out);
      scaleRows(out, 1);
      if (side !== undefined) eachSample((at, index, row) => side.value(u, { index, at }, out, row));
      return out;
    },
    jacobian(u, out) {
      for (let at = 0; at < unknowns; at += block) {
        objective.fillJacobian(u, at, out, { stride: unknowns, offset: at });
      }
      scaleRows(out, unknowns);
      if (side === undefined) return out;
      out.fill(0, objective.rows * unknowns);
      eachSample((at, index, row) =>
        side.fillJacobian(u, { index, at }, out, { stride: unknowns, offset: row * unknowns + at }),
      );
      return out;
    },
    jacobianVector(u, v, out) {
      out.fill(0);
      eachSample((at, index, row) => {
        direction.set(v.subarray(at, at + block));
        products.forward(u, { index, at, row }, direction, out);
      });
      scaleRows(out, 1);
      return out;
    },
    transposedJacobianVector(u, w, out) {
      const weights = scaleRows(w.slice(), 1);
      eachSample((at, index, row) => {
        part.fill(0);
        products.backward(u, { index, at, row }, weights, part);
        out.set(part, at);
      });
      return out;
    },
    curvature(u, weights, v, out) {
      const bend = objective.curvature(weightsOf(objective, weights));
      eachSample((at, index, row) => {
        direction.set(v.subarray(at, at + block));
        part.fill(0);
        bend(u, at, direction, part);
        const own = weights.subarray(row, row + sideRows);
        side?.addCurvature(u, { index, at }, own, { v: direction, out: part });
        out.set(part, at);
      });
      return out;
    },
    hessianVector(u, residual, v, out) {
      const bend = problem.curvature(u, residual, v, new Float64Array(unknowns));
      problem.transposedJacobianVector(u, problem.jacobianVector(u, v, scratch), out);
      for (let k = 0; k < unknowns; k++) out[k]! += bend[k]!;
      return out;
    },
  };
  return problem;
}

/** D ω over the rows of the objective: the weights of its unscaled rows. */
function weightsOf({ rows, rowScale }: SampleObjective, weights: Float64Array): Float64Array {
  const own = weights.subarray(0, rows);
  return rowScale === null ? own : own.map((value, r) => value * rowScale[r]!);
}

/** D φ(x): C columns of length `rows`, one after the other. */
export function imageOf(objective: SampleObjective, points: Float64Array, at: number): Float64Array {
  const { outputs, rows, rowScale } = objective;
  const image = objective.image(points, at, new Float64Array(outputs * rows));
  return rowScale === null ? image : image.map((value, k) => value * rowScale[k % rows]!);
}

/** D G. */
export function scaledTargets({ targets, rowScale }: SampleObjective): Float64Array {
  return rowScale === null ? targets : targets.map((value, r) => value * rowScale[r]!);
}

interface Place {
  readonly index: number;
  readonly at: number;
  readonly row: number;
}

/** Products of one sample's Jacobian with vectors, by the objective's own code where it has some. */
function createProducts(objective: SampleObjective, side: SampleEquations | undefined) {
  const block = objective.outputs + objective.inputDim;
  const sideRows = side?.rowsPerSample ?? 0;
  let filled: Float64Array | null = null;
  const own = new Float64Array(sideRows * block);
  const jacobianAt = (u: Float64Array, at: number): Float64Array => {
    filled ??= new Float64Array(objective.rows * block);
    objective.fillJacobian(u, at, filled, { stride: block, offset: 0 });
    return filled;
  };
  const sideJacobianAt = (u: Float64Array, { index, at }: Place): Float64Array => {
    own.fill(0);
    side?.fillJacobian(u, { index, at }, own, { stride: block, offset: 0 });
    return own;
  };
  return {
    forward(u: Float64Array, place: Place, v: Float64Array, out: Float64Array): void {
      if (objective.addJacobianVector) objective.addJacobianVector(u, place.at, v, out);
      else addProduct(jacobianAt(u, place.at), v, out.subarray(0, objective.rows));
      if (sideRows > 0) addProduct(sideJacobianAt(u, place), v, out.subarray(place.row, place.row + sideRows));
    },
    backward(u: Float64Array, place: Place, w: Float64Array, out: Float64Array): void {
      const main = w.subarray(0, objective.rows);
      if (objective.addTransposedJacobianVector) objective.addTransposedJacobianVector(u, place.at, main, out);
      else addTransposedProduct(jacobianAt(u, place.at), main, out);
      if (sideRows === 0) return;
      addTransposedProduct(sideJacobianAt(u, place), w.subarray(place.row, place.row + sideRows), out);
    },
  };
}

/** out += A v for a matrix of out.length rows and v.length columns. */
function addProduct(A: Float64Array, v: Float64Array, out: Float64Array): void {
  const n = v.length;
  for (let r = 0; r < out.length; r++) {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += A[r * n + k]! * v[k]!;
    out[r]! += sum;
  }
}

/** out += Aᵀ w for a matrix of w.length rows and out.length columns. */
function addTransposedProduct(A: Float64Array, w: Float64Array, out: Float64Array): void {
  const n = out.length;
  for (let r = 0; r < w.length; r++) {
    const factor = w[r]!;
    if (factor === 0) continue;
    for (let k = 0; k < n; k++) out[k]! += factor * A[r * n + k]!;
  }
}

/**
 * The splitting matrix S_i = Σ_e R_e ∇²_x (φ(x_i) g_i)_e, d×d and symmetric: F changes by (ε²/2) vᵀS_i v when sample i is
 * replaced by (x_i ± εv, g_i/2). Source: proofs/sample-splitting.md; Liu, Wu & Wang (2019), arXiv 1910.02366.
 */
export function splittingMatrix(
  objective: SampleObjective,
  u: Float64Array,
  at: number,
  residual: Float64Array,
): Float64Array {
  const { outputs: C, inputDim: d } = objective;
  const bend = objective.curvature(weightsOf(objective, residual));
  const S = new Float64Array(d * d);
  const axis = new Float64Array(C + d);
  const column = new Float64Array(C + d);
  for (let e = 0; e < d; e++) {
    axis.fill(0);
    axis[C + e] = 1;
    column.fill(0);
    bend(u, at, axis, column);
    for (let f = 0; f < d; f++) S[f * d + e] = column[C + f]!;
  }
  return S;
}
