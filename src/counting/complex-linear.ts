/** A complex vector or flat row-major matrix: real and imaginary parts of the same length. */
export interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

export function complexZeros(length: number): Complex {
  return { re: new Float64Array(length), im: new Float64Array(length) };
}

export function copyComplex({ re, im }: Complex): Complex {
  return { re: re.slice(), im: im.slice() };
}

/** Euclidean norm. */
export function complexNorm({ re, im }: Complex): number {
  let sum = 0;
  for (let i = 0; i < re.length; i++) sum += re[i]! * re[i]! + im[i]! * im[i]!;
  return Math.sqrt(sum);
}

/** y ← y + t·x for real t. */
export function addScaled(y: Complex, t: number, x: Complex): Complex {
  for (let i = 0; i < y.re.length; i++) {
    y.re[i]! += t * x.re[i]!;
    y.im[i]! += t * x.im[i]!;
  }
  return y;
}

/** (1 − t)·a + t·b, written to `out`. */
export function interpolate(a: Complex, b: Complex, t: number, out: Complex): Complex {
  for (let i = 0; i < out.re.length; i++) {
    out.re[i] = (1 - t) * a.re[i]! + t * b.re[i]!;
    out.im[i] = (1 - t) * a.im[i]! + t * b.im[i]!;
  }
  return out;
}

/** C = A·B with A rows×inner and B inner×cols, row-major. */
export function complexMultiply(A: Complex, B: Complex, size: readonly [number, number, number], C: Complex): Complex {
  const [rows, inner, cols] = size;
  C.re.fill(0);
  C.im.fill(0);
  for (let i = 0; i < rows; i++) {
    const out = i * cols;
    for (let k = 0; k < inner; k++) {
      const a = A.re[i * inner + k]!;
      const b = A.im[i * inner + k]!;
      if (a === 0 && b === 0) continue;
      const from = k * cols;
      for (let j = 0; j < cols; j++) {
        const re = B.re[from + j]!;
        const im = B.im[from + j]!;
        C.re[out + j]! += a * re - b * im;
        C.im[out + j]! += a * im + b * re;
      }
    }
  }
  return C;
}

/** An LU factorisation with partial pivoting, in place: `matrix` is overwritten. */
export interface ComplexLu {
  readonly matrix: Complex;
  readonly size: number;
  readonly order: Int32Array;
}

/**
 * Factors a square matrix (row-major, overwritten); null if a pivot is exactly zero or not finite.
 *
 * Source: Golub & Van Loan, Matrix Computations, section 3.4.
 */
export function factorComplex(matrix: Complex, size: number): ComplexLu | null {
  const { re, im } = matrix;
  const order = Int32Array.from({ length: size }, (_, i) => i);
  for (let k = 0; k < size; k++) {
    const pivot = largestInColumn(matrix, size, k);
    const [pr, pi] = [re[pivot * size + k]!, im[pivot * size + k]!];
    const modulus = pr * pr + pi * pi;
    if (!(modulus > 0) || !Number.isFinite(modulus)) return null;
    if (pivot !== k) swapRows(matrix, size, k, pivot, order);
    for (let i = k + 1; i < size; i++) {
      const [ar, ai] = [re[i * size + k]!, im[i * size + k]!];
      if (ar === 0 && ai === 0) continue;
      const fr = (ar * pr + ai * pi) / modulus;
      const fi = (ai * pr - ar * pi) / modulus;
      re[i * size + k] = fr;
      im[i * size + k] = fi;
      for (let j = k + 1, to = i * size + k + 1, from = k * size + k + 1; j < size; j++, to++, from++) {
        const ur = re[from]!;
        const ui = im[from]!;
        re[to]! -= fr * ur - fi * ui;
        im[to]! -= fr * ui + fi * ur;
      }
    }
  }
  return { matrix, size, order };
}

function largestInColumn({ re, im }: Complex, size: number, k: number): number {
  let best = k;
  let largest = -1;
  for (let i = k; i < size; i++) {
    const modulus = Math.abs(re[i * size + k]!) + Math.abs(im[i * size + k]!);
    if (modulus > largest) {
      largest = modulus;
      best = i;
    }
  }
  return best;
}

function swapRows({ re, im }: Complex, size: number, a: number, b: number, order: Int32Array): void {
  for (const part of [re, im]) {
    for (let j = 0; j < size; j++) {
      const kept = part[a * size + j]!;
      part[a * size + j] = part[b * size + j]!;
      part[b * size + j] = kept;
    }
  }
  const kept = order[a]!;
  order[a] = order[b]!;
  order[b] = kept;
}

/** Solves with the factors: writes the solution to `x`, which must not be `b`. */
export function solveFactored({ matrix, size, order }: ComplexLu, b: Complex, x: Complex): Complex {
  const { re, im } = matrix;
  for (let i = 0; i < size; i++) {
    let sr = b.re[order[i]!]!;
    let si = b.im[order[i]!]!;
    for (let j = 0; j < i; j++) {
      const [lr, li] = [re[i * size + j]!, im[i * size + j]!];
      sr -= lr * x.re[j]! - li * x.im[j]!;
      si -= lr * x.im[j]! + li * x.re[j]!;
    }
    x.re[i] = sr;
    x.im[i] = si;
  }
  for (let i = size - 1; i >= 0; i--) {
    let sr = x.re[i]!;
    let si = x.im[i]!;
    for (let j = i + 1; j < size; j++) {
      const [ur, ui] = [re[i * size + j]!, im[i * size + j]!];
      sr -= ur * x.re[j]! - ui * x.im[j]!;
      si -= ur * x.im[j]! + ui * x.re[j]!;
    }
    const [dr, di] = [re[i * size + i]!, im[i * size + i]!];
    const modulus = dr * dr + di * di;
    x.re[i] = (sr * dr + si * di) / modulus;
    x.im[i] = (si * dr - sr * di) / modulus;
  }
  return x;
}

/**
 * Orthonormal rows with the same span as the first independent rows of `rows` × `cols`, at most `most` of them, by
 * Gram–Schmidt done twice; a row that keeps less than 1e-8 of its norm counts as dependent.
 */
export function orthonormalRows(A: Complex, cols: number, most: number): Complex {
  const kept: Complex[] = [];
  for (let r = 0; r * cols < A.re.length && kept.length < most; r++) {
    const v = { re: A.re.slice(r * cols, (r + 1) * cols), im: A.im.slice(r * cols, (r + 1) * cols) };
    const before = complexNorm(v);
    for (let pass = 0; pass < 2; pass++) for (const q of kept) removeComponent(v, q);
    const after = complexNorm(v);
    if (!(after > 1e-8 * before)) continue;
    kept.push({ re: v.re.map((value) => value / after), im: v.im.map((value) => value / after) });
  }
  const out = complexZeros(kept.length * cols);
  kept.forEach(({ re, im }, r) => {
    out.re.set(re, r * cols);
    out.im.set(im, r * cols);
  });
  return out;
}

/** v ← v − ⟨q, v⟩ q for a unit vector q. */
function removeComponent(v: Complex, q: Complex): void {
  let re = 0;
  let im = 0;
  for (let k = 0; k < v.re.length; k++) {
    re += q.re[k]! * v.re[k]! + q.im[k]! * v.im[k]!;
    im += q.re[k]! * v.im[k]! - q.im[k]! * v.re[k]!;
  }
  for (let k = 0; k < v.re.length; k++) {
    v.re[k]! -= re * q.re[k]! - im * q.im[k]!;
    v.im[k]! -= re * q.im[k]! + im * q.re[k]!;
  }
}
