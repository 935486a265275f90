import { TensorError } from "../errors.ts";
import {
  chains,
  convolutionError,
  findLayers,
  givenTensors,
  KEY_HINT,
  listTensors,
  type TensorKeys,
  type TwoLayers,
  uniqueByPlainName,
} from "./find-layers.ts";
import { isGradientName, ROLES, type Role } from "./parameter-names.ts";
import { formatShape, isFloating, type Tensor, type TensorFile, unitRoundoff } from "./tensor.ts";

/**
 * f(x) = A σ(W x + b) + c with the activation σ applied entrywise; `outputs` C, `width` m and `inputDim` d are
 * positive, and matrices are row-major.
 */
export interface TwoLayerNetwork {
  /** Name the user gave. */
  readonly file: string;
  /** d */
  readonly inputDim: number;
  /** m */
  readonly width: number;
  /** C */
  readonly outputs: number;
  /** W, m×d */
  readonly hiddenWeight: Float64Array;
  /** b, length m */
  readonly hiddenBias: Float64Array | null;
  /** A, C×m */
  readonly outputWeight: Float64Array;
  /** c, length C */
  readonly outputBias: Float64Array | null;
  /** Half an ulp, relative, of the coarsest floating format among these tensors. */
  readonly unitRoundoff: number;
  /** Names of the tensors in the file. */
  readonly names: TensorNames;
}

interface TensorNames {
  readonly hiddenWeight: string;
  readonly hiddenBias: string | null;
  readonly outputWeight: string;
  readonly outputBias: string | null;
}

/** Tensors of the same shapes as a network's: its gradient, or its weights before training; null where absent. */
export interface LayerTensors {
  readonly file: string;
  /** m×d */
  readonly hiddenWeight: Float64Array | null;
  /** length m */
  readonly hiddenBias: Float64Array | null;
  /** C×m */
  readonly outputWeight: Float64Array | null;
  /** length C */
  readonly outputBias: Float64Array | null;
  /** Half an ulp, relative, of the coarsest floating format among these tensors. */
  readonly unitRoundoff: number;
}

/**
 * Makes a two-layer network of a file's tensors: hidden weight (m, d), hidden bias (m,), output weight (C, m) or (m,),
 * output bias (C,); the biases are optional.
 *
 * @param keys - names of tensors that are not to be found by themselves
 * @throws {@link TensorError} if a weight is missing or ambiguous, there are more than two layers, a tensor is empty,
 * not floating-point or of a wrong shape
 */
export function assembleNetwork(tensorFile: TensorFile, keys: TensorKeys = {}): TwoLayerNetwork {
  const { file } = tensorFile;
  const layers = findLayers(tensorFile, keys);
  const { hiddenWeight, hiddenBias, outputWeight, outputBias } = layers;
  checkWeights(file, layers);
  const [width, inputDim] = hiddenWeight.shape;
  const outputs = outputWeight.shape.length === 1 ? 1 : outputWeight.shape[0];
  if (hiddenBias !== null) checkBias(file, hiddenBias, width);
  if (outputBias !== null) checkBias(file, outputBias, outputs);
  return {
    file,
    inputDim,
    width,
    outputs,
    hiddenWeight: hiddenWeight.data,
    hiddenBias: hiddenBias?.data ?? null,
    outputWeight: outputWeight.data,
    outputBias: outputBias?.data ?? null,
    unitRoundoff: coarsestRoundoff([hiddenWeight, hiddenBias, outputWeight, outputBias]),
    names: {
      hiddenWeight: hiddenWeight.name,
      hiddenBias: hiddenBias?.name ?? null,
      outputWeight: outputWeight.name,
      outputBias: outputBias?.name ?? null,
    },
  };
}

/**
 * Finds the tensors of a gradient or init file that belong to a network's layers; any of them may be absent, but not
 * all. Names are compared with the network's, apart from wrapper prefixes and `.grad`; if none agrees, the shapes
 * decide where they can.
 *
 * @param keys - names of tensors in `tensorFile` that are not to be found by themselves
 * @throws {@link TensorError} if no tensor belongs to the network, or one is not floating-point or of another shape
 */
export function assembleGradient(
  tensorFile: TensorFile,
  network: TwoLayerNetwork,
  keys: TensorKeys = {},
): LayerTensors {
  const pool = gradientPool(tensorFile);
  const given = givenTensors(tensorFile, keys);
  const found: Partial<Record<Role, Tensor>> = {};
  for (const role of ROLES) {
    const tensor = given[role] ?? byNetworkName(pool, network, role);
    if (tensor !== undefined) found[role] = tensor;
  }
  if (Object.keys(found).length === 0) Object.assign(found, byShape(pool, network));
  const tensors = Object.values(found);
  if (tensors.length === 0) {
    throw new TensorError(
      tensorFile.file,
      network.names.hiddenWeight,
      `no tensor belongs to a layer of ${network.file}; ${listTensors(tensorFile)}`,
      "name the tensors as in the network file",
    );
  }
  for (const role of ROLES) checkAgainstNetwork(tensorFile.file, found[role], network, role);
  return {
    file: tensorFile.file,
    hiddenWeight: found.hiddenWeight?.data ?? null,
    hiddenBias: found.hiddenBias?.data ?? null,
    outputWeight: found.outputWeight?.data ?? null,
    outputBias: found.outputBias?.data ?? null,
    unitRoundoff: coarsestRoundoff(tensors),
  };
}

function checkWeights(file: string, { hiddenWeight, outputWeight }: TwoLayers): void {
  for (const weight of [hiddenWeight, outputWeight]) {
    if (weight.shape.length > 2) throw convolutionError(file, weight);
    checkEntries(file, weight);
  }
  if (hiddenWeight.shape.length !== 2) {
    const problem = `expected a hidden weight of shape (m, d), got ${formatShape(hiddenWeight.shape)}`;
    throw new TensorError(file, hiddenWeight.name, problem, KEY_HINT);
  }
  if (hiddenWeight === outputWeight) {
    throw new TensorError(file, hiddenWeight.name, "cannot be the hidden and the output weight at once", KEY_HINT);
  }
  if (chains(hiddenWeight, outputWeight)) return;
  const [width, inputDim] = hiddenWeight.shape;
  const transposed = outputWeight.shape.length === 2 && outputWeight.shape[0] === inputDim;
  const columns = outputWeight.shape.length === 2 && outputWeight.shape[0] === width;
  throw new TensorError(
    file,
    outputWeight.name,
    `expected an output weight of shape (C, ${width}) or (${width},), as ${hiddenWeight.name} of shape ` +
      `${formatShape(hiddenWeight.shape)} gives ${width} hidden values, got ${formatShape(outputWeight.shape)}`,
    transposed || columns ? `a weight is (outputs, inputs) here: save the transpose; or ${KEY_HINT}` : KEY_HINT,
  );
}

function checkBias(file: string, bias: Tensor, length: number): void {
  checkEntries(file, bias);
  const isScalar = bias.shape.length === 0 && length === 1;
  if (isScalar || (bias.shape.length === 1 && bias.shape[0] === length)) return;
  throw new TensorError(
    file,
    bias.name,
    `expected a bias of shape (${length},), got ${formatShape(bias.shape)}`,
    "name the biases with --hidden-bias KEY and --output-bias KEY",
  );
}

/** Weights and biases are nonempty and floating-point. */
function checkEntries(file: string, tensor: Tensor): void {
  if (tensor.data.length === 0) {
    throw new TensorError(file, tensor.name, `is empty: shape ${formatShape(tensor.shape)}`);
  }
  if (!isFloating(tensor.dtype)) {
    throw new TensorError(
      file,
      tensor.name,
      `holds ${tensor.dtype}, not floating-point numbers`,
      "quantised weights are not analysed; save them as float16, float32 or float64",
    );
  }
}

function coarsestRoundoff(tensors: readonly (Tensor | null)[]): number {
  return Math.max(...tensors.map((tensor) => (tensor === null ? 0 : unitRoundoff(tensor.dtype))));
}

/** A file that holds weights and gradients side by side means the gradients. */
function gradientPool(tensorFile: TensorFile): TensorFile {
  const gradients = [...tensorFile.tensors].filter(([name]) => isGradientName(name));
  return gradients.length === 0 ? tensorFile : { ...tensorFile, tensors: new Map(gradients) };
}

/** The tensor that has the network's name for the role, or the usual name of the same layer. */
function byNetworkName(pool: TensorFile, network: TwoLayerNetwork, role: Role): Tensor | undefined {
  const name = network.names[role] ?? siblingBiasName(network, role);
  if (name === undefined) return undefined;
  return pool.tensors.get(name) ?? uniqueByPlainName(pool, name);
}

/** A network without bias may still have one in the other file, under its layer's name. */
function siblingBiasName(network: TwoLayerNetwork, role: Role): string | undefined {
  const weight = role === "hiddenBias" ? network.names.hiddenWeight : network.names.outputWeight;
  if (/weight$/.test(weight)) return weight.replace(/weight$/, "bias");
  return /Weight$/.test(weight) ? weight.replace(/Weight$/, "Bias") : undefined;
}

/** Tensors whose shape fits exactly one role, and whose role no other tensor fits. */
function byShape(pool: TensorFile, network: TwoLayerNetwork): Partial<Record<Role, Tensor>> {
  const found: Partial<Record<Role, Tensor>> = {};
  const tensors = [...pool.tensors.values()];
  for (const role of ROLES) {
    if (network[role] === null) continue;
    const fitting = tensors.filter((tensor) => fits(tensor, network, role));
    const isOnlyRole = ROLES.every(
      (other) => other === role || network[other] === null || !fits(fitting[0], network, other),
    );
    if (fitting.length === 1 && isOnlyRole) found[role] = fitting[0];
  }
  return found;
}

/** Shapes that a tensor of this role may have; a single output may be written without its dimension. */
function expectedShapes(network: TwoLayerNetwork, role: Role): readonly (readonly number[])[] {
  const { width, inputDim, outputs } = network;
  switch (role) {
    case "hiddenWeight":
      return [[width, inputDim]];
    case "hiddenBias":
      return [[width]];
    case "outputWeight":
      return outputs === 1 ? [[1, width], [width]] : [[outputs, width]];
    case "outputBias":
      return outputs === 1 ? [[1], []] : [[outputs]];
  }
}

function fits(tensor: Tensor | undefined, network: TwoLayerNetwork, role: Role): boolean {
  if (tensor === undefined) return false;
  return expectedShapes(network, role).some(
    (shape) => shape.length === tensor.shape.length && shape.every((size, k) => size === tensor.shape[k]),
  );
}

function checkAgainstNetwork(file: string, tensor: Tensor | undefined, network: TwoLayerNetwork, role: Role): void {
  if (tensor === undefined) return;
  checkEntries(file, tensor);
  if (fits(tensor, network, role)) return;
  const [expected] = expectedShapes(network, role);
  throw new TensorError(
    file,
    tensor.name,
    `expected shape ${formatShape(expected)} as ${network.names[role] ?? "the layer"} of ${network.file}, got ` +
      formatShape(tensor.shape),
    "both files must belong to the same network",
  );
}
