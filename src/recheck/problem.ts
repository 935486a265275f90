import {
  Fields,
  fraction,
  integer,
  type JsonValue,
  listOf,
  object,
  orNull,
  type Read,
  require,
  subsetOf,
  text,
  word,
} from "./json.ts";
import type { Fraction } from "./numbers.ts";

const LAYERS = ["hidden", "bias", "output", "output-bias"] as const;
export type Layer = (typeof LAYERS)[number];

const LARGEST_COUNT = 1_000_000;
const LARGEST_DEGREE = 12;

/** The `problem` of a certificate; C is already the effective number of outputs. */
export interface Problem {
  readonly setting: "kkt" | "ntk" | "gradient";
  /** d. */
  readonly inputDim: number;
  /** n. */
  readonly samples: number;
  /** m. */
  readonly width: number;
  /** C, one fewer than stated for softmax. */
  readonly outputs: number;
  /** c_0 … c_p. */
  readonly activation: readonly Fraction[];
  readonly trained: ReadonlySet<Layer>;
  readonly bias: "none" | "frozen" | "trained";
  readonly sphere: boolean;
  readonly loss: "mse" | "logistic" | "softmax" | "hard-margin" | null;
  readonly weightDecay: Fraction | null;
  readonly network: NetworkReference | null;
}

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
  readonly unpenalised: ReadonlySet<Layer>;
}

const TENSOR_ROLES = ["hiddenWeight", "hiddenBias", "outputWeight", "outputBias"] as const;
export type TensorRole = (typeof TENSOR_ROLES)[number];

/** The keys of `problem`, in the order in which it is hashed. */
export const PROBLEM_KEYS: readonly string[] = [
  ...["setting", "inputDim", "samples", "width", "outputs", "activation"],
  ...["trained", "bias", "domain", "loss", "weightDecay", "network"],
];

/** @throws {@link Rejection} if a field is missing, of another type, or contradicts another one */
export function readProblem(value: JsonValue | undefined): Problem {
  const fields = new Fields(value, PROBLEM_KEYS, "problem");
  const count = (key: string): number => fields.read(key, integer(1, LARGEST_COUNT));
  const losses = ["mse", "logistic", "softmax", "hard-margin"] as const;
  const loss = fields.read("loss", orNull(word(losses)));
  const problem: Problem = {
    setting: fields.read("setting", word(["kkt", "ntk", "gradient"])),
    inputDim: count("inputDim"),
    samples: count("samples"),
    width: count("width"),
    outputs: count("outputs") - (loss === "softmax" ? 1 : 0),
    activation: fields.read("activation", listOf(fraction)),
    trained: fields.read("trained", subsetOf(LAYERS)),
    bias: fields.read("bias", word(["none", "frozen", "trained"])),
    sphere: fields.read("domain", word(["free", "sphere"])) === "sphere",
    loss,
    weightDecay: fields.read("weightDecay", orNull(fraction)),
    network: fields.read("network", orNull(readNetwork)),
  };
  requireConsistent(problem);
  return problem;
}

const readNetwork: Read<NetworkReference> = (value, where) => {
  const fields = new Fields(value, ["file", "sha256", "init", "gradient", "keys", "unpenalised"], where);
  const named = fields.get("keys");
  const roles = TENSOR_ROLES.filter((role) => !role.endsWith("Bias") || (named instanceof Map && named.has(role)));
  const keys = fields.read("keys", object(roles));
  return {
    ...referenceIn(fields),
    init: fields.read("init", orNull(readFile)),
    gradient: fields.read("gradient", orNull(readFile)),
    keys: new Map(roles.map((role) => [role, keys.read(role, text)])),
    unpenalised: fields.read("unpenalised", subsetOf(LAYERS)),
  };
};

const readFile: Read<FileReference> = (value, where) => referenceIn(object(["file", "sha256"])(value, where));

function referenceIn(fields: Fields): FileReference {
  const [file, sha256] = [fields.read("file", text), fields.read("sha256", text)];
  require(/^[0-9a-f]{64}$/.test(sha256), `problem.network: the SHA-256 of ${file} is not 64 hexadecimal digits`);
  return { file, sha256 };
}

function requireConsistent({ setting, outputs, activation, trained, bias, loss, weightDecay }: Problem): void {
  const p = activation.length - 1;
  require(p >= 1 && p <= LARGEST_DEGREE, "problem.activation: the degree is not in 1..12");
  require(activation[p]!.numerator !== 0n, "problem.activation: the last coefficient is zero");
  require(trained.size >= 1, "problem.trained: no layer gives equations");
  require(trained.has("bias") === (bias === "trained"), "problem: trained and bias contradict each other");
  require(outputs >= 1, "problem: softmax needs two outputs");
  const binary = loss === "logistic" || loss === "hard-margin";
  require(!binary || outputs === 1, `problem: the loss ${loss} is for one output`);
  require(loss !== "hard-margin" || setting === "kkt", "problem: hard-margin is for kkt");
  require(weightDecay === null || weightDecay.numerator > 0n, "problem.weightDecay: expected a positive number");
}
