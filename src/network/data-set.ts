import { FileError, TensorError } from "../errors.ts";
import { readCsvTable } from "./csv-table.ts";
import { jsonTensor, parseJsonObject } from "./json-tensors.ts";
import { extensionOf, readTensorFile } from "./read-tensors.ts";
import { ElementBudget, formatShape, requireFinite, type Tensor } from "./tensor.ts";

/** Samples xᵢ with their labels and multipliers, as far as the file has them; all finite. */
export interface DataSet {
  /** Name the user gave. */
  readonly file: string;
  /** n, positive */
  readonly samples: number;
  /** d, positive */
  readonly inputDim: number;
  /** n×d, row-major, in the file's units */
  readonly X: Float64Array;
  /** length n: ±1, a value, or the index of a class */
  readonly y: Float64Array | null;
  /** n×C, row-major */
  readonly multipliers: Float64Array | null;
  /** C, the number of multipliers per sample; 0 when there are none */
  readonly multiplierOutputs: number;
}

type Field = "X" | "y" | "multipliers";

const FIELD_NAMES: Readonly<Record<Field, RegExp>> = {
  X: /^(?:x|x_train|inputs?|data|features)$/i,
  y: /^(?:y|y_train|labels?|targets?)$/i,
  multipliers: /^multipliers?$/i,
};
const LABEL_COLUMN = /^(?:y|labels?|targets?)$/i;
const MULTIPLIER_COLUMN = /^multipliers?[_ ]?\d*$/i;
const EXTENSIONS = [".npz", ".csv", ".json"];

/**
 * Reads a data set.
 *
 * - .npz and .json: `X` (n, d); `y` (n,) and `multipliers` (n,) or (n, C) are optional; other fields are ignored.
 * - .csv: one sample a line. With a header, the column named `y`, `label` or `target` is y, columns named
 *   `multiplier` or `multiplier1`, `multiplier2`, … are the multipliers, and all others are X in their order. Without
 *   a header, all columns are X and there is no y.
 *
 * @param bytes - the whole file
 * @param fileName - the name the user gave
 * @throws {@link FileError} if the file is empty, of an unknown extension, or damaged
 * @throws {@link TensorError} if X is missing or empty, shapes do not fit together, or an entry is not a finite number
 * @throws {@link ResourceLimitError} if the content exceeds the limits
 */
export function readDataSet(bytes: Uint8Array, fileName: string): DataSet {
  const extension = extensionOf(fileName);
  if (!EXTENSIONS.includes(extension)) {
    const kind = extension === "" ? "no file extension" : `the unknown file extension ${extension} for a data set`;
    throw new FileError(fileName, `has ${kind}`, `supported are ${EXTENSIONS.join(", ")}`);
  }
  if (bytes.length === 0) throw new FileError(fileName, "is empty");
  if (extension === ".csv") return fromCsv(bytes, fileName);
  return fromTensors(extension === ".json" ? jsonFields(bytes, fileName) : npzFields(bytes, fileName), fileName);
}

function npzFields(bytes: Uint8Array, file: string): ReadonlyMap<Field, Tensor> {
  const { tensors } = readTensorFile(bytes, file);
  const fields = new Map<Field, Tensor>();
  for (const [field, name] of matchFields([...tensors.keys()], file)) fields.set(field, tensors.get(name) as Tensor);
  return fields;
}

function jsonFields(bytes: Uint8Array, file: string): ReadonlyMap<Field, Tensor> {
  const object = parseJsonObject(bytes, file);
  const budget = new ElementBudget(file);
  const fields = new Map<Field, Tensor>();
  for (const [field, name] of matchFields(Object.keys(object), file)) {
    // Absent labels and multipliers may be written as null.
    if (object[name] === null && field !== "X") continue;
    const tensor = jsonTensor(object[name], name, file, budget);
    requireFinite(file, tensor);
    fields.set(field, tensor);
  }
  return fields;
}

/** Which name stands for which field; the exact name wins over another spelling. */
function matchFields(names: readonly string[], file: string): ReadonlyMap<Field, string> {
  const matched = new Map<Field, string>();
  for (const field of ["X", "y", "multipliers"] as const) {
    const spellings = names.filter((name) => FIELD_NAMES[field].test(name));
    const name = spellings.includes(field) ? field : spellings[0];
    if (name === undefined) continue;
    if (name !== field && spellings.length > 1) {
      throw new TensorError(file, field, `could be any of ${spellings.join(", ")}`, `name one of them ${field}`);
    }
    matched.set(field, name);
  }
  if (!matched.has("X")) {
    const listed = names.slice(0, 12).join(", ") || "nothing";
    throw new TensorError(file, "X", `not found; the file has ${listed}`, "a data set has X of shape (n, d)");
  }
  return matched;
}

function fromTensors(fields: ReadonlyMap<Field, Tensor>, file: string): DataSet {
  const X = fields.get("X") as Tensor;
  if (X.shape.length !== 2 || X.data.length === 0) {
    const hint = "one row a sample: reshape to (n, d), as X.reshape(len(X), -1) does";
    throw new TensorError(file, X.name, `expected shape (n, d), got ${formatShape(X.shape)}`, hint);
  }
  const [samples, inputDim] = X.shape;
  const y = fields.get("y");
  if (y !== undefined && !isColumn(y.shape, samples)) {
    const hint = "one label a sample; for classes, the index of the class";
    throw new TensorError(file, y.name, `expected shape (${samples},), got ${formatShape(y.shape)}`, hint);
  }
  const multipliers = fields.get("multipliers");
  if (multipliers !== undefined && !isMultiplierShape(multipliers.shape, samples)) {
    const expected = `(${samples},) or (${samples}, C)`;
    throw new TensorError(
      file,
      multipliers.name,
      `expected shape ${expected}, got ${formatShape(multipliers.shape)}`,
      "one row of multipliers a sample",
    );
  }
  return {
    file,
    samples,
    inputDim,
    X: X.data,
    y: y?.data ?? null,
    multipliers: multipliers?.data ?? null,
    multiplierOutputs: multipliers === undefined ? 0 : (multipliers.shape[1] ?? 1),
  };
}

function isColumn(shape: readonly number[], length: number): boolean {
  return shape[0] === length && (shape.length === 1 || (shape.length === 2 && shape[1] === 1));
}

function isMultiplierShape(shape: readonly number[], samples: number): boolean {
  return shape[0] === samples && (shape.length === 1 || (shape.length === 2 && shape[1] > 0));
}

function fromCsv(bytes: Uint8Array, file: string): DataSet {
  const { header, rows } = readCsvTable(bytes, file);
  const columns = header ?? rows[0].map((_, i) => `x${i + 1}`);
  const indices = columns.map((_, i) => i);
  const labels = indices.filter((i) => LABEL_COLUMN.test(columns[i]));
  const multipliers = indices.filter((i) => MULTIPLIER_COLUMN.test(columns[i]));
  const inputs = indices.filter((i) => !labels.includes(i) && !multipliers.includes(i));
  if (labels.length > 1) {
    const names = labels.map((i) => columns[i]).join(", ");
    throw new TensorError(file, "y", `could be any of the columns ${names}`, "name only one column y, label or target");
  }
  if (inputs.length === 0) throw new TensorError(file, "X", "not found: no column is left for the inputs");
  return {
    file,
    samples: rows.length,
    inputDim: inputs.length,
    X: pickColumns(rows, inputs),
    y: labels.length === 0 ? null : pickColumns(rows, labels),
    multipliers: multipliers.length === 0 ? null : pickColumns(rows, multipliers),
    multiplierOutputs: multipliers.length,
  };
}

/** The given columns of every row, row-major. */
function pickColumns(rows: readonly (readonly number[])[], columns: readonly number[]): Float64Array {
  const values = new Float64Array(rows.length * columns.length);
  rows.forEach((row, i) => {
    columns.forEach((column, k) => {
      values[i * columns.length + k] = row[column];
    });
  });
  return values;
}
