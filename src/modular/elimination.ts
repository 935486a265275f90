import { DimensionMismatchError, InternalError, ResourceLimitError } from "../errors.ts";
import { copyCentred } from "./centred-residues.ts";
import { type Elimination, type PaddedShape, paddedShape } from "./elimination-layout.ts";
import { eliminatePlain } from "./elimination-plain.ts";
import { eliminateInKernel, isKernelSupported } from "./elimination-wasm.ts";
import { requirePrime } from "./prime-field.ts";

/** Which code does the elimination; both find the same pivots. */
export type EliminationBackend = "wasm" | "plain";

export interface EliminationOptions {
  /** Default: `"wasm"` where WebAssembly SIMD exists, else `"plain"`, which is about six times slower. */
  readonly backend?: EliminationBackend;
}

/** A matrix of residues: row-major, rows x cols, integers in [0, p). */
export interface ResidueMatrix {
  readonly entries: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly p: number;
}

/**
 * Eliminates a copy of the matrix; the meaning of the result is that of `eliminatePlain`.
 *
 * @returns arrays that the next elimination may overwrite
 * @throws {@link UsageError} if `p` is not a prime below 2^25
 * @throws {@link DimensionMismatchError} if `entries.length !== rows * cols`
 * @throws {@link InternalError} if an entry is not an integer in [0, p), or a size not a non-negative integer
 * @throws {@link ResourceLimitError} if there is no memory for the copy
 */
export function eliminate(input: ResidueMatrix, options: EliminationOptions = {}): Elimination {
  const { entries, rows, cols, p } = input;
  requirePrime(p);
  if (![rows, cols].every((size) => Number.isInteger(size) && size >= 0)) {
    throw new InternalError(`size of a residue matrix: expected two non-negative integers, got ${rows} x ${cols}`);
  }
  if (entries.length !== rows * cols) {
    throw new DimensionMismatchError("entries of a residue matrix", rows * cols, entries.length);
  }
  const shape = { ...paddedShape(rows, cols), rows };
  const backend = options.backend ?? (isKernelSupported() ? "wasm" : "plain");
  if (backend === "wasm") return eliminateInKernel(shape, p, (target) => copyChecked(input, target, shape));
  const target = allocate(shape.length);
  copyChecked(input, target, shape);
  return eliminatePlain(target, shape, p);
}

function copyChecked({ entries, cols, p }: ResidueMatrix, target: Float64Array, { stride }: PaddedShape): void {
  const offending = copyCentred(entries, target, { cols, stride, p });
  if (offending >= 0) {
    throw new InternalError(`entry ${offending}: expected a residue modulo ${p}, got ${entries[offending]}`);
  }
}

function allocate(length: number): Float64Array {
  try {
    return new Float64Array(length);
  } catch (cause) {
    throw new ResourceLimitError(
      `rank modulo a prime: no memory for ${length} numbers`,
      "use a smaller matrix, or close other programs",
      cause,
    );
  }
}
