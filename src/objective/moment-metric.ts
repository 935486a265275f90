import { createMomentMap, type MomentMap, scaledHermiteMatrix } from "../equations/moments.ts";
import { type EquationShape, equationCount, momentColumnCount } from "../equations/shape.ts";
import { type KktSystem, rowCount } from "../equations/system.ts";
import { norm2 } from "../linalg/dense.ts";
import { computeSvd, type Svd } from "../linalg/svd.ts";
import { equationObjective } from "./equation-objective.ts";
import type { BlockLayout, SampleObjective } from "./sample-objective.ts";

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

export function createMomentSystem(system: KktSystem): MomentSystem {
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
): Pick<SampleObjective, "image" | "addValue" | "fillJacobian"> {
  const { columns: N, perOutput } = map;
  const values = new Float64Array(perOutput);
  const slopes = new Float64Array(d * perOutput);
  const product = (row: number, output: number, v: Float64Array, offset: number): number => {
    const k = row * N + output * perOutput;
    let sum = 0;
    for (let c = 0; c < perOutput; c++) sum += K[k + c]! * v[offset + c]!;
    return sum;
  };
  return {
    image(points, at, out) {
      map.monomials(points, at, values);
      for (let c = 0; c < outputs; c++) for (let r = 0; r < rows; r++) out[c * rows + r] = product(r, c, values, 0);
      return out;
    },
    addValue(u, at, out) {
      map.monomials(u, at + outputs, values);
      for (let r = 0; r < rows; r++) {
        let sum = 0;
        for (let c = 0; c < outputs; c++) sum += u[at + c]! * product(r, c, values, 0);
        out[r]! += sum;
      }
    },
    fillJacobian(u, at, out, { stride, offset }: BlockLayout) {
      map.monomials(u, at + outputs, values);
      map.derivatives(u, at + outputs, slopes);
      for (let r = 0, to = offset; r < rows; r++, to += stride) {
        for (let c = 0; c < outputs; c++) out[to + c] = product(r, c, values, 0);
        for (let e = 0; e < d; e++) {
          let sum = 0;
          for (let c = 0; c < outputs; c++) sum += u[at + c]! * product(r, c, slopes, e * perOutput);
          out[to + outputs + e] = sum;
        }
      }
    },
  };
}
