import { multiply } from "../linalg/dense.ts";
import { type MonomialTable, monomialsOfDegree } from "./monomials.ts";
import { biasSide, hiddenSide, spectrumOf } from "./reduction.ts";
import { binomial } from "./shape.ts";
import { floatCoefficients, type KktSystem } from "./system.ts";

/** Coordinates of dimension n in which the criterion is written: orthonormal columns, D×n, null for the given ones. */
export interface KernelFrame {
  readonly basis: Float64Array | null;
  readonly dimension: number;
}

/** With a trained bias the row space of (G, β), if its rank is n; else the coordinates of the reduced system. */
export function kernelFrame(system: KktSystem, samples: number, entryError: number): KernelFrame | string {
  const { width: m, inputDim: d, bias } = system.shape;
  if (bias !== "trained") return { basis: null, dimension: samples };
  const { rank, Vt } = spectrumOf(lifted(hiddenSide(system)!, biasSide(system), d), m, d + 1, entryError);
  if (rank !== samples) return `rank (G, β) = ${rank} differs from n = ${samples}`;
  const basis = Float64Array.from({ length: (d + 1) * samples }, (_, at) => {
    const [e, i] = [Math.floor(at / samples), at % samples];
    return Vt[i * (d + 1) + e]!;
  });
  return { basis, dimension: samples };
}

/** Rows of length d with one more entry each. */
function lifted(rows: Float64Array, last: Float64Array, d: number): Float64Array {
  const result = new Float64Array(last.length * (d + 1));
  last.forEach((value, j) => {
    result.set(rows.subarray(j * d, (j + 1) * d), j * (d + 1));
    result[j * (d + 1) + d] = value;
  });
  return result;
}

/** Nodes and known side of a system in a frame, m×n. */
function inFrame(system: KktSystem, { basis, dimension }: KernelFrame): { nodes: Float64Array; side: Float64Array } {
  const side = hiddenSide(system)!;
  if (basis === null) return { nodes: system.weights, side };
  const { width: m, inputDim: d } = system.shape;
  const project = (rows: Float64Array): Float64Array =>
    multiply(rows, basis, { rows: m, cols: d + 1, width: dimension });
  return {
    nodes: project(lifted(system.weights, system.bias, d)),
    side: project(lifted(side, biasSide(system), d)),
  };
}

/** The matrix K of the kernel criterion with what its columns are. */
export interface KernelMatrix {
  /** rows×columns, row-major: n columns of −G, then for every output and degree l the monomials of degree l. */
  readonly K: Float64Array;
  readonly rows: number;
  readonly columns: number;
  /** The degrees l of σ′, in the order of the columns of one output, in n variables. */
  readonly tables: readonly MonomialTable[];
}

/**
 * A row [−G_j | a_jc · s_l(j) · monomials of degree l of w_j] per neuron, in a frame; s_l(j) = σ^{(l+1)}(b_j)/l!.
 *
 * Source: proofs/kernel-criterion.md.
 */
export function kernelMatrix(system: KktSystem, frame: KernelFrame): KernelMatrix {
  const { width: m, outputs } = system.shape;
  const { dimension: n } = frame;
  const { nodes, side } = inFrame(system, frame);
  const { degrees, factor } = slopeExpansion(system);
  const tables = degrees.map((degree) => monomialsOfDegree(n, degree));
  const columns = n + outputs * tables.reduce((sum, table) => sum + table.count, 0);
  const K = new Float64Array(m * columns);
  for (let j = 0; j < m; j++) {
    const node = nodes.subarray(j * n, (j + 1) * n);
    const monomials = tables.flatMap((table) => monomialRow(table, node, factor(table.degree, j)));
    const row = K.subarray(j * columns, (j + 1) * columns);
    for (let e = 0; e < n; e++) row[e] = -side[j * n + e]!;
    for (let c = 0; c < outputs; c++) {
      const a = system.output[c * m + j]!;
      row.set(
        monomials.map((value) => a * value),
        n + c * monomials.length,
      );
    }
  }
  return { K, rows: m, columns, tables };
}

/** The monomials of a node in Bombieri scaling, times a factor. */
function monomialRow(table: MonomialTable, node: Float64Array, factor: number): number[] {
  return Array.from({ length: table.count }, (_, i) => {
    let value = factor * Math.sqrt(table.multinomials[i]!);
    for (let s = table.starts[i]!; s < table.starts[i + 1]!; s++) {
      value *= node[table.variables[s]!]! ** table.exponents[s]!;
    }
    return value;
  });
}

/** Degrees l of σ′(w·x + b_j) in w·x, and its coefficient σ^{(l+1)}(b_j)/l! there; a trained bias is in w. */
function slopeExpansion({ shape, bias }: KktSystem): { degrees: number[]; factor: (l: number, j: number) => number } {
  const c = floatCoefficients(shape);
  if (shape.bias !== "frozen") {
    return { degrees: shape.activation.support.map((k) => k - 1), factor: (l) => (l + 1) * c[l + 1]! };
  }
  const degrees = Array.from({ length: shape.activation.degree }, (_, l) => l);
  const factor = (l: number, j: number): number => {
    let value = 0;
    for (let k = shape.activation.degree; k > l; k--) value = value * bias[j]! + k * c[k]! * binomial(k - 1, l);
    return value;
  };
  return { degrees, factor };
}
