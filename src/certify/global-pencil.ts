import { encloseSolution } from "../interval/enclose-solution.ts";
import { entryOf, type IntervalMatrix, transposeInterval } from "../interval/interval-matrix.ts";
import { type Regularity, regularThroughout } from "../interval/regular.ts";
import { multiply, transpose } from "../linalg/dense.ts";
import { type MomentFunctional, type Polynomial, valuesOf } from "./global-functional.ts";
import { approximateInverse } from "./global-inverse.ts";
import {
  addForms,
  coordinateForm,
  type Form,
  formOf,
  multiplyForms,
  powerOfForm,
  powersAt,
  scaleForm,
} from "./global-polynomial.ts";

/** Which values of the functional are compared; docs/certificates.md, `global-error`. */
export interface PencilChoice {
  readonly output: number;
  /** k and k′, the degrees of the forms ℓ_h and r_j. */
  readonly rowDegree: number;
  readonly columnDegree: number;
  /** Degree t of the denominator Λ(ℓ_h r_j η^s), s = t − k − k′. */
  readonly degree: number;
  /** Whether the numerators have degree t + 1 (points come out as they are) or t (points come out up to scale). */
  readonly isDirect: boolean;
  /** η, where a factor is left over. */
  readonly eta: Float64Array;
}

/**
 * M_e = P·diag(x_ie/s_i)·P⁻¹ for all systems of a box, as printed values plus a small matrix: s_i = 1 for a direct pencil,
 * else η(x_i).
 */
export interface Pencil {
  readonly samples: number;
  /** The printed x̂_he/ŝ_h, n×v. */
  readonly printed: Float64Array;
  /** Δ_e = M_e − diag(x̂_he/ŝ_h), one n×n matrix for each coordinate e. */
  readonly differences: readonly IntervalMatrix[];
  /** ℓ_h, ℓ_h η^s and r_j. */
  readonly rowForms: readonly Form[];
  readonly below: readonly Form[];
  readonly columnForms: readonly Form[];
  /** The row Λ(f r_j)·N₀⁻¹ of a form f. */
  readonly rowOf: (f: Form) => IntervalMatrix;
}

/**
 * The pencil near n printed points.
 *
 * @param points - n×v, in the coordinates of the functional
 * @returns null where the denominator is not proved regular
 * Source: proofs/global-error.md.
 */
export function pencilOf(functional: MomentFunctional, points: Float64Array, choice: PencilChoice): Pencil | null {
  const v = functional.variables;
  const { output, rowDegree, columnDegree, degree, isDirect } = choice;
  const n = points.length / v;
  const rowForms = dualForms(points, v, rowDegree);
  const unscaled = dualForms(points, v, columnDegree);
  if (rowForms === null || unscaled === null) return null;
  const eta = formOf(choice.eta, v, 1);
  const surplus = powerOfForm(eta, degree - rowDegree - columnDegree);
  const below = rowForms.map((form) => multiplyForms(form, surplus));
  const single = below.map((f): Polynomial => [f]);
  const columnForms = scaleToUnit(unscaled, valuesOf(functional, output, single, unscaled));
  const transposed = transposeInterval(valuesOf(functional, output, single, columnForms));
  const regularity = regularThroughout(transposed);
  if (regularity === null) return null;
  const rest = isDirect ? surplus : powerOfForm(eta, degree - rowDegree - columnDegree - 1);
  const above = rowForms.map((form) => multiplyForms(form, rest));
  const printed = printedValues(points, v, isDirect ? null : choice.eta);
  const shifted = Array.from({ length: v }, (_, e) =>
    above.map((f, h): Polynomial => {
      const upper = multiplyForms(f, coordinateForm(v, e));
      const lower = scaleForm(below[h]!, -printed[h * v + e]!);
      return isDirect ? [upper, lower] : [addForms(upper, lower)];
    }),
  );
  const numerators = valuesOf(functional, output, shifted.flat(), columnForms);
  const solved = solveFromRight(regularity, numerators);
  const differences = Array.from({ length: v }, (_, e) => rowsFrom(solved, e * n, n));
  const rowOf = (f: Form): IntervalMatrix =>
    solveFromRight(regularity, valuesOf(functional, output, [[f]], columnForms));
  return { samples: n, printed, differences, rowForms, below, columnForms, rowOf };
}

/** N·N₀⁻¹, from the proof that N₀ᵀ is regular. */
function solveFromRight(regularity: Regularity, N: IntervalMatrix): IntervalMatrix {
  return transposeInterval(encloseSolution(regularity, transposeInterval(N)));
}

function rowsFrom(matrix: IntervalMatrix, start: number, count: number): IntervalMatrix {
  const { cols, mid, rad } = matrix;
  const [from, to] = [start * cols, (start + count) * cols];
  return { rows: count, cols, mid: mid.slice(from, to), rad: rad.slice(from, to) };
}

/** Forms ℓ_h of one degree with ℓ_h(x̂_i) ≈ δ_hi: a choice. */
function dualForms(points: Float64Array, v: number, degree: number): Form[] | null {
  const n = points.length / v;
  const columns = Array.from({ length: n }, (_, i) => powersAt(points.subarray(i * v, (i + 1) * v), degree));
  const count = columns[0]!.length;
  if (count < n) return null;
  const flat = new Float64Array(n * count);
  for (const [i, column] of columns.entries()) flat.set(column, i * count);
  const inverse = approximateInverse(transpose(flat, n, count), count, n);
  if (inverse === null) return null;
  return columns.map((_, h) => formOf(inverse.subarray(h * count, (h + 1) * count), v, degree));
}

/** The column forms divided so that the denominator is near the unit matrix; rounded to doubles again. */
function scaleToUnit(forms: readonly Form[], denominator: IntervalMatrix): Form[] {
  return forms.map((form, j) => {
    const { mid } = entryOf(denominator, j, j);
    const divisor = mid === 0 ? 1 : mid;
    return formOf(
      form.coefficients.map((value) => value.mid / divisor),
      form.variables,
      form.degree,
    );
  });
}

/** x̂_he/η(x̂_h), or x̂_he without η, in doubles. */
function printedValues(points: Float64Array, v: number, eta: Float64Array | null): Float64Array {
  if (eta === null) return points;
  const scales = multiply(points, eta, { rows: points.length / v, cols: v, width: 1 });
  return points.map((value, at) => value / scales[Math.floor(at / v)]!);
}
