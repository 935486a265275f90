import { z } from "zod";
import { FileError, TensorError } from "../errors.ts";
import { ByteReader } from "./byte-reader.ts";
import { bytesPerElement, decodeElements } from "./element-decoding.ts";
import { ElementBudget, formatShape, type Tensor, type TensorDtype, type TensorFile } from "./tensor.ts";

/** The reference implementation's limit on the JSON header. */
const MAX_HEADER = 100_000_000;
const DAMAGED_HINT = "the file is truncated or damaged; copy it again";

const DTYPES: ReadonlyMap<string, TensorDtype> = new Map([
  ["F16", "float16"],
  ["BF16", "bfloat16"],
  ["F32", "float32"],
  ["F64", "float64"],
  ["I8", "int8"],
  ["I16", "int16"],
  ["I32", "int32"],
  ["I64", "int64"],
  ["U8", "uint8"],
  ["U16", "uint16"],
  ["U32", "uint32"],
  ["U64", "uint64"],
  ["BOOL", "bool"],
]);

const length = z.number().int().nonnegative();
const entrySchema = z.looseObject({
  dtype: z.string(),
  shape: z.array(length),
  data_offsets: z.tuple([length, length]),
});

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Whether the bytes can be a safetensors file: a header length that fits, then a JSON object. */
export function isSafetensors(bytes: Uint8Array): boolean {
  return bytes.length > 8 && bytes[8] === 0x7b;
}

/**
 * Reads a safetensors file; `__metadata__` is skipped.
 *
 * @throws {@link FileError} if the header is damaged, or the tensors leave gaps, overlap or do not end with the file
 * @throws {@link TensorError} if a tensor has an unsupported type or its bytes do not fill its shape
 * @throws {@link ResourceLimitError} if the tensors exceed the limit on elements
 *
 * Source: the safetensors format description, huggingface/safetensors README, "Format".
 */
export function readSafetensors(bytes: Uint8Array, file: string): TensorFile {
  const reader = new ByteReader(bytes, file, "the safetensors header");
  const headerLength = reader.uint64();
  if (headerLength > MAX_HEADER) throw reader.fail(`declares ${headerLength} bytes, at most ${MAX_HEADER} are read`);
  const entries = parseHeader(reader.text(headerLength), file);
  const content = reader.take(reader.remaining);
  checkLayout(entries, content.length, file);
  const budget = new ElementBudget(file);
  const tensors = new Map<string, Tensor>();
  for (const entry of entries) tensors.set(entry.name, readTensor(entry, content, file, budget));
  return { file, format: "safetensors", tensors };
}

function parseHeader(text: string, file: string): readonly Entry[] {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw new FileError(file, "the safetensors header is not JSON", DAMAGED_HINT, cause);
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    throw new FileError(file, "the safetensors header is not a JSON object", DAMAGED_HINT);
  }
  return Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, value]) => {
      const parsed = entrySchema.safeParse(value);
      if (!parsed.success) {
        const issue = parsed.error.issues[0];
        throw new TensorError(file, name, `header field ${issue.path.join(".")}: ${issue.message}`, DAMAGED_HINT);
      }
      const [begin, end] = parsed.data.data_offsets;
      return { name, dtype: parsed.data.dtype, shape: parsed.data.shape, begin, end };
    });
}

/** The tensors must tile the rest of the file: no gap, no overlap, nothing behind the last one. */
function checkLayout(entries: readonly Entry[], contentLength: number, file: string): void {
  let covered = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin > end || end > contentLength) {
      throw new FileError(
        file,
        `${name}: data offsets [${begin}, ${end}] lie outside the ${contentLength} data bytes`,
        DAMAGED_HINT,
      );
    }
    if (begin !== covered) {
      const relation = begin < covered ? "overlap" : "leave a gap after";
      throw new FileError(file, `${name}: data offsets [${begin}, ${end}] ${relation} other tensors`, DAMAGED_HINT);
    }
    covered = end;
  }
  if (covered !== contentLength) {
    throw new FileError(file, `${contentLength - covered} bytes after the last tensor`, DAMAGED_HINT);
  }
}

function readTensor(entry: Entry, content: Uint8Array, file: string, budget: ElementBudget): Tensor {
  const { name, shape, begin, end } = entry;
  const dtype = DTYPES.get(entry.dtype);
  if (dtype === undefined) {
    throw new TensorError(
      file,
      name,
      `the type ${entry.dtype} is not supported`,
      `supported are ${[...DTYPES.keys()].join(", ")}`,
    );
  }
  const expected = budget.take(name, shape) * bytesPerElement(dtype);
  if (end - begin !== expected) {
    const shapeText = formatShape(shape);
    throw new TensorError(file, name, `shape ${shapeText} of ${dtype} needs ${expected} bytes, got ${end - begin}`);
  }
  return { name, shape, dtype, data: decodeElements(content.subarray(begin, end), dtype, true) };
}
