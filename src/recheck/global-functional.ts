import { list, listMoments, type Moment } from "./equations.ts";
import { sizeOf } from "./global-discs.ts";
import { type Form, multiplyForms } from "./global-forms.ts";
import { hermiteBox, kernelBox, knownBox, type SpaceView } from "./instance-space.ts";
import { around, exactly, INTERVALS, type Interval, middleAndRadius, up } from "./intervals.ts";
import { reject, require } from "./json.ts";
import type { NetworkSystem } from "./network-system.ts";
import type { Problem } from "./problem.ts";
import { defectRow, encloseSolution, errorBound, type LeftInverse, requireFullColumnRank } from "./regular.ts";
import { degreeOf, degreesSeen } from "./shape.ts";

/** A polynomial by its homogeneous parts. */
export type Polynomial = readonly Form[];

/**
 * Λ(f) = Σ_i g_ic f(x_i) of all data sets that solve a system of the box, as far as H·T = G determines it. The rows of T are
 * monomials x^α, output by output; for `kernel` its columns are the further factors x_e, for `moments` there is one column.
 */
export interface Functional {
  readonly route: "kernel" | "moments";
  readonly variables: number;
  /** Degrees of the f with a known Λ(f). */
  readonly degrees: readonly number[];
  /** Rows of T by output, degree and place in the lexicographic order. */
  readonly rowOf: (output: number, degree: number) => number;
  readonly middle: readonly Float64Array[];
  readonly radius: readonly Float64Array[];
  /** Columns of G. */
  readonly sides: readonly (readonly Interval[])[];
  /** Bounds of |T|, one list for each column. */
  readonly sizes: readonly Float64Array[];
  /** An approximate left inverse of H that keeps the errors of the equations small; a choice. */
  readonly inverse: readonly Float64Array[];
}

/** Most columns of an interval matrix. */
const LARGEST_COLUMNS = 1500;

/**
 * @throws {@link Rejection} if the matrix of the route is not shown to have full column rank throughout the box
 */
export function openFunctional(
  problem: Problem,
  system: NetworkSystem,
  view: SpaceView,
  route: Functional["route"],
): Functional {
  const isKernel = route === "kernel";
  require(!isKernel || problem.trained.has("hidden"), "the hidden layer gives no equations");
  require(!isKernel || degreeOf(problem) >= 3, "the kernel criterion needs degree 3");
  const degrees = isKernel ? kernelDegrees(problem) : degreesSeen(problem);
  const moments = listMoments(problem, view.inputDim, isKernel ? degrees.map((degree) => degree - 1) : degrees);
  require(moments.length <= LARGEST_COLUMNS, `${moments.length} columns are not checked`);
  const matrix = isKernel ? kernelBox(problem, view) : hermiteBox(problem, view);
  const sides = isKernel
    ? list(view.inputDim, (e) => view.known.map((row) => row[e]!))
    : [knownBox(problem, system, view)];
  const what = isKernel ? "the kernel matrix" : "the Hermite matrix";
  const sizesBy = (left: LeftInverse): Float64Array[] =>
    sides.map((side) => Float64Array.from(encloseSolution(left, side, "the moments"), sizeOf));
  const parts = matrix.map((row) => row.map(middleAndRadius));
  const middle = parts.map((row) => Float64Array.from(row, (part) => part.middle));
  const radius = parts.map((row) => Float64Array.from(row, (part) => part.radius));
  const weights = rowWeights(radius, sides, sizesBy(requireFullColumnRank(matrix, what)));
  const left = requireFullColumnRank(matrix, what, weights);
  const sizes = sizesBy(left);
  const inverse = left.inverse.map((row, j) => row.map((value) => value * left.scale[j]!));
  const rowOf = placesOf(moments);
  return { route, variables: view.inputDim, degrees, rowOf, middle, radius, sides, sizes, inverse };
}

/** Degrees l + 1 of the f = x^α x_e, |α| = l, as in `kernelBox`. */
function kernelDegrees(problem: Problem): number[] {
  return list(degreeOf(problem), (l) => l + 1).filter(
    (degree) => problem.bias !== "none" || problem.activation[degree]!.numerator !== 0n,
  );
}

/** Where the monomials of an output and a degree begin. */
function placesOf(moments: readonly Moment[]): Functional["rowOf"] {
  const starts = new Map<string, number>();
  for (const [at, { output, monomial }] of moments.entries()) {
    const key = `${output}:${monomial.degree}`;
    if (!starts.has(key)) starts.set(key, at);
  }
  return (output, degree) => starts.get(`${output}:${degree}`) ?? reject(`no equation sees degree ${degree}`);
}

/** One over how far each equation of H·T = G may be from that of the middles, within the box. */
function rowWeights(
  radius: readonly Float64Array[],
  sides: Functional["sides"],
  sizes: readonly Float64Array[],
): Float64Array {
  return Float64Array.from(radius, (row, k) => {
    const errors = sides.map(
      (side, column) =>
        middleAndRadius(side[k]!).radius + row.reduce((sum, value, j) => sum + value * sizes[column]![j]!, 0),
    );
    const most = Math.max(...errors);
    return most > 0 ? 1 / most : 1;
  });
}

/** Λ(f·r) of one output for polynomials f and forms r; a row for each f. With the route `kernel` the r are linear. */
export function valuesOf(
  functional: Functional,
  output: number,
  polynomials: readonly Polynomial[],
  forms: readonly Form[],
): Interval[][] {
  if (functional.route === "moments") {
    return polynomials.map((f) =>
      forms.map(
        (r) =>
          functionalAt(
            functional,
            output,
            f.map((part) => multiplyForms(part, r)),
          )[0]!,
      ),
    );
  }
  const { add, multiply } = INTERVALS;
  return polynomials.map((f) => {
    const byCoordinate = functionalAt(functional, output, f);
    return forms.map(({ coefficients }) =>
      coefficients.map((c, e) => multiply(c, byCoordinate[e]!)).reduce(add, exactly(0)),
    );
  });
}

/** c·T of every column for a row c of intervals: b·G + (c − b·H)·T for any b, here the middle of c times a left inverse. */
function functionalAt(functional: Functional, output: number, polynomial: Polynomial): Interval[] {
  const { rowOf, middle, radius, sides, sizes, inverse } = functional;
  const target = new Float64Array(inverse.length);
  const width = new Float64Array(inverse.length);
  for (const { degree, coefficients } of polynomial) {
    const start = rowOf(output, degree);
    for (const [k, coefficient] of coefficients.entries()) {
      const part = middleAndRadius(coefficient);
      target[start + k] = part.middle;
      width[start + k] = part.radius;
    }
  }
  const row = new Float64Array(middle.length);
  for (const [j, c] of target.entries()) {
    if (c !== 0) for (const [k, value] of inverse[j]!.entries()) row[k]! += c * value;
  }
  const defect = defectRow(target, row, middle, radius);
  return sides.map((side, column) => {
    let [value, size, spread] = [0, 0, 0];
    for (const [k, entry] of side.entries()) {
      const part = middleAndRadius(entry);
      value += row[k]! * part.middle;
      size += Math.abs(row[k]! * part.middle);
      spread += Math.abs(row[k]!) * part.radius;
    }
    let rest = 0;
    for (const [j, bound] of defect.entries()) rest = up(rest + up(up(bound + width[j]!) * sizes[column]![j]!));
    return around(value, up(errorBound(side.length, size, spread) + rest));
  });
}
