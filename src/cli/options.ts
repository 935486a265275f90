import { availableParallelism } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Rational, sign, tryParseRational } from "../algebra/rational.ts";
import { TRAINED_LAYERS, type TrainedLayer } from "../equations/shape.ts";
import { type Knowledge, LOSSES, type Loss } from "../equations/side-information.ts";
import { STRATEGIES } from "../solve/strategies/default-schedule.ts";
import type { StrategyName } from "../solve/strategy.ts";
import { GROUPS } from "./help.ts";

/** Options that every analysis has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly seed: number;
  readonly maxSeconds: number;
  readonly threads: number;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

/** Options that describe a network question. */
export interface NetworkOptions {
  readonly activation?: string;
  readonly trained?: readonly TrainedLayer[];
  readonly unpenalised?: readonly TrainedLayer[];
  /** Default: kkt. */
  readonly setting?: "kkt" | "ntk" | "gradient";
  readonly init?: string;
  readonly gradient?: string;
  readonly weightPrecision?: number;
  readonly strategy?: StrategyName | "auto";
  readonly hiddenWeight?: string;
  readonly hiddenBias?: string;
  readonly outputWeight?: string;
  readonly outputBias?: string;
}

/** Options that say what is known beside the weights. */
export interface KnowledgeOptions {
  readonly loss?: Loss;
  readonly weightDecay?: Rational;
  readonly domain?: Knowledge["domain"];
}

/** Options that say what is known of the training of a network beside its weights. */
export interface NetworkKnowledgeOptions {
  readonly loss?: Loss;
  readonly weightDecay?: Rational;
  readonly domain?: DomainOption;
  readonly labels?: readonly number[];
  readonly gradientOf?: "mean" | "sum";
  readonly known?: string;
  readonly scaler?: string;
  readonly localSteps?: number;
}

/** Where the samples lie: anywhere, on the unit sphere, or in a box. */
type DomainOption = "free" | "sphere" | { readonly low: number; readonly high: number };

function domainOption(text: string): DomainOption {
  if (text === "free" || text === "sphere") return text;
  const box = /^box=([^,]+),([^,]+)$/.exec(text);
  const [low, high] = [Number(box?.[1]), Number(box?.[2])];
  if (box === null || !Number.isFinite(low) || !Number.isFinite(high) || low >= high) {
    throw new InvalidArgumentError(`expected free, sphere or box=LOW,HIGH with LOW < HIGH, got "${text}".`);
  }
  return { low, high };
}

function numberList(text: string): number[] {
  const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (values.some((value) => !Number.isFinite(value))) {
    throw new InvalidArgumentError(`expected numbers such as -1,1, got "${text}".`);
  }
  return [...new Set(values)];
}

/** What is known of the training of one network: loss, weight decay and domain, and what only a network can use. */
export function addNetworkKnowledgeOptions(command: Command): Command {
  return addLossOptions(command)
    .option(
      "--domain <domain>",
      "sphere: every sample has norm 1; box=LOW,HIGH: every coordinate is between",
      domainOption,
    )
    .option("--labels <values>", "values that the labels take, such as -1,1 (--loss mse)", numberList)
    .addOption(
      new Option(
        "--gradient-of <batch>",
        "the gradient is the mean or the sum over the batch; mean by default",
      ).choices(["mean", "sum"]),
    )
    .option("--known <file>", "samples that are known (.npz, .csv, .json); -n counts them")
    .option("--scaler <file>", "mean and std of the standardisation: x is printed in raw units")
    .option("--local-steps <count>", "steps between the two weights; only one step is an equation", positiveInteger);
}

function addLossOptions(command: Command): Command {
  return command
    .optionsGroup(GROUPS.known)
    .addOption(
      new Option("--loss <loss>", "loss of the training, if it is known; hard-margin: all y_i f(x_i) = 1").choices(
        LOSSES,
      ),
    )
    .option("--weight-decay <mu>", "weight decay μ of the training, if it is known", positiveRational);
}

function positiveRational(text: string): Rational {
  const value = tryParseRational(text);
  if (value === undefined || sign(value) <= 0) {
    throw new InvalidArgumentError(`expected a positive number such as 0.01 or 1/100, got "${text}".`);
  }
  return value;
}

/** What is known of the training of a shape. */
export function addKnowledgeOptions(command: Command): Command {
  return addLossOptions(command).addOption(
    new Option("--domain <domain>", "sphere: every sample has norm 1").choices(["free", "sphere"]),
  );
}

/** The options as knowledge. */
export function knowledgeOf({ loss, weightDecay, domain }: KnowledgeOptions): Knowledge {
  return { domain: domain ?? "free", loss: loss ?? null, weightDecay: weightDecay ?? null };
}

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 1e9) {
    throw new InvalidArgumentError(`expected a positive integer, got "${text}".`);
  }
  return value;
}

function seedNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError(`expected a nonnegative integer, got "${text}".`);
  }
  return value;
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError(`expected a positive number, got "${text}".`);
  }
  return value;
}

/** A relative error; at a tenth of the largest weight nothing is left to say. */
function smallNumber(text: string): number {
  const value = positiveNumber(text);
  if (value > 0.1) throw new InvalidArgumentError(`expected at most 0.1, got "${text}".`);
  return value;
}

export function layerList(text: string): TrainedLayer[] {
  const names = text.split(",").map((name) => name.trim());
  for (const name of names) {
    if (!(TRAINED_LAYERS as readonly string[]).includes(name)) {
      throw new InvalidArgumentError(`"${name}" is no layer; choose from ${TRAINED_LAYERS.join(", ")}.`);
    }
  }
  return [...new Set(names)] as TrainedLayer[];
}

/** Threads that a search gains from. */
const MOST_THREADS = 8;

function defaultThreads(): number {
  return Math.min(MOST_THREADS, availableParallelism());
}

/** Options of every analysis: how long and with what seed it runs, and how the answer is printed. */
export function addCommonOptions(command: Command, maxSeconds: number): Command {
  return command
    .optionsGroup(GROUPS.search)
    .option("--seed <integer>", "seed of everything random", seedNumber, 1)
    .option("--max-seconds <seconds>", "give the best answer so far after this time", positiveNumber, maxSeconds)
    .option(
      "--threads <count>",
      "threads of a search; the answer does not depend on it",
      positiveInteger,
      defaultThreads(),
    )
    .optionsGroup(GROUPS.answer)
    .option("--json", "one JSON document on stdout, nothing else")
    .optionsGroup(GROUPS.general)
    .option("--quiet", "no progress on stderr")
    .option("--debug", "print the stack trace of an error");
}

/** Options that describe one network: what was trained, with which files, and how to look for its data. */
export function addNetworkOptions(command: Command): Command {
  return command
    .optionsGroup(GROUPS.question)
    .option("-a, --activation <polynomial>", 'activation, such as "z + z^2/2 + z^3/4"')
    .option("--trained <layers>", "layers that give equations: hidden,bias,output,output-bias", layerList)
    .option("--unpenalised <layers>", "trained layers without weight decay: 0 on the known side (kkt)", layerList)
    .addOption(
      new Option("--setting <setting>", "where the equations come from; kkt by default").choices([
        "kkt",
        "ntk",
        "gradient",
      ]),
    )
    .option("--weight-precision <rho>", "relative error of the weights, above the precision of the file", smallNumber)
    .optionsGroup(GROUPS.files)
    .option("--init <file>", "weights before training (ntk)")
    .option("--gradient <file>", "gradient of the batch (gradient)")
    .optionsGroup(GROUPS.names)
    .option("--hidden-weight <key>", "name of the (m, d) tensor")
    .option("--hidden-bias <key>", "name of the (m,) tensor")
    .option("--output-weight <key>", "name of the (C, m) tensor")
    .option("--output-bias <key>", "name of the (C,) tensor")
    .optionsGroup(GROUPS.search)
    .addOption(
      new Option("--strategy <name>", "how to look for data; auto takes the schedule that measured best").choices([
        "auto",
        ...STRATEGIES.map(({ name }) => name),
      ]),
    );
}
