import { createMomentMap, type MomentMap, scaledHermiteMatrix } from "../equations/moments.ts";
import { type MonomialTable, monomialsOfDegree } from "../equations/monomials.ts";
import { momentDegrees } from "../equations/shape.ts";
import type { KktSystem } from "../equations/system.ts";
import { norm2 } from "../linalg/dense.ts";
import { computeSvd, solveTruncated } from "../linalg/svd.ts";
import type { MomentEvidence } from "./moment-evidence.ts";

/** A rank of moments that no fewer samples can have. */
export interface SampleBound {
  readonly rank: number;
  /** Powers of x in the rows and in the columns of the flattening with this rank. */
  readonly rowPowers: readonly number[];
  readonly columnPowers: readonly number[];
  readonly shape: readonly [number, number];
  /** Smallest singular value that counts, and the tolerance it is above. */
  readonly smallestKept: number | null;
  readonly tolerance: number;
}

/** Entries of a flattening that a singular value decomposition is spent on. */
const FLATTENING_LIMIT = 2e5;

/**
 * A lower bound on the number of samples from every flattening of the moments that the nodes determine.
 *
 * With rows x^{⊗a}, a ∈ A, and columns g_c x^{⊗b}, b ∈ B, a flattening of the moments T_{a+b} is a sum of one rank-one
 * matrix a sample. Its rank above the tolerance is a lower bound whether or not there is a gap.
 *
 * @returns null where the moments are not determined
 * Source: proofs/catalecticant.md, section "Number of samples".
 */
export function flatteningBound(
  system: KktSystem,
  evidence: MomentEvidence | null,
  entryError: number,
): SampleBound | null {
  if (evidence === null || !evidence.determined) return null;
  const { shape, targets, rowScale } = system;
  const map = createMomentMap(shape);
  const H = scaledHermiteMatrix(system, map);
  const svd = computeSvd(H, targets.length, map.columns);
  const right = targets.map((target, r) => target * rowScale[r]!);
  const T = solveTruncated(svd, right, map.columns);
  const amplification = svd.S[0]! / svd.S[map.columns - 1]!;
  const moments: KnownMoments = { T, map, outputs: shape.outputs, inputDim: shape.inputDim };
  let best: SampleBound | null = null;
  for (const powers of flatteningsOf(momentDegrees(shape))) {
    const bound = rankOfFlattening(moments, powers, 10 * entryError * amplification);
    if (bound !== null && (best === null || bound.rank > best.rank)) best = bound;
  }
  return best;
}

interface Powers {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/** Sets A of row powers with all column powers b for which a + b is a known degree for every a ∈ A. */
function flatteningsOf(degrees: readonly number[]): Powers[] {
  const known = new Set(degrees);
  const top = degrees.at(-1)!;
  const found: Powers[] = [];
  for (let set = 1; set < 2 ** (top + 1); set++) {
    const rows = range(top).filter((a) => (set & (1 << a)) !== 0);
    const columns = range(top).filter((b) => rows.every((a) => known.has(a + b)));
    if (columns.length > 0) found.push({ rows, columns });
  }
  return found;
}

const range = (top: number): number[] => Array.from({ length: top + 1 }, (_, k) => k);

interface KnownMoments {
  /** All moments in Bombieri coordinates, output by output. */
  readonly T: Float64Array;
  readonly map: MomentMap;
  readonly outputs: number;
  readonly inputDim: number;
}

function rankOfFlattening(moments: KnownMoments, { rows, columns }: Powers, relative: number): SampleBound | null {
  const { inputDim: d, outputs } = moments;
  const left = rows.map((a) => monomialsOfDegree(d, a));
  const right = columns.map((b) => monomialsOfDegree(d, b));
  const height = total(left);
  const width = total(right) * outputs;
  if (height * width > FLATTENING_LIMIT) return null;
  const flat = fillFlattening(moments, left, right);
  const { S } = computeSvd(flat, height, width);
  // One moment coordinate enters a flattening of several degrees in at most |A| places.
  const tolerance = relative * norm2(moments.T) * Math.sqrt(rows.length);
  let rank = 0;
  while (rank < S.length && S[rank]! > tolerance) rank++;
  return {
    rank,
    rowPowers: rows,
    columnPowers: columns,
    shape: [height, width],
    smallestKept: rank > 0 ? S[rank - 1]! : null,
    tolerance,
  };
}

const total = (tables: readonly MonomialTable[]): number => tables.reduce((sum, { count }) => sum + count, 0);

function fillFlattening(
  { T, map, outputs, inputDim: d }: KnownMoments,
  left: readonly MonomialTable[],
  right: readonly MonomialTable[],
): Float64Array {
  const places = momentPlaces(map, d);
  const width = total(right) * outputs;
  const flat = new Float64Array(total(left) * width);
  const columns = right.flatMap((table) => monomialsOf(table, d));
  for (const [row, { exponents: alpha, multinomial: first }] of left.flatMap((t) => monomialsOf(t, d)).entries()) {
    for (const [column, { exponents: beta, multinomial: second }] of columns.entries()) {
      const { at, multinomial } = places.get(alpha.map((value, e) => value + beta[e]!).join())!;
      const weight = Math.sqrt((first * second) / multinomial);
      for (let c = 0; c < outputs; c++) {
        flat[row * width + c * columns.length + column] = weight * T[c * map.perOutput + at]!;
      }
    }
  }
  return flat;
}

interface Monomial {
  readonly exponents: readonly number[];
  /** l!/α! */
  readonly multinomial: number;
}

function monomialsOf({ count, starts, variables, exponents, multinomials }: MonomialTable, d: number): Monomial[] {
  return Array.from({ length: count }, (_, i) => {
    const powers = new Array<number>(d).fill(0);
    for (let s = starts[i]!; s < starts[i + 1]!; s++) powers[variables[s]!] = exponents[s]!;
    return { exponents: powers, multinomial: multinomials[i]! };
  });
}

/** Where the coordinate of each monomial is among the moments of one output. */
function momentPlaces(map: MomentMap, d: number): Map<string, { readonly at: number; readonly multinomial: number }> {
  const all = map.tables.flatMap((table) => monomialsOf(table, d));
  return new Map(all.map(({ exponents, multinomial }, at) => [exponents.join(), { at, multinomial }]));
}
