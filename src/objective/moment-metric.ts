import { createMomentMap, type MomentMap, scaledHermiteMatrix } from "../equations/moments.ts";
import { type EquationShape, equationCount, momentColumnCount } from "../equations/shape.ts";
import { type KktSystem, rowCount } from "../equations/system.ts";
import { norm2 } from "../linalg/dense.ts";
import { computeSvd, type Svd } from "../linalg/svd.ts";
import { equationObjective } from "./equation-objective.ts";
import type { BlockLayout, SampleObjective } from "./sample-objective.ts";
import { problemOf, type SampleProblem } from "./sample-problem.ts";

/** Limits of a moment system whose singular value decomposition is affordable: min(rows, columns), and entries. */
const MOMENT_LIMIT = 700;
const ENTRY_LIMIT = 2e7;

/** Whether the moment equations of a shape are few enough to be whitened. */
export function momentsFit(shape: EquationShape): boolean {
  const rows = equationCount(shape);
  const columns = momentColumnCount(shape);
  return Math.min(rows, columns) <= MOMENT_LIMIT && rows * columns <= ENTRY_LIMIT;
}

/** The Hermite matrix of a system with its singular value decomposition, computed once per system. */
export interface MomentSystem {
  readonly system: KktSystem;
  readonly map: MomentMap;
  readonly svd: Svd;
  /** Uᵀ G in the scaled rows, length k. */
  readonly rotatedTargets: Float64Array;
}

const known = new WeakMap<KktSystem, MomentSystem>();

export function createMomentSystem(system: KktSystem): MomentSystem {
  const before = known.get(system);
  if (before !== undefined) return before;
  const moments = computeMomentSystem(system);
  known.set(system, moments);
  return moments;
}

function computeMomentSystem(system: KktSystem): MomentSystem {
  const map = createMomentMap(system.shape);
  const rows = rowCount(system);
  const svd = computeSvd(scaledHermiteMatrix(system, map), rows, map.columns);
  const rotatedTargets = new Float64Array(svd.k);
  for (let i = 0; i < svd.k; i++) {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += svd.Ut[i * rows + r]! * system.targets[r]! * system.rowScale[r]!;
    rotatedTargets[i] = sum;
  }
  return { system, map, svd, rotatedTargets };
}

/** The equations of a network in the metric D Uᵀ of its moments. */
export interface MomentObjective extends SampleObjective {
  /** ‖D Uᵀ G‖, the residual of no data at all. */
  readonly targetNorm: number;
  /** ‖D‖_F: noise of size s in every equation gives a residual of about s·‖D‖_F. */
  readonly noiseGain: number;
  /** Writes K Σ_i g_i φ(x_i), length `rows`: the sum over the samples first, then one product with the matrix. */
  valueOfAll(u: Float64Array, out: Float64Array): Float64Array;
}

/** The whitened equations for a fixed number of samples. */
export function momentProblem(objective: MomentObjective, samples: number): SampleProblem {
  const { rows, targets } = objective;
  return {
    ...problemOf(objective, samples),
    residual(u, out) {
      objective.valueOfAll(u, out);
      for (let r = 0; r < rows; r++) out[r]! -= targets[r]!;
      return out;
    },
  };
}

/**
 * Minimise ‖D(Uᵀ(H T(u) − G))‖ with H = U S Vᵀ and D = diag(1/max(s, τ s₁)); rows with s < drop·s₁ are left out.
 *
 * Near τ = 0 this is the metric of the moments themselves, in which the problem is well conditioned whatever the
 * condition of the raw equations. Source: proofs/whitened-moments.md.
 */
export function momentObjective(moments: MomentSystem, tau: number, drop: number): MomentObjective {
  const { system, map, svd, rotatedTargets } = moments;
  const { outputs, inputDim } = system.shape;
  const largest = svd.S[0] ?? 0;
  let rows = 0;
  while (rows < svd.k && svd.S[rows]! > 0 && svd.S[rows]! >= drop * largest) rows++;
  const N = map.columns;
  const K = new Float64Array(rows * N);
  const targets = new Float64Array(rows);
  const metric = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const weight = 1 / Math.max(svd.S[i]!, tau * largest);
    metric[i] = weight;
    targets[i] = rotatedTargets[i]! * weight;
    for (let c = 0; c < N; c++) K[i * N + c] = svd.Vt[i * N + c]! * svd.S[i]! * weight;
  }
  const raw = equationObjective(system);
  return {
    ...createImages(map, { K, rows, outputs, inputDim }),
    outputs,
    inputDim,
    rows,
    targets,
    rowScale: null,
    targetNorm: norm2(targets),
    noiseGain: norm2(metric),
    // R = D Uᵀ R_raw up to the moments themselves: the weights of the scaled raw rows are U D ω.
    curvature: (weights) =>
      raw.curvature(combineRows(svd, weights, metric).map((value, r) => value * system.rowScale[r]!)),
  };
}

/** U D ω over the leading singular vectors, length of the raw rows. */
function combineRows({ Ut, rows }: Svd, weights: Float64Array, metric: Float64Array): Float64Array {
  const sum = new Float64Array(rows);
  for (let i = 0; i < weights.length; i++) {
    const factor = weights[i]! * metric[i]!;
    for (let r = 0; r < rows; r++) sum[r]! += factor * Ut[i * rows + r]!;
  }
  return sum;
}

interface MomentMatrix {
  /** rows×N, N the moment columns of all outputs. */
  readonly K: Float64Array;
  readonly rows: number;
  readonly outputs: number;
  readonly inputDim: number;
}

/** K applied to the moment coordinates of one sample and to their derivatives. */
function createImages(
  map: MomentMap,
  { K, rows, outputs, inputDim: d }: MomentMatrix,
): Pick<MomentObjective, "image" | "addValue" | "fillJacobian" | "valueOfAll"> {
  const { columns: N, perOutput } = map;
  const values = new Float64Array(perOutput);
  const moments = new Float64Array(N);
  const slopes = new Float64Array(d * perOutput);
  const packing = packSlopes(map, d);
  const packed = once(() => packMatrix(K, rows, { N, perOutput, outputs, packing }));
  const { starts, columns: nonzero } = packing;
  const dense = starts[d]!;
  const weighted = new Float64Array(outputs * dense);
  /** Writes the derivative by x of every row: d dot products with the few monomials that contain each coordinate. */
  const fillSlopes = (u: Float64Array, at: number, out: Float64Array, { stride, offset }: BlockLayout): void => {
    map.derivatives(u, at + outputs, slopes);
    for (let e = 0, to = 0; e < d; e++) {
      for (let c = 0; c < outputs; c++) {
        const g = u[at + c]!;
        for (let t = starts[e]!; t < starts[e + 1]!; t++) weighted[to++] = g * slopes[e * perOutput + nonzero[t]!]!;
      }
    }
    const matrix = packed();
    for (let r = 0, to = offset + outputs, from = 0; r < rows; r++, to += stride) {
      for (let e = 0, place = 0; e < d; e++) {
        const length = outputs * (starts[e + 1]! - starts[e]!);
        out[to + e] = dotAt(matrix, from, weighted, place, length);
        from += length;
        place += length;
      }
    }
  };
  return {
    image(points, at, out) {
      map.monomials(points, at, values);
      for (let c = 0; c < outputs; c++) {
        for (let r = 0; r < rows; r++) out[c * rows + r] = dotAt(K, r * N + c * perOutput, values, 0, perOutput);
      }
      return out;
    },
    addValue(u, at, out) {
      moments.fill(0);
      addMoments(map, u, at, { values, moments });
      for (let r = 0; r < rows; r++) out[r]! += dotAt(K, r * N, moments, 0, N);
    },
    valueOfAll(u, out) {
      moments.fill(0);
      for (let at = 0; at < u.length; at += outputs + d) addMoments(map, u, at, { values, moments });
      for (let r = 0; r < rows; r++) out[r] = dotAt(K, r * N, moments, 0, N);
      return out;
    },
    fillJacobian(u, at, out, layout) {
      map.monomials(u, at + outputs, values);
      for (let r = 0, to = layout.offset; r < rows; r++, to += layout.stride) {
        for (let c = 0; c < outputs; c++) out[to + c] = dotAt(K, r * N + c * perOutput, values, 0, perOutput);
      }
      fillSlopes(u, at, out, layout);
    },
  };
}

/** Adds g ⊗ (monomials of x) of the block at `at`. */
function addMoments(
  map: MomentMap,
  u: Float64Array,
  at: number,
  { values, moments }: { readonly values: Float64Array; readonly moments: Float64Array },
): void {
  const { columns, perOutput } = map;
  const outputs = columns / perOutput;
  map.monomials(u, at + outputs, values);
  for (let c = 0, to = 0; c < outputs; c++) {
    const g = u[at + c]!;
    for (let k = 0; k < perOutput; k++) moments[to++]! += g * values[k]!;
  }
}

/** The monomials that contain coordinate e: `columns[starts[e] … starts[e + 1])`. */
interface SlopePacking {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
}

function packSlopes({ tables }: MomentMap, d: number): SlopePacking {
  const byCoordinate: number[][] = Array.from({ length: d }, () => []);
  let column = 0;
  for (const { count, starts, variables } of tables) {
    for (let i = 0; i < count; i++, column++) {
      for (let s = starts[i]!; s < starts[i + 1]!; s++) byCoordinate[variables[s]!]!.push(column);
    }
  }
  const starts = new Int32Array(d + 1);
  for (let e = 0; e < d; e++) starts[e + 1] = starts[e]! + byCoordinate[e]!.length;
  return { starts, columns: Int32Array.from(byCoordinate.flat()) };
}

/** The entries of K that each coordinate's derivatives meet, row by row in the order in which they are used. */
function packMatrix(
  K: Float64Array,
  rows: number,
  { N, perOutput, outputs, packing }: { N: number; perOutput: number; outputs: number; packing: SlopePacking },
): Float64Array {
  const { starts, columns } = packing;
  const d = starts.length - 1;
  const packed = new Float64Array(rows * outputs * starts[d]!);
  let to = 0;
  for (let r = 0; r < rows; r++) {
    for (let e = 0; e < d; e++) {
      for (let c = 0; c < outputs; c++) {
        for (let t = starts[e]!; t < starts[e + 1]!; t++) packed[to++] = K[r * N + c * perOutput + columns[t]!]!;
      }
    }
  }
  return packed;
}

/** Dot product of two stretches, in four sums, since one would make every addition wait for the one before. */
function dotAt(a: Float64Array, at: number, b: Float64Array, offset: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 3 < length; k += 4) {
    s0 += a[at + k]! * b[offset + k]!;
    s1 += a[at + k + 1]! * b[offset + k + 1]!;
    s2 += a[at + k + 2]! * b[offset + k + 2]!;
    s3 += a[at + k + 3]! * b[offset + k + 3]!;
  }
  for (; k < length; k++) s0 += a[at + k]! * b[offset + k]!;
  return s0 + s1 + (s2 + s3);
}

/** The value of `compute`, computed at the first call. */
function once<T>(compute: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= compute();
    return value;
  };
}
