import type { MomentMap } from "../equations/moments.ts";
import { type MonomialTable, monomialsOfDegree } from "../equations/monomials.ts";
import { norm2 } from "../linalg/dense.ts";
import type { MomentSystem } from "../objective/moment-metric.ts";

/**
 * Moments of least norm that fit the known side best, in Bombieri coordinates: output by output, degree by degree.
 *
 * @param tau - directions of the Hermite matrix below this share of its norm are left out
 */
export function leastSquaresMoments({ map, svd, rotatedTargets }: MomentSystem, tau: number): Float64Array {
  const N = map.columns;
  const T = new Float64Array(N);
  for (let i = 0; i < svd.k; i++) {
    if (svd.S[i]! < tau * svd.S[0]! || svd.S[i] === 0) break;
    const factor = rotatedTargets[i]! / svd.S[i]!;
    for (let c = 0; c < N; c++) T[c]! += factor * svd.Vt[i * N + c]!;
  }
  return T;
}

/** Frobenius norm of the moments of each degree, all outputs together, in the order of the map's tables. */
export function tensorNorms(T: Float64Array, map: MomentMap): number[] {
  return map.tables.map((_, t) => norm2(tensorOf(T, map, t)));
}

/** The moments of one degree: C×N_l, row c for output c. */
export function tensorOf(T: Float64Array, map: MomentMap, table: number): Float64Array {
  const outputs = map.columns / map.perOutput;
  const { count } = map.tables[table]!;
  const start = map.tables.slice(0, table).reduce((sum, before) => sum + before.count, 0);
  const tensor = new Float64Array(outputs * count);
  for (let c = 0; c < outputs; c++) {
    const from = c * map.perOutput + start;
    tensor.set(T.subarray(from, from + count), c * count);
  }
  return tensor;
}

/** A matrix whose columns are spanned by the x_i^{⊗k}. */
export interface Flattening {
  readonly rows: MonomialTable;
  readonly columns: number;
  /** N_k×columns, row-major. */
  readonly matrix: Float64Array;
}

/**
 * The (k, l−k) flattenings of the moments of every degree l ≥ k and every output, side by side. With n samples its rank is
 * at most n, and its Frobenius norm is that of the moments it is made of: both for every n-sample data set.
 *
 * Source: proofs/catalecticant.md.
 */
export function stackedFlattening(T: Float64Array, map: MomentMap, d: number, k: number): Flattening {
  const rows = monomialsOfDegree(d, k);
  const outputs = map.columns / map.perOutput;
  const blocks: { readonly right: MonomialTable; readonly flat: Float64Array }[] = [];
  for (const [t, all] of map.tables.entries()) {
    if (all.degree < k) continue;
    const tensor = tensorOf(T, map, t);
    const right = monomialsOfDegree(d, all.degree - k);
    const places = flatPlaces(all, rows, right, d);
    for (let c = 0; c < outputs; c++) blocks.push({ right, flat: flatten(tensor.subarray(c * all.count), places) });
  }
  const columns = blocks.reduce((sum, { right }) => sum + right.count, 0);
  const matrix = new Float64Array(rows.count * columns);
  let offset = 0;
  for (const { right, flat } of blocks) {
    for (let a = 0; a < rows.count; a++) {
      matrix.set(flat.subarray(a * right.count, (a + 1) * right.count), a * columns + offset);
    }
    offset += right.count;
  }
  return { rows, columns, matrix };
}

interface FlatPlaces {
  readonly index: Int32Array;
  readonly weight: Float64Array;
}

/** Where each entry of a flattening is in Bombieri coordinates, and the weight that makes the flattening isometric. */
function flatPlaces(all: MonomialTable, left: MonomialTable, right: MonomialTable, d: number): FlatPlaces {
  const places = new Map<string, number>();
  for (let i = 0; i < all.count; i++) places.set(exponentsOf(all, i, d).join(), i);
  const size = left.count * right.count;
  const index = new Int32Array(size);
  const weight = new Float64Array(size);
  for (let a = 0, at = 0; a < left.count; a++) {
    const alpha = exponentsOf(left, a, d);
    for (let b = 0; b < right.count; b++, at++) {
      const beta = exponentsOf(right, b, d);
      const i = places.get(alpha.map((value, e) => value + beta[e]!).join())!;
      index[at] = i;
      weight[at] = Math.sqrt((left.multinomials[a]! * right.multinomials[b]!) / all.multinomials[i]!);
    }
  }
  return { index, weight };
}

function flatten(tensor: Float64Array, { index, weight }: FlatPlaces): Float64Array {
  return weight.map((factor, at) => factor * tensor[index[at]!]!);
}

function exponentsOf(table: MonomialTable, i: number, d: number): number[] {
  const exponents = new Array<number>(d).fill(0);
  for (let s = table.starts[i]!; s < table.starts[i + 1]!; s++) exponents[table.variables[s]!] = table.exponents[s]!;
  return exponents;
}

/** x^{⊗k} in Bombieri coordinates. */
export function symmetricPower(table: MonomialTable, x: Float64Array): Float64Array {
  const power = new Float64Array(table.count);
  for (let i = 0; i < table.count; i++) {
    let value = Math.sqrt(table.multinomials[i]!);
    for (let s = table.starts[i]!; s < table.starts[i + 1]!; s++) {
      value *= x[table.variables[s]!]! ** table.exponents[s]!;
    }
    power[i] = value;
  }
  return power;
}

/**
 * Symmetric tensors of degree l (rows of Bombieri coordinates) contracted once with a vector: degree l − 1.
 *
 * @param table - degree l
 * @param lower - degree l − 1, same variables
 */
export function contractPower(
  vectors: Float64Array,
  table: MonomialTable,
  lower: MonomialTable,
  along: Float64Array,
): Float64Array {
  const d = table.inputDim;
  const right = monomialsOfDegree(d, 1);
  const places = flatPlaces(table, lower, right, d);
  const count = vectors.length / table.count;
  const result = new Float64Array(count * lower.count);
  for (let i = 0; i < count; i++) {
    const flat = flatten(vectors.subarray(i * table.count, (i + 1) * table.count), places);
    for (let a = 0; a < lower.count; a++) {
      let sum = 0;
      for (let e = 0; e < d; e++) sum += flat[a * d + e]! * along[right.variables[right.starts[e]!]!]!;
      result[i * lower.count + a] = sum;
    }
  }
  return result;
}
