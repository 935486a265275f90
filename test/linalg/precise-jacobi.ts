import { DoubleDouble } from "../../src/linalg/double-double.ts";

/** A vector of unevaluated sums. */
interface Pair {
  readonly hi: Float64Array;
  readonly lo: Float64Array;
}

/** Cosine of the angle at which two columns count as orthogonal. */
const TOLERANCE = 1e-25;
const SWEEP_LIMIT = 40;

/**
 * Singular values of `A` (rows×cols, row-major, rows ≥ cols) by one-sided Jacobi with 106 bits: the oracle for the
 * computed ones, since its errors are some 1e-30 times the condition of the matrix with columns of length one.
 *
 * @returns descending
 */
export function preciseSingularValues(A: Float64Array, rows: number, cols: number): Float64Array {
  const columns = Array.from({ length: cols }, (_, j) => ({
    hi: Float64Array.from({ length: rows }, (_, i) => A[i * cols + j]!),
    lo: new Float64Array(rows),
  }));
  for (let count = 0; sweep(columns); count++) {
    if (count === SWEEP_LIMIT) throw new Error("the oracle does not converge: are squares of entries below 1e-290?");
  }
  return Float64Array.from(columns, (column) => Math.sqrt(product(column, column).value))
    .sort()
    .reverse();
}

function sweep(columns: readonly Pair[]): boolean {
  let rotated = false;
  columns.forEach((x, i) => {
    for (const y of columns.slice(i + 1)) {
      const gamma = product(x, y).value;
      const [alpha, beta] = [product(x, x).value, product(y, y).value];
      if (Math.abs(gamma) <= TOLERANCE * Math.sqrt(alpha) * Math.sqrt(beta)) continue;
      rotated = true;
      const zeta = (beta - alpha) / (2 * gamma);
      rotate(x, y, Math.sign(zeta || 1) / (Math.abs(zeta) + Math.hypot(1, zeta)));
    }
  });
  return rotated;
}

function product(x: Pair, y: Pair): DoubleDouble {
  const sum = new DoubleDouble();
  const term = new DoubleDouble();
  x.hi.forEach((hi, k) => {
    term.set(hi, x.lo[k]!).multiply(y.hi[k]!, y.lo[k]!);
    sum.add(term.hi, term.lo);
  });
  return sum;
}

/** Any tangent gives a rotation as long as c = 1/√(1 + t²) and s = c·t are as precise as the vectors. */
function rotate(x: Pair, y: Pair, tangent: number): void {
  const square = new DoubleDouble().set(1).addProduct(tangent, tangent);
  const guess = 1 / Math.sqrt(square.value);
  // A Newton step c + c(1 − c²(1 + t²))/2 doubles the digits.
  const defect = new DoubleDouble().set(guess).multiply(guess).multiply(-square.hi, -square.lo).add(1);
  const cosine = new DoubleDouble().addProduct(guess, defect.value / 2).add(guess);
  const sine = new DoubleDouble().copy(cosine).multiply(tangent);
  const first = new DoubleDouble();
  const second = new DoubleDouble();
  for (let k = 0; k < x.hi.length; k++) {
    const a = new DoubleDouble().set(x.hi[k]!, x.lo[k]!);
    const b = new DoubleDouble().set(y.hi[k]!, y.lo[k]!);
    first.copy(sine).multiply(b.hi, b.lo);
    second.copy(cosine).multiply(a.hi, a.lo).add(-first.hi, -first.lo);
    [x.hi[k], x.lo[k]] = [second.hi, second.lo];
    first.copy(sine).multiply(a.hi, a.lo);
    second.copy(cosine).multiply(b.hi, b.lo).add(first.hi, first.lo);
    [y.hi[k], y.lo[k]] = [second.hi, second.lo];
  }
}
