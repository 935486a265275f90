import { encloseSolution } from "../interval/enclose-solution.ts";
import { type Interval, multiplyIntervals, upperBound } from "../interval/interval.ts";
import { entryOf, matrixOf } from "../interval/interval-matrix.ts";
import { regularThroughout } from "../interval/regular.ts";
import { type MomentFunctional, valuesOf } from "./global-functional.ts";
import type { Pencil } from "./global-pencil.ts";
import { evaluateForm } from "./global-polynomial.ts";

/**
 * Bounds of |g_ic − ĝ_ic| over all outputs c, a number for each sample, from Σ_i g_ic f_h(x_i) = Λ_c(f_h) with f_h = ℓ_h r_h η^s
 * and the points enclosed.
 *
 * @param points - enclosures of the points in the coordinates of the functional
 * @param multipliers - the printed ones, n×C
 * @returns null where the matrix of the f_h(x_i) is not proved regular, or a bound is infinite
 * Source: proofs/global-error.md, statement 4.
 */
export function multiplierErrors(
  functional: MomentFunctional,
  { below, columnForms }: Pencil,
  points: readonly (readonly Interval[])[],
  multipliers: Float64Array,
): Float64Array | null {
  const n = points.length;
  const C = functional.outputs;
  const entries = below.flatMap((form, h) =>
    points.map((x) => multiplyIntervals(evaluateForm(form, x), evaluateForm(columnForms[h]!, x))),
  );
  const regularity = regularThroughout(matrixOf(entries, n, n));
  if (regularity === null) return null;
  const single = below.map((form) => [form]);
  const values = Array.from({ length: C }, (_, output) => valuesOf(functional, output, single, columnForms));
  const rightSide = below.flatMap((_, h) => values.map((value) => entryOf(value, h, h)));
  const { mid, rad } = encloseSolution(regularity, matrixOf(rightSide, n, C));
  const errors = new Float64Array(n);
  for (let at = 0; at < n * C; at++) {
    const i = Math.floor(at / C);
    errors[i] = Math.max(errors[i]!, upperBound(Math.abs(mid[at]! - multipliers[at]!) + rad[at]!));
  }
  return errors.every(Number.isFinite) ? errors : null;
}
