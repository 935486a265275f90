import { type Command, InvalidArgumentError, Option } from "commander";
import { type Rational, sign, tryParseRational } from "../algebra/rational.ts";
import { TRAINED_LAYERS, type TrainedLayer } from "../equations/shape.ts";
import { type Knowledge, LOSSES, type Loss } from "../equations/side-information.ts";

/** Options that every analysis has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly seed: number;
  readonly maxSeconds: number;
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

function positiveRational(text: string): Rational {
  const value = tryParseRational(text);
  if (value === undefined || sign(value) <= 0) {
    throw new InvalidArgumentError(`expected a positive number such as 0.01 or 1/100, got "${text}".`);
  }
  return value;
}

export function addKnowledgeOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--loss <loss>", "loss of the training, if it is known; hard-margin: all y_i f(x_i) = 1").choices(
        LOSSES,
      ),
    )
    .option("--weight-decay <mu>", "weight decay μ of the training, if it is known", positiveRational)
    .addOption(new Option("--domain <domain>", "sphere: every sample has norm 1").choices(["free", "sphere"]));
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

export function addCommonOptions(command: Command, maxSeconds: number): Command {
  return command
    .option("--json", "one JSON document on stdout, nothing else")
    .option("--seed <integer>", "seed of everything random", seedNumber, 1)
    .option("--max-seconds <seconds>", "give the best answer so far after this time", positiveNumber, maxSeconds)
    .option("--quiet", "no progress on stderr")
    .option("--debug", "print the stack trace of an error");
}

export function addNetworkOptions(command: Command): Command {
  return command
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
    .option("--init <file>", "weights before training (ntk)")
    .option("--gradient <file>", "gradient of the batch (gradient)")
    .option("--weight-precision <rho>", "relative error of the weights, above the precision of the file", smallNumber)
    .option("--hidden-weight <key>", "name of the (m, d) tensor")
    .option("--hidden-bias <key>", "name of the (m,) tensor")
    .option("--output-weight <key>", "name of the (C, m) tensor")
    .option("--output-bias <key>", "name of the (C,) tensor");
}
