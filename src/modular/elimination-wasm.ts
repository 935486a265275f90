import { ResourceLimitError } from "../errors.ts";
import { termsPerReduction } from "./centred-residues.ts";
import { type Elimination, PACKED_COLUMNS, PACKED_DEPTH, PACKED_ROWS, type PaddedShape } from "./elimination-layout.ts";
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

interface Kernel {
  readonly memory: WebAssembly.Memory;
  setShape(rows: number, paddedColumns: number, stride: number): void;
  setModulus(p: number, termsPerReduction: number): void;
  /** Addresses in bytes; both packed operands start at `packed`. */
  setAddresses(matrix: number, packed: number, rowOrder: number, pivots: number): void;
  /** Returns the rank. */
  eliminate(): number;
}

const PAGE_BYTES = 65_536;
const ADDRESS_LIMIT = 2 ** 32;

/** An instance whose memory outgrew this is dropped after the call, because such memory never shrinks. */
const KEPT_BYTES = 16 * 2 ** 20;

let compiled: WebAssembly.Module | undefined;
let kept: Kernel | undefined;
let supported: boolean | undefined;

/** Whether this machine runs WebAssembly with fixed-width SIMD. */
export function isKernelSupported(): boolean {
  supported ??= typeof WebAssembly === "object" && WebAssembly.validate(decodedBytes());
  return supported;
}

/**
 * The elimination of `eliminatePlain`, carried out by the WebAssembly kernel in its own memory.
 *
 * @param fill - writes the centred residues into the zeroed padded matrix that it is given
 * @returns views into kernel memory: read them before the next call
 * @throws {@link ResourceLimitError} if the memory cannot grow to hold the matrix
 */
export function eliminateInKernel(
  shape: PaddedShape & { readonly rows: number },
  p: number,
  fill: (matrix: Float64Array) => void,
): Elimination {
  const { rows, paddedColumns, stride, length } = shape;
  const matrixAt = PAGE_BYTES;
  const packedAt = matrixAt + 8 * length;
  const rowOrderAt = packedAt + 8 * PACKED_DEPTH * (PACKED_ROWS + Math.min(PACKED_COLUMNS, paddedColumns));
  const pivotsAt = rowOrderAt + 4 * rows;
  const end = pivotsAt + 4 * Math.min(rows, paddedColumns);
  const kernel = kernelWithMemory(end);
  const { buffer } = kernel.memory;
  const matrix = new Float64Array(buffer, matrixAt, length).fill(0);
  fill(matrix);
  kernel.setShape(rows, paddedColumns, stride);
  kernel.setModulus(p, termsPerReduction(p));
  kernel.setAddresses(matrixAt, packedAt, rowOrderAt, pivotsAt);
  const rank = kernel.eliminate();
  const rowOrder = new Int32Array(buffer, rowOrderAt, rows);
  return { rank, rowOrder, pivotColumns: new Int32Array(buffer, pivotsAt, rank), matrix, stride };
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
    `rank modulo a prime: ${mebibytes} MiB of WebAssembly memory are not available`,
    "use a smaller matrix, or close other programs",
    cause,
  );
}

function decodedBytes(): Uint8Array {
  return Buffer.from(kernelBytes, "base64");
}
