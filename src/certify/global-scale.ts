import { type Interval, lowerBound, multiplyIntervals, upperBound } from "../interval/interval.ts";
import type { IntervalMatrix } from "../interval/interval-matrix.ts";
import type { JointEigenvalue } from "./global-discs.ts";
import type { Pencil, PencilChoice } from "./global-pencil.ts";
import { evaluateForm, formOf, powerOfForm } from "./global-polynomial.ts";

/** One sample of a pencil that leaves its scale open. */
export interface UnscaledSample {
  /** h */
  readonly row: number;
  readonly sample: JointEigenvalue;
  /** Enclosure of u = x/η(x). */
  readonly direction: readonly Interval[];
}

/**
 * Encloses |s| of a sample x = s·u, η(u) = 1, and says whether s is positive, negative or of open sign (0), from the values of
 * a second degree t′: s^{t′−t} = (f N₀⁻¹ y)·ℓ_h(u) with f = (Λ(η^{t′−k′} r_j))_j and y the eigenvector.
 *
 * @returns null where the power is not bounded away from zero
 * Source: proofs/global-error.md, statement 3.
 */
export function scaleOf(
  pencil: Pencil,
  { row, sample, direction }: UnscaledSample,
  { choice, otherDegree }: { readonly choice: PencilChoice; readonly otherDegree: number },
): { readonly size: Interval; readonly sign: number } | null {
  const { eta, columnDegree, degree } = choice;
  const power = powerOfForm(formOf(eta, eta.length, 1), otherDegree - columnDegree);
  const along = alongEigenvector(pencil.rowOf(power), sample.components, row);
  const { mid, rad } = multiplyIntervals(along, evaluateForm(pencil.rowForms[row]!, direction));
  const exponent = otherDegree - degree;
  const sign = exponent % 2 === 0 ? 0 : Math.sign(mid);
  if (sign === 0 && mid < 0) return null;
  const size = positiveRoot({ mid: Math.abs(mid), rad }, exponent);
  return size === null ? null : { size, sign };
}

/** Σ_j f_j y_j for y_h = 1 and |y_j| bounded. */
function alongEigenvector({ mid, rad }: IntervalMatrix, components: Float64Array, row: number): Interval {
  let spread = rad[row]!;
  components.forEach((bound, j) => {
    if (j !== row) spread = upperBound(spread + (Math.abs(mid[j]!) + rad[j]!) * bound);
  });
  return { mid: mid[row]!, rad: spread };
}

const ROOT_STEPS = 200;

/** All t > 0 with t^exponent in a positive interval; bounds found by bisection on computed powers with a margin. */
function positiveRoot({ mid, rad }: Interval, exponent: number): Interval | null {
  const degree = Math.abs(exponent);
  let [low, high] = [lowerBound(lowerBound(mid) - upperBound(rad)), upperBound(mid + rad)];
  if (exponent < 0) [low, high] = [lowerBound(1 / high), upperBound(1 / low)];
  if (!(low > 0) || !Number.isFinite(high)) return null;
  const [least, most] = [rootBelow(low, degree), rootAbove(high, degree)];
  if (least === null || most === null) return null;
  const center = least + (most - least) / 2;
  return { mid: center, rad: upperBound(Math.max(most - center, center - least)) };
}

const powerOf = (base: number, degree: number): number => {
  let value = 1;
  for (let t = 0; t < degree; t++) value *= base;
  return value;
};

/** A number whose power is provably at most the value: twelve roundings at most, as the degree is at most 12. */
function rootBelow(value: number, degree: number): number | null {
  let root = value ** (1 / degree);
  for (let step = 0; step < ROOT_STEPS; step++) {
    if (upperBound(powerOf(root, degree)) <= value) return root;
    root *= 1 - 2 ** -52;
  }
  return null;
}

function rootAbove(value: number, degree: number): number | null {
  let root = value ** (1 / degree);
  for (let step = 0; step < ROOT_STEPS; step++) {
    if (lowerBound(powerOf(root, degree)) >= value) return root;
    root *= 1 + 2 ** -52;
  }
  return null;
}
