import { type KernelFrame, type KernelMatrix, kernelFrame, kernelMatrix } from "../../equations/kernel-matrix.ts";
import { monomialsOfDegree } from "../../equations/monomials.ts";
import { hiddenSide, spectrumOf } from "../../equations/reduction.ts";
import { dot, norm2 } from "../../linalg/dense.ts";
import { applyQTransposed, factorQr, solveUpper } from "../../linalg/qr.ts";
import { computeSvd } from "../../linalg/svd.ts";
import type { Random } from "../../random.ts";
import { contractPower, symmetricPower } from "../moment-tensors.ts";
import { scaleOfPowers } from "../power-scales.ts";
import { pencilDirections } from "../rank-one-span.ts";
import type { SearchContext } from "../search-context.ts";
import { stackPoints, startAtPoints } from "../starts.ts";
import { type Attempt, randomFor, type Strategy } from "../strategy.ts";

/**
 * The eigenproblem of the kernel criterion: with n = rank G = nullity K the kernel of K is spanned by one vector
 * (q_i, g_i ⊗ x_i^{⊗l}, l ∈ D − 1) per sample, and its parts of degree 2 are a span of the x_i ⊗ x_i. No starts.
 *
 * Source: proofs/kernel-criterion.md.
 */
export const kernelEigenproblem: Strategy = {
  name: "kernel",
  method: ["kernel-eigenproblem"],
  attempts: 1,
  obstacle(context) {
    const found = frameFor(context);
    if (typeof found === "string") return found;
    const { rows, columns } = kernelMatrix(context.reduced.system, found);
    const least = columns - context.samples;
    return rows < least ? `${rows} neurons are fewer than the ${least} that nullity ${context.samples} needs` : null;
  },
  attempt(context, index): Attempt | null {
    const frame = frameFor(context);
    if (typeof frame === "string") return null;
    const points = kernelPoints(context, frame, randomFor("kernel", context, index));
    return points === null ? null : { unknowns: startAtPoints(context, stackPoints(points)), starts: 1 };
  },
};

/** The coordinates of dimension n in which the criterion is written, or why there are none. */
function frameFor({ reduced, samples, inputDim, precision }: SearchContext): KernelFrame | string {
  const { system } = reduced;
  const { trained, activation, bias, width } = system.shape;
  if (!trained.has("hidden")) return "the hidden layer gives no equations";
  if (activation.degree < 3) return "no degree of the activation is 3 or more";
  if (bias !== "trained") {
    const { rank } = spectrumOf(hiddenSide(system)!, width, inputDim, precision);
    if (inputDim !== samples || rank !== samples) return `the rank of the known side differs from n = ${samples}`;
  }
  return kernelFrame(system, samples, precision);
}

function kernelPoints(context: SearchContext, frame: KernelFrame, random: Random): Float64Array[] | null {
  const { reduced, samples: n, outputs } = context;
  const matrix = kernelMatrix(reduced.system, frame);
  const kernel = kernelVectors(matrix, n, context.precision);
  if (kernel === null) return null;
  const mix = Float64Array.from({ length: outputs }, (_, c) =>
    outputs === 1 ? 1 : random.normal() + (c === 0 ? 1 : 0),
  );
  /** The part of degree tables[t] of each kernel vector, outputs mixed: n×N_l. */
  const parts = matrix.tables.map((_, t) => partOf(kernel, matrix, { t, mix, n }));
  const squares = squarePart(matrix, parts, n, random);
  if (squares === null) return null;
  const directions = pencilDirections(squares, random);
  if (directions === null) return null;
  const inverse = mixingInverse(squares.vectors, directions, n);
  if (inverse === null) return null;
  return directions.map((y, i) => {
    const powers = matrix.tables.map((table, t) => {
      const part = combineRows(parts[t]!, inverse.subarray(i * n, (i + 1) * n), table.count);
      return { degree: table.degree, value: dot(part, symmetricPower(table, y)) };
    });
    return outOfFrame(frame, y, scaleOfPowers(powers), context.inputDim);
  });
}

/** Singular values this close to rounding, relative, are no gap. */
const GAP_IN_ROUNDOFFS = 1e3;

/**
 * The n kernel vectors of K, n×columns: right singular vectors of K with columns of norm one, in its own units. Null where
 * the next singular value is not clear of rounding: the kernel is then larger.
 */
function kernelVectors({ K, rows, columns }: KernelMatrix, n: number, precision: number): Float64Array | null {
  const height = Math.max(rows, columns);
  const scaled = new Float64Array(height * columns);
  const scale = new Float64Array(columns);
  for (let c = 0; c < columns; c++) {
    const column = Float64Array.from({ length: rows }, (_, r) => K[r * columns + c]!);
    scale[c] = 1 / (norm2(column) || 1);
    for (let r = 0; r < rows; r++) scaled[r * columns + c] = column[r]! * scale[c]!;
  }
  const { S, Vt } = computeSvd(scaled, height, columns);
  if (columns <= n || !(S[columns - n - 1]! > GAP_IN_ROUNDOFFS * precision * S[0]!)) return null;
  return Vt.slice((columns - n) * columns).map((value, at) => value * scale[at % columns]!);
}

interface PartChoice {
  readonly t: number;
  readonly mix: Float64Array;
  readonly n: number;
}

function partOf(kernel: Float64Array, { columns, tables }: KernelMatrix, { t, mix, n }: PartChoice): Float64Array {
  const perOutput = tables.reduce((sum, table) => sum + table.count, 0);
  const before = tables.slice(0, t).reduce((sum, table) => sum + table.count, 0);
  const { count } = tables[t]!;
  const part = new Float64Array(n * count);
  for (let i = 0; i < n; i++) {
    for (const [c, factor] of mix.entries()) {
      const from = i * columns + n + c * perOutput + before;
      for (let k = 0; k < count; k++) part[i * count + k]! += factor * kernel[from + k]!;
    }
  }
  return part;
}

/** The parts of degree 2, or those of the least higher degree contracted with general vectors. */
function squarePart({ tables }: KernelMatrix, parts: readonly Float64Array[], n: number, random: Random) {
  const t = tables.findIndex(({ degree }) => degree >= 2);
  if (t < 0) return null;
  let table = tables[t]!;
  let vectors = parts[t]!;
  while (table.degree > 2) {
    const lower = monomialsOfDegree(table.inputDim, table.degree - 1);
    const along = Float64Array.from({ length: table.inputDim }, () => random.normal());
    vectors = contractPower(vectors, table, lower, along);
    table = lower;
  }
  return { table, vectors, samples: n };
}

/** Rows that mix the kernel vectors so that their square parts become y_i ⊗ y_i: n×n, or null. */
function mixingInverse(squares: Float64Array, directions: readonly Float64Array[], n: number): Float64Array | null {
  const table = monomialsOfDegree(directions[0]!.length, 2);
  const columns = new Float64Array(table.count * n);
  for (let i = 0; i < n; i++) columns.set(squares.subarray(i * table.count, (i + 1) * table.count), i * table.count);
  if (table.count < n) return null;
  const factors = factorQr(columns, table.count, n);
  if (factors.diagonal.some((pivot) => pivot === 0)) return null;
  const rows = new Float64Array(n * n);
  for (const [i, y] of directions.entries()) {
    rows.set(solveUpper(factors, applyQTransposed(factors, symmetricPower(table, y)), new Float64Array(n)), i * n);
  }
  return rows;
}

function combineRows(rows: Float64Array, weights: Float64Array, width: number): Float64Array {
  const sum = new Float64Array(width);
  for (const [i, factor] of weights.entries()) {
    for (let k = 0; k < width; k++) sum[k]! += factor * rows[i * width + k]!;
  }
  return sum;
}

/** The point of a frame vector: s y, or with a trained bias the multiple of y whose last coordinate is 1. */
function outOfFrame({ basis, dimension }: KernelFrame, y: Float64Array, s: number, d: number): Float64Array {
  if (basis === null) return y.map((value) => value * s);
  const lifted = new Float64Array(d + 1);
  for (let e = 0; e <= d; e++) for (let i = 0; i < dimension; i++) lifted[e]! += basis[e * dimension + i]! * y[i]!;
  return lifted.slice(0, d).map((value) => value / (lifted[d]! || 1));
}
