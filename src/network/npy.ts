import { FileError, TensorError } from "../errors.ts";
import { ByteReader } from "./byte-reader.ts";
import { bytesPerElement, decodeElements } from "./element-decoding.ts";
import { gatherStrided } from "./strided-view.ts";
import { type ElementBudget, formatShape, type Tensor, type TensorDtype } from "./tensor.ts";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const;
/** NumPy's own writer stays below 64 KiB; versions 2 and 3 would allow 4 GiB. */
const MAX_HEADER = 2 ** 20;

const DTYPES: ReadonlyMap<string, TensorDtype> = new Map([
  ["f2", "float16"],
  ["f4", "float32"],
  ["f8", "float64"],
  ["i1", "int8"],
  ["i2", "int16"],
  ["i4", "int32"],
  ["i8", "int64"],
  ["u1", "uint8"],
  ["u2", "uint16"],
  ["u4", "uint32"],
  ["u8", "uint64"],
  ["b1", "bool"],
]);

interface NpyHeader {
  readonly dtype: TensorDtype;
  readonly littleEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/** Whether the bytes begin with the magic of NumPy's array format. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads one array in NumPy's .npy format, versions 1 to 3; column-major arrays are transposed to row-major.
 *
 * @param name - name of the resulting tensor, also used in messages
 * @throws {@link FileError} if the header is truncated or not what NumPy writes
 * @throws {@link TensorError} if the array holds Python objects or no real numbers, or the data do not fill the shape
 * @throws {@link ResourceLimitError} if the budget does not allow the shape
 *
 * Source: numpy.lib.format, "Format Version 1.0" to "3.0".
 */
export function readNpy(bytes: Uint8Array, file: string, name: string, budget: ElementBudget): Tensor {
  const reader = new ByteReader(bytes, file, `${name}: the .npy header`);
  if (!isNpy(bytes)) throw reader.fail("is missing", "expected an array written by numpy.save or numpy.savez");
  reader.take(MAGIC.length);
  const major = reader.uint8();
  reader.uint8();
  if (major < 1 || major > 3) throw reader.fail(`has the unknown version ${major}`);
  const headerLength = major === 1 ? reader.uint16() : reader.uint32();
  if (headerLength > MAX_HEADER) throw reader.fail(`declares ${headerLength} bytes, at most ${MAX_HEADER} are read`);
  const header = parseHeader(reader.text(headerLength), file, name);
  const count = budget.take(name, header.shape);
  const expected = count * bytesPerElement(header.dtype);
  if (reader.remaining !== expected) {
    throw new TensorError(
      file,
      name,
      `shape ${formatShape(header.shape)} of ${header.dtype} needs ${expected} bytes, got ${reader.remaining}`,
      "the array is truncated or damaged; save it again",
    );
  }
  const elements = decodeElements(reader.take(expected), header.dtype, header.littleEndian);
  const data = header.fortranOrder ? toRowMajor(elements, header.shape) : elements;
  return { name, shape: header.shape, dtype: header.dtype, data };
}

/** Reads the Python dictionary literal; keys may come in any order, nothing else may stand beside them. */
function parseHeader(text: string, file: string, name: string): NpyHeader {
  const malformed = (): FileError =>
    new FileError(file, `${name}: the .npy header is not what NumPy writes`, "save the array again with numpy.save");
  const structured = /['"]descr['"]\s*:\s*[[(]/.test(text);
  if (structured) throw new TensorError(file, name, "is a structured array", "save each field as its own plain array");
  const descr = /['"]descr['"]\s*:\s*['"]([^'"]*)['"]/.exec(text);
  const order = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(text);
  const shape = /['"]shape['"]\s*:\s*\(([\d,\sL]*)\)/.exec(text);
  if (descr === null || order === null || shape === null) throw malformed();
  const rest = text.replace(descr[0], "").replace(order[0], "").replace(shape[0], "");
  if (!/^\s*\{[\s,]*\}\s*$/.test(rest)) throw malformed();
  const sizes = shape[1].split(",").map((size) => size.trim().replace(/L$/, ""));
  if (sizes.at(-1) === "") sizes.pop();
  if (!sizes.every((size) => /^\d+$/.test(size))) throw malformed();
  return { ...parseDtype(descr[1], file, name), fortranOrder: order[1] === "True", shape: sizes.map(Number) };
}

function parseDtype(descr: string, file: string, name: string): Pick<NpyHeader, "dtype" | "littleEndian"> {
  if (/^[|<>=]?O/.test(descr)) {
    throw new TensorError(
      file,
      name,
      "is an array of Python objects, which only a pickle could read",
      "save plain numbers: numpy.asarray(values, dtype=float)",
    );
  }
  const match = /^([<>|=]?)([a-zA-Z]\d*)$/.exec(descr);
  const dtype = DTYPES.get(match?.[2] ?? "");
  if (match === null || dtype === undefined) {
    throw new TensorError(
      file,
      name,
      `holds "${descr}", not real numbers of a supported type`,
      "supported are float16/32/64, integers of 8 to 64 bits and bool; convert with .astype(numpy.float64)",
    );
  }
  return { dtype, littleEndian: match[1] !== ">" };
}

/** Row-major copy of column-major elements. */
function toRowMajor(elements: Float64Array, shape: readonly number[]): Float64Array {
  const columnMajorStrides: number[] = [];
  let stride = 1;
  for (const size of shape) {
    columnMajorStrides.push(stride);
    stride *= size;
  }
  return gatherStrided(elements, 0, shape, columnMajorStrides);
}
