import type { Random } from "../random.ts";
import { type Complex, complexMultiply, complexZeros, orthonormalRows } from "./complex-linear.ts";
import type { MomentFibre } from "./moment-fibre.ts";

/**
 * As many combinations of the equations as there are unknowns, as rows over the moments.
 *
 * The combinations are those that a few random single samples satisfy with right side zero: such a projection, from
 * points of the variety of moments, has fewer solutions besides the wanted ones than a random one. Returned in reduced
 * echelon form, so that most entries are zero.
 *
 * @param equations - rows × moments, all independent; at least as many rows as unknowns
 */
export function sliceMatrix(equations: Complex, fibre: MomentFibre, random: Random): Complex {
  const { moments, unknowns } = fibre;
  const rows = equations.re.length / moments;
  const combined = complexZeros(unknowns * moments);
  const combinations = annihilator(equations, rows, { fibre, random });
  complexMultiply(combinations, equations, [unknowns, rows, moments], combined);
  return reduceToEchelon(combined, moments);
}

/** unknowns × rows: combinations that vanish at rows − unknowns random samples. */
function annihilator(
  equations: Complex,
  rows: number,
  { fibre, random }: { readonly fibre: MomentFibre; readonly random: Random },
): Complex {
  const { moments, unknowns } = fibre;
  const excess = rows - unknowns;
  const stacked = complexZeros((excess + rows) * rows);
  const values = complexZeros(rows);
  for (let j = 0; j < excess; j++) {
    complexMultiply(equations, fibre.monomialsAt(randomPoint(fibre, random)), [rows, moments, 1], values);
    for (let r = 0; r < rows; r++) {
      stacked.re[j * rows + r] = values.re[r]!;
      stacked.im[j * rows + r] = -values.im[r]!;
    }
  }
  for (let at = excess * rows; at < stacked.re.length; at++) {
    stacked.re[at] = random.normal();
    stacked.im[at] = random.normal();
  }
  const basis = orthonormalRows(stacked, rows, rows);
  return { re: basis.re.slice(excess * rows), im: basis.im.slice(excess * rows) };
}

/** One random sample. */
function randomPoint({ inputDim, outputs }: MomentFibre, random: Random): { point: Complex; multiplier: Complex } {
  return { point: randomVector(inputDim, random), multiplier: randomVector(outputs, random) };
}

/** A random complex vector of norm 1. */
export function randomUnit(length: number, random: Random): Complex {
  const vector = complexZeros(length);
  for (let k = 0; k < length; k++) {
    vector.re[k] = random.normal();
    vector.im[k] = random.normal();
  }
  return orthonormalRows(vector, length, 1);
}

/** A random complex vector with a norm near 1, but not 1: points on a sphere are not general. */
export function randomVector(length: number, random: Random): Complex {
  const { re, im } = randomUnit(length, random);
  const norm = Math.exp(random.normal() / 3);
  return { re: re.map((value) => norm * value), im: im.map((value) => norm * value) };
}

/** Gauss–Jordan elimination with full pivoting; the rows keep their span. */
function reduceToEchelon(A: Complex, cols: number): Complex {
  const { re, im } = A;
  const rows = re.length / cols;
  const used = new Uint8Array(cols);
  for (let k = 0; k < rows; k++) {
    const [row, column] = largestEntry(A, cols, k, used);
    used[column] = 1;
    for (const part of [re, im]) {
      const kept = part.slice(k * cols, (k + 1) * cols);
      part.copyWithin(k * cols, row * cols, (row + 1) * cols);
      part.set(kept, row * cols);
    }
    divideRow(A, cols, k, column);
    for (let i = 0; i < rows; i++) if (i !== k) clearEntry(A, cols, { from: k, to: i, column });
  }
  return A;
}

function largestEntry({ re, im }: Complex, cols: number, first: number, used: Uint8Array): [number, number] {
  let best: [number, number] = [first, 0];
  let largest = -1;
  for (let at = first * cols; at < re.length; at++) {
    const size = used[at % cols] === 1 ? -1 : Math.hypot(re[at]!, im[at]!);
    if (size > largest) {
      largest = size;
      best = [Math.floor(at / cols), at % cols];
    }
  }
  return best;
}

function divideRow({ re, im }: Complex, cols: number, row: number, column: number): void {
  const [pr, pi] = [re[row * cols + column]!, im[row * cols + column]!];
  const modulus = pr * pr + pi * pi;
  for (let at = row * cols; at < (row + 1) * cols; at++) {
    const [ar, ai] = [re[at]!, im[at]!];
    re[at] = (ar * pr + ai * pi) / modulus;
    im[at] = (ai * pr - ar * pi) / modulus;
  }
  re[row * cols + column] = 1;
  im[row * cols + column] = 0;
}

function clearEntry({ re, im }: Complex, cols: number, at: { from: number; to: number; column: number }): void {
  const [fr, fi] = [re[at.to * cols + at.column]!, im[at.to * cols + at.column]!];
  for (let j = 0, from = at.from * cols, to = at.to * cols; j < cols; j++, from++, to++) {
    const [ar, ai] = [re[from]!, im[from]!];
    re[to]! -= fr * ar - fi * ai;
    im[to]! -= fr * ai + fi * ar;
  }
  re[at.to * cols + at.column] = 0;
  im[at.to * cols + at.column] = 0;
}
