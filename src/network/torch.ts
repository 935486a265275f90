import { FileError, ResourceLimitError, TensorError } from "../errors.ts";
import { decodeText } from "./byte-reader.ts";
import { bytesPerElement, decodeElements } from "./element-decoding.ts";
import {
  describePickleValue,
  isKind,
  type PickleDict,
  type PickleValue,
  type TensorReference,
} from "./pickle-values.ts";
import { gatherStrided } from "./strided-view.ts";
import { ElementBudget, formatShape, type Tensor, type TensorDtype, type TensorFile } from "./tensor.ts";
import { readTorchPickle } from "./torch-pickle.ts";
import { extractEntry, isZip, openZip, type ZipArchive } from "./zip.ts";

const STATE_DICT_HINT = "save the state dict alone: torch.save(model.state_dict(), FILE)";
/** Keys under which training scripts keep the state dict of a checkpoint. */
const CHECKPOINT_KEYS = [
  "state_dict",
  "model_state_dict",
  "model_state",
  "model",
  "net",
  "network",
  "weights",
  "params",
];
const MAX_DEPTH = 16;
const MAX_NAME = 1024;

const DTYPES: ReadonlyMap<string, TensorDtype> = new Map([
  ["torch.DoubleStorage", "float64"],
  ["torch.FloatStorage", "float32"],
  ["torch.HalfStorage", "float16"],
  ["torch.BFloat16Storage", "bfloat16"],
  ["torch.LongStorage", "int64"],
  ["torch.IntStorage", "int32"],
  ["torch.ShortStorage", "int16"],
  ["torch.CharStorage", "int8"],
  ["torch.ByteStorage", "uint8"],
  ["torch.BoolStorage", "bool"],
]);

/**
 * Reads a PyTorch state dict in the zip format of torch.save (PyTorch 1.6 and later). No pickle code is executed.
 *
 * @remarks Nested dicts get dotted names; of a checkpoint, only the state dict under a usual key such as `state_dict`
 * or `model` is taken. Values that are not tensors are ignored.
 * @throws {@link FileError} if the file is damaged, of the older non-zip format, or names anything but tensors
 * @throws {@link TensorError} if a tensor reaches beyond its storage or has an unsupported type
 * @throws {@link ResourceLimitError} if the tensors exceed the limit on elements
 */
export function readTorch(bytes: Uint8Array, file: string): TensorFile {
  if (!isZip(bytes)) throw notZip(bytes, file);
  const archive = openZip(bytes, file);
  const prefix = archivePrefix(archive);
  const root = readTorchPickle(extractEntry(archive, `${prefix}data.pkl`), file);
  if (!isKind(root, "dict")) {
    throw new FileError(file, `holds a ${describePickleValue(root)}, not a state dict`, STATE_DICT_HINT);
  }
  const storages = new StorageReader(archive, prefix);
  const tensors = new Map<string, Tensor>();
  for (const [name, reference] of collectTensors(stateDictOf(root), file)) {
    tensors.set(name, storages.readTensor(name, reference));
  }
  if (tensors.size === 0) throw new FileError(file, "the state dict holds no tensor", STATE_DICT_HINT);
  return { file, format: "torch", tensors };
}

function notZip(bytes: Uint8Array, file: string): FileError {
  if (bytes[0] === 0x80) {
    return new FileError(
      file,
      "is a PyTorch file of the older format, which is a bare pickle",
      "load it in PyTorch 1.6 or later and save it again with torch.save(model.state_dict(), FILE)",
    );
  }
  return new FileError(file, "is not a PyTorch file: it does not begin as a zip archive", STATE_DICT_HINT);
}

/** The folder inside the archive, with its slash; torch.save names it after the file or "archive". */
function archivePrefix(archive: ZipArchive): string {
  const pickles = [...archive.entries.keys()].filter((name) => /(^|\/)data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    throw new FileError(archive.file, `the archive holds ${pickles.length} entries data.pkl, not one`, STATE_DICT_HINT);
  }
  const prefix = pickles[0].slice(0, -"data.pkl".length);
  if (archive.entries.has(`${prefix}constants.pkl`)) {
    throw new FileError(
      archive.file,
      "is a TorchScript module, not a state dict",
      "torch.save(torch.jit.load(FILE).state_dict(), OTHER)",
    );
  }
  return prefix;
}

/** The state dict of a checkpoint, if the outer dict holds no tensors itself; else the dict as it is. */
function stateDictOf(root: PickleDict): PickleDict {
  if ([...root.entries.values()].some((value) => isKind(value, "tensor"))) return root;
  for (const key of CHECKPOINT_KEYS) {
    const inner = root.entries.get(key);
    if (isKind(inner, "dict") && inner.entries.size > 0) return stateDictOfInner(inner);
  }
  return root;
}

/** One more level, as in {"model": {"state_dict": {…}}}, and no further. */
function stateDictOfInner(inner: PickleDict): PickleDict {
  if ([...inner.entries.values()].some((value) => isKind(value, "tensor"))) return inner;
  const innermost = inner.entries.get("state_dict");
  return isKind(innermost, "dict") ? innermost : inner;
}

/** All tensors below the dict under dotted names; a dict that is referred to twice is entered once. */
function collectTensors(root: PickleDict, file: string): ReadonlyMap<string, TensorReference> {
  const found = new Map<string, TensorReference>();
  const visited = new Set<PickleDict>();
  const visit = (value: PickleValue, name: string, depth: number): void => {
    if (isKind(value, "tensor")) found.set(name, value);
    if (!isKind(value, "dict") || visited.has(value)) return;
    visited.add(value);
    if (depth > MAX_DEPTH) throw new FileError(file, `dicts are nested more than ${MAX_DEPTH} deep`, STATE_DICT_HINT);
    for (const [key, inner] of value.entries) {
      const path = name === "" ? String(key) : `${name}.${key}`;
      if (path.length > MAX_NAME) throw new FileError(file, `a name is longer than ${MAX_NAME} characters`);
      visit(inner, path, depth + 1);
    }
  };
  visit(root, "", 0);
  return found;
}

/** Turns tensor references into tensors; each storage is extracted and decoded once. */
class StorageReader {
  readonly #archive: ZipArchive;
  readonly #prefix: string;
  readonly #littleEndian: boolean;
  readonly #elements: ElementBudget;
  readonly #storageElements: ElementBudget;
  readonly #decoded = new Map<string, { readonly type: string; readonly data: Float64Array }>();

  constructor(archive: ZipArchive, prefix: string) {
    this.#archive = archive;
    this.#prefix = prefix;
    this.#littleEndian = readByteOrder(archive, prefix) === "little";
    this.#elements = new ElementBudget(archive.file);
    this.#storageElements = new ElementBudget(archive.file);
  }

  readTensor(name: string, reference: TensorReference): Tensor {
    const { storage, offset, shape, strides } = reference;
    const { file } = this.#archive;
    const dtype = DTYPES.get(storage.type);
    if (dtype === undefined) {
      throw new TensorError(
        file,
        name,
        `is stored as ${storage.type}, which is not supported`,
        "convert it to .double()",
      );
    }
    const count = this.#elements.take(name, shape);
    const last = shape.reduce((index, size, k) => index + (size - 1) * strides[k], offset);
    if (count > 0 && !(last < storage.numel)) {
      throw new TensorError(
        file,
        name,
        `reaches beyond its storage of ${storage.numel} elements`,
        "the file is damaged",
      );
    }
    if (count > storage.numel) {
      throw new ResourceLimitError(
        `${file}: ${name}: shape ${formatShape(shape)} repeats a storage of ${storage.numel} elements`,
        "save a copy without repeated entries: tensor.contiguous()",
      );
    }
    return { name, shape, dtype, data: gatherStrided(this.#storage(name, reference, dtype), offset, shape, strides) };
  }

  #storage(name: string, { storage }: TensorReference, dtype: TensorDtype): Float64Array {
    const { file } = this.#archive;
    const known = this.#decoded.get(storage.key);
    if (known !== undefined && known.type === storage.type && known.data.length === storage.numel) return known.data;
    if (known !== undefined) {
      throw new TensorError(
        file,
        name,
        `reads storage ${storage.key} differently from another tensor`,
        STATE_DICT_HINT,
      );
    }
    const bytes = extractEntry(this.#archive, `${this.#prefix}data/${storage.key}`);
    const expected = this.#storageElements.take(name, [storage.numel]) * bytesPerElement(dtype);
    if (bytes.length !== expected) {
      const problem = `storage ${storage.key} of ${storage.numel} ${dtype} needs ${expected} bytes, got ${bytes.length}`;
      throw new TensorError(file, name, problem, "the file is truncated or damaged; copy it again");
    }
    const data = decodeElements(bytes, dtype, this.#littleEndian);
    this.#decoded.set(storage.key, { type: storage.type, data });
    return data;
  }
}

/** Files before PyTorch 2.1 have no `byteorder` entry and are little-endian in practice. */
function readByteOrder(archive: ZipArchive, prefix: string): "little" | "big" {
  const name = `${prefix}byteorder`;
  if (!archive.entries.has(name)) return "little";
  const order = decodeText(extractEntry(archive, name), archive.file, name).trim();
  if (order !== "little" && order !== "big") {
    throw new FileError(archive.file, `${name} says neither "little" nor "big"`, "the file is damaged; copy it again");
  }
  return order;
}
