import { FileError } from "../errors.ts";
import { readNpy } from "./npy.ts";
import { ElementBudget, type Tensor, type TensorFile } from "./tensor.ts";
import { extractEntry, openZip } from "./zip.ts";

/**
 * Reads a NumPy .npz archive, compressed or not: every entry `NAME.npy` becomes the tensor `NAME`.
 *
 * @remarks Other entries are ignored, as `numpy.load` hands them out as raw bytes.
 * @throws {@link FileError} if the archive is damaged or holds no array
 * @throws {@link TensorError} if an array is unusable
 * @throws {@link ResourceLimitError} if the archive expands beyond the limits
 */
export function readNpz(bytes: Uint8Array, file: string): TensorFile {
  const archive = openZip(bytes, file);
  const budget = new ElementBudget(file);
  const tensors = new Map<string, Tensor>();
  for (const entryName of archive.entries.keys()) {
    if (!entryName.endsWith(".npy")) continue;
    const name = entryName.slice(0, -".npy".length);
    tensors.set(name, readNpy(extractEntry(archive, entryName), file, name, budget));
  }
  if (tensors.size === 0) {
    const isTorch = [...archive.entries.keys()].some((name) => name === "data.pkl" || name.endsWith("/data.pkl"));
    throw new FileError(
      file,
      "the archive holds no .npy array",
      isTorch ? "it looks like a PyTorch file; rename it to .pt" : "write it with numpy.savez",
    );
  }
  return { file, format: "npz", tensors };
}
