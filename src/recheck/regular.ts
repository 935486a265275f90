import { down, type Interval, middleAndRadius, up } from "./intervals.ts";
import { require } from "./json.ts";

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

/**
 * @param weights - how much each row should count in the left inverse; a choice
 * @throws {@link Rejection} if this cannot be shown of a matrix given by its rows
 */
export function requireFullColumnRank(
  rows: readonly (readonly Interval[])[],
  what: string,
  weights?: Float64Array,
): LeftInverse {
  const columns = rows[0]?.length ?? 0;
  require(columns >= 1 && rows.length >= columns, `${what}: ${rows.length} rows for ${columns} columns`);
  const scale = rows[0]!.map((_, j) => powerOfTwoNear(rows.map((row) => row[j]!)));
  const parts = rows.map((row) => row.map((entry, j) => middleAndRadius(scaled(entry, scale[j]!))));
  const middle = parts.map((row) => Float64Array.from(row, (part) => part.middle));
  const radius = parts.map((row) => Float64Array.from(row, (part) => part.radius));
  const inverse = approximateLeftInverse(middle, columns, weights);
  require(inverse !== null, `${what}: the matrix is singular to working precision`);
  const defect = inverse.map((row, i) => {
    const unit = new Float64Array(columns);
    unit[i] = 1;
    return defectRow(unit, row, middle, radius);
  });
  // 1 + R·v ≤ v
  const isContraction = fixedPoint(defect, new Float64Array(columns).fill(1)) !== null;
  require(isContraction, `${what}: ‖I − A·H‖ < 1 was not shown throughout the box`);
  return { inverse, defect, scale };
}

/** 2^−e for the largest entry of a column near 2^e: then the entries of all columns are of one size. */
function powerOfTwoNear(column: readonly Interval[]): number {
  const most = Math.max(...column.map(({ low, high }) => Math.max(-low, high)));
  return 2 ** -Math.max(-400, Math.min(400, Math.ceil(Math.log2(most))));
}

function scaled({ low, high }: Interval, factor: number): Interval {
  return factor === 1 ? { low, high } : { low: down(low * factor), high: up(high * factor) };
}

/**
 * A bound of the error of Σ_k a_k h_k, computed, for |h_k − middle_k| ≤ radius_k and K terms: the rounding error is at most
 * (K + 2)·2⁻⁵³ Σ|a||middle| + (K + 2)·2⁻¹⁰⁷⁴, the rest Σ|a|·radius. The sums of nonnegative numbers are themselves rounded,
 * by a factor within 1 ± (K + 2)·2⁻⁵³; doubling the first and one part in 2³⁰ more on all of it covers that.
 */
export function errorBound(terms: number, size: number, spread: number): number {
  return ((terms + 2) * 2 ** -52 * size + spread + (terms + 2) * 2 ** -1070) * (1 + 2 ** -30);
}

/** Bounds |c_j − Σ_k a_k h_kj| for all h of the box. */
export function defectRow(
  target: Float64Array,
  row: Float64Array,
  middle: readonly Float64Array[],
  radius: readonly Float64Array[],
): Float64Array {
  const [value, size, spread] = [target.slice(), target.map(Math.abs), new Float64Array(target.length)];
  const columns = target.length;
  for (const [k, factor] of row.entries()) {
    const [middles, radii, absolute] = [middle[k]!, radius[k]!, Math.abs(factor)];
    for (let j = 0; j < columns; j++) {
      value[j] = value[j]! - factor * middles[j]!;
      size[j] = size[j]! + absolute * Math.abs(middles[j]!);
      spread[j] = spread[j]! + absolute * radii[j]!;
    }
  }
  return value.map((entry, j) => up(Math.abs(entry) + errorBound(row.length + 1, size[j]!, spread[j]!)));
}

/** An upper bound of R·v for nonnegative R and v. */
function applyUp(matrix: readonly Float64Array[], v: Float64Array): Float64Array {
  return Float64Array.from(matrix, (row) => row.reduce((total, value, j) => up(total + up(value * v[j]!)), 0));
}

/** Some w with start + R·w ≤ w, searched by iteration, or null; the last comparison decides. */
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
 * Encloses the solution x of H·x = h for every H of the box and every h of an interval vector for which there is one:
 * x = A·h + (I − A·H)·x, so |x| ≤ |A·h| + R·|x|, hence |x| ≤ w for any w ≥ |A·h| + R·w, and x ∈ A·h ± R·w.
 *
 * @throws {@link Rejection} if no such w is found
 */
export function encloseSolution(left: LeftInverse, h: readonly Interval[], what: string): Interval[] {
  const parts = h.map(middleAndRadius);
  const values = left.inverse.map((row) => {
    const sum = (term: (a: number, k: number) => number): number => row.reduce((total, a, k) => total + term(a, k), 0);
    const size = sum((a, k) => Math.abs(a * parts[k]!.middle));
    const spread = sum((a, k) => Math.abs(a) * parts[k]!.radius);
    return { value: sum((a, k) => a * parts[k]!.middle), error: up(errorBound(row.length, size, spread)) };
  });
  const start = Float64Array.from(values, ({ value, error }) => up(Math.abs(value) + error));
  const bound = fixedPoint(left.defect, start);
  require(bound !== null, `${what}: no enclosure was found`);
  const widths = applyUp(left.defect, bound);
  return values.map(({ value, error }, i) => {
    const radius = up(error + widths[i]!);
    return scaled({ low: down(value - radius), high: up(value + radius) }, left.scale[i]!);
  });
}

/**
 * A left inverse in floating point, R⁻¹Qᵀ of a QR factorisation (Gram–Schmidt, twice) of the matrix with its rows scaled, to
 * size one unless told otherwise. Nothing is proved about it; that is what the defect is for.
 */
export function approximateLeftInverse(
  matrix: readonly Float64Array[],
  columns: number,
  scale?: Float64Array,
): Float64Array[] | null {
  const largest = (row: Float64Array): number => row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const rowScale = scale ?? matrix.map((row) => 1 / (largest(row) || 1));
  const q: Float64Array[] = [];
  const triangle: number[][] = [];
  for (let j = 0; j < columns; j++) {
    const vector = Float64Array.from(matrix, (row, i) => row[j]! * rowScale[i]!);
    const size = Math.hypot(...vector);
    const factors = new Array<number>(j).fill(0);
    for (const k of [...q.keys(), ...q.keys()]) {
      const factor = q[k]!.reduce((total, value, i) => total + value * vector[i]!, 0);
      factors[k]! += factor;
      subtractMultiple(vector, factor, q[k]!);
    }
    const norm = Math.hypot(...vector);
    if (!(norm > size * Number.EPSILON)) return null;
    triangle.push([...factors, norm]);
    q.push(vector.map((value) => value / norm));
  }
  // R⁻¹Qᵀ by back substitution: column j of R is triangle[j].
  for (let j = columns - 1; j >= 0; j--) {
    const row = q[j]!;
    for (const k of row.keys()) row[k] = row[k]! / triangle[j]![j]!;
    for (let i = 0; i < j; i++) subtractMultiple(q[i]!, triangle[j]![i]!, row);
  }
  return q.map((row) => row.map((value, k) => value * rowScale[k]!));
}

function subtractMultiple(target: Float64Array, factor: number, source: Float64Array): void {
  for (let k = 0; k < target.length; k++) target[k] = target[k]! - factor * source[k]!;
}
