import { isKernelSupported, multiplyInKernel } from "./dense-wasm.ts";

/** Small kernels on flat row-major matrices. Shapes are the caller's business: these are inner loops. */

/** Euclidean norm of `v`, scaled against overflow and underflow. */
export function norm2(v: Float64Array): number {
  let scale = 0;
  for (let i = 0; i < v.length; i++) scale = Math.max(scale, Math.abs(v[i]!));
  if (scale === 0 || !Number.isFinite(scale)) return scale;
  let sum = 0;
  for (let i = 0; i < v.length; i++) {
    const t = v[i]! / scale;
    sum += t * t;
  }
  return scale * Math.sqrt(sum);
}

/** Largest absolute entry, 0 for an empty vector. */
export function maxAbs(v: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < v.length; i++) largest = Math.max(largest, Math.abs(v[i]!));
  return largest;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Multiply-adds from which the WebAssembly kernel is faster than the loops here, copies included (bench linalg). */
const KERNEL_WORK = 3000;
/** Rows and columns of the product below which the copies cost as much as the work. */
const KERNEL_SIDE = 4;

/**
 * `A` (rows×cols) times its argument `B` (cols×width): a new rows×width matrix.
 *
 * @remarks Sums in any order; where a factor is not finite, whole rows of the product may be NaN.
 * @throws {@link ResourceLimitError} if there is no memory for copies
 */
export function multiply(
  A: Float64Array,
  B: Float64Array,
  shape: { readonly rows: number; readonly cols: number; readonly width: number },
): Float64Array {
  const { rows, cols, width } = shape;
  const small = Math.min(rows, width) < KERNEL_SIDE || rows * cols * width < KERNEL_WORK;
  return small || !isKernelSupported() ? multiplyPlain(A, B, shape) : multiplyInKernel(A, B, shape);
}

/** {@link multiply} in TypeScript. */
export function multiplyPlain(
  A: Float64Array,
  B: Float64Array,
  { rows, cols, width }: { readonly rows: number; readonly cols: number; readonly width: number },
): Float64Array {
  const C = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) {
    const out = i * width;
    for (let k = 0; k < cols; k++) {
      const a = A[i * cols + k]!;
      if (a === 0) continue;
      const row = k * width;
      for (let j = 0; j < width; j++) C[out + j]! += a * B[row + j]!;
    }
  }
  return C;
}

/** Transpose of `A` (rows×cols): a new cols×rows matrix. */
export function transpose(A: Float64Array, rows: number, cols: number): Float64Array {
  const T = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) T[j * rows + i] = A[i * cols + j]!;
  return T;
}
