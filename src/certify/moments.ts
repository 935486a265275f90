import { hermiteMatrix } from "../equations/hermite.ts";
import { type MonomialTable, monomialsOfDegree } from "../equations/monomials.ts";
import {
  type EquationShape,
  equationCount,
  momentColumnCount,
  momentDegrees,
  symmetricDimension,
} from "../equations/shape.ts";
import { encloseSolution } from "../interval/enclose-solution.ts";
import { entryOf, type IntervalMatrix, matrixOf, minorOf, scaleRows } from "../interval/interval-matrix.ts";
import { powersOfTwo, type Regularity, regularThroughout } from "../interval/regular.ts";
import { maxAbs } from "../linalg/dense.ts";
import type { SystemBox } from "./box.ts";
import { intervalRing } from "./interval-ring.ts";
import { type MinorChoice, selectMinor } from "./select-minor.ts";

/** A proof that the nodes determine every moment throughout a box, with the moments that the box allows. */
export interface MomentProof {
  readonly regularity: Regularity;
  /** The coordinates Σ_i g_i x_i^α, one column, in the order of the Hermite matrix. */
  readonly moments: IntervalMatrix;
}

/** Entries times columns of the largest Hermite matrix that is tried: about a second. */
const WORK_LIMIT = 2e7;

/** Entries times columns of the Hermite matrix, to which the cost of a proof is proportional. */
export function momentWork(shape: EquationShape): number {
  return equationCount(shape) * momentColumnCount(shape) ** 2;
}

/**
 * Tries to prove that the Hermite matrix has full column rank throughout a box.
 *
 * @returns null where nothing is proved, or the matrix is too large to try
 * Source: proofs/interpolation.md, proofs/instance-certificates.md.
 */
export function proveMoments(box: SystemBox): MomentProof | null {
  const rows = equationCount(box.shape);
  const columns = momentColumnCount(box.shape);
  if (rows < columns || momentWork(box.shape) > WORK_LIMIT) return null;
  const { matrix, rightSide } = momentEquations(box);
  const regularity = regularThroughout(matrix);
  return regularity === null ? null : { regularity, moments: encloseSolution(regularity, rightSide) };
}

/** The Hermite matrix of a box and the known side, rows brought to one size. */
export function momentEquations(box: SystemBox): {
  readonly matrix: IntervalMatrix;
  readonly rightSide: IntervalMatrix;
} {
  const { weights, bias, output, targets, shape } = box;
  const { entries } = hermiteMatrix(intervalRing, shape, { weights, bias, output });
  const H = matrixOf(entries, targets.length, entries.length / targets.length);
  const scale = powersOfTwo(largestEntries(H));
  return { matrix: scaleRows(H, scale), rightSide: scaleRows(matrixOf(targets, targets.length, 1), scale) };
}

/** Largest entry of each row: rows are brought to one size before a left inverse is taken. */
function largestEntries({ rows, cols, mid }: IntervalMatrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, r) => maxAbs(mid.subarray(r * cols, (r + 1) * cols)));
}

/** A proof that a flattening of the top moment of one output has rank n throughout a box. */
export interface CatalecticantProof extends MinorChoice {
  readonly output: number;
  readonly k: number;
  readonly regularity: Regularity;
}

/**
 * Tries to prove that the (k, p − k) flattening of T_p of some output has a regular n×n minor throughout the box, with the
 * least k that leaves room for it.
 *
 * Source: proofs/catalecticant.md.
 */
export function proveCatalecticant(
  shape: EquationShape,
  moments: IntervalMatrix,
  samples: number,
): CatalecticantProof | null {
  const p = shape.activation.degree;
  if (momentDegrees(shape).at(-1) !== p) return null;
  for (let k = 1; 2 * k + 1 <= p; k++) {
    if (symmetricDimension(shape.inputDim, k) < samples) continue;
    for (let output = 0; output < shape.outputs; output++) {
      const flattening = flattenTop(shape, moments, output, k);
      const choice = selectMinor(flattening, samples);
      const regularity = choice === null ? null : regularThroughout(minorOf(flattening, choice.rows, choice.columns));
      if (choice !== null && regularity !== null) return { output, k, ...choice, regularity };
    }
  }
  return null;
}

/** The entries Σ_i g_i x_i^{α+β}, |α| = k, |β| = p − k. */
function flattenTop(shape: EquationShape, moments: IntervalMatrix, output: number, k: number): IntervalMatrix {
  const { inputDim: d, activation } = shape;
  const p = activation.degree;
  const perOutput = moments.rows / shape.outputs;
  const start = (output + 1) * perOutput - symmetricDimension(d, p);
  const index = new Map(exponentsOf(monomialsOfDegree(d, p)).map((alpha, i) => [alpha.join(), start + i]));
  const left = exponentsOf(monomialsOfDegree(d, k));
  const right = exponentsOf(monomialsOfDegree(d, p - k));
  const entries = left.flatMap((alpha) =>
    right.map((beta) => entryOf(moments, index.get(alpha.map((a, e) => a + beta[e]!).join())!, 0)),
  );
  return matrixOf(entries, left.length, right.length);
}

/** The exponent vectors of a table, in its order. */
export function exponentsOf({ inputDim, count, starts, variables, exponents }: MonomialTable): number[][] {
  return Array.from({ length: count }, (_, i) => {
    const alpha = new Array<number>(inputDim).fill(0);
    for (let s = starts[i]!; s < starts[i + 1]!; s++) alpha[variables[s]!] = exponents[s]!;
    return alpha;
  });
}

/**
 * The degree a with k ≤ a < p that fixes the scale of every sample, once T_p is unique: of the other parity than p, or
 * of any parity where the sign is gauge. Where scales are gauge, none is needed.
 *
 * @returns null where scales or signs stay open
 * Source: proofs/catalecticant.md, "Signs".
 */
export function scaleDegree(
  shape: EquationShape,
  k: number,
  gauge: readonly string[],
): { readonly degree: number | null } | null {
  if (gauge.includes("scale")) return { degree: null };
  const p = shape.activation.degree;
  const lower = momentDegrees(shape).filter((a) => a >= k && a < p);
  const odd = lower.find((a) => (p - a) % 2 === 1);
  const degree = odd ?? (gauge.includes("sign") ? lower[0] : undefined);
  return degree === undefined ? null : { degree };
}
