import { FileError } from "../errors.ts";
import { ByteReader } from "./byte-reader.ts";

/** One entry of the central directory; sizes in bytes, `localHeader` the offset of the entry's own header. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly localHeader: number;
}

const END_RECORD = 0x06054b50;
const END_RECORD_LENGTH = 22;
const MAX_COMMENT = 0xffff;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_LENGTH = 20;
const ZIP64_END_RECORD = 0x06064b50;
const CENTRAL_HEADER = 0x02014b50;
const ZIP64_EXTRA = 0x0001;
const IN_ZIP64 = 0xffffffff;
const TRUNCATED_HINT = "the file is truncated or damaged; copy it again";

/**
 * Reads the central directory of a zip archive, with or without zip64 records.
 *
 * @param bytes - the whole archive
 * @returns entries in directory order; names are unique
 * @throws {@link FileError} if the archive is truncated, spans several disks, or the directory is damaged
 *
 * Source: PKWARE APPNOTE 6.3.10, sections 4.3.12 to 4.3.16 and 4.5.3.
 */
export function readZipDirectory(bytes: Uint8Array, file: string): readonly ZipEntry[] {
  const end = findEndRecord(bytes, file);
  const { count, offset, size, limit } = directoryLocation(bytes, file, end);
  if (offset + size > limit) throw new FileError(file, "the zip directory lies outside the archive", TRUNCATED_HINT);
  const reader = new ByteReader(bytes.subarray(0, offset + size), file, "the zip directory", offset);
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  for (let i = 0; i < count; i++) {
    const entry = readCentralHeader(reader);
    if (names.has(entry.name)) throw new FileError(file, `the zip archive holds two entries named ${entry.name}`);
    names.add(entry.name);
    entries.push(entry);
  }
  if (reader.remaining > 0) throw new FileError(file, "the zip directory holds more than it declares");
  return entries;
}

/** Offset of the end record, which is the last thing in the archive apart from a comment. */
function findEndRecord(bytes: Uint8Array, file: string): number {
  const last = bytes.length - END_RECORD_LENGTH;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = last; at >= 0 && at >= last - MAX_COMMENT; at--) {
    const commentLength = last - at;
    if (view.getUint32(at, true) === END_RECORD && view.getUint16(at + 20, true) === commentLength) return at;
  }
  throw new FileError(file, "the zip archive has no end record", TRUNCATED_HINT);
}

interface DirectoryLocation {
  readonly count: number;
  readonly offset: number;
  readonly size: number;
  /** The directory must end at or before this offset. */
  readonly limit: number;
}

function directoryLocation(bytes: Uint8Array, file: string, end: number): DirectoryLocation {
  const reader = new ByteReader(bytes, file, "the zip end record", end + 4);
  const disk = reader.uint16();
  const directoryDisk = reader.uint16();
  const countHere = reader.uint16();
  const count = reader.uint16();
  const size = reader.uint32();
  const offset = reader.uint32();
  if (count === 0xffff || size === IN_ZIP64 || offset === IN_ZIP64) return zip64Location(bytes, file, end);
  if (disk !== 0 || directoryDisk !== 0 || countHere !== count) {
    throw new FileError(file, "the zip archive is split over several files, which is not supported");
  }
  return { count, offset, size, limit: end };
}

function zip64Location(bytes: Uint8Array, file: string, end: number): DirectoryLocation {
  const locatorAt = end - ZIP64_LOCATOR_LENGTH;
  if (locatorAt < 0) throw new FileError(file, "the zip64 locator is missing", TRUNCATED_HINT);
  const locator = new ByteReader(bytes, file, "the zip64 locator", locatorAt);
  if (locator.uint32() !== ZIP64_LOCATOR) throw new FileError(file, "the zip64 locator is missing", TRUNCATED_HINT);
  locator.take(4);
  const recordAt = locator.uint64();
  const record = new ByteReader(bytes, file, "the zip64 end record", Math.min(recordAt, bytes.length));
  if (record.uint32() !== ZIP64_END_RECORD) throw record.fail("is missing", TRUNCATED_HINT);
  // Record length, versions and disk numbers do not matter for an archive in one piece.
  record.take(8 + 2 + 2 + 4 + 4 + 8);
  const count = record.uint64();
  const size = record.uint64();
  const offset = record.uint64();
  return { count, offset, size, limit: recordAt };
}

function readCentralHeader(reader: ByteReader): ZipEntry {
  if (reader.uint32() !== CENTRAL_HEADER) throw reader.fail("is damaged", TRUNCATED_HINT);
  reader.take(4);
  const flags = reader.uint16();
  const method = reader.uint16();
  reader.take(4);
  const crc32 = reader.uint32();
  const compressedSize = reader.uint32();
  const size = reader.uint32();
  const nameLength = reader.uint16();
  const extraLength = reader.uint16();
  const commentLength = reader.uint16();
  reader.take(8);
  const localHeader = reader.uint32();
  const name = reader.text(nameLength);
  const extra = reader.take(extraLength);
  reader.take(commentLength);
  const wide = readZip64Sizes(reader, extra, [size, compressedSize, localHeader]);
  return {
    name,
    method,
    encrypted: (flags & 1) !== 0,
    crc32,
    size: wide[0],
    compressedSize: wide[1],
    localHeader: wide[2],
  };
}

/** Replaces each value that says "see zip64" by the next u64 of the zip64 extra field. */
function readZip64Sizes(reader: ByteReader, extra: Uint8Array, values: readonly number[]): readonly number[] {
  if (!values.includes(IN_ZIP64)) return values;
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  let at = 0;
  while (at + 4 <= extra.length && view.getUint16(at, true) !== ZIP64_EXTRA) at += 4 + view.getUint16(at + 2, true);
  if (at + 4 > extra.length) throw reader.fail("refers to zip64 sizes that are missing", TRUNCATED_HINT);
  const wide = reader.part(extra.subarray(at + 4, at + 4 + view.getUint16(at + 2, true)));
  return values.map((value) => {
    if (value !== IN_ZIP64) return value;
    if (wide.remaining < 8) throw reader.fail("refers to zip64 sizes that are missing", TRUNCATED_HINT);
    return wide.uint64();
  });
}
