import type { TensorDtype } from "./tensor.ts";

interface ElementFormat {
  readonly size: number;
  readonly read: (view: DataView, offset: number, littleEndian: boolean) => number;
}

const FORMATS: Readonly<Record<TensorDtype, ElementFormat>> = {
  float16: { size: 2, read: (view, offset, little) => float16FromBits(view.getUint16(offset, little)) },
  bfloat16: { size: 2, read: (view, offset, little) => bfloat16FromBits(view.getUint16(offset, little)) },
  float32: { size: 4, read: (view, offset, little) => view.getFloat32(offset, little) },
  float64: { size: 8, read: (view, offset, little) => view.getFloat64(offset, little) },
  int8: { size: 1, read: (view, offset) => view.getInt8(offset) },
  int16: { size: 2, read: (view, offset, little) => view.getInt16(offset, little) },
  int32: { size: 4, read: (view, offset, little) => view.getInt32(offset, little) },
  int64: { size: 8, read: (view, offset, little) => Number(view.getBigInt64(offset, little)) },
  uint8: { size: 1, read: (view, offset) => view.getUint8(offset) },
  uint16: { size: 2, read: (view, offset, little) => view.getUint16(offset, little) },
  uint32: { size: 4, read: (view, offset, little) => view.getUint32(offset, little) },
  uint64: { size: 8, read: (view, offset, little) => Number(view.getBigUint64(offset, little)) },
  bool: { size: 1, read: (view, offset) => (view.getUint8(offset) === 0 ? 0 : 1) },
};

/** Bytes of one element in the file. */
export function bytesPerElement(dtype: TensorDtype): number {
  return FORMATS[dtype].size;
}

/**
 * Widens packed elements to float64, in the order of the bytes; exact except for 64-bit integers beyond 2^53.
 *
 * @param bytes - a whole number of elements; a trailing fraction of one is ignored
 * @returns a new array of `bytes.length / bytesPerElement(dtype)` numbers
 */
export function decodeElements(bytes: Uint8Array, dtype: TensorDtype, littleEndian: boolean): Float64Array {
  const { size, read } = FORMATS[dtype];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(Math.floor(bytes.length / size));
  for (let i = 0; i < values.length; i++) values[i] = read(view, i * size, littleEndian);
  return values;
}

/** IEEE 754 binary16. */
function float16FromBits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const scratch = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float32. */
function bfloat16FromBits(bits: number): number {
  scratch.setUint32(0, bits * 0x10000, false);
  return scratch.getFloat32(0, false);
}
