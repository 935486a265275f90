import { FileError } from "../errors.ts";
import { readJsonTensors } from "./json-tensors.ts";
import { isNpy, readNpy } from "./npy.ts";
import { readNpz } from "./npz.ts";
import { isSafetensors, readSafetensors } from "./safetensors.ts";
import { ElementBudget, requireFinite, type TensorFile } from "./tensor.ts";
import { readTorch } from "./torch.ts";
import { isZip } from "./zip.ts";

interface Format {
  readonly title: string;
  /** Whether the first bytes fit; a format that explains a mismatch better itself accepts everything. */
  readonly matches: (bytes: Uint8Array) => boolean;
  readonly read: (bytes: Uint8Array, file: string) => TensorFile;
}

const TORCH: Format = { title: "PyTorch", matches: (bytes) => isZip(bytes) || bytes[0] === 0x80, read: readTorch };

const FORMATS: ReadonlyMap<string, Format> = new Map([
  [".npz", { title: "NumPy .npz", matches: isZip, read: readNpz }],
  [".npy", { title: "NumPy .npy", matches: isNpy, read: readNpyFile }],
  [".safetensors", { title: "safetensors", matches: isSafetensors, read: readSafetensors }],
  [".pt", TORCH],
  [".pth", TORCH],
  [".json", { title: "JSON", matches: isJson, read: readJsonTensors }],
]);

/** Byte order mark or blanks, then an opening brace or bracket. */
function isJson(bytes: Uint8Array): boolean {
  const start = bytes[0] === 0xef ? 3 : 0;
  const first = bytes.subarray(start).find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  return first === 0x7b || first === 0x5b;
}

/**
 * Reads every tensor of a network file, by its extension: .npz, .npy, .safetensors, .pt, .pth or .json.
 *
 * @param bytes - the whole file
 * @param fileName - the name the user gave
 * @returns the tensors in file order, every entry finite
 * @throws {@link FileError} if the file is empty, of an unknown extension, of another format than its extension says,
 * or damaged
 * @throws {@link TensorError} if a tensor is unusable or holds a NaN or an infinity
 * @throws {@link ResourceLimitError} if the content exceeds the limits
 */
export function readTensorFile(bytes: Uint8Array, fileName: string): TensorFile {
  const extension = extensionOf(fileName);
  const format = FORMATS.get(extension);
  if (format === undefined) {
    const kind = extension === "" ? "no file extension" : `the unknown file extension ${extension}`;
    throw new FileError(fileName, `has ${kind}`, `supported are ${[...FORMATS.keys()].join(", ")}`);
  }
  if (bytes.length === 0) throw new FileError(fileName, "is empty");
  if (!format.matches(bytes)) throw new FileError(fileName, `is not a ${format.title} file`, contentHint(bytes));
  const tensorFile = format.read(bytes, fileName);
  for (const tensor of tensorFile.tensors.values()) requireFinite(fileName, tensor);
  return tensorFile;
}

/** Extension of the last path segment in lower case with its dot, or "". */
export function extensionOf(fileName: string): string {
  return /\.[^./\\]+$/.exec(fileName)?.[0].toLowerCase() ?? "";
}

function contentHint(bytes: Uint8Array): string {
  if (isZip(bytes)) return "the content is a zip archive: rename it to .npz (NumPy) or .pt (PyTorch)";
  if (isNpy(bytes)) return "the content is a NumPy array: rename it to .npy";
  if (bytes[0] === 0x80) return "the content looks like a pickle, which is not read";
  if (isJson(bytes)) return "the content looks like JSON: rename it to .json";
  if (isSafetensors(bytes)) return "the content looks like safetensors: rename it to .safetensors";
  return "the content does not fit the file extension; is it truncated or damaged?";
}

/** A .npy file is one tensor, named after the file without folder and extension. */
function readNpyFile(bytes: Uint8Array, file: string): TensorFile {
  const name = file.replace(/^.*[/\\]/, "").replace(/\.[^.]*$/, "");
  const tensor = readNpy(bytes, file, name, new ElementBudget(file));
  return { file, format: "npy", tensors: new Map([[name, tensor]]) };
}
