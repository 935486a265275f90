import { createMomentMap, type MomentMap, scaledHermiteMatrix } from "../equations/moments.ts";
import { type ReducedSystem, rescale } from "../equations/reduction.ts";
import { type EquationShape, equationCount, momentColumnCount } from "../equations/shape.ts";
import { type KktSystem, rowCount } from "../equations/system.ts";
import { norm2 } from "../linalg/dense.ts";
import { computeSvd, type Svd } from "../linalg/svd.ts";
import type { LeastSquaresProblem } from "./levenberg-marquardt.ts";

/** Limits of a moment system whose singular value decomposition is affordable: min(rows, columns), and entries. */
const MOMENT_LIMIT = 700;
const ENTRY_LIMIT = 2e7;

/** Whether the moment equations of a shape are few enough to be whitened. */
export function momentsFit(shape: EquationShape): boolean {
  const rows = equationCount(shape);
  const columns = momentColumnCount(shape);
  return Math.min(rows, columns) <= MOMENT_LIMIT && rows * columns <= ENTRY_LIMIT;
}

/** The system in the unit of length that its moments suggest; unchanged where the moments are too many. */
export function inTypicalUnits(reduced: ReducedSystem, precision: number): ReducedSystem {
  if (!momentsFit(reduced.system.shape)) return reduced;
  const tau = Math.min(1e-3, 1e-10 * (precision / 2 ** -53));
  return rescale(reduced, estimateLength(createMomentSystem(reduced.system), tau));
}

/** The Hermite matrix of a system with its singular value decomposition, computed once per system. */
export interface MomentSystem {
  readonly map: MomentMap;
  readonly svd: Svd;
  /** Uᵀ G in the scaled rows, length k. */
  readonly rotatedTargets: Float64Array;
  readonly outputs: number;
  readonly inputDim: number;
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
  return { map, svd, rotatedTargets, outputs: system.shape.outputs, inputDim: system.shape.inputDim };
}

/** A least-squares problem in the metric D Uᵀ of the moment equations. */
export interface WhitenedProblem extends LeastSquaresProblem {
  /** ‖D Uᵀ G‖, the residual of no data at all. */
  readonly targetNorm: number;
  /** ‖D‖_F: noise of size s in every equation gives a residual of about s·‖D‖_F. */
  readonly noiseGain: number;
  /** Image of a candidate point: C columns of length `rows`, row-major C×rows. */
  candidateColumns(x: Float64Array, offset: number): Float64Array;
  /** D Uᵀ G, length `rows`. */
  readonly targets: Float64Array;
}

/**
 * Minimise ‖D(Uᵀ(H T(u) − G))‖ with H = U S Vᵀ and D = diag(1/max(s, τ s₁)); rows with s < drop·s₁ are left out.
 *
 * Near τ = 0 this is the metric of the moments themselves, in which the problem is well conditioned whatever the
 * condition of the raw equations. Source: proofs/whitened-moments.md.
 */
export function whiten(moments: MomentSystem, samples: number, tau: number, drop: number): WhitenedProblem {
  const { map, svd, rotatedTargets, outputs, inputDim: d } = moments;
  const largest = svd.S[0] ?? 0;
  let rows = 0;
  while (rows < svd.k && svd.S[rows]! > 0 && svd.S[rows]! >= drop * largest) rows++;
  const N = map.columns;
  const K = new Float64Array(rows * N);
  const targets = new Float64Array(rows);
  let gain = 0;
  for (let i = 0; i < rows; i++) {
    const weight = 1 / Math.max(svd.S[i]!, tau * largest);
    gain += weight * weight;
    targets[i] = rotatedTargets[i]! * weight;
    for (let c = 0; c < N; c++) K[i * N + c] = svd.Vt[i * N + c]! * svd.S[i]! * weight;
  }
  const block = outputs + d;
  const images = createImages(map, K, rows, outputs, d);
  return {
    unknowns: samples * block,
    rows,
    targets,
    targetNorm: norm2(targets),
    noiseGain: Math.sqrt(gain),
    residual(u, out) {
      for (let r = 0; r < rows; r++) out[r] = -targets[r]!;
      for (let i = 0; i < samples; i++) images.addValue(u, i * block, out);
      return out;
    },
    jacobian(u, out) {
      for (let i = 0; i < samples; i++) images.fillJacobian(u, i * block, out, samples * block);
      return out;
    },
    candidateColumns: (x, offset) => images.columnsOf(x, offset),
  };
}

interface Images {
  addValue(u: Float64Array, at: number, out: Float64Array): void;
  fillJacobian(u: Float64Array, at: number, out: Float64Array, cols: number): void;
  columnsOf(x: Float64Array, offset: number): Float64Array;
}

/** K applied to the moment coordinates of one sample and to their derivatives. */
function createImages(map: MomentMap, K: Float64Array, rows: number, outputs: number, d: number): Images {
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
    addValue(u, at, out) {
      map.monomials(u, at + outputs, values);
      for (let r = 0; r < rows; r++) {
        let sum = 0;
        for (let c = 0; c < outputs; c++) sum += u[at + c]! * product(r, c, values, 0);
        out[r]! += sum;
      }
    },
    fillJacobian(u, at, out, cols) {
      map.monomials(u, at + outputs, values);
      map.derivatives(u, at + outputs, slopes);
      for (let r = 0; r < rows; r++) {
        const offset = r * cols + at;
        for (let c = 0; c < outputs; c++) out[offset + c] = product(r, c, values, 0);
        for (let e = 0; e < d; e++) {
          let sum = 0;
          for (let c = 0; c < outputs; c++) sum += u[at + c]! * product(r, c, slopes, e * perOutput);
          out[offset + outputs + e] = sum;
        }
      }
    },
    columnsOf(x, offset) {
      map.monomials(x, offset, values);
      const columns = new Float64Array(outputs * rows);
      for (let c = 0; c < outputs; c++) {
        for (let r = 0; r < rows; r++) columns[c * rows + r] = product(r, c, values, 0);
      }
      return columns;
    },
  };
}

/**
 * Typical norm of a training point, from the ratios ‖T_{l+1}‖/‖T_l‖ of the least-squares moments.
 *
 * @returns a factor for the unit of length; 1 where the moments say nothing
 */
function estimateLength({ map, svd, rotatedTargets, outputs }: MomentSystem, tau: number): number {
  const N = map.columns;
  const T = new Float64Array(N);
  for (let i = 0; i < svd.k; i++) {
    if (svd.S[i]! < tau * svd.S[0]! || svd.S[i] === 0) break;
    const factor = rotatedTargets[i]! / svd.S[i]!;
    for (let c = 0; c < N; c++) T[c]! += factor * svd.Vt[i * N + c]!;
  }
  const norms = map.tables.map((_, t) => degreeNorm(T, map, t, outputs));
  const logs: number[] = [];
  for (let t = 1; t < norms.length; t++) {
    const gap = map.tables[t]!.degree - map.tables[t - 1]!.degree;
    if (norms[t]! > 0 && norms[t - 1]! > 0) logs.push(Math.log(norms[t]! / norms[t - 1]!) / gap);
  }
  if (logs.length === 0) return 1;
  return Math.exp(logs.reduce((sum, value) => sum + value, 0) / logs.length);
}

function degreeNorm(T: Float64Array, map: MomentMap, table: number, outputs: number): number {
  const start = map.tables.slice(0, table).reduce((sum, { count }) => sum + count, 0);
  const parts: number[] = [];
  for (let c = 0; c < outputs; c++) {
    const from = c * map.perOutput + start;
    parts.push(norm2(T.subarray(from, from + map.tables[table]!.count)));
  }
  return Math.hypot(...parts);
}
