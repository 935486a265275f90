import { TensorError, UsageError } from "../errors.ts";
import { type DataSet, readDataSet } from "../network/data-set.ts";
import { readScaler, type Scaler } from "../network/scaler.ts";
import { type ArrayToWrite, writeNpz } from "../network/write-npz.ts";

/** Numbers in a row. */
export type Vector = ArrayLike<number>;

/** Rows of equal length. */
export type Matrix = ArrayLike<Vector>;

/** A file as a program holds it. */
export interface NamedBytes {
  /** Its extension says the format; messages and certificates name the file like this. */
  readonly name: string;
  /** The whole file. */
  readonly bytes: Uint8Array;
}

/** The layers of f(x) = A σ(W x + b) + c as arrays. Arrays of Float32Array count as rounded to float32. */
export interface LayerArrays {
  /** W, m×d. */
  readonly hiddenWeight: Matrix;
  /** b, length m. */
  readonly hiddenBias?: Vector | undefined;
  /** A, C×m, or length m where there is one output. */
  readonly outputWeight: Matrix | Vector;
  /** c, length C. */
  readonly outputBias?: Vector | undefined;
}

/** Weights: a file (.npz, .safetensors, .pt, .pth, .json), or arrays. */
export type NetworkInput = NamedBytes | LayerArrays;

/** Weights before training, or a gradient: a file, or those arrays that there are. */
export type PartialNetworkInput = NamedBytes | Partial<LayerArrays>;

/** Samples as arrays. */
export interface DataArrays {
  /** n×d. */
  readonly X: Matrix;
  /** Length n. */
  readonly y?: Vector | undefined;
  /** Length n, or n×C. */
  readonly multipliers?: Matrix | Vector | undefined;
}

/** Samples: a file (.npz, .csv, .json), or arrays. */
export type DataInput = NamedBytes | DataArrays;

/** The standardisation x = (raw − mean)/std: a file (.npz, .json, .csv), or arrays of length d. */
export type ScalerInput = NamedBytes | { readonly mean: Vector; readonly std: Vector };

const NAMES = {
  hiddenWeight: "fc1.weight",
  hiddenBias: "fc1.bias",
  outputWeight: "fc2.weight",
  outputBias: "fc2.bias",
} as const;

/**
 * The file of a network: the given one, or a NumPy archive of the arrays, which a certificate can be about.
 *
 * @param input - a file, or layers as arrays
 * @param name - what to call a file of arrays
 * @throws {@link TensorError} if an array is ragged or holds something else than numbers
 * @throws {@link UsageError} if the input is neither a file nor layers
 */
export function networkFile(input: PartialNetworkInput, name = "network.npz"): NamedBytes {
  if (isNamedBytes(input)) return input;
  requireKeys(input, Object.keys(NAMES), name);
  const arrays = new Map<string, ArrayToWrite>();
  for (const role of Object.keys(NAMES) as (keyof typeof NAMES)[]) {
    const values = input[role];
    if (values !== undefined) arrays.set(NAMES[role], arrayOf(values, name, role));
  }
  if (arrays.size === 0) throw new UsageError(`${name}: no layer is given`, `give ${Object.keys(NAMES).join(", ")}`);
  return { name, bytes: writeNpz(arrays) };
}

/** The file of a data set: the given one, or the arrays as JSON. */
export function dataFile(input: DataInput, name: string): NamedBytes {
  if (isNamedBytes(input)) return input;
  requireKeys(input, ["X", "y", "multipliers"], name);
  return jsonFile(name, { X: input.X, y: input.y, multipliers: input.multipliers });
}

/** The data set of a file. */
export function dataSetOf({ name, bytes }: NamedBytes): DataSet {
  return readDataSet(bytes, name);
}

/** The file of a scaler: the given one, or the arrays as JSON. */
export function scalerFile(input: ScalerInput): NamedBytes {
  if (isNamedBytes(input)) return input;
  requireKeys(input, ["mean", "std"], "scaler.json");
  return jsonFile("scaler.json", { mean: input.mean, std: input.std });
}

/** The scaler of a file, for points of d coordinates. */
export function scalerOf({ name, bytes }: NamedBytes, inputDim: number): Scaler {
  return readScaler(bytes, name, inputDim);
}

function isNamedBytes(input: object): input is NamedBytes {
  if (typeof input !== "object" || input === null) {
    throw new UsageError("a file or arrays are needed", "give { name, bytes } or an object of arrays");
  }
  if (input instanceof Uint8Array) {
    throw new UsageError(
      "bytes without a name: the extension of the name says the format",
      'give { name: "network.npz", bytes }',
    );
  }
  return "bytes" in input && "name" in input;
}

function requireKeys(input: object, known: readonly string[], name: string): void {
  const unknown = Object.keys(input).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new UsageError(`${name}: unknown array ${unknown}`, `known are ${known.join(", ")}`);
}

function jsonFile(name: string, fields: Readonly<Record<string, Matrix | Vector | undefined>>): NamedBytes {
  const plain = Object.entries(fields).filter((entry) => entry[1] !== undefined);
  const text = JSON.stringify(Object.fromEntries(plain.map(([key, values]) => [key, nested(values!)])));
  return { name, bytes: new TextEncoder().encode(text) };
}

function nested(values: Matrix | Vector): unknown[] {
  return Array.from(values as ArrayLike<number | Vector>, (entry) =>
    typeof entry === "object" && entry !== null ? Array.from(entry) : entry,
  );
}

function arrayOf(values: Matrix | Vector, file: string, role: string): ArrayToWrite {
  if (typeof values !== "object" || values === null || typeof values.length !== "number") {
    throw new TensorError(file, role, `expected an array, got ${typeof values}`);
  }
  const rows = Array.from(values as ArrayLike<number | Vector>);
  const isMatrix = typeof rows[0] === "object";
  const parts = isMatrix ? (rows as Vector[]) : [values as Vector];
  const columns = parts[0]?.length ?? 0;
  const ragged = parts.findIndex((row) => row?.length !== columns);
  if (ragged >= 0) {
    throw new TensorError(file, `${role}[${ragged}]`, `expected ${columns} entries as in the first row`);
  }
  const data = parts.flatMap((row) => Array.from(row));
  const bad = data.findIndex((entry) => typeof entry !== "number");
  if (bad >= 0) throw new TensorError(file, role, `expected numbers, got ${typeof data[bad]}`);
  return {
    shape: isMatrix ? [rows.length, columns] : [columns],
    dtype: parts.every((row) => row instanceof Float32Array) ? "float32" : "float64",
    data: Float64Array.from(data),
  };
}
