import { FileError } from "../errors.ts";

/** Sequential reads from bytes; every read checks the bounds first, so damaged files end in a FileError. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #file: string;
  readonly #what: string;
  #position: number;

  /**
   * @param file - name the user gave, for messages
   * @param what - the part being read, for messages: "the zip directory"
   * @param position - offset of the first byte to read
   */
  constructor(bytes: Uint8Array, file: string, what: string, position = 0) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file = file;
    this.#what = what;
    this.#position = position;
  }

  get position(): number {
    return this.#position;
  }

  get remaining(): number {
    return this.bytes.length - this.#position;
  }

  /** A FileError about this part of the file. */
  fail(problem: string, hint?: string): FileError {
    return new FileError(this.#file, `${this.#what} ${problem}`, hint);
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** Little-endian u64; refused beyond 2^53, which no length or offset of a real file reaches. */
  uint64(): number {
    const value = this.#view.getBigUint64(this.#advance(8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.fail(`holds an impossible length ${value}`);
    return Number(value);
  }

  /** Big-endian float64, as pickle stores it. */
  float64BigEndian(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** A view of the next bytes, not a copy. */
  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.bytes.subarray(start, start + length);
  }

  /** A reader of bytes cut out of this part, with the same messages. */
  part(bytes: Uint8Array): ByteReader {
    return new ByteReader(bytes, this.#file, this.#what);
  }

  /** UTF-8 text of the given byte length. */
  text(length: number): string {
    return decodeText(this.take(length), this.#file, this.#what);
  }

  #advance(length: number): number {
    const start = this.#position;
    if (start + length > this.bytes.length) {
      throw this.fail("ends too early", "the file is truncated or damaged; copy it again");
    }
    this.#position = start + length;
    return start;
  }
}

/**
 * UTF-8 bytes as text, a byte order mark dropped.
 *
 * @throws {@link FileError} if the bytes are not UTF-8
 */
export function decodeText(bytes: Uint8Array, file: string, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FileError(file, `${what} is not UTF-8 text`, undefined, cause);
  }
}
