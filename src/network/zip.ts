import { Inflate } from "fflate";
import { FileError, ResourceLimitError } from "../errors.ts";
import { ByteReader } from "./byte-reader.ts";
import { crc32 } from "./crc32.ts";
import { readZipDirectory, type ZipEntry } from "./zip-directory.ts";

/** An opened archive whose declared sizes passed the limits; entries are extracted one by one. */
export interface ZipArchive {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly entries: ReadonlyMap<string, ZipEntry>;
}

/** Most bytes that the entries of one archive may declare together. */
const MAX_TOTAL_SIZE = 2 ** 30;
/** Deflate cannot expand further: 258 bytes out of two bits (zlib technical notes, "Maximum expansion factor"). */
const MAX_EXPANSION = 1032;
const STORED = 0;
const DEFLATED = 8;
const LOCAL_HEADER = 0x04034b50;
const INFLATE_CHUNK = 2 ** 14;
const DAMAGED_HINT = "the file is damaged; copy it again";

/** Whether the bytes begin as a zip archive does, an empty archive included. */
export function isZip(bytes: Uint8Array): boolean {
  const [p, k, third, fourth] = bytes;
  return p === 0x50 && k === 0x4b && ((third === 3 && fourth === 4) || (third === 5 && fourth === 6));
}

/**
 * Reads the directory of a zip archive and checks the declared sizes before anything is inflated.
 *
 * @throws {@link FileError} if the archive is truncated, damaged, encrypted or compressed by another method
 * @throws {@link ResourceLimitError} if the entries declare more than 1 GiB in all or an impossible expansion
 */
export function openZip(bytes: Uint8Array, file: string): ZipArchive {
  const entries = new Map<string, ZipEntry>();
  let total = 0;
  for (const entry of readZipDirectory(bytes, file)) {
    checkEntry(entry, bytes, file);
    total += entry.size;
    if (total > MAX_TOTAL_SIZE) {
      throw new ResourceLimitError(
        `${file}: ${entry.name}: the archive expands to more than ${MAX_TOTAL_SIZE} bytes`,
        "a network file of this size is not read; save only the tensors of the two layers",
      );
    }
    entries.set(entry.name, entry);
  }
  return { file, bytes, entries };
}

function checkEntry(entry: ZipEntry, bytes: Uint8Array, file: string): void {
  if (entry.encrypted) throw new FileError(file, `${entry.name}: the zip entry is encrypted`);
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    throw new FileError(
      file,
      `${entry.name}: zip compression method ${entry.method} is not supported`,
      "save it stored or deflated, as numpy.savez and torch.save do",
    );
  }
  if (entry.localHeader + entry.compressedSize > bytes.length) {
    throw new FileError(file, `${entry.name}: the zip entry lies outside the archive`, DAMAGED_HINT);
  }
  if (entry.method === STORED && entry.size !== entry.compressedSize) throw sizeMismatch(entry, file);
  if (entry.size > MAX_EXPANSION * Math.max(1, entry.compressedSize)) {
    throw new ResourceLimitError(
      `${file}: ${entry.name}: ${entry.compressedSize} compressed bytes declare ${entry.size}, which deflate cannot reach`,
      DAMAGED_HINT,
    );
  }
}

/**
 * Extracts one entry; its size and checksum are compared with the directory.
 *
 * @returns the entry's bytes: a view into the archive if stored, new if deflated
 * @throws {@link FileError} if the entry is missing, truncated, of another size than declared, or fails its CRC-32
 */
export function extractEntry(archive: ZipArchive, name: string): Uint8Array {
  const { file } = archive;
  const entry = archive.entries.get(name);
  if (entry === undefined) throw new FileError(file, `the zip archive has no entry ${name}`, DAMAGED_HINT);
  const packed = packedBytes(archive, entry);
  const content = entry.method === STORED ? packed : inflate(packed, entry, file);
  if (content.length !== entry.size) throw sizeMismatch(entry, file);
  if (crc32(content) !== entry.crc32) {
    throw new FileError(
      file,
      `${name}: the checksum (CRC-32) does not match the content`,
      "the file is damaged; copy it again (or, from PyTorch, save it without set_crc32_options(False))",
    );
  }
  return content;
}

/** The entry's bytes as the archive holds them, found behind its local header. */
function packedBytes(archive: ZipArchive, entry: ZipEntry): Uint8Array {
  const reader = new ByteReader(archive.bytes, archive.file, `${entry.name}: the zip entry`, entry.localHeader);
  if (reader.uint32() !== LOCAL_HEADER) throw reader.fail("has no header", DAMAGED_HINT);
  reader.take(22);
  const nameLength = reader.uint16();
  const extraLength = reader.uint16();
  const localName = reader.text(nameLength);
  if (localName !== entry.name) throw reader.fail("has another name than the directory says", DAMAGED_HINT);
  reader.take(extraLength);
  return reader.take(entry.compressedSize);
}

/** Inflates in small steps and stops as soon as more comes out than was declared. */
function inflate(packed: Uint8Array, entry: ZipEntry, file: string): Uint8Array {
  const content = new Uint8Array(entry.size);
  let length = 0;
  const stream = new Inflate((chunk) => {
    if (length + chunk.length > entry.size) throw sizeMismatch(entry, file);
    content.set(chunk, length);
    length += chunk.length;
  });
  try {
    for (let at = 0; at < packed.length; at += INFLATE_CHUNK) {
      stream.push(packed.subarray(at, at + INFLATE_CHUNK), at + INFLATE_CHUNK >= packed.length);
    }
  } catch (cause) {
    if (cause instanceof FileError) throw cause;
    throw new FileError(file, `${entry.name}: the compressed data are damaged`, DAMAGED_HINT, cause);
  }
  return content.subarray(0, length);
}

function sizeMismatch(entry: ZipEntry, file: string): FileError {
  return new FileError(file, `${entry.name}: the content is not of the declared ${entry.size} bytes`, DAMAGED_HINT);
}
