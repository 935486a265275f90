/**
 * What the pickle reader can build: plain data, and descriptions of torch storages and tensors. Nothing here has
 * behaviour; no name found in a file is ever looked up or called.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleList
  | PickleTuple
  | PickleDict
  | PickleGlobal
  | StorageReference
  | TensorReference;

export interface PickleList {
  readonly kind: "list";
  readonly items: PickleValue[];
}

interface PickleTuple {
  readonly kind: "tuple";
  readonly items: readonly PickleValue[];
}

/** A dict or an OrderedDict, in insertion order. */
export interface PickleDict {
  readonly kind: "dict";
  readonly entries: Map<string | number, PickleValue>;
}

/** A whitelisted name, as in `torch.FloatStorage`. */
export interface PickleGlobal {
  readonly kind: "global";
  readonly name: string;
}

/** One storage entry of the archive: `numel` elements of the named storage type. */
export interface StorageReference {
  readonly kind: "storage";
  readonly type: string;
  readonly key: string;
  readonly numel: number;
}

/** A strided view of a storage; offset and strides in elements, not yet checked against the storage. */
export interface TensorReference {
  readonly kind: "tensor";
  readonly storage: StorageReference;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

export function isKind<K extends "list" | "tuple" | "dict" | "global" | "storage" | "tensor">(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<PickleValue, { readonly kind: K }> {
  return typeof value === "object" && value !== null && value.kind === kind;
}

/** What a value is, for messages. */
export function describePickleValue(value: PickleValue | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "None";
  return typeof value === "object" ? value.kind : typeof value;
}
