import { createHash } from "node:crypto";
import { readTensorFile } from "../network/read-tensors.ts";
import { isFloating, type Tensor, type TensorFile, unitRoundoff } from "../network/tensor.ts";
import { add, type Dyadic, isAtMost, largest, multiply, negate, subtract, toDyadic, ZERO } from "./dyadic.ts";
import { around, exactly, type Interval, up } from "./intervals.ts";
import type { FileReference, NetworkReference, TensorRole } from "./network-reference.ts";
import type { Layer, Problem } from "./problem.ts";
import { reject, require } from "./rejection.ts";

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
  const open = (file: FileReference | null): TensorReader | null =>
    file === null ? null : new TensorReader(problem, reference, openFile(file, readFile));
  const final = open(reference)!;
  const before = open(reference.init);
  const gradient = open(reference.gradient);
  const nodes = (role: TensorRole): Entries => (before?.has(role) ? before : final).read(role);
  const weights = nodes("hiddenWeight");
  const output = nodes("outputWeight");
  const bias = readBias(problem, reference, nodes);
  const known = new Map([...problem.trained].map((layer) => [layer, knownSide(layer)] as const));
  require(rho !== null, "claim.rho: an instance needs one");
  const roundoff = Math.max(...[final, before, gradient].map((reader) => reader?.coarsest ?? 0));
  require(rho >= roundoff, `claim.rho: below ${roundoff}, half an ulp of the coarsest tensor`);
  return { rho, weights, bias, output, known };

  function knownSide(layer: Layer): Entries {
    const role = ROLE_OF[layer];
    const isPenalised = !reference.unpenalised.has(layer);
    require(isPenalised || setting === "kkt", "problem.network.unpenalised: is for kkt");
    if (gradient !== null) {
      const { values, size } = gradient.read(role);
      return { values: values.map(negate), size };
    }
    const end = final.read(role);
    if (before === null) return isPenalised ? end : { values: end.values.map(() => ZERO), size: end.size };
    const start = before.read(role);
    const values = end.values.map((value, k) => subtract(value, start.values[k]!));
    return { values, size: add(end.size, start.size) };
  }
}

/** A frozen bias is nonzero, a missing one has no tensor. */
function readBias(problem: Problem, { keys }: NetworkReference, nodes: (role: TensorRole) => Entries): Entries {
  if (problem.bias === "none" && !keys.has("hiddenBias")) {
    return { values: new Array<Dyadic>(problem.width).fill(ZERO), size: ZERO };
  }
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

/** Reads tensors of one file in the shapes that the problem implies, and remembers the coarsest format. */
class TensorReader {
  coarsest = 0;
  private readonly problem: Problem;
  private readonly reference: NetworkReference;
  private readonly file: TensorFile;

  constructor(problem: Problem, reference: NetworkReference, file: TensorFile) {
    this.problem = problem;
    this.reference = reference;
    this.file = file;
  }

  has(role: TensorRole): boolean {
    const key = this.reference.keys.get(role);
    return key !== undefined && this.file.tensors.has(key);
  }

  read(role: TensorRole): Entries {
    const key = this.reference.keys.get(role) ?? reject(`problem.network.keys: ${role} is missing`);
    const tensor = this.file.tensors.get(key) ?? reject(`${this.file.file}: there is no tensor ${key}`);
    require(this.shapesOf(role).includes(
      tensor.shape.join("×"),
    ), `${key}: the shape ${tensor.shape} is not the problem's`);
    require(isFloating(tensor.dtype), `${key}: holds no floating-point numbers`);
    this.coarsest = Math.max(this.coarsest, unitRoundoff(tensor.dtype));
    return entriesOf(tensor);
  }

  /** One output may be written without its dimension. */
  private shapesOf(role: TensorRole): string[] {
    const { inputDim: d, width: m, outputs: C } = this.problem;
    switch (role) {
      case "hiddenWeight":
        return [`${m}×${d}`];
      case "hiddenBias":
        return [`${m}`];
      case "outputWeight":
        return C === 1 ? [`1×${m}`, `${m}`] : [`${C}×${m}`];
      case "outputBias":
        return C === 1 ? ["1", ""] : [`${C}`];
    }
  }
}

function entriesOf({ data }: Tensor): Entries {
  const values = Array.from(data, toDyadic);
  return { values, size: largest(values) };
}

/** ρ times the size of a tensor, exact. */
export function allowance({ rho }: NetworkSystem, { size }: Entries): Dyadic {
  return multiply(toDyadic(rho), size);
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

/** A double within one ulp of a number whose mantissa may be long. */
function nearestDouble({ mantissa, exponent }: Dyadic): number {
  const length = mantissa.toString(2).length;
  const excess = Math.max(0, length - 60);
  const half = Math.trunc((exponent + excess) / 2);
  return Number(mantissa >> BigInt(excess)) * 2 ** half * 2 ** (exponent + excess - half);
}

/** Whether |a − b| ≤ bound. */
export function isWithin(a: Dyadic, b: Dyadic, bound: Dyadic): boolean {
  return isAtMost(subtract(a, b), bound) && isAtMost(subtract(b, a), bound);
}
