import { type Fraction, readFraction, readInteger, readList, readNullable, readObject, readWord } from "./fields.ts";
import { type NetworkReference, readNetworkReference } from "./network-reference.ts";
import { require } from "./rejection.ts";
import type { JsonObject, JsonValue } from "./strict-json.ts";

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

/** The keys of `problem`, in the order in which it is hashed. */
const PROBLEM_KEYS = [
  "setting",
  "inputDim",
  "samples",
  "width",
  "outputs",
  "activation",
  "trained",
  "bias",
  "domain",
  "loss",
  "weightDecay",
  "network",
] as const;

/** @throws {@link Rejection} if a field is missing, of another type, or contradicts another one */
export function readProblem(value: JsonValue | undefined): Problem {
  const fields = readObject(value, PROBLEM_KEYS, "problem");
  const count = (key: string): number => readInteger(fields.get(key), `problem.${key}`, 1, LARGEST_COUNT);
  const loss = readNullable(
    fields.get("loss"),
    (word) => readWord(word, ["mse", "logistic", "softmax", "hard-margin"] as const, "problem.loss"),
    "problem.loss",
  );
  const problem: Problem = {
    setting: readWord(fields.get("setting"), ["kkt", "ntk", "gradient"] as const, "problem.setting"),
    inputDim: count("inputDim"),
    samples: count("samples"),
    width: count("width"),
    outputs: count("outputs") - (loss === "softmax" ? 1 : 0),
    activation: readActivation(fields.get("activation")),
    trained: readTrained(fields.get("trained")),
    bias: readWord(fields.get("bias"), ["none", "frozen", "trained"] as const, "problem.bias"),
    sphere: readWord(fields.get("domain"), ["free", "sphere"] as const, "problem.domain") === "sphere",
    loss,
    weightDecay: readNullable(
      fields.get("weightDecay"),
      (number) => readFraction(number, "problem.weightDecay"),
      "problem.weightDecay",
    ),
    network: readNullable(fields.get("network"), readNetworkReference, "problem.network"),
  };
  requireConsistent(problem);
  return problem;
}

function readActivation(value: JsonValue | undefined): Fraction[] {
  const list = readList(value, "problem.activation");
  require(list.length >= 2 && list.length <= LARGEST_DEGREE + 1, `problem.activation: the degree is not in 1..12`);
  const coefficients = list.map((entry, k) => readFraction(entry, `problem.activation[${k}]`));
  require(coefficients.at(-1)!.numerator !== 0n, "problem.activation: the last coefficient is zero");
  return coefficients;
}

function readTrained(value: JsonValue | undefined): Set<Layer> {
  const layers = readList(value, "problem.trained").map((word) => readWord(word, LAYERS, "problem.trained"));
  require(layers.length >= 1, "problem.trained: no layer gives equations");
  const positions = layers.map((layer) => LAYERS.indexOf(layer));
  require(positions.every(
    (position, k) => k === 0 || positions[k - 1]! < position,
  ), "problem.trained: a layer is repeated or out of order");
  return new Set(layers);
}

function requireConsistent({ setting, outputs, trained, bias, loss, weightDecay }: Problem): void {
  require(trained.has("bias") === (bias === "trained"), "problem: trained and bias contradict each other");
  require(outputs >= 1, "problem: softmax needs two outputs");
  const binary = loss === "logistic" || loss === "hard-margin";
  require(!binary || outputs === 1, `problem: the loss ${loss} is for one output`);
  require(loss !== "hard-margin" || setting === "kkt", "problem: hard-margin is for kkt");
  require(weightDecay === null || weightDecay.numerator > 0n, "problem.weightDecay: expected a positive number");
}

/** The compact JSON of `problem` with its keys in the documented order: what `inputHash` is the hash of. */
export function canonicalProblem(fields: JsonObject): string {
  return canonical(new Map(PROBLEM_KEYS.map((key) => [key, fields.get(key)!])));
}

function canonical(value: JsonValue): string {
  if (value instanceof Map) {
    const entries = [...value].map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`);
    return `{${entries.join(",")}}`;
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  return JSON.stringify(value);
}
