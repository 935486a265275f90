import { FileError, TensorError } from "../errors.ts";
import { readCsvTable } from "./csv-table.ts";
import type { DataSet } from "./data-set.ts";
import { extensionOf, readTensorFile } from "./read-tensors.ts";
import { formatShape, requireFinite, type Tensor, type TensorFile } from "./tensor.ts";

/** How raw data were standardised before training: x = (raw − mean)/std, coordinate by coordinate. */
export interface Scaler {
  /** Name the user gave. */
  readonly file: string;
  /** length d */
  readonly mean: Float64Array;
  /** length d, positive */
  readonly std: Float64Array;
}

const MEAN = /^(?:means?|mean_|loc|center|centre)$/i;
const STD = /^(?:stds?|std_|scale_?|sd|sigma)$/i;
const EXTENSIONS = [".npz", ".json", ".csv"];
const HINT = "mean and std, each of length d, as StandardScaler has them in mean_ and scale_";

/**
 * Reads a scaler.
 *
 * - .npz and .json: `mean` (d,) and `std` or `scale` (d,).
 * - .csv: columns `mean` and `std` with one line a coordinate, or two lines of d numbers, mean before std.
 *
 * @param inputDim - d
 * @throws {@link FileError} if the file is of an unknown extension or damaged
 * @throws {@link TensorError} if mean or std is missing, of another length, or a std is not positive
 */
export function readScaler(bytes: Uint8Array, file: string, inputDim: number): Scaler {
  const extension = extensionOf(file);
  if (!EXTENSIONS.includes(extension)) {
    throw new FileError(file, "is no scaler file", `supported are ${EXTENSIONS.join(", ")}`);
  }
  const { mean, std } = extension === ".csv" ? fromCsv(bytes, file) : fromTensors(readTensorFile(bytes, file));
  for (const [name, values] of [["mean", mean] as const, ["std", std] as const]) {
    if (values.length !== inputDim) {
      throw new TensorError(file, name, `has ${values.length} entries, the network has ${inputDim} inputs`, HINT);
    }
  }
  const bad = std.findIndex((value) => !(value > 0));
  if (bad >= 0) {
    throw new TensorError(
      file,
      `std[${bad}]`,
      `expected a positive number, got ${std[bad]}`,
      "use 1 for a constant coordinate",
    );
  }
  return { file, mean, std };
}

interface Columns {
  readonly mean: Float64Array;
  readonly std: Float64Array;
}

function fromTensors({ file, tensors }: TensorFile): Columns {
  const named = (pattern: RegExp, name: string): Float64Array => {
    const found = [...tensors].filter(([key]) => pattern.test(key));
    if (found.length !== 1) {
      const problem = found.length === 0 ? "not found" : `could be any of ${found.map(([key]) => key).join(", ")}`;
      throw new TensorError(file, name, problem, HINT);
    }
    return vectorOf(found[0]![1], file);
  };
  return { mean: named(MEAN, "mean"), std: named(STD, "std") };
}

function vectorOf(tensor: Tensor, file: string): Float64Array {
  requireFinite(file, tensor);
  const { shape } = tensor;
  const isRow = shape.length === 1 || (shape.length === 2 && shape[0] === 1);
  if (!isRow) throw new TensorError(file, tensor.name, `expected shape (d,), got ${formatShape(shape)}`, HINT);
  return tensor.data;
}

function fromCsv(bytes: Uint8Array, file: string): Columns {
  const { header, rows } = readCsvTable(bytes, file);
  if (header === null) {
    if (rows.length !== 2) throw new TensorError(file, "mean", `expected two lines, got ${rows.length}`, HINT);
    return { mean: Float64Array.from(rows[0]!), std: Float64Array.from(rows[1]!) };
  }
  const column = (pattern: RegExp, name: string): Float64Array => {
    const at = header.findIndex((cell) => pattern.test(cell));
    if (at < 0) throw new TensorError(file, name, `not found; the columns are ${header.join(", ")}`, HINT);
    return Float64Array.from(rows, (row) => row[at]!);
  };
  return { mean: column(MEAN, "mean"), std: column(STD, "std") };
}

/** Data in raw units as the network saw them. */
export function standardise(data: DataSet, { mean, std }: Scaler): DataSet {
  const { inputDim: d } = data;
  return { ...data, X: data.X.map((value, k) => (value - mean[k % d]!) / std[k % d]!) };
}

/** Points that the network saw, n×d, in raw units. */
export function unstandardise(points: Float64Array, { mean, std }: Scaler): Float64Array {
  const d = mean.length;
  return points.map((value, k) => value * std[k % d]! + mean[k % d]!);
}
