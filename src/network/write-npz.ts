import { zipSync } from "fflate";
import { UsageError } from "../errors.ts";

/** One array of an .npz file; `data` is row-major with Π shape entries. */
export interface ArrayToWrite {
  readonly shape: readonly number[];
  readonly dtype: "float32" | "float64";
  readonly data: Float64Array;
}

/** The first day that a zip entry can have: the same arrays always give the same bytes. */
const NO_DATE = new Date(1980, 0, 1);

/**
 * A NumPy .npz archive, stored without compression as `numpy.savez` writes it.
 *
 * @param arrays - by name, in the order of the file
 * @throws {@link UsageError} if an array does not fill its shape
 * Source: numpy.lib.format, "Format Version 1.0".
 */
export function writeNpz(arrays: ReadonlyMap<string, ArrayToWrite>): Uint8Array {
  const entries = [...arrays].map(([name, array]) => [`${name}.npy`, writeNpy(name, array)] as const);
  return zipSync(Object.fromEntries(entries), { level: 0, mtime: NO_DATE });
}

/** Magic, version 1.0 and the length of the header. */
const PREFIX_LENGTH = 10;
const ALIGNMENT = 64;

function writeNpy(name: string, { shape, dtype, data }: ArrayToWrite): Uint8Array {
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length) {
    throw new UsageError(`${name}: the shape (${shape.join(", ")}) holds ${count} numbers, got ${data.length}`);
  }
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '${dtype === "float32" ? "<f4" : "<f8"}', 'fortran_order': False, 'shape': (${sizes}), }`;
  // Blanks and a line feed fill the header up, so that the numbers are aligned.
  const length = Math.ceil((PREFIX_LENGTH + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT - PREFIX_LENGTH;
  const bytes = new Uint8Array(PREFIX_LENGTH + length + count * (dtype === "float32" ? 4 : 8));
  const view = new DataView(bytes.buffer);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  view.setUint16(8, length, true);
  bytes.set(new TextEncoder().encode(`${dictionary.padEnd(length - 1)}\n`), PREFIX_LENGTH);
  const start = PREFIX_LENGTH + length;
  for (let k = 0; k < count; k++) {
    if (dtype === "float32") view.setFloat32(start + 4 * k, data[k]!, true);
    else view.setFloat64(start + 8 * k, data[k]!, true);
  }
  return bytes;
}
