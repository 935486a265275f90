import { TensorError } from "../errors.ts";
import { findBiases } from "./find-biases.ts";
import {
  compareLayers,
  isGradientName,
  isOutputLayer,
  parseParameterName,
  plainName,
  ROLE_OPTIONS,
  ROLE_TITLES,
  ROLES,
  type Role,
} from "./parameter-names.ts";
import { formatShape, type Tensor, type TensorFile } from "./tensor.ts";

/** Tensor names that the user gave instead of letting them be found. */
export type TensorKeys = { readonly [R in Role]?: string | undefined };

export interface TwoLayers {
  readonly hiddenWeight: Tensor;
  readonly hiddenBias: Tensor | null;
  readonly outputWeight: Tensor;
  readonly outputBias: Tensor | null;
}

export const KEY_HINT: string = "name the tensors with --hidden-weight KEY and --output-weight KEY";
const MAX_LISTED = 12;

/**
 * Finds the tensors of the two layers: by the given keys, else by their names, else by their shapes. Names that tell
 * an order (`fc1` before `fc2`, `hidden` before `output`) decide it; otherwise the shapes do, and where both orders
 * fit, the alphabet.
 *
 * @throws {@link TensorError} if a tensor is missing or ambiguous, or the file holds more than two layers
 */
export function findLayers(tensorFile: TensorFile, keys: TensorKeys): TwoLayers {
  const given = givenTensors(tensorFile, keys);
  const pool = [...tensorFile.tensors.values()].filter((tensor) => !isGradientName(tensor.name));
  const { hiddenWeight: hidden, outputWeight: output } = given;
  if (hidden !== undefined && output !== undefined) {
    return { hiddenWeight: hidden, outputWeight: output, ...findBiases(tensorFile.file, pool, hidden, output, given) };
  }
  const candidates = weightCandidates(pool, given);
  const [first, second] =
    hidden === undefined && output === undefined
      ? findPair(tensorFile, candidates)
      : findPartner(tensorFile, candidates, hidden, output);
  const biases = findBiases(tensorFile.file, pool, first, second, { ...given, byShape: !candidates.named });
  return { hiddenWeight: first, outputWeight: second, ...biases };
}

/** The tensors under the keys that the user gave. */
export function givenTensors(tensorFile: TensorFile, keys: TensorKeys): Partial<Record<Role, Tensor>> {
  const given: Partial<Record<Role, Tensor>> = {};
  for (const role of ROLES) {
    const key = keys[role];
    if (key === undefined) continue;
    const tensor = tensorFile.tensors.get(key) ?? uniqueByPlainName(tensorFile, key);
    if (tensor === undefined) {
      throw new TensorError(
        tensorFile.file,
        key,
        `no such tensor for ${ROLE_OPTIONS[role]}; ${listTensors(tensorFile)}`,
        `give ${ROLE_OPTIONS[role]} one of the names in the file`,
      );
    }
    given[role] = tensor;
  }
  return given;
}

/** The one tensor whose name agrees apart from wrapper prefixes and a gradient mark. */
export function uniqueByPlainName(tensorFile: TensorFile, key: string): Tensor | undefined {
  const plain = plainName(key);
  const matches = [...tensorFile.tensors.values()].filter((tensor) => plainName(tensor.name) === plain);
  return matches.length === 1 ? matches[0] : undefined;
}

/** "the file has fc1.weight (40, 4), …", shortened. */
export function listTensors(tensorFile: TensorFile): string {
  const items = [...tensorFile.tensors.values()].map((tensor) => `${tensor.name} ${formatShape(tensor.shape)}`);
  const more = items.length > MAX_LISTED ? `, and ${items.length - MAX_LISTED} more` : "";
  return items.length === 0
    ? "the file has no tensors"
    : `the file has ${items.slice(0, MAX_LISTED).join(", ")}${more}`;
}

/** Whether an output weight of shape (C, m) or (m,) takes what a hidden weight of shape (m, d) gives. */
export function chains(hidden: Tensor, output: Tensor): boolean {
  if (hidden.shape.length !== 2 || output.shape.length < 1 || output.shape.length > 2) return false;
  return output.shape.at(-1) === hidden.shape[0];
}

interface WeightCandidates {
  /** Whether the names say that these are weights; else they are all that is not a bias by name. */
  readonly named: boolean;
  readonly tensors: readonly Tensor[];
}

function weightCandidates(pool: readonly Tensor[], given: Partial<Record<Role, Tensor>>): WeightCandidates {
  const free = pool.filter((tensor) => tensor !== given.hiddenBias && tensor !== given.outputBias);
  const named = free.filter((tensor) => parseParameterName(tensor.name)?.kind === "weight");
  if (named.length >= 2) return { named: true, tensors: named };
  return { named: false, tensors: free.filter((tensor) => parseParameterName(tensor.name)?.kind !== "bias") };
}

function findPair(tensorFile: TensorFile, candidates: WeightCandidates): readonly [Tensor, Tensor] {
  rejectOtherLayers(tensorFile, candidates.tensors);
  if (candidates.named) {
    const [first, second, third] = candidates.tensors;
    if (third !== undefined) throw tooManyLayers(tensorFile, candidates.tensors);
    return orderPair(first, second);
  }
  const matrices = candidates.tensors.filter((tensor) => tensor.shape.length === 2);
  if (matrices.length > 2) throw tooManyLayers(tensorFile, matrices);
  if (matrices.length === 2) return orderPair(matrices[0], matrices[1]);
  if (matrices.length === 0) throw missing(tensorFile, "hiddenWeight");
  const [matrix] = matrices;
  const vectors = candidates.tensors.filter((tensor) => chains(matrix, tensor) && tensor.shape.length === 1);
  if (vectors.length > 1) throw ambiguous(tensorFile, "outputWeight", vectors);
  if (vectors.length === 0) {
    const isOutput = isOutputLayer(parseParameterName(matrix.name)?.layer ?? plainName(matrix.name));
    throw missing(tensorFile, isOutput ? "hiddenWeight" : "outputWeight");
  }
  return [matrix, vectors[0]];
}

/** The second weight when the user named one of the two. */
function findPartner(
  tensorFile: TensorFile,
  candidates: WeightCandidates,
  hidden: Tensor | undefined,
  output: Tensor | undefined,
): readonly [Tensor, Tensor] {
  const role = hidden === undefined ? "hiddenWeight" : "outputWeight";
  const others = candidates.tensors.filter((tensor) => tensor !== hidden && tensor !== output);
  const fitting = others.filter((tensor) => chains(hidden ?? tensor, output ?? tensor));
  if (fitting.length > 1) throw ambiguous(tensorFile, role, fitting);
  // A single candidate that does not fit is kept: the check of its shape says what is wrong with it.
  const partner = fitting[0] ?? (others.length === 1 ? others[0] : undefined);
  if (partner === undefined) throw missing(tensorFile, role);
  return [hidden ?? partner, output ?? partner];
}

function orderPair(left: Tensor, right: Tensor): readonly [Tensor, Tensor] {
  const order = compareLayers(layerName(left), layerName(right));
  if (order !== 0) return order < 0 ? [left, right] : [right, left];
  const forward = chains(left, right);
  const backward = chains(right, left);
  if (forward !== backward) return forward ? [left, right] : [right, left];
  return !forward || layerName(left) <= layerName(right) ? [left, right] : [right, left];
}

function layerName(tensor: Tensor): string {
  return parseParameterName(tensor.name)?.layer ?? plainName(tensor.name);
}

function rejectOtherLayers(tensorFile: TensorFile, candidates: readonly Tensor[]): void {
  const convolution = candidates.find((tensor) => tensor.shape.length > 2);
  if (convolution !== undefined) throw convolutionError(tensorFile.file, convolution);
  const statistics = [...tensorFile.tensors.keys()].find((name) => /(?:^|\.)running_(?:mean|var)$/.test(name));
  if (statistics !== undefined) {
    throw new TensorError(
      tensorFile.file,
      statistics,
      "belongs to a batch normalisation, which is not analysed",
      "fold it into the hidden weight and bias, and save the two linear layers",
    );
  }
}

/** A weight with more than two dimensions cannot be a linear layer. */
export function convolutionError(file: string, tensor: Tensor): TensorError {
  return new TensorError(
    file,
    tensor.name,
    `a weight of shape ${formatShape(tensor.shape)} is a convolution, not a linear layer`,
    `only networks of two linear layers are analysed; ${KEY_HINT}`,
  );
}

function tooManyLayers(tensorFile: TensorFile, weights: readonly Tensor[]): TensorError {
  const names = weights.map((tensor) => `${tensor.name} ${formatShape(tensor.shape)}`).slice(0, MAX_LISTED);
  return new TensorError(
    tensorFile.file,
    weights[2].name,
    `more than two layers: ${names.join(", ")}`,
    `only networks of two linear layers are analysed; if two of these are the network, ${KEY_HINT}`,
  );
}

function missing(tensorFile: TensorFile, role: Role): TensorError {
  const hint = `name it with ${ROLE_OPTIONS[role]} KEY`;
  return new TensorError(tensorFile.file, ROLE_TITLES[role], `not found; ${listTensors(tensorFile)}`, hint);
}

function ambiguous(tensorFile: TensorFile, role: Role, tensors: readonly Tensor[]): TensorError {
  const names = tensors.map((tensor) => tensor.name).slice(0, MAX_LISTED);
  const hint = `name it with ${ROLE_OPTIONS[role]} KEY`;
  return new TensorError(tensorFile.file, ROLE_TITLES[role], `could be any of ${names.join(", ")}`, hint);
}
