import { createMomentMap, scaledHermiteMatrix } from "../equations/moments.ts";
import { type MonomialTable, monomialsOfDegree } from "../equations/monomials.ts";
import { binomial, equationCount, momentColumnCount, momentDegrees } from "../equations/shape.ts";
import type { KktSystem } from "../equations/system.ts";
import { norm2 } from "../linalg/dense.ts";
import { computeSvd, singularValues, solveTruncated } from "../linalg/svd.ts";
import { disturb } from "./disturb.ts";
import { type NumericalRank, numericalRankUnder, rankOfSpectrum } from "./numerical-rank.ts";

/** What the Hermite matrix of the file's own nodes says about the moments. */
export interface MomentEvidence {
  readonly columns: number;
  readonly rank: NumericalRank;
  /** Full column rank with a clear gap: the nodes determine every moment tensor. */
  readonly determined: boolean;
  /** Rank of the (k, p−k) flattening of T_p, one combination of the outputs, k = ⌊(p−1)/2⌋; null where T_p is not determined. */
  readonly catalecticant:
    | (NumericalRank & {
        readonly k: number;
        /** Whether the points of the tensor are (x, 1). */
        readonly lifted: boolean;
        readonly shape: readonly [number, number];
      })
    | null;
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
  const { inputDim, bias, activation } = shape;
  const p = activation.degree;
  if (p < 3 || momentDegrees(shape).at(-1) !== p) return null;
  const k = Math.floor((p - 1) / 2);
  const columns = momentColumnCount(shape);
  const svd = computeSvd(H, targets.length, columns);
  const T = solveTruncated(
    svd,
    targets.map((t, r) => t * rowScale[r]!),
    columns,
  );
  // With a trained bias all T_0 … T_p are known, which are one tensor in the points (x, 1).
  const lifted = bias === "trained";
  const d = lifted ? inputDim + 1 : inputDim;
  const contracted = contractOutputs(T, shape.outputs);
  const top = lifted ? liftMoments(contracted, inputDim, p) : contracted.slice(-binomial(d + p - 1, p));
  const left = monomialsOfDegree(d, k);
  const right = monomialsOfDegree(d, p - k);
  const flattening = flatten(top, d, p, left, right);
  const S = singularValues(flattening, left.count, right.count);
  // An error of the equations reaches T_p through the inverse of H; lifting scales an entry by at most √(p choose l).
  const amplification = (svd.S[0]! / svd.S[columns - 1]!) * (lifted ? Math.sqrt(binomial(p, Math.floor(p / 2))) : 1);
  const tolerance = 10 * entryError * amplification * norm2(T);
  return { ...rankOfSpectrum(S, tolerance), k, lifted, shape: [left.count, right.count] };
}

/** One general combination of the outputs' moments, of norm at most that of all: Σ_i (c·g_i) x_i^{⊗l}, ‖c‖ = 1. */
function contractOutputs(T: Float64Array, outputs: number): Float64Array {
  const size = T.length / outputs;
  const weights = Array.from(
    { length: outputs },
    (_, c) => Math.sqrt(c + 1) / Math.sqrt((outputs * (outputs + 1)) / 2),
  );
  return Float64Array.from({ length: size }, (_, at) =>
    weights.reduce((sum, weight, c) => sum + weight * T[c * size + at]!, 0),
  );
}

/** T_0 … T_p in Bombieri coordinates as the tensor Σ g (x, 1)^{⊗p} in d + 1 variables. */
function liftMoments(moments: Float64Array, d: number, p: number): Float64Array {
  const all = monomialsOfDegree(d + 1, p);
  const places = new Map<string, number>();
  let offset = 0;
  const lower = Array.from({ length: p + 1 }, (_, l) => monomialsOfDegree(d, l));
  for (const table of lower) {
    for (let i = 0; i < table.count; i++) places.set(exponentKey(table, i, d).join(), offset++);
  }
  return Float64Array.from({ length: all.count }, (_, at) => {
    const exponents = exponentKey(all, at, d + 1);
    const l = p - exponents[d]!;
    // p!/(α!(p−l)!) is (p choose l) times l!/α!.
    return Math.sqrt(binomial(p, l)) * moments[places.get(exponents.slice(0, d).join())!]!;
  });
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
