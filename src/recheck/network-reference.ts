import { readList, readNullable, readObject, readText, readWord } from "./fields.ts";
import { require } from "./rejection.ts";
import type { JsonValue } from "./strict-json.ts";

/** A file, by a path relative to the certificate and the SHA-256 of its bytes. */
export interface FileReference {
  readonly file: string;
  readonly sha256: string;
}

/** The tensors of a network that a certificate speaks of. */
export interface NetworkReference extends FileReference {
  readonly init: FileReference | null;
  readonly gradient: FileReference | null;
  /** Names of the tensors, the same in all files; biases only where there are any. */
  readonly keys: ReadonlyMap<TensorRole, string>;
  /** Trained layers whose known side is 0. */
  readonly unpenalised: ReadonlySet<PenalisedLayer>;
}

const TENSOR_ROLES = ["hiddenWeight", "hiddenBias", "outputWeight", "outputBias"] as const;
export type TensorRole = (typeof TENSOR_ROLES)[number];

const PENALISED_LAYERS = ["hidden", "bias", "output", "output-bias"] as const;
type PenalisedLayer = (typeof PENALISED_LAYERS)[number];

export function readNetworkReference(value: JsonValue): NetworkReference {
  const where = "problem.network";
  const fields = readObject(value, ["file", "sha256", "init", "gradient", "keys", "unpenalised"], where);
  return {
    file: readText(fields.get("file"), `${where}.file`),
    sha256: readDigest(fields.get("sha256"), `${where}.sha256`),
    init: readNullable(fields.get("init"), readFileReference, `${where}.init`),
    gradient: readNullable(fields.get("gradient"), readFileReference, `${where}.gradient`),
    keys: readKeys(fields.get("keys")),
    unpenalised: readUnpenalised(fields.get("unpenalised")),
  };
}

function readFileReference(value: JsonValue): FileReference {
  const fields = readObject(value, ["file", "sha256"], "problem.network");
  return {
    file: readText(fields.get("file"), "problem.network: file"),
    sha256: readDigest(fields.get("sha256"), "problem.network: sha256"),
  };
}

function readDigest(value: JsonValue | undefined, where: string): string {
  const digest = readText(value, where);
  require(/^[0-9a-f]{64}$/.test(digest), `${where}: expected 64 hexadecimal digits`);
  return digest;
}

function readKeys(value: JsonValue | undefined): Map<TensorRole, string> {
  require(value instanceof Map, "problem.network.keys: expected an object");
  const roles = TENSOR_ROLES.filter((role) => !role.endsWith("Bias") || value.has(role));
  const fields = readObject(value, roles, "problem.network.keys");
  return new Map(roles.map((role) => [role, readText(fields.get(role), `problem.network.keys.${role}`)]));
}

function readUnpenalised(value: JsonValue | undefined): Set<PenalisedLayer> {
  const where = "problem.network.unpenalised";
  const layers = readList(value, where).map((word) => readWord(word, PENALISED_LAYERS, where));
  const positions = layers.map((layer) => PENALISED_LAYERS.indexOf(layer));
  require(positions.every(
    (position, k) => k === 0 || positions[k - 1]! < position,
  ), `${where}: a layer is repeated or out of order`);
  return new Set(layers);
}
