import { readFileSync } from "node:fs";
import { crc32, deflateRawSync } from "node:zlib";
import { expect } from "vitest";
import { ToolError } from "../../src/errors.ts";
import type { Tensor, TensorDtype, TensorFile } from "../../src/network/tensor.ts";

/** Bytes of a file in test/fixtures/network. */
export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../fixtures/network/${name}`, import.meta.url)));
}

/** The ToolError that the action throws; any other outcome fails the test. */
export function toolErrorOf(action: () => unknown): ToolError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(ToolError);
    return error as ToolError;
  }
  throw new Error("expected a ToolError, but nothing was thrown");
}

/** Runs the action; returning or throwing a ToolError passes, anything else fails the test. */
export function expectNoOtherError(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
  }
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function little(bytes: number, value: number): Uint8Array {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 8) buffer.writeBigUInt64LE(BigInt(value));
  else buffer.writeUIntLE(value, 0, bytes);
  return new Uint8Array(buffer);
}

export interface ZipPart {
  readonly name: string;
  readonly content: Uint8Array;
  readonly deflate?: boolean;
  readonly declaredSize?: number;
  readonly method?: number;
  readonly flags?: number;
  readonly localName?: string;
  readonly zip64?: boolean;
}

/** A zip archive whose directory may lie as the parts say. */
export function makeZip(parts: readonly ZipPart[], options: { readonly zip64?: boolean } = {}): Uint8Array {
  const local: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const part of parts) {
    const packed = part.deflate === true ? new Uint8Array(deflateRawSync(part.content)) : part.content;
    const method = part.method ?? (part.deflate === true ? 8 : 0);
    const size = part.declaredSize ?? part.content.length;
    const checksum = crc32(part.content);
    const localName = utf8(part.localName ?? part.name);
    const name = utf8(part.name);
    const wide = part.zip64 === true;
    const extra = wide ? concat(little(2, 1), little(2, 16), little(8, size), little(8, packed.length)) : utf8("");
    const sizes = wide
      ? concat(little(4, 0xffffffff), little(4, 0xffffffff))
      : concat(little(4, packed.length), little(4, size));
    const common = concat(little(2, part.flags ?? 0), little(2, method), little(4, 0), little(4, checksum), sizes);
    const header = concat(little(4, 0x04034b50), little(2, 20), common, little(2, localName.length), little(2, 0));
    local.push(header, localName, packed);
    const lengths = concat(little(2, name.length), little(2, extra.length), little(2, 0), little(8, 0));
    central.push(little(4, 0x02014b50), little(4, 20), common, lengths, little(4, offset), name, extra);
    offset += header.length + localName.length + packed.length;
  }
  const directory = concat(...central);
  const count = parts.length;
  const wideEnd = concat(
    concat(little(4, 0x06064b50), little(8, 44), little(2, 45), little(2, 45), little(4, 0), little(4, 0)),
    concat(little(8, count), little(8, count), little(8, directory.length), little(8, offset)),
    concat(little(4, 0x07064b50), little(4, 0), little(8, offset + directory.length), little(4, 1)),
  );
  const end =
    options.zip64 === true
      ? concat(wideEnd, little(4, 0x06054b50), little(4, 0), new Uint8Array(12).fill(0xff), little(2, 0))
      : concat(
          concat(little(4, 0x06054b50), little(4, 0), little(2, count), little(2, count)),
          concat(little(4, directory.length), little(4, offset), little(2, 0)),
        );
  return concat(...local, directory, end);
}

/** A .npy file of version 1 with the given header literal and element bytes. */
export function makeNpy(header: string, content: Uint8Array): Uint8Array {
  const text = utf8(`${header}\n`);
  return concat(new Uint8Array([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]), little(2, text.length), text, content);
}

/** The header literal that NumPy writes. */
export function npyHeader(descr: string, shape: readonly number[], fortran = false): string {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  return `{'descr': '${descr}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': (${sizes}), }`;
}

export function bytesOf(values: readonly number[] | Float64Array): Uint8Array {
  return new Uint8Array(Float64Array.from(values).buffer);
}

/** An .npz archive of float64 arrays. */
export function makeNpz(
  arrays: Readonly<Record<string, { shape: readonly number[]; data: readonly number[] }>>,
): Uint8Array {
  return makeZip(
    Object.entries(arrays).map(([name, { shape, data }]) => ({
      name: `${name}.npy`,
      content: makeNpy(npyHeader("<f8", shape), bytesOf(data)),
    })),
  );
}

/** A safetensors file with the given header, which may be wrong, and data bytes. */
export function makeSafetensors(header: unknown, content: Uint8Array): Uint8Array {
  const text = utf8(typeof header === "string" ? header : JSON.stringify(header));
  return concat(little(8, text.length), text, content);
}

/** A tensor file in memory: entries count up from 1, so that mixing tensors up shows. */
export function tensorFile(
  shapes: Readonly<Record<string, readonly number[]>>,
  dtype: TensorDtype = "float64",
  file = "network.npz",
): TensorFile {
  const tensors = new Map<string, Tensor>();
  let next = 1;
  for (const [name, shape] of Object.entries(shapes)) {
    const count = shape.reduce((product, size) => product * size, 1);
    tensors.set(name, { name, shape, dtype, data: Float64Array.from({ length: count }, () => next++) });
  }
  return { file, format: "npz", tensors };
}
