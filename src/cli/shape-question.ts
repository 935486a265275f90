import type { Rational } from "../algebra/rational.ts";
import type { EquationShape } from "../equations/shape.ts";
import type { Knowledge } from "../equations/side-information.ts";
import { DimensionMismatchError, UsageError } from "../errors.ts";
import { exactRows, shapeOf } from "../library/shape-check.ts";
import { type DataSet, readDataSet } from "../network/data-set.ts";
import { readInput } from "./files.ts";
import { type KnowledgeOptions, knowledgeOf, type NetworkOptions } from "./options.ts";
import { readProblemFile } from "./problem-file.ts";

/** Options that describe a shape. */
export interface ShapeOptions extends NetworkOptions, KnowledgeOptions {
  readonly inputDim?: number;
  readonly samples?: number;
  readonly width?: number;
  readonly outputs?: number;
  readonly frozenBias?: boolean;
  readonly data?: string;
}

/** A question about a shape, with the files it came from. */
export interface AskedShape {
  readonly shape: EquationShape;
  readonly samples: number;
  readonly knowledge: Knowledge;
  /** Seed of the problem file, if it has one. */
  readonly seed?: number | undefined;
  /** Rows of the data file, exact. */
  readonly points?: readonly (readonly Rational[])[] | undefined;
  readonly bytes: readonly Uint8Array[];
}

/** Options that a problem file has fields for, or that belong to a network. */
const ELSEWHERE: readonly (readonly [keyof ShapeOptions, string])[] = [
  ["activation", "-a"],
  ["inputDim", "-d"],
  ["samples", "-n"],
  ["width", "-m"],
  ["outputs", "--outputs"],
  ["trained", "--trained"],
  ["setting", "--setting"],
  ["frozenBias", "--frozen-bias"],
  ["loss", "--loss"],
  ["weightDecay", "--weight-decay"],
  ["domain", "--domain"],
  ["data", "--data"],
];

/**
 * The shape that a problem file describes.
 *
 * @throws {@link UsageError} if an option says again what the file says
 */
export function shapeFromFile(path: string, options: ShapeOptions): AskedShape {
  rejectNetworkOptions(options);
  const given = ELSEWHERE.find(([name]) => options[name] !== undefined);
  if (given !== undefined) {
    throw new UsageError(
      `${given[1]} and ${path} both describe the shape`,
      "write it into the file, or leave the file out",
    );
  }
  const bytes = readInput(path);
  const file = readProblemFile(bytes, path);
  const { domain = "free", loss = null, weightDecay = null, samples, seed } = file;
  const shape = shapeOf(file);
  return { shape, samples, knowledge: { domain, loss, weightDecay }, seed, bytes: [bytes] };
}

/** The shape that the options describe; with a data file, d and n may be left to it. */
export function shapeFromOptions(options: ShapeOptions): AskedShape {
  rejectNetworkOptions(options);
  const bytes = options.data === undefined ? [] : [readInput(options.data)];
  const data = options.data === undefined ? null : readDataSet(bytes[0]!, options.data);
  const { activation, width } = options;
  const inputDim = sizeOf("-d", options.inputDim, data, data?.inputDim);
  const samples = sizeOf("-n", options.samples, data, data?.samples);
  if (activation === undefined || inputDim === undefined || samples === undefined || width === undefined) {
    throw new UsageError(
      "a shape needs -a POLY, -d D, -n N and -m M",
      "or name a network file: kktid check network.npz -a 'z + z^2 + z^3' -n 4",
    );
  }
  if (options.frozenBias === true && options.trained?.includes("bias") === true) {
    throw new UsageError("--frozen-bias: the bias cannot be trained as well", "leave bias out of --trained");
  }
  const shape = shapeOf({ ...options, activation, inputDim, width });
  const points = data === null ? undefined : exactRows(data);
  return { shape, samples, knowledge: knowledgeOf(options), points, bytes };
}

/** Options about files that a shape does not have. */
function rejectNetworkOptions(options: ShapeOptions): void {
  const names = ["init", "gradient", "weightPrecision", "unpenalised"] as const;
  const keys = ["hiddenWeight", "hiddenBias", "outputWeight", "outputBias"] as const;
  const given = [...names, ...keys].find((name) => options[name] !== undefined);
  if (given === undefined) return;
  const option = given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(`--${option} belongs to a network file`, "name the file, or leave the option out");
}

/** The size that the option gives, or else the data file. */
function sizeOf(
  option: string,
  asked: number | undefined,
  data: DataSet | null,
  found: number | undefined,
): number | undefined {
  if (asked !== undefined && found !== undefined && asked !== found) {
    throw new DimensionMismatchError(`${option} for the X of ${data!.file}`, found, asked);
  }
  return asked ?? found;
}
