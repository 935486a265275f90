import { dirname, relative, resolve } from "node:path";
import { formatRational } from "../algebra/rational.ts";
import type { Setting } from "../equations/shape.ts";
import { UsageError } from "../errors.ts";
import { startClock } from "../library/clock.ts";
import type { NamedBytes } from "../library/inputs.ts";
import { type AskedNetwork, networkQuestion } from "../library/network-question.ts";
import { readInput } from "./files.ts";
import { isInterrupted } from "./interruption.ts";
import type { CommonOptions, NetworkKnowledgeOptions, NetworkOptions } from "./options.ts";
import { searchThreads } from "./search-threads.ts";
import type { Progress } from "./terminal.ts";

/** Options of a question about a network file. */
interface LoadOptions extends NetworkOptions, CommonOptions, NetworkKnowledgeOptions {
  /** Where the certificate will be written: it names its files relative to that place; undefined: to the working folder. */
  readonly certificate?: string;
  /** Say nothing of what was given and is of no use. */
  readonly hideUnused?: boolean;
}

/**
 * Reads the network and whatever the options name beside it.
 *
 * @param dataPath - data set to read as well (`--data`, `--truth`), or undefined
 */
export function loadQuestion(
  networkPath: string,
  options: LoadOptions,
  dataPath: string | undefined,
  progress: Progress,
): AskedNetwork {
  const { activation, maxSeconds } = options;
  if (activation === undefined) {
    throw new UsageError("the activation of the network is needed", "pass -a, such as -a 'z + z^2 + z^3'");
  }
  rejectStrayOptions(options);
  const clock = startClock({ shouldStop: isInterrupted, onProgress: progress.show }, maxSeconds);
  const read = (path: string): NamedBytes => ({ name: path, bytes: readInput(path) });
  const readIfGiven = (path: string | undefined): NamedBytes | undefined =>
    path === undefined ? undefined : read(path);
  const { hiddenWeight, hiddenBias, outputWeight, outputBias, weightDecay, strategy, threads } = options;
  const asked = networkQuestion(
    {
      ...options,
      activation,
      network: read(networkPath),
      init: readIfGiven(options.init),
      gradient: readIfGiven(options.gradient),
      known: readIfGiven(options.known),
      scaler: readIfGiven(options.scaler),
      weightDecay: weightDecay === undefined ? undefined : formatRational(weightDecay),
      tensorNames: { hiddenWeight, hiddenBias, outputWeight, outputBias },
    },
    readIfGiven(dataPath),
    clock,
  );
  if (options.hideUnused !== true) for (const text of asked.notes) progress.note(`kktid: ${text}`);
  return {
    ...asked,
    question: { ...asked.question, search: { strategy, runner: searchThreads(threads) } },
    files: asked.files.map((file) => ({
      ...file,
      name: relativeTo(undefined, file.name),
      certifiedAs: relativeTo(options.certificate, file.name),
    })),
  };
}

/** The path of a file as a certificate names it. */
function relativeTo(certificate: string | undefined, path: string): string {
  const folder = certificate === undefined ? process.cwd() : dirname(resolve(certificate));
  return relative(folder, resolve(path)).replaceAll("\\", "/");
}

/** Options of a setting that was not asked for, in the words of the command line. */
function rejectStrayOptions(options: LoadOptions): void {
  const { setting = "kkt", init, gradient, unpenalised, gradientOf, localSteps = 1 } = options;
  const belongs: readonly [option: string, isGiven: boolean, to: Setting][] = [
    ["--init", init !== undefined, "ntk"],
    ["--gradient", gradient !== undefined, "gradient"],
    ["--unpenalised", unpenalised !== undefined, "kkt"],
    ["--gradient-of", gradientOf !== undefined, "gradient"],
    ["--local-steps", localSteps > 1, "gradient"],
  ];
  for (const [option, isGiven, to] of belongs) {
    if (isGiven && setting !== to) throw new UsageError(`${option} belongs to --setting ${to}`);
  }
  if (setting === "ntk" && init === undefined) throw new UsageError("--setting ntk needs --init FILE");
  if (setting === "gradient" && gradient === undefined) {
    throw new UsageError("--setting gradient needs --gradient FILE");
  }
  if (localSteps > 1) {
    throw new UsageError(
      `--local-steps ${localSteps}: an update of several steps is a sum of gradients at different weights, which are not known, so it is no equation at one set of nodes`,
      "recover from the gradient of one step; where the weights hardly moved, --setting ntk --init FILE takes all steps at the initial weights",
    );
  }
}
