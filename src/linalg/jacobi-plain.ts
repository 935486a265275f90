/** What one-sided Jacobi needs to know about its vectors. */
export interface JacobiOptions {
  /** Numbers of a vector that count; those behind them are rotated along. */
  readonly head: number;
  /** Vectors count as orthogonal when the cosine of their angle is at most this. */
  readonly tolerance: number;
  /** A vector whose square is below this is left alone: its products with others have too few digits. */
  readonly negligible: number;
}

/** Sweeps after which Jacobi gives up; ten are many. */
export const SWEEP_LIMIT = 40;

/**
 * Rotates the rows of `vectors` (count×total) in planes until their heads are orthogonal to each other, in place.
 *
 * Every sweep takes the rows from the longest to the shortest. The squares of the lengths are updated with the rotations
 * and computed again where an update cancels.
 * Source: de Rijk, SIAM J. Sci. Stat. Comput. 10 (1989); Drmač & Veselić, SIAM J. Matrix Anal. Appl. 29 (2008).
 */
export function orthogonalisePlain(vectors: Float64Array, count: number, options: JacobiOptions): void {
  const total = vectors.length / count;
  const rows = Array.from({ length: count }, (_, i) => vectors.subarray(i * total, (i + 1) * total));
  const squares = new Float64Array(count);
  const order = Array.from(squares.keys());
  for (let sweep = 0; sweep < SWEEP_LIMIT; sweep++) {
    rows.forEach((row, i) => {
      squares[i] = headDot(row, row, options.head);
    });
    order.sort((i, j) => squares[j]! - squares[i]! || i - j);
    if (!rotateAll(rows, squares, order, options)) return;
  }
}

function rotateAll(
  rows: readonly Float64Array[],
  squares: Float64Array,
  order: readonly number[],
  options: JacobiOptions,
): boolean {
  let rotated = false;
  order.forEach((i, position) => {
    for (const j of order.slice(position + 1)) {
      const rotation = rotationOf(headDot(rows[i]!, rows[j]!, options.head), squares[i]!, squares[j]!, options);
      if (rotation === undefined) continue;
      rotated = true;
      rotate(rows[i]!, rows[j]!, rotation);
      squares[i] = updated(rows[i]!, squares[i]!, -rotation.change, options.head);
      squares[j] = updated(rows[j]!, squares[j]!, rotation.change, options.head);
    }
  });
  return rotated;
}

interface Rotation {
  readonly cosine: number;
  readonly sine: number;
  /** What the second square gains and the first one loses. */
  readonly change: number;
}

/** The smaller rotation that makes two vectors with the given product and squares orthogonal. */
function rotationOf(
  product: number,
  alpha: number,
  beta: number,
  { tolerance, negligible }: JacobiOptions,
): Rotation | undefined {
  if (alpha < negligible || beta < negligible) return undefined;
  if (Math.abs(product) <= tolerance * Math.sqrt(alpha) * Math.sqrt(beta)) return undefined;
  const zeta = (beta - alpha) / (2 * product);
  const size = Math.abs(zeta);
  // Beyond 1e8 the root is |ζ| to rounding, and ζ² could overflow.
  const tangent = (zeta < 0 ? -1 : 1) * (size < 1e8 ? 1 / (size + Math.sqrt(1 + size * size)) : 0.5 / size);
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  return { cosine, sine: cosine * tangent, change: tangent * product };
}

function rotate(x: Float64Array, y: Float64Array, { cosine, sine }: Rotation): void {
  for (let k = 0; k < x.length; k++) {
    const a = x[k]!;
    const b = y[k]!;
    x[k] = cosine * a - sine * b;
    y[k] = sine * a + cosine * b;
  }
}

function updated(x: Float64Array, square: number, change: number, head: number): number {
  const after = square + change;
  return after > 1e-3 * square ? after : headDot(x, x, head);
}

function headDot(x: Float64Array, y: Float64Array, head: number): number {
  let sum = 0;
  for (let k = 0; k < head; k++) sum += x[k]! * y[k]!;
  return sum;
}
