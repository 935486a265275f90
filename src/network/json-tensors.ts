import { FileError, TensorError } from "../errors.ts";
import { decodeText } from "./byte-reader.ts";
import { parseExactNumber } from "./exact-number.ts";
import { ElementBudget, type Tensor, type TensorFile } from "./tensor.ts";

const EXAMPLE_HINT = 'expected {"fc1.weight": [[0.5, "1/3"], …], "fc2.weight": [[1, …]]}';
const MAX_DEPTH = 32;

/**
 * Reads tensors from a JSON object of nested arrays; nested objects get dotted names.
 *
 * @remarks Entries are numbers or exact strings such as `"1/3"` and `"0.25"`, rounded once to float64.
 * @throws {@link FileError} if the text is not a JSON object
 * @throws {@link TensorError} naming the path of an entry that is no number, or of a ragged array
 * @throws {@link ResourceLimitError} if the file holds too many numbers
 */
export function readJsonTensors(bytes: Uint8Array, file: string): TensorFile {
  const budget = new ElementBudget(file);
  const tensors = new Map<string, Tensor>();
  const visit = (fields: Readonly<Record<string, unknown>>, prefix: string, depth: number): void => {
    if (depth > MAX_DEPTH) throw new FileError(file, `objects are nested more than ${MAX_DEPTH} deep`, EXAMPLE_HINT);
    for (const [key, value] of Object.entries(fields)) {
      const name = prefix === "" ? key : `${prefix}.${key}`;
      if (isJsonObject(value)) visit(value, name, depth + 1);
      else tensors.set(name, jsonTensor(value, name, file, budget));
    }
  };
  visit(parseJsonObject(bytes, file), "", 0);
  if (tensors.size === 0) throw new FileError(file, "holds no tensor", EXAMPLE_HINT);
  return { file, format: "json", tensors };
}

/**
 * The file's JSON object.
 *
 * @throws {@link FileError} if the text is not JSON, or not an object
 */
export function parseJsonObject(bytes: Uint8Array, file: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(decodeText(bytes, file, "the file"));
  } catch (cause) {
    if (cause instanceof FileError) throw cause;
    const detail = cause instanceof Error ? `: ${cause.message}` : "";
    throw new FileError(file, `is not JSON${detail}`, EXAMPLE_HINT, cause);
  }
  if (!isJsonObject(value)) throw new FileError(file, "is not a JSON object", EXAMPLE_HINT);
  return value;
}

/**
 * One tensor from nested arrays; the shape is that of the first entry at every level and must hold for all.
 *
 * @throws {@link TensorError} naming the path of a wrong entry, as in `fc1.weight[2][0]`
 */
export function jsonTensor(value: unknown, name: string, file: string, budget: ElementBudget): Tensor {
  const shape: number[] = [];
  for (let level = value; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (shape.length > MAX_DEPTH) throw new TensorError(file, name, `arrays are nested more than ${MAX_DEPTH} deep`);
  }
  const entries: number[] = [];
  const fill = (entry: unknown, depth: number, path: string): void => {
    if (depth === shape.length) {
      entries.push(jsonNumber(entry, path, file));
      return;
    }
    if (!Array.isArray(entry)) {
      throw new TensorError(file, path, `expected an array of ${shape[depth]} entries, got ${describe(entry)}`);
    }
    if (entry.length !== shape[depth]) {
      throw new TensorError(file, path, `expected ${shape[depth]} entries as in the first row, got ${entry.length}`);
    }
    for (let i = 0; i < entry.length; i++) fill(entry[i], depth + 1, `${path}[${i}]`);
  };
  fill(value, 0, name);
  budget.take(name, shape);
  return { name, shape, dtype: "float64", data: Float64Array.from(entries) };
}

function jsonNumber(entry: unknown, path: string, file: string): number {
  if (typeof entry === "number") return entry;
  const value = typeof entry === "string" ? parseExactNumber(entry) : undefined;
  if (value === undefined) {
    const hint = 'numbers and exact strings such as "1/3" or "0.25" are read';
    throw new TensorError(file, path, `expected a number, got ${describe(entry)}`, hint);
  }
  return value;
}

function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  if (Array.isArray(value)) return "an array";
  return value === null || typeof value !== "object" ? String(value) : "an object";
}
