import { createMomentMap, scaledHermiteMatrix } from "../equations/moments.ts";
import { type MonomialTable, monomialsOfDegree } from "../equations/monomials.ts";
import { binomial, equationCount, momentColumnCount, momentDegrees } from "../equations/shape.ts";
import type { KktSystem } from "../equations/system.ts";
import { norm2 } from "../linalg/dense.ts";
import { computeSvd, solveTruncated } from "../linalg/svd.ts";
import { disturb } from "./disturb.ts";
import { type NumericalRank, numericalRankUnder, rankOfSpectrum } from "./numerical-rank.ts";

/** What the Hermite matrix of the file's own nodes says about the moments. */
export interface MomentEvidence {
  readonly columns: number;
  readonly rank: NumericalRank;
  /** Full column rank with a clear gap: the nodes determine every moment tensor. */
  readonly determined: boolean;
  /** Rank of the (k, p−k) flattening of T_p, k = ⌊(p−1)/2⌋; null where T_p is not determined. */
  readonly catalecticant: (NumericalRank & { readonly k: number; readonly shape: readonly [number, number] }) | null;
}

const ENTRY_LIMIT = 1.5e5;

/**
 * Numerical rank of the Hermite matrix, and of the catalecticant of the top moment tensor where that is determined.
 *
 * @returns null where the matrix is too large for double-precision singular values here
 * Source: proofs/interpolation.md, proofs/catalecticant.md.
 */
export function momentEvidence(system: KktSystem, entryError: number): MomentEvidence | null {
  const rows = equationCount(system.shape);
  const columns = momentColumnCount(system.shape);
  if (rows * columns > ENTRY_LIMIT) return null;
  const map = createMomentMap(system.shape);
  const H = scaledHermiteMatrix(system, map);
  const disturbed = scaledHermiteMatrix(disturb(system, entryError), map);
  const rank = numericalRankUnder(H, disturbed, { rows, cols: columns, entryError });
  const determined = rank.rank === columns && rank.clear;
  return { columns, rank, determined, catalecticant: determined ? topCatalecticant(system, H, entryError) : null };
}

function topCatalecticant(system: KktSystem, H: Float64Array, entryError: number): MomentEvidence["catalecticant"] {
  const { shape, targets, rowScale } = system;
  const { inputDim: d, outputs, activation } = shape;
  const p = activation.degree;
  if (outputs !== 1 || p < 3 || momentDegrees(shape).at(-1) !== p) return null;
  const k = Math.floor((p - 1) / 2);
  const columns = momentColumnCount(shape);
  const svd = computeSvd(H, targets.length, columns);
  const T = solveTruncated(
    svd,
    targets.map((t, r) => t * rowScale[r]!),
    columns,
  );
  const top = T.subarray(columns - binomial(d + p - 1, p));
  const left = monomialsOfDegree(d, k);
  const right = monomialsOfDegree(d, p - k);
  const flattening = flatten(top, d, p, left, right);
  const { S } = computeSvd(flattening, left.count, right.count);
  // An error of the equations reaches T_p through the inverse of H.
  const amplification = svd.S[0]! / svd.S[columns - 1]!;
  const tolerance = 10 * entryError * amplification * norm2(T);
  return { ...rankOfSpectrum(S, tolerance), k, shape: [left.count, right.count] };
}

/** The (k, p−k) flattening of a symmetric tensor given in Bombieri coordinates; isometric on both sides. */
function flatten(top: Float64Array, d: number, p: number, left: MonomialTable, right: MonomialTable): Float64Array {
  const all = monomialsOfDegree(d, p);
  const index = new Map<string, number>();
  for (let i = 0; i < all.count; i++) index.set(exponentKey(all, i, d).join(), i);
  const flat = new Float64Array(left.count * right.count);
  for (let a = 0; a < left.count; a++) {
    const alpha = exponentKey(left, a, d);
    for (let b = 0; b < right.count; b++) {
      const beta = exponentKey(right, b, d);
      const i = index.get(alpha.map((value, e) => value + beta[e]!).join())!;
      const weight = Math.sqrt((left.multinomials[a]! * right.multinomials[b]!) / all.multinomials[i]!);
      flat[a * right.count + b] = top[i]! * weight;
    }
  }
  return flat;
}

function exponentKey(table: MonomialTable, i: number, d: number): number[] {
  const exponents = new Array<number>(d).fill(0);
  for (let s = table.starts[i]!; s < table.starts[i + 1]!; s++) exponents[table.variables[s]!] = table.exponents[s]!;
  return exponents;
}
