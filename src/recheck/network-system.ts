import { createHash } from "node:crypto";
import { readTensorFile } from "../network/read-tensors.ts";
import { isFloating, type TensorFile, unitRoundoff } from "../network/tensor.ts";
import { type Equation, list, type Neuron } from "./equations.ts";
import { around, exactly, type Interval, up } from "./intervals.ts";
import { reject, require } from "./json.ts";
import { type Dyadic, EXACT, largest, nearestDouble, negate, subtract, toDyadic, ZERO } from "./numbers.ts";
import type { FileReference, Layer, NetworkReference, Problem, TensorRole } from "./problem.ts";

/** Numbers of one tensor, and the largest size: every number may be off by ρ times that. */
export interface Entries {
  readonly values: readonly Dyadic[];
  readonly size: Dyadic;
}

/** The equations of a network file: nodes and known side, exact, each with the size of its tensor. */
export interface NetworkSystem {
  readonly rho: number;
  /** m×d. */
  readonly weights: Entries;
  /** m, zeros of size zero without a bias. */
  readonly bias: Entries;
  /** C×m. */
  readonly output: Entries;
  /** By trained layer, in the shape of its tensor. */
  readonly known: ReadonlyMap<Layer, Entries>;
}

const ROLE_OF: Readonly<Record<Layer, TensorRole>> = {
  hidden: "hiddenWeight",
  bias: "hiddenBias",
  output: "outputWeight",
  "output-bias": "outputBias",
};

/**
 * Reads the files of an instance and sets up its equations.
 *
 * @throws {@link Rejection} if a hash or dimension differs, a tensor is missing, or ρ is below half an ulp
 * @throws {@link FileError}, {@link TensorError} if a file cannot be read
 */
export function openNetwork(
  problem: Problem,
  reference: NetworkReference,
  rho: number | null,
  readFile: (path: string) => Uint8Array,
): NetworkSystem {
  const { setting, loss, weightDecay, sphere } = problem;
  require(loss === null && weightDecay === null && !sphere, "instances have no side information");
  require((reference.init !== null) === (setting === "ntk"), "problem.network.init: is for ntk");
  require((reference.gradient !== null) === (setting === "gradient"), "problem.network.gradient: is for gradient");
  require(reference.unpenalised.size === 0 || setting === "kkt", "problem.network.unpenalised: is for kkt");
  const shapes = shapesOf(problem);
  let coarsest = 0;
  const open = (file: FileReference | null): TensorReader | null => {
    if (file === null) return null;
    const { tensors } = openFile(file, readFile);
    const has = (role: TensorRole): boolean => tensors.has(reference.keys.get(role) ?? "");
    const read = (role: TensorRole): Entries => {
      const key = reference.keys.get(role) ?? reject(`problem.network.keys: ${role} is missing`);
      const { shape, dtype, data } = tensors.get(key) ?? reject(`${file.file}: there is no tensor ${key}`);
      require(shapes[role].includes(shape.join("×")), `${key}: the shape ${shape} is not the problem's`);
      require(isFloating(dtype) &&
        data.every(Number.isFinite), `${key}: holds other than finite floating-point numbers`);
      coarsest = Math.max(coarsest, unitRoundoff(dtype));
      const values = Array.from(data, toDyadic);
      return { values, size: largest(values) };
    };
    return { has, read };
  };
  const final = open(reference)!;
  const before = open(reference.init);
  const gradient = open(reference.gradient);
  const nodes = (role: TensorRole): Entries => (before?.has(role) ? before : final).read(role);
  const [weights, output] = [nodes("hiddenWeight"), nodes("outputWeight")];
  const bias = readBias(problem, reference, nodes);
  const known = new Map([...problem.trained].map((layer) => [layer, knownSide(layer)] as const));
  require(rho !== null, "claim.rho: an instance needs one");
  require(rho >= coarsest, `claim.rho: below ${coarsest}, half an ulp of the coarsest tensor`);
  return { rho, weights, bias, output, known };

  function knownSide(layer: Layer): Entries {
    const role = ROLE_OF[layer];
    const end = (gradient ?? final).read(role);
    if (gradient !== null) return { values: end.values.map(negate), size: end.size };
    if (reference.unpenalised.has(layer)) return { values: end.values.map(() => ZERO), size: end.size };
    if (before === null) return end;
    const start = before.read(role);
    const values = end.values.map((value, k) => subtract(value, start.values[k]!));
    return { values, size: EXACT.add(end.size, start.size) };
  }
}

/** A frozen bias is nonzero, a missing one has no tensor or a zero one. */
function readBias(problem: Problem, { keys }: NetworkReference, nodes: (role: TensorRole) => Entries): Entries {
  if (problem.bias === "none" && !keys.has("hiddenBias"))
    return { values: list(problem.width, () => ZERO), size: ZERO };
  const bias = nodes("hiddenBias");
  const isZero = bias.size.mantissa === 0n;
  require(problem.bias === "trained" || isZero === (problem.bias === "none"), "problem.bias is not that of the file");
  return bias;
}

function openFile({ file, sha256 }: FileReference, readFile: (path: string) => Uint8Array): TensorFile {
  const bytes = readFile(file);
  const digest = createHash("sha256").update(bytes).digest("hex");
  require(digest === sha256, `${file}: the SHA-256 of the file is ${digest}`);
  return readTensorFile(bytes, file);
}

/** Reads the tensors of one file. */
interface TensorReader {
  readonly has: (role: TensorRole) => boolean;
  readonly read: (role: TensorRole) => Entries;
}

/** The shapes that the problem implies; one output may be written without its dimension. */
function shapesOf({ inputDim: d, width: m, outputs: C }: Problem): Readonly<Record<TensorRole, readonly string[]>> {
  return {
    hiddenWeight: [`${m}×${d}`],
    hiddenBias: [`${m}`],
    outputWeight: C === 1 ? [`1×${m}`, `${m}`] : [`${C}×${m}`],
    outputBias: C === 1 ? ["1", ""] : [`${C}`],
  };
}

/** The neurons of a system, from the entries of its tensors; w is cut out of the m×d weights. */
export function neuronsOf<T>(
  { width: m, inputDim: d, outputs: C }: Problem,
  { weights, bias, output }: NetworkSystem,
  entry: (entries: Entries, k: number) => T,
): Neuron<T>[] {
  return list(m, (j) => ({
    w: list(d, (e) => entry(weights, j * d + e)),
    b: entry(bias, j),
    a: list(C, (c) => entry(output, c * m + j)),
  }));
}

/** Position of an equation's known value in the tensor of its layer. */
export function positionOf({ inputDim, width }: Problem, { layer, neuron, coordinate, output }: Equation): number {
  if (layer === "hidden") return neuron * inputDim + coordinate;
  if (layer === "bias") return neuron;
  return layer === "output" ? output * width + neuron : output;
}

/** All values that entry k of a tensor may have within ρ of the file. */
export function boxOf({ rho }: NetworkSystem, { values, size }: Entries, k: number): Interval {
  const value = values[k]!;
  const double = nearestDouble(value);
  if (size.mantissa === 0n) return exactly(0);
  const radius = up(up(rho * nearestDouble(size)));
  // The difference of two doubles (ntk) need not be one.
  const isExact = subtract(value, toDyadic(double)).mantissa === 0n;
  return around(double, isExact ? radius : up(radius + Math.abs(double) * 2 ** -51));
}
