import { down, type Interval, middleAndRadius, up } from "./intervals.ts";
import { require } from "./rejection.ts";

/**
 * What shows that every matrix H of an interval matrix has full column rank: an approximate left inverse A, a bound R of
 * |I − A·H| entry by entry for all of them, and a vector v > 0 with R·v < v.
 *
 * Then the spectral radius of R is below 1 (Collatz), hence that of I − A·H, and A·H is regular.
 */
export interface LeftInverse {
  readonly inverse: readonly Float64Array[];
  readonly defect: readonly Float64Array[];
  /** Powers of two that the columns of H were multiplied by. */
  readonly scale: readonly number[];
}

const ITERATIONS = 60;

/** @throws {@link Rejection} if this cannot be shown of a matrix given by its rows */
export function requireFullColumnRank(rows: readonly (readonly Interval[])[], what: string): LeftInverse {
  const columns = rows[0]?.length ?? 0;
  require(columns >= 1 && rows.length >= columns, `${what}: ${rows.length} rows for ${columns} columns`);
  const scale = Array.from({ length: columns }, (_, j) => powerOfTwoNear(rows.map((row) => row[j]!)));
  const parts = rows.map((row) => row.map(({ low, high }, j) => scaledParts(low, high, scale[j]!)));
  const middle = parts.map((row) => Float64Array.from(row, (part) => part.middle));
  const radius = parts.map((row) => Float64Array.from(row, (part) => part.radius));
  const inverse = approximateLeftInverse(middle, columns);
  require(inverse !== null, `${what}: the matrix is singular to working precision`);
  const defect = inverse.map((row, i) => defectRow(row, i, middle, radius));
  require(isContraction(defect), `${what}: ‖I − A·H‖ < 1 was not shown throughout the box`);
  return { inverse, defect, scale };
}

/** 2^−e for the largest entry of a column near 2^e: then the entries of all columns are of one size. */
function powerOfTwoNear(column: readonly Interval[]): number {
  const most = Math.max(...column.map(({ low, high }) => Math.max(-low, high)));
  return 2 ** -Math.max(-400, Math.min(400, Math.ceil(Math.log2(most))));
}

function scaledParts(low: number, high: number, scale: number): ReturnType<typeof middleAndRadius> {
  return middleAndRadius(scale === 1 ? { low, high } : { low: down(low * scale), high: up(high * scale) });
}

/**
 * Bounds |δ_ij − Σ_k a_ik h_kj| for |h_kj − middle| ≤ radius: the computed value, its rounding error, at most
 * (K + 2)·2⁻⁵³ Σ|a||middle| + (K + 2)·2⁻¹⁰⁷⁴ for K terms, and Σ|a|·radius. The sums of nonnegative numbers are themselves
 * rounded, by a factor within 1 ± (K + 2)·2⁻⁵³; doubling the first and one part in 2³⁰ more on all of it covers that.
 */
function defectRow(
  row: Float64Array,
  i: number,
  middle: readonly Float64Array[],
  radius: readonly Float64Array[],
): Float64Array {
  const columns = middle[0]!.length;
  const [value, size, spread] = [new Float64Array(columns), new Float64Array(columns), new Float64Array(columns)];
  value[i] = 1;
  for (let k = 0; k < row.length; k++) {
    const factor = row[k]!;
    const absolute = Math.abs(factor);
    const [middles, radii] = [middle[k]!, radius[k]!];
    for (let j = 0; j < columns; j++) {
      value[j] = value[j]! - factor * middles[j]!;
      size[j] = size[j]! + absolute * Math.abs(middles[j]!);
      spread[j] = spread[j]! + absolute * radii[j]!;
    }
  }
  const rounding = (row.length + 2) * 2 ** -52;
  return value.map((entry, j) => {
    const total = Math.abs(entry) + rounding * (size[j]! + 1) + spread[j]! + (row.length + 2) * 2 ** -1070;
    return total * (1 + 2 ** -30);
  });
}

/** Whether some v > 0 has R·v < v, searched by iterating v ← R·v + a little; the last comparison decides. */
function isContraction(defect: readonly Float64Array[]): boolean {
  let v = new Float64Array(defect.length).fill(1);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const image = applyUp(defect, v);
    if (!image.every(Number.isFinite)) return false;
    if (image.every((value, i) => value < v[i]!)) return true;
    const most = Math.max(...image);
    v = image.map((value) => value / most + 2 ** -20);
  }
  return false;
}

/** An upper bound of R·v for nonnegative R and v. */
function applyUp(matrix: readonly Float64Array[], v: Float64Array): Float64Array {
  return Float64Array.from(matrix, (row) => row.reduce((total, value, j) => up(total + up(value * v[j]!)), 0));
}

/**
 * Encloses the solution x of H·x = h for every H of the box and every h of an interval vector for which there is one:
 * x = A·h + (I − A·H)·x, so |x| ≤ |A·h| + R·|x|, hence |x| ≤ w for any w ≥ |A·h| + R·w, and x ∈ A·h ± R·w.
 *
 * @throws {@link Rejection} if no such w is found
 */
export function encloseSolution(
  { inverse, defect, scale }: LeftInverse,
  h: readonly Interval[],
  what: string,
): Interval[] {
  const parts = h.map(middleAndRadius);
  const values = inverse.map((row) => {
    const value = row.reduce((total, a, k) => total + a * parts[k]!.middle, 0);
    const size = row.reduce((total, a, k) => total + Math.abs(a * parts[k]!.middle), 0);
    const spread = row.reduce((total, a, k) => total + Math.abs(a) * parts[k]!.radius, 0);
    // As in defectRow: rounding of the sum, then of the bound.
    const error = (size * (row.length + 2) * 2 ** -52 + spread + (row.length + 2) * 2 ** -1070) * (1 + 2 ** -30);
    return { value, error: up(error) };
  });
  const start = Float64Array.from(values, ({ value, error }) => up(Math.abs(value) + error));
  const bound = fixedPoint(defect, start);
  require(bound !== null, `${what}: no enclosure was found`);
  const widths = applyUp(defect, bound);
  return values.map(({ value, error }, i) => {
    const radius = up(error + widths[i]!);
    const factor = scale[i]!;
    return { low: down(-up(radius - value) * factor), high: up(up(value + radius) * factor) };
  });
}

/** Some w with start + R·w ≤ w, or null. */
function fixedPoint(defect: readonly Float64Array[], start: Float64Array): Float64Array | null {
  let w = start;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const image = applyUp(defect, w).map((value, i) => up(start[i]! + value));
    if (!image.every(Number.isFinite)) return null;
    if (image.every((value, i) => value <= w[i]!)) return w;
    w = image.map((value) => value * (1 + 2 ** -10));
  }
  return null;
}

/**
 * A left inverse in floating point, R⁻¹Qᵀ of a QR factorisation (Gram–Schmidt, twice) of the matrix with rows and columns
 * scaled to size one. Nothing is proved about it; that is what the defect is for.
 */
function approximateLeftInverse(matrix: readonly Float64Array[], columns: number): Float64Array[] | null {
  const rowScale = matrix.map((row) => 1 / (largestOf(row) || 1));
  const scaled = matrix.map((row, i) => row.map((value) => value * rowScale[i]!));
  const columnScale = Array.from({ length: columns }, (_, j) => 1 / (Math.hypot(...scaled.map((row) => row[j]!)) || 1));
  const q: Float64Array[] = [];
  const triangle = Array.from({ length: columns }, () => new Float64Array(columns));
  for (let j = 0; j < columns; j++) {
    const vector = Float64Array.from(scaled, (row) => row[j]! * columnScale[j]!);
    for (const _ of [1, 2]) {
      for (const [k, direction] of q.entries()) {
        const factor = dot(direction, vector);
        triangle[k]![j] = triangle[k]![j]! + factor;
        for (let i = 0; i < vector.length; i++) vector[i] = vector[i]! - factor * direction[i]!;
      }
    }
    const norm = Math.sqrt(dot(vector, vector));
    if (!(norm > 0)) return null;
    triangle[j]![j] = norm;
    q.push(vector.map((value) => value / norm));
  }
  return solveTriangle(triangle, q).map((row, i) => row.map((value, k) => value * rowScale[k]! * columnScale[i]!));
}

/** R⁻¹Qᵀ by back substitution, from the last row up. */
function solveTriangle(triangle: readonly Float64Array[], q: readonly Float64Array[]): Float64Array[] {
  const rows = q.map((vector) => Float64Array.from(vector));
  for (let i = q.length - 1; i >= 0; i--) {
    const row = rows[i]!;
    for (let j = i + 1; j < q.length; j++) {
      const factor = triangle[i]![j]!;
      for (let k = 0; k < row.length; k++) row[k] = row[k]! - factor * rows[j]![k]!;
    }
    for (let k = 0; k < row.length; k++) row[k] = row[k]! / triangle[i]![i]!;
  }
  return rows;
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let k = 0; k < a.length; k++) total += a[k]! * b[k]!;
  return total;
}

function largestOf(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
