import { ResourceLimitError, TensorError } from "../errors.ts";

/** Number format that a tensor had in its file; exact JSON numbers count as "float64". */
export type TensorDtype =
  | "float16"
  | "bfloat16"
  | "float32"
  | "float64"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "bool";

/** One named array; `data` is row-major with Π shape entries (one entry for the empty shape of a scalar). */
export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Format in the file, before widening to float64; int64 and uint64 beyond 2^53 are rounded. */
  readonly dtype: TensorDtype;
  readonly data: Float64Array;
}

type TensorFormat = "npz" | "npy" | "safetensors" | "torch" | "json";

/** All numeric arrays of one file, in file order; `file` is the name the user gave. */
export interface TensorFile {
  readonly file: string;
  readonly format: TensorFormat;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** Most elements read from one file: 1 GiB once widened to float64. */
const MAX_ELEMENTS: number = 2 ** 27;

/** NumPy's own limit on the number of dimensions is 64, PyTorch's serialised tensors stay far below. */
const MAX_DIMENSIONS = 32;

/**
 * Half an ulp of 1 in the given format: the relative error of rounding a real number to it.
 *
 * @returns 2^-53 for float64, 2^-24 for float32, 2^-11 for float16, 2^-8 for bfloat16; 2^-53 for integers and booleans,
 * which are exact in the file and rounded to float64 at most
 */
export function unitRoundoff(dtype: TensorDtype): number {
  switch (dtype) {
    case "float32":
      return 2 ** -24;
    case "float16":
      return 2 ** -11;
    case "bfloat16":
      return 2 ** -8;
    default:
      return 2 ** -53;
  }
}

/** Whether the format holds rounded reals, as weights do. */
export function isFloating(dtype: TensorDtype): boolean {
  return dtype === "float64" || dtype === "float32" || dtype === "float16" || dtype === "bfloat16";
}

/** Shape as Python prints it: `(40, 4)`, `(40,)`, `()`. */
export function formatShape(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

/** Counts the elements of all arrays of one file, so that a small file cannot ask for unbounded memory. */
export class ElementBudget {
  readonly #file: string;
  #left: number = MAX_ELEMENTS;

  constructor(file: string) {
    this.#file = file;
  }

  /**
   * Number of elements of an array of this shape, taken from the budget.
   *
   * @throws {@link TensorError} if a dimension is not a nonnegative integer or there are more than 32 of them
   * @throws {@link ResourceLimitError} if the file's arrays together exceed 2^27 elements
   */
  take(name: string, shape: readonly number[]): number {
    if (shape.length > MAX_DIMENSIONS) {
      throw new TensorError(this.#file, name, `has ${shape.length} dimensions, at most ${MAX_DIMENSIONS} are read`);
    }
    if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
      throw new TensorError(this.#file, name, `has an impossible shape ${formatShape(shape)}`);
    }
    const count = shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
    if (count > this.#left) {
      throw new ResourceLimitError(
        `${this.#file}: ${name}: shape ${formatShape(shape)} brings the file beyond ${MAX_ELEMENTS} numbers`,
        "save only the tensors of the two layers",
      );
    }
    this.#left -= count;
    return count;
  }
}

/**
 * Checks that every entry is finite.
 *
 * @throws {@link TensorError} naming the first NaN or infinite entry by its index, as in `[3, 0]`
 */
export function requireFinite(file: string, tensor: Tensor): void {
  const position = tensor.data.findIndex((value) => !Number.isFinite(value));
  if (position < 0) return;
  const index: number[] = [];
  let rest = position;
  for (const size of [...tensor.shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  const value = tensor.data[position];
  throw new TensorError(
    file,
    tensor.name,
    `entry [${index.join(", ")}] is ${Number.isNaN(value) ? "NaN" : "infinite"}`,
    "the analysis needs finite numbers; did the training diverge?",
  );
}
