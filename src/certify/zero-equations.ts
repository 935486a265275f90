import { jacobianMatrix } from "../equations/jacobian.ts";
import { rowsPerNeuron } from "../equations/system.ts";
import { exactly } from "../interval/interval.ts";
import { type IntervalMatrix, matrixOf, minorOf } from "../interval/interval-matrix.ts";
import { dot, norm2 } from "../linalg/dense.ts";
import type { SystemBox } from "./box.ts";
import type { PlainData } from "./fit.ts";
import { intervalRing } from "./interval-ring.ts";

/** Which number an equation gives: ∂P/∂w_e (hidden), ∂P/∂b (bias), ∂P/∂a_c (output) of a neuron, or Σ_i g_ic. */
export interface EquationPlace {
  /** −1 for Σ_i g_ic. */
  readonly neuron: number;
  /** e, or −1. */
  readonly coordinate: number;
  /** c, or −1. */
  readonly output: number;
}

/** The place of every equation, in the order of the rows. */
export function placesOf({ shape }: SystemBox): readonly EquationPlace[] {
  const { hidden, bias, output } = rowsPerNeuron(shape);
  const places: EquationPlace[] = [];
  for (let neuron = 0; neuron < shape.width; neuron++) {
    for (let coordinate = 0; coordinate < hidden; coordinate++) places.push({ neuron, coordinate, output: -1 });
    if (bias > 0) places.push({ neuron, coordinate: -1, output: -1 });
    for (let c = 0; c < output; c++) places.push({ neuron, coordinate: -1, output: c });
  }
  if (!shape.trained.has("output-bias")) return places;
  for (let c = 0; c < shape.outputs; c++) places.push({ neuron: -1, coordinate: -1, output: c });
  return places;
}

/** The Jacobian of all equations at a data set, for every system of the box. */
export function jacobianBox({ shape, weights, bias, output }: SystemBox, data: PlainData): IntervalMatrix {
  const points = Array.from(data.points, exactly);
  const multipliers = Array.from(data.multipliers, exactly);
  const { rows, cols, entries } = jacobianMatrix(
    intervalRing,
    shape,
    { weights, bias, output },
    { points, multipliers },
  );
  return matrixOf(entries, rows, cols);
}

/** As many equations as unknowns, and their Jacobian. */
export interface SquareSystem {
  /** Ascending. */
  readonly equations: readonly number[];
  readonly jacobian: IntervalMatrix;
}

/** Products for all pivots beyond which only twice as many rows as needed are compared, which is hardly worse. */
const LARGEST_WORK = 2e8;

/**
 * As many equations as unknowns whose Jacobian is well conditioned: each the one with the largest part that those before
 * it do not span, in units of its own uncertainty. Any choice is allowed; a bad one only fails to prove anything.
 *
 * @param unknowns - columns that count
 * @returns null where the equations have a smaller rank
 * Source: Golub & Van Loan, Matrix Computations, 4th ed. (2013), section 5.4.2.
 */
export function chooseEquations(
  { targets }: SystemBox,
  jacobian: IntervalMatrix,
  unknowns: readonly number[],
): SquareSystem | null {
  const size = unknowns.length;
  const most = Math.max(2 * size, Math.floor(LARGEST_WORK / size ** 2));
  const candidates = spread(jacobian.rows, Math.min(jacobian.rows, most));
  const vectors = scaledRows(jacobian, candidates, unknowns, (row) => 1 / targets[row]!.rad);
  const chosen = pivots(vectors, size);
  if (chosen === null) return null;
  const equations = chosen.map((k) => candidates[k]!).toSorted((a, b) => a - b);
  return { equations, jacobian: minorOf(jacobian, equations, unknowns) };
}

/** `count` of the numbers below `bound`, no regular pattern: multiples of a number prime to `bound`, by the golden section. */
function spread(bound: number, count: number): number[] {
  let step = Math.max(1, Math.round(bound * 0.618));
  while (commonDivisor(step, bound) > 1) step++;
  return Array.from({ length: count }, (_, k) => (k * step) % bound);
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

/** Rows of the midpoint, each in its own unit, columns of norm one. */
function scaledRows(
  { mid, cols }: IntervalMatrix,
  rows: readonly number[],
  columns: readonly number[],
  unit: (row: number) => number,
): Float64Array[] {
  const vectors = rows.map((row) => Float64Array.from(columns, (column) => mid[row * cols + column]! * unit(row)));
  const squares = new Float64Array(columns.length);
  for (const vector of vectors) for (let k = 0; k < squares.length; k++) squares[k]! += vector[k]! ** 2;
  const scale = squares.map((square) => (square > 0 ? 1 / Math.sqrt(square) : 0));
  return vectors.map((vector) => vector.map((value, k) => value * scale[k]!));
}

/** Indices of vectors by Gram–Schmidt with pivoting; the part that is left of each is known by its length only. */
function pivots(vectors: readonly Float64Array[], count: number): number[] | null {
  const squares = Float64Array.from(vectors, (vector) => dot(vector, vector));
  const coefficients = vectors.map(() => new Float64Array(count));
  const basis: Float64Array[] = [];
  const chosen: number[] = [];
  for (let step = 0; step < count; step++) {
    const best = squares.reduce((most, value, k) => (value > squares[most]! ? k : most), 0);
    if (!(squares[best]! > 0)) return null;
    const direction = vectors[best]!.slice();
    for (const [k, other] of basis.entries()) subtractMultiple(direction, coefficients[best]![k]!, other);
    for (const other of basis) subtractMultiple(direction, dot(direction, other), other);
    const length = norm2(direction);
    if (!(length > 0)) return null;
    const unit = direction.map((value) => value / length);
    basis.push(unit);
    chosen.push(best);
    for (const [k, vector] of vectors.entries()) {
      coefficients[k]![step] = dot(vector, unit);
      squares[k]! -= coefficients[k]![step]! ** 2;
    }
    squares[best] = Number.NEGATIVE_INFINITY;
  }
  return chosen;
}

function subtractMultiple(target: Float64Array, factor: number, source: Float64Array): void {
  for (let k = 0; k < target.length; k++) target[k]! -= factor * source[k]!;
}
