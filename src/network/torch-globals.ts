import type { FileError } from "../errors.ts";
import {
  describePickleValue,
  isKind,
  type PickleGlobal,
  type PickleValue,
  type StorageReference,
  type TensorReference,
} from "./pickle-values.ts";

/** Makes the error of the pickle being read; the caller throws it. */
type Fail = (problem: string) => FileError;

const REBUILD_TENSOR = "torch._utils._rebuild_tensor_v2";
const REBUILD_PARAMETER = "torch._utils._rebuild_parameter";
const ORDERED_DICT = "collections.OrderedDict";
const STORAGE = /^torch\.[A-Z][A-Za-z0-9]*Storage$/;
const MAX_SHOWN_NAME = 200;

/**
 * A name that a state dict needs.
 *
 * @throws {@link FileError} naming any other, as in "refuses to run posix.system"
 */
export function globalFor(name: string, fail: Fail): PickleGlobal {
  if (name === REBUILD_TENSOR || name === REBUILD_PARAMETER || name === ORDERED_DICT || STORAGE.test(name)) {
    return { kind: "global", name };
  }
  throw fail(`refuses to run ${printable(name)}: a state dict needs only names that rebuild tensors`);
}

/** The file's text in a message: no control characters, bounded length. */
function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, "?").slice(0, MAX_SHOWN_NAME);
}

/**
 * The storage that a persistent id `("storage", torch.XStorage, key, location, numel)` names.
 *
 * @throws {@link FileError} if the id is of another form
 */
export function persistentStorage(id: PickleValue, fail: Fail): StorageReference {
  if (!isKind(id, "tuple")) throw fail("refers to something outside that is not a storage");
  const [tag, type, key, , numel] = id.items;
  const valid = tag === "storage" && isKind(type, "global") && STORAGE.test(type.name) && typeof key === "string";
  if (!valid || !isSize(numel)) throw fail("refers to something outside that is not a storage");
  return { kind: "storage", type: type.name, key, numel };
}

/**
 * What a whitelisted name applied to arguments describes: a tensor, a parameter's tensor, or an empty dict.
 *
 * @throws {@link FileError} if the name is not one of the three that may be applied, or the arguments do not fit
 */
export function rebuild(callee: PickleValue, args: PickleValue, fail: Fail): PickleValue {
  if (!isKind(callee, "global")) throw fail(`refuses to run a ${describePickleValue(callee)}`);
  if (!isKind(args, "tuple")) throw fail(`is damaged: ${callee.name} gets no arguments`);
  switch (callee.name) {
    case REBUILD_TENSOR:
      return rebuildTensor(args.items, fail);
    case REBUILD_PARAMETER: {
      const [data] = args.items;
      if (!isKind(data, "tensor")) throw fail("is damaged: a parameter holds no tensor");
      return data;
    }
    case ORDERED_DICT:
      // Python stores the items afterwards; a list here could be used to blow up memory.
      if (args.items.length > 0) throw fail("is damaged: OrderedDict gets arguments");
      return { kind: "dict", entries: new Map() };
    default:
      throw fail(`refuses to run ${callee.name}`);
  }
}

function rebuildTensor(args: readonly PickleValue[], fail: Fail): TensorReference {
  const [storage, offset, shape, strides] = args;
  if (!isKind(storage, "storage")) throw fail("is damaged: a tensor has no storage");
  if (!isSize(offset) || !isKind(shape, "tuple") || !isKind(strides, "tuple")) {
    throw fail("is damaged: a tensor has no shape, strides or offset");
  }
  if (shape.items.length !== strides.items.length)
    throw fail("is damaged: a tensor's shape and strides differ in length");
  if (!shape.items.every(isSize) || !strides.items.every(isSize)) {
    throw fail("is damaged: a tensor's shape or strides are not nonnegative integers");
  }
  return { kind: "tensor", storage, offset, shape: shape.items, strides: strides.items };
}

function isSize(value: PickleValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
