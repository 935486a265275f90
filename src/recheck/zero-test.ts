import { type Interval, up } from "./intervals.ts";
import { require } from "./json.ts";
import { requireFullColumnRank } from "./regular.ts";
import { boundRow } from "./zero-bounds.ts";
import { jacobianBox, requireModerate, unknownsOf, type ZeroSetup } from "./zero-setup.ts";

/** Bounds of the distance of the one zero from û, by sample: Euclidean, of the point and of the multipliers. */
export interface Distance {
  readonly point: number;
  readonly multiplier: number;
}

const SHRINKINGS = 50;

/**
 * Requires that for every system within ρ the chosen equations have exactly one zero in the region, and bounds where.
 *
 * With Y, L, Q, B bounds of |A F_S(û)|, |I − A J_S(û)| t, ½|A F_S″(û)|[t, t] and |A F_S‴|[t, t, t]/6, a zero within s·t, s ≤ 1,
 * is within f(s) = Y + sL + s²Q + s³B. f is convex, so f(1) < t and f(s) ≤ s·t leave no zero between; and u − A F_S(u) maps
 * what is within s·t into itself and contracts if L + 2sQ + 3s²B < t. proofs/certified-samples.md.
 *
 * @throws {@link Rejection} if this cannot be shown
 */
export function requireOneZero(setup: ZeroSetup, errors: readonly Interval[]): Distance[] {
  const unknowns = unknownsOf(setup);
  const { outputs } = setup.problem;
  const widths = unknowns.map(({ sample, place }) => {
    const { pointWidth, multiplierWidth } = setup.centres[sample]!;
    return place < outputs ? multiplierWidth : pointWidth;
  });
  const { inverse, defect, scale } = requireFullColumnRank(jacobianBox(setup), "the Jacobian of the equations");
  const rows = inverse.map((row, k) => {
    // Columns of the Jacobian were multiplied by the scale, a power of two.
    const unscaled = row.map((value) => value * scale[k]!);
    requireModerate(unscaled);
    const linear = defect[k]!.reduce((sum, value, l) => up(sum + up(value * up(widths[l]! / scale[l]!))), 0);
    return { ...boundRow(setup, unscaled, errors), linear: up(linear * scale[k]!), width: widths[k]! };
  });
  const at = (s: number): number[] =>
    rows.map(({ fixed, linear, square, cube }) => up(fixed + up(s * up(linear + up(s * up(square + up(s * cube)))))));
  const share = (values: readonly number[]): number =>
    values.reduce((most, value, k) => Math.max(most, up(value / rows[k]!.width)), 0);
  let s = share(at(1));
  require(s < 1, `the region is not mapped into itself: a factor below 1 is needed, ${s} was shown`);
  // f(1) ≤ s·t gives f(s) ≤ f(1) ≤ s·t, and so on.
  for (let step = 0; step < SHRINKINGS; step++) s = Math.min(s, share(at(s)));
  const contraction = share(
    rows.map(({ linear, square, cube }) => up(linear + up(s * up(2 * square + up(3 * s * cube))))),
  );
  require(contraction < 1, `the zero is not shown to be the only one: contraction ${contraction}`);
  return distancesOf(setup, at(s));
}

function distancesOf(setup: ZeroSetup, bounds: readonly number[]): Distance[] {
  const squares = setup.centres.map(() => ({ point: 0, multiplier: 0 }));
  for (const [k, { sample, place }] of unknownsOf(setup).entries()) {
    const own = squares[sample]!;
    const kind = place < setup.problem.outputs ? "multiplier" : "point";
    own[kind] = up(own[kind] + up(bounds[k]! ** 2));
  }
  return squares.map(({ point, multiplier }) => ({
    point: root(point),
    multiplier: setup.isHeld ? 0 : root(multiplier),
  }));
}

const root = (square: number): number => up(up(Math.sqrt(square)));
