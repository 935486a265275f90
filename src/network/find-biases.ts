import { TensorError } from "../errors.ts";
import { compareLayers, parseParameterName, plainName, ROLE_OPTIONS, ROLE_TITLES } from "./parameter-names.ts";
import type { Tensor } from "./tensor.ts";

export interface Biases {
  readonly hiddenBias: Tensor | null;
  readonly outputBias: Tensor | null;
}

interface BiasSearch {
  readonly hiddenBias?: Tensor;
  readonly outputBias?: Tensor;
  /** Whether vectors without a telling name may be biases by their length. */
  readonly byShape?: boolean;
}

/** Vectors of a data set that may lie beside the weights. */
const DATA_NAMES = /^(?:y|labels?|targets?|multipliers?|lambda)$/i;

/**
 * Finds the biases of two weights: as the user named them, else under the names of their layers, else (only where the
 * weights were found by shape too) as the vectors of length m and C.
 *
 * @throws {@link TensorError} if vectors without a telling name could be either bias
 */
export function findBiases(
  file: string,
  pool: readonly Tensor[],
  hidden: Tensor,
  output: Tensor,
  search: BiasSearch,
): Biases {
  const hiddenBias = search.hiddenBias ?? biasOfLayer(pool, hidden) ?? null;
  const outputBias = search.outputBias ?? biasOfLayer(pool, output) ?? null;
  if (search.byShape !== true || (hiddenBias !== null && outputBias !== null)) return { hiddenBias, outputBias };
  const width = hidden.shape[0];
  const outputs = output.shape.length === 1 ? 1 : output.shape[0];
  const vectors = pool.filter(
    (tensor) =>
      tensor.shape.length === 1 && !DATA_NAMES.test(tensor.name) && ![output, hiddenBias, outputBias].includes(tensor),
  );
  if (hiddenBias === null && outputBias === null && width === outputs) return biasesOfEqualLength(file, vectors, width);
  return {
    hiddenBias: hiddenBias ?? onlyVector(file, vectors, width, "hiddenBias"),
    outputBias: outputBias ?? onlyVector(file, vectors, outputs, "outputBias"),
  };
}

/** The bias that bears the name of the weight's layer. */
function biasOfLayer(pool: readonly Tensor[], weight: Tensor): Tensor | undefined {
  const layer = parseParameterName(weight.name)?.layer;
  if (layer === undefined) return undefined;
  const prefix = weight.name.slice(0, weight.name.length - plainName(weight.name).length);
  const matches = pool.filter((tensor) => {
    const name = parseParameterName(tensor.name);
    return name?.kind === "bias" && name.layer === layer;
  });
  return matches.find((tensor) => tensor.name.startsWith(prefix)) ?? matches[0];
}

function onlyVector(
  file: string,
  vectors: readonly Tensor[],
  length: number,
  role: "hiddenBias" | "outputBias",
): Tensor | null {
  const fitting = vectors.filter((tensor) => tensor.shape[0] === length);
  if (fitting.length > 1) throw ambiguousBias(file, fitting, role);
  return fitting[0] ?? null;
}

/** With m = C the lengths tell nothing: two vectors are ordered by their names, one is ambiguous. */
function biasesOfEqualLength(file: string, vectors: readonly Tensor[], length: number): Biases {
  const fitting = vectors.filter((tensor) => tensor.shape[0] === length);
  if (fitting.length === 0) return { hiddenBias: null, outputBias: null };
  if (fitting.length !== 2) throw ambiguousBias(file, fitting, "hiddenBias");
  const [left, right] = fitting;
  const order = compareLayers(plainName(left.name), plainName(right.name));
  const leftFirst = order === 0 ? left.name <= right.name : order < 0;
  return leftFirst ? { hiddenBias: left, outputBias: right } : { hiddenBias: right, outputBias: left };
}

function ambiguousBias(file: string, vectors: readonly Tensor[], role: "hiddenBias" | "outputBias"): TensorError {
  const names = vectors.map((tensor) => tensor.name).join(", ");
  const hint = `name it with ${ROLE_OPTIONS[role]} KEY`;
  return new TensorError(file, ROLE_TITLES[role], `cannot be told from the shapes; it could be ${names}`, hint);
}
