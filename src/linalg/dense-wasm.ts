import { ResourceLimitError } from "../errors.ts";
import type { DampedFactors, QrFactors } from "./factors.ts";
import { type JacobiOptions, SWEEP_LIMIT } from "./jacobi-plain.ts";
import { kernelBytes } from "./kernel-bytes.ts";

/** The part of the WebAssembly interface used here: the `es2023` library has no declaration of it. */
declare namespace WebAssembly {
  class Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module);
    readonly exports: unknown;
  }
  function validate(bytes: Uint8Array): boolean;
}

/** Exports of the kernel; addresses in bytes, strides of `setMatrix` in numbers, see kernel/*.ts. */
interface Kernel {
  readonly memory: WebAssembly.Memory;
  setMatrix(matrix: number, rows: number, columns: number, stride: number, panelWidth: number): void;
  setWorkspace(panel: number, triangle: number, work: number, diagonal: number): void;
  factorMatrix(): void;
  factorDamped(upper: number, upperStride: number, pivots: number): void;
  applyToColumns(target: number, count: number): void;
  addTransposedProduct(
    V: number,
    vStride: number,
    p: number,
    C: number,
    cStride: number,
    q: number,
    rows: number,
    W: number,
    wStride: number,
  ): void;
  setVectors(vectors: number, stride: number, head: number, total: number, squares: number, order: number): void;
  orthogonalise(count: number, tolerance: number, negligible: number, sweeps: number): number;
}

const PAGE_BYTES = 65_536;
/** The end of the last area must be an address too. */
const ADDRESS_LIMIT = 2 ** 32 - PAGE_BYTES;
const LINE_BYTES = 64;

/** An instance whose memory outgrew this is dropped after the call, because such memory never shrinks. */
const KEPT_BYTES = 64 * 2 ** 20;

let compiled: WebAssembly.Module | undefined;
let kept: Kernel | undefined;
let supported: boolean | undefined;

/** Whether this machine runs WebAssembly with fixed-width SIMD. */
export function isKernelSupported(): boolean {
  supported ??= typeof WebAssembly === "object" && WebAssembly.validate(decodedBytes());
  return supported;
}

/** Rows of a column in kernel memory: an odd multiple of 8, so that columns do not fall into the same cache sets. */
function strideOf(rows: number): number {
  const lines = Math.ceil(rows / 8);
  return (lines % 2 === 0 ? lines + 1 : lines) * 8;
}

/**
 * `factorQr` by panels in the kernel, for m ≥ n ≥ 1.
 *
 * @throws {@link ResourceLimitError} if the memory cannot grow to hold the matrix
 */
export function factorInKernel(columns: Float64Array, m: number, n: number): QrFactors {
  const { kernel, buffer, stride, matrixAt, diagonalAt } = openFactors(m, n, 0);
  const inside = new Float64Array(buffer, matrixAt, stride * n);
  copyColumns(columns, m, inside, stride, { rows: m, count: n });
  kernel.factorMatrix();
  copyColumns(inside, stride, columns, m, { rows: m, count: n });
  return { m, n, columns, diagonal: new Float64Array(buffer, diagonalAt, n).slice() };
}

/** `applyQToColumns` in the kernel, for at least one column of at least one reflector. */
export function applyInKernel({ m, n, columns }: QrFactors, targets: Float64Array): void {
  const count = targets.length / m;
  const { kernel, buffer, stride, matrixAt, targetAt } = openFactors(m, n, count);
  copyColumns(columns, m, new Float64Array(buffer, matrixAt, stride * n), stride, { rows: m, count: n });
  const inside = new Float64Array(buffer, targetAt, stride * count);
  copyColumns(targets, m, inside, stride, { rows: m, count });
  kernel.applyToColumns(targetAt, count);
  copyColumns(inside, stride, targets, m, { rows: m, count });
}

/** `reflectPlain` in the kernel, for n ≥ 1. */
export function reflectInKernel({ n, upper, diagonal, reflectors, pivots }: DampedFactors): void {
  // The kernel works in the rows above the lower block.
  const above = panelWidth(n);
  const { kernel, buffer, stride, matrixAt, diagonalAt, targetAt } = openFactors(above + n, n, n + 1);
  const pivotsAt = targetAt + 8 * stride * n;
  const matrix = new Float64Array(buffer, matrixAt, stride * n);
  const triangle = new Float64Array(buffer, targetAt, stride * n);
  copyColumns(upper, n, triangle, stride, { rows: n, count: n });
  for (let j = 0; j < n; j++) {
    matrix.fill(0, j * stride, (j + 1) * stride);
    matrix[j * stride + above + j] = reflectors[j * n + j]!;
  }
  kernel.factorDamped(targetAt, stride, pivotsAt);
  for (let j = 0; j < n; j++) {
    upper.set(triangle.subarray(j * stride, j * stride + j), j * n);
    reflectors.set(matrix.subarray(j * stride + above, j * stride + above + j + 1), j * n);
  }
  diagonal.set(new Float64Array(buffer, diagonalAt, n));
  pivots.set(new Float64Array(buffer, pivotsAt, n));
}

/** Room for an m×n matrix, its workspace and `count` more columns. */
function openFactors(m: number, n: number, count: number) {
  const stride = strideOf(m);
  const width = panelWidth(n);
  const { kernel, addresses } = reserve([
    8 * stride * n,
    8 * stride * width,
    16 * width * width,
    16 * width * Math.max(width, n, count),
    8 * n,
    8 * stride * count,
  ]);
  const [matrixAt, panelAt, triangleAt, workAt, diagonalAt, targetAt] = addresses as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  kernel.setMatrix(matrixAt, Math.ceil(m / 4) * 4, n, stride, width);
  kernel.setWorkspace(panelAt, triangleAt, workAt, diagonalAt);
  return { kernel, buffer: kernel.memory.buffer, stride, matrixAt, diagonalAt, targetAt };
}

/** `multiply` in the kernel, for sizes of at least 1. */
export function multiplyInKernel(
  A: Float64Array,
  B: Float64Array,
  { rows, cols, width }: { readonly rows: number; readonly cols: number; readonly width: number },
): Float64Array {
  const stride = strideOf(cols);
  const padded = 4 * Math.ceil(width / 4);
  const { kernel, addresses } = reserve([8 * stride * padded, 8 * stride * rows, 8 * padded * rows]);
  const [rightAt, leftAt, productAt] = addresses as [number, number, number];
  const { buffer } = kernel.memory;
  // Row i of the product is BᵀA_i: columns of B against rows of A, which both are columns for the kernel.
  transposeInto(B, new Float64Array(buffer, rightAt, stride * padded).fill(0), { rows: cols, cols: width, stride });
  copyColumns(A, cols, new Float64Array(buffer, leftAt, stride * rows), stride, { rows: cols, count: rows });
  const product = new Float64Array(buffer, productAt, padded * rows).fill(0);
  const depth = 4 * Math.ceil(cols / 4);
  kernel.addTransposedProduct(rightAt, 8 * stride, padded, leftAt, 8 * stride, rows, depth, productAt, 8 * padded);
  const C = new Float64Array(rows * width);
  copyColumns(product, padded, C, width, { rows: width, count: rows });
  return C;
}

/** Rows and columns that are transposed at once, so that both sides stay in the cache. */
const TRANSPOSED_BLOCK = 32;

function transposeInto(
  from: Float64Array,
  to: Float64Array,
  { rows, cols, stride }: { readonly rows: number; readonly cols: number; readonly stride: number },
): void {
  for (let row = 0; row < rows; row += TRANSPOSED_BLOCK) {
    const rowEnd = Math.min(row + TRANSPOSED_BLOCK, rows);
    for (let j = 0; j < cols; j++) {
      for (let i = row; i < rowEnd; i++) to[j * stride + i] = from[i * cols + j]!;
    }
  }
}

/** `orthogonalisePlain` in the kernel, for at least one vector. */
export function orthogonaliseInKernel(vectors: Float64Array, count: number, options: JacobiOptions): void {
  const { head, tolerance, negligible } = options;
  const tail = vectors.length / count - head;
  const tailAt = 8 * Math.ceil(head / 8);
  const total = tailAt + 8 * Math.ceil(tail / 8);
  const stride = strideOf(total);
  const { kernel, addresses } = reserve([8 * stride * count, 8 * count, 4 * count]);
  const [vectorsAt, squaresAt, orderAt] = addresses as [number, number, number];
  const inside = new Float64Array(kernel.memory.buffer, vectorsAt, stride * count).fill(0);
  for (let i = 0, at = 0; i < count; i++, at += head + tail) {
    inside.set(vectors.subarray(at, at + head), i * stride);
    inside.set(vectors.subarray(at + head, at + head + tail), i * stride + tailAt);
  }
  kernel.setVectors(vectorsAt, stride, tailAt, total, squaresAt, orderAt);
  kernel.orthogonalise(count, tolerance, negligible, SWEEP_LIMIT);
  for (let i = 0, at = 0; i < count; i++, at += head + tail) {
    vectors.set(inside.subarray(i * stride, i * stride + head), at);
    vectors.set(inside.subarray(i * stride + tailAt, i * stride + tailAt + tail), at + head);
  }
}

/** Columns of a panel: the triangle of a wide one costs more than it saves on a small matrix. */
function panelWidth(n: number): number {
  return n <= 128 ? 16 : 32;
}

/** Copies columns between two strides; rows that only the target has become zero. */
function copyColumns(
  from: Float64Array,
  fromStride: number,
  to: Float64Array,
  toStride: number,
  { rows, count }: { readonly rows: number; readonly count: number },
): void {
  for (let j = 0; j < count; j++) {
    to.set(from.subarray(j * fromStride, j * fromStride + rows), j * toStride);
    if (toStride > rows) to.fill(0, j * toStride + rows, (j + 1) * toStride);
  }
}

/** Addresses of areas of the given sizes, at the starts of cache lines, in a kernel with memory for them all. */
function reserve(sizes: readonly number[]): { kernel: Kernel; addresses: number[] } {
  let end = PAGE_BYTES;
  const addresses = sizes.map((size) => {
    const at = end;
    end += Math.ceil(size / LINE_BYTES) * LINE_BYTES;
    return at;
  });
  return { kernel: kernelWithMemory(end), addresses };
}

function kernelWithMemory(bytes: number): Kernel {
  if (bytes > ADDRESS_LIMIT) throw tooLarge(bytes);
  compiled ??= new WebAssembly.Module(decodedBytes());
  const kernel = kept ?? (new WebAssembly.Instance(compiled).exports as Kernel);
  kept = bytes <= KEPT_BYTES ? kernel : undefined;
  const missing = bytes - kernel.memory.buffer.byteLength;
  try {
    if (missing > 0) kernel.memory.grow(Math.ceil(missing / PAGE_BYTES));
  } catch (cause) {
    throw tooLarge(bytes, cause);
  }
  return kernel;
}

function tooLarge(bytes: number, cause?: unknown): ResourceLimitError {
  const mebibytes = Math.ceil(bytes / 2 ** 20);
  return new ResourceLimitError(
    `linear algebra: ${mebibytes} MiB of WebAssembly memory are not available`,
    "use a smaller matrix, or close other programs",
    cause,
  );
}

function decodedBytes(): Uint8Array {
  return Buffer.from(kernelBytes, "base64");
}
