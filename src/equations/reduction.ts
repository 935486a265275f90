import { maxAbs, multiply } from "../linalg/dense.ts";
import { computeSvd } from "../linalg/svd.ts";
import type { KktSystem } from "./system.ts";

/**
 * A system rewritten in fewer, rescaled coordinates: x = scale · Vᵀ y, with V (dim×d) the leading right singular
 * vectors of the known side of the hidden layer.
 */
export interface ReducedSystem {
  readonly system: KktSystem;
  /** Orthonormal rows, dim×d; null where all d coordinates are kept. */
  readonly basis: Float64Array | null;
  readonly inputDim: number;
  /** Unit of length of y: ‖x‖ = scale·‖y‖. */
  readonly scale: number;
}

/** Known side of a trained hidden bias, length m. */
export function biasSide({ shape, targets }: KktSystem): Float64Array {
  const stride = shape.inputDim + otherRows(shape);
  return Float64Array.from({ length: shape.width }, (_, j) => targets[j * stride + shape.inputDim]!);
}

/** Known side of the hidden layer, m×d row-major; null if the hidden layer gives no equations. */
export function hiddenSide(system: KktSystem): Float64Array | null {
  return system.shape.trained.has("hidden") ? hiddenRows(system, system.targets) : null;
}

/** Spectrum of the known side: the span of the training points where its rank is min(n, d). */
export interface SideSpectrum {
  readonly singularValues: Float64Array;
  /** Right singular vectors as rows. */
  readonly Vt: Float64Array;
  /** Singular values above `tolerance`. */
  readonly rank: number;
  readonly tolerance: number;
}

/**
 * Numerical rank of the known side of the hidden layer.
 *
 * @param entryError - assumed error of an entry, relative to the largest one
 * @remarks A random matrix with entries of size s has norm about s(√m + √d); three times that is taken as zero.
 */
export function sideSpectrum(system: KktSystem, entryError: number): SideSpectrum | null {
  const side = hiddenSide(system);
  if (side === null) return null;
  return spectrumOf(side, system.shape.width, system.shape.inputDim, entryError);
}

/** The spectrum of any known side, m×d; `entryError` as for {@link sideSpectrum}. */
export function spectrumOf(side: Float64Array, m: number, d: number, entryError: number): SideSpectrum {
  const { S, Vt } = computeSvd(side, m, d);
  const tolerance = 3 * entryError * maxAbs(side) * (Math.sqrt(m) + Math.sqrt(d));
  let rank = 0;
  while (rank < S.length && S[rank]! > tolerance) rank++;
  return { singularValues: S, Vt, rank, tolerance };
}

/**
 * Restricts the points to the span of the known side where that loses nothing: rank = min(n, d) < d.
 *
 * Source: proofs/reduction.md. Where the rank is smaller than min(n, d) the missing directions are unknown, not absent,
 * and all d coordinates are kept.
 */
export function reduceToSpan(system: KktSystem, samples: number, spectrum: SideSpectrum | null): ReducedSystem {
  const d = system.shape.inputDim;
  const dim = Math.min(samples, d);
  if (spectrum === null || dim === d || spectrum.rank !== dim) {
    return { system, basis: null, inputDim: d, scale: 1 };
  }
  const basis = spectrum.Vt.slice(0, dim * d);
  return { system: projectSystem(system, basis, dim), basis, inputDim: dim, scale: 1 };
}

function projectSystem(system: KktSystem, basis: Float64Array, dim: number): KktSystem {
  const { shape, weights, targets, rowScale, targetSize } = system;
  const { inputDim: d, width: m } = shape;
  const columns = transposeRows(basis, dim, d);
  const project = (rows: Float64Array, by: Float64Array): Float64Array =>
    multiply(rows, by, { rows: m, cols: d, width: dim });
  const squares = project(
    hiddenRows(system, targetSize).map((size) => size * size),
    columns.map((entry) => entry * entry),
  );
  return {
    ...system,
    shape: { ...shape, inputDim: dim },
    weights: project(weights, columns),
    targets: replaceHiddenRows(system, targets, project(hiddenRows(system, targets), columns), dim),
    rowScale: replaceHiddenRows(system, rowScale, spread(hiddenRows(system, rowScale), d, dim), dim),
    targetSize: replaceHiddenRows(system, targetSize, squares.map(Math.sqrt), dim),
  };
}

/** Entries of a row vector that belong to the hidden layer, m×d. */
function hiddenRows({ shape }: KktSystem, rows: Float64Array): Float64Array {
  const { inputDim: d, width: m } = shape;
  const stride = d + otherRows(shape);
  const hidden = new Float64Array(m * d);
  for (let j = 0; j < m; j++) hidden.set(rows.subarray(j * stride, j * stride + d), j * d);
  return hidden;
}

/** The row vector with the hidden entries (m×d) replaced by m×dim others. */
function replaceHiddenRows({ shape }: KktSystem, rows: Float64Array, hidden: Float64Array, dim: number): Float64Array {
  const { inputDim: d, width: m } = shape;
  const others = otherRows(shape);
  const replaced = new Float64Array(rows.length - m * (d - dim));
  for (let j = 0; j < m; j++) {
    replaced.set(hidden.subarray(j * dim, (j + 1) * dim), j * (dim + others));
    replaced.set(rows.subarray(j * (d + others) + d, (j + 1) * (d + others)), j * (dim + others) + dim);
  }
  replaced.set(rows.subarray(m * (d + others)), m * (dim + others));
  return replaced;
}

/** Rows of a neuron that do not belong to the hidden weights. */
function otherRows({ trained, outputs }: KktSystem["shape"]): number {
  return (trained.has("bias") ? 1 : 0) + (trained.has("output") ? outputs : 0);
}

/** The first entry of each row of an m×d matrix, repeated: m×dim. */
function spread(rows: Float64Array, d: number, dim: number): Float64Array {
  const m = rows.length / d;
  const result = new Float64Array(m * dim);
  for (let j = 0; j < m; j++) result.fill(rows[j * d]!, j * dim, (j + 1) * dim);
  return result;
}

function transposeRows(basis: Float64Array, dim: number, d: number): Float64Array {
  const columns = new Float64Array(d * dim);
  for (let r = 0; r < dim; r++) for (let e = 0; e < d; e++) columns[e * dim + r] = basis[r * d + e]!;
  return columns;
}

/** Changes the unit of length: y = x/scale, so w·x = (scale·w)·y and the hidden equations are divided by the scale. */
export function rescale({ system, basis, inputDim, scale: before }: ReducedSystem, factor: number): ReducedSystem {
  const { shape, weights, targets, rowScale, targetSize } = system;
  const stride = inputDim + otherRows(shape);
  const scaleHidden = (rows: Float64Array, by: number): Float64Array => {
    if (!shape.trained.has("hidden")) return rows;
    return rows.map((value, r) => (r < shape.width * stride && r % stride < inputDim ? value * by : value));
  };
  return {
    system: {
      ...system,
      weights: weights.map((w) => w * factor),
      targets: scaleHidden(targets, 1 / factor),
      rowScale: scaleHidden(rowScale, factor),
      targetSize: scaleHidden(targetSize, 1 / factor),
    },
    basis,
    inputDim,
    scale: before * factor,
  };
}

/** Points of the original space from reduced ones: n×d from n×dim. */
export function liftPoints({ basis, inputDim, scale }: ReducedSystem, points: Float64Array, d: number): Float64Array {
  const samples = points.length / inputDim;
  const scaled = points.map((value) => value * scale);
  return basis === null ? scaled : multiply(scaled, basis, { rows: samples, cols: inputDim, width: d });
}

/** Reduced coordinates of points of the original space: n×dim from n×d (the part outside the span is dropped). */
export function projectPoints(
  { basis, inputDim, scale }: ReducedSystem,
  points: Float64Array,
  d: number,
): Float64Array {
  const samples = points.length / d;
  const projected =
    basis === null
      ? points
      : multiply(points, transposeRows(basis, inputDim, d), { rows: samples, cols: d, width: inputDim });
  return projected.map((value) => value / scale);
}
