/** Oracles of these tests: BigInt elimination without any of the code under test. */

/** The generator mulberry32 as a source of integers in [0, bound). */
export function integerSource(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

export interface Matrix {
  readonly entries: Float64Array;
  readonly rows: number;
  readonly cols: number;
}

export function matrixOf(rows: number, cols: number, entry: (i: number, j: number) => number): Matrix {
  return {
    entries: Float64Array.from({ length: rows * cols }, (_, at) => entry(Math.floor(at / cols), at % cols)),
    rows,
    cols,
  };
}

/** A B modulo p, entries in [0, p). */
export function product(a: Matrix, b: Matrix, p: number): Matrix {
  const modulus = BigInt(p);
  return matrixOf(a.rows, b.cols, (i, j) => {
    let sum = 0n;
    for (let k = 0; k < a.cols; k++) sum += BigInt(a.entries[i * a.cols + k]!) * BigInt(b.entries[k * b.cols + j]!);
    return Number(sum % modulus);
  });
}

export function transpose(a: Matrix): Matrix {
  return matrixOf(a.cols, a.rows, (i, j) => a.entries[j * a.cols + i]!);
}

export function submatrix(a: Matrix, rows: ArrayLike<number>, cols: ArrayLike<number>): Matrix {
  return matrixOf(rows.length, cols.length, (i, j) => a.entries[rows[i]! * a.cols + cols[j]!]!);
}

/** Rank of the rows, found by reducing one row after the other. */
export function naiveRank(a: Matrix, p: number): number {
  return naiveRowProfile(a, p).length;
}

/** The rows that are independent of those before them. */
export function naiveRowProfile(a: Matrix, p: number): number[] {
  const modulus = BigInt(p);
  const reduced: { row: bigint[]; lead: number }[] = [];
  const profile: number[] = [];
  for (let i = 0; i < a.rows; i++) {
    const row = Array.from(a.entries.subarray(i * a.cols, (i + 1) * a.cols), BigInt);
    for (const { row: pivotRow, lead } of reduced) subtractMultiple(row, pivotRow, row[lead]!, modulus);
    const lead = row.findIndex((entry) => entry !== 0n);
    if (lead < 0) continue;
    const scale = power(row[lead]!, modulus - 2n, modulus);
    reduced.push({ row: row.map((entry) => (entry * scale) % modulus), lead });
    profile.push(i);
  }
  return profile;
}

/** Row minus factor times pivotRow, in place, entries in [0, modulus). */
function subtractMultiple(row: bigint[], pivotRow: bigint[], factor: bigint, modulus: bigint): void {
  if (factor === 0n) return;
  for (let j = 0; j < row.length; j++) row[j] = (((row[j]! - factor * pivotRow[j]!) % modulus) + modulus) % modulus;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n % modulus;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
