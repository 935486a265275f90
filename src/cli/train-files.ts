import { randomBytes } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { extname } from "node:path";
import { FileError, UsageError } from "../errors.ts";
import type { LayerTensors, TwoLayerNetwork } from "../network/network.ts";
import { type ArrayToWrite, writeNpz } from "../network/write-npz.ts";
import { reasonOf } from "./files.ts";

type Dtype = ArrayToWrite["dtype"];

/** A file to write: its arrays by name. */
export interface FileToWrite {
  readonly path: string;
  readonly arrays: ReadonlyMap<string, ArrayToWrite>;
}

/**
 * @throws {@link UsageError} if a name has an extension that is not written, or JSON would lose the format of float32
 */
export function requireWritable(path: string, option: string, dtype: Dtype): void {
  const extension = extname(path).toLowerCase();
  if (extension !== ".npz" && extension !== ".json") {
    throw new UsageError(`${option} ${path}: files are written as .npz or .json`);
  }
  if (extension === ".json" && dtype === "float32") {
    throw new UsageError(`${option} ${path}: JSON does not say that numbers are float32`, "write a .npz file");
  }
}

/** The tensors of a network or of its gradient, under the names that PyTorch gives them. */
export function layerArrays(
  tensors: Pick<LayerTensors, "hiddenWeight" | "hiddenBias" | "outputWeight" | "outputBias">,
  { inputDim, width, outputs }: Pick<TwoLayerNetwork, "inputDim" | "width" | "outputs">,
  dtype: Dtype,
): ReadonlyMap<string, ArrayToWrite> {
  const rows = [
    ["fc1.weight", [width, inputDim], tensors.hiddenWeight],
    ["fc1.bias", [width], tensors.hiddenBias],
    ["fc2.weight", [outputs, width], tensors.outputWeight],
    ["fc2.bias", [outputs], tensors.outputBias],
  ] as const;
  const arrays = new Map<string, ArrayToWrite>();
  for (const [name, shape, data] of rows) if (data !== null) arrays.set(name, { shape, dtype, data });
  return arrays;
}

/**
 * Writes all files under temporary names before the first is renamed: a full disk leaves none of them behind.
 *
 * @throws {@link FileError} naming the file that cannot be written
 */
export function writeFiles(files: readonly FileToWrite[]): void {
  const temporary = files.map(({ path }) => `${path}.${randomBytes(4).toString("hex")}.tmp`);
  let current = 0;
  try {
    for (; current < files.length; current++) {
      writeFileSync(temporary[current]!, encode(files[current]!), { flag: "wx" });
    }
    for (current = 0; current < files.length; current++) renameSync(temporary[current]!, files[current]!.path);
  } catch (error) {
    for (const path of temporary) rmSync(path, { force: true });
    throw new FileError(files[current]!.path, `cannot be written: ${reasonOf(error)}`, undefined, error);
  }
}

function encode({ path, arrays }: FileToWrite): Uint8Array {
  if (extname(path).toLowerCase() === ".npz") return writeNpz(arrays);
  const object = Object.fromEntries([...arrays].map(([name, { shape, data }]) => [name, nested(shape, data)]));
  return new TextEncoder().encode(`${JSON.stringify(object)}\n`);
}

function nested(shape: readonly number[], data: Float64Array): unknown {
  if (shape.length <= 1) return Array.from(data);
  const [rows, ...rest] = shape;
  const size = data.length / rows!;
  return Array.from({ length: rows! }, (_, i) => nested(rest, data.subarray(i * size, (i + 1) * size)));
}
