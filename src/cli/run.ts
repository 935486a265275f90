import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { ToolError } from "../errors.ts";
import { VERDICTS } from "../identifiability/result.ts";
import { DETAILS } from "../report/detail.ts";
import { EXPAND_FORMATS } from "../report/expand-format.ts";
import type { CheckOptions } from "./check.ts";
import type { ExpandOptions } from "./expand.ts";
import { isInterrupted } from "./interruption.ts";
import type { ExitCode, Io } from "./io.ts";
import {
  addCommonOptions,
  addKnowledgeOptions,
  addNetworkKnowledgeOptions,
  addNetworkOptions,
  layerList,
  positiveInteger,
  positiveNumber,
} from "./options.ts";
import type { RecheckCommandOptions } from "./recheck.ts";
import type { RecoverCommandOptions, SampleRange } from "./recover.ts";
import { trainCommand } from "./train-command.ts";
import { readVersion } from "./version.ts";

/**
 * Runs one command line.
 *
 * @param argv - arguments after the program's name
 * @returns the exit status: 0 analysed, 1 requirement not met, 2 bad usage or input, 3 no numerical answer, 130 interrupted
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = createProgram(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return isInterrupted() ? 130 : exitCode;
  } catch (error) {
    return report(error, io, argv.includes("--debug"));
  }
}

function createProgram(io: Io, finish: (code: ExitCode) => void): Command {
  const program = new Command("kktid")
    .description(
      "Are the training data of a two-layer polynomial network determined by its weights, and what are they?",
    )
    .version(readVersion(), "--version", "print the version")
    .showHelpAfterError("(kktid --help lists the commands and options)");
  for (const create of [checkCommand, recoverCommand, recheckCommand, expandCommand, trainCommand]) {
    program.addCommand(create(io, finish));
  }
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    });
  }
  return program;
}

function checkCommand(io: Io, finish: (code: ExitCode) => void): Command {
  const command = new Command("check")
    .description("decide whether a shape, or one network, determines its training data")
    .argument("[network]", "network file (.npz, .safetensors, .pt, .json), or a shape in problem.yaml");
  addNetworkOptions(command)
    .option("-d, --input-dim <d>", "input dimension of a shape", positiveInteger)
    .option("-n, --samples <n>", "number of training samples", positiveInteger)
    .option("-m, --width <m>", "hidden neurons of a shape", positiveInteger)
    .option("--outputs <C>", "outputs of a shape", positiveInteger)
    .option("--frozen-bias", "the shape has a hidden bias that was not trained")
    .option("--data <file>", "training data to take local statements at (.npz, .csv, .json)")
    .option("--count", "count the data sets that share the equations of a random instance (small shapes)")
    .option("--certificate <file>", "write the certificate of the verdict to a file, for kktid recheck")
    .addOption(new Option("--detail <level>", "how much the text says").choices(DETAILS).default("normal"))
    .addOption(new Option("--require <verdict>", "exit 1 if the verdict is weaker").choices(VERDICTS));
  addKnowledgeOptions(command);
  return addCommonOptions(command, 60)
    .addHelpText(
      "after",
      [
        "",
        "Examples:",
        "  kktid check -a 'z + z^2 + z^3' -d 4 -n 4 -m 40",
        "  kktid check -a 'z + z^2' -d 4 -n 4 -m 40 --loss logistic --weight-decay 1/100",
        "  kktid check network.npz -a 'z + z^2 + z^3' -n 4 --trained hidden,output",
        "  kktid check network.pt -a 'z + z^2' -n 4 --data training-data.npz --json",
      ].join("\n"),
    )
    .action(async (target: string | undefined, options: CheckOptions) => {
      const { runCheck } = await import("./check.ts");
      finish(runCheck(target, options, io));
    });
}

function expandCommand(io: Io, finish: (code: ExitCode) => void): Command {
  const command = new Command("expand")
    .description("write the moment-tensor equations of a shape, for every input dimension or in coordinates")
    .option("-a, --activation <polynomial>", 'activation, such as "z + z^2/2 + z^3/4"')
    .option("-d, --input-dim <d>", "write the equations in coordinates for this input dimension", positiveInteger)
    .option("--outputs <C>", "outputs of the network", positiveInteger)
    .option("--trained <layers>", "layers that give equations: hidden,bias,output,output-bias", layerList)
    .option("--frozen-bias", "the network has a hidden bias that was not trained")
    .addOption(new Option("--setting <setting>", "where the equations come from").choices(["kkt", "ntk", "gradient"]))
    .addOption(new Option("--format <format>", "what is written; text by default").choices(EXPAND_FORMATS))
    .option("-n, --samples <n>", "samples to count for; samples of a program", positiveInteger)
    .option("-m, --width <m>", "neurons to count for; neurons of a program", positiveInteger);
  return addCommonOptions(command, 60)
    .addHelpText(
      "after",
      [
        "",
        "Examples:",
        "  kktid expand -a 'z + z^2 + z^3'",
        "  kktid expand -a 'z^2 - z^3' -d 2 --trained hidden,bias,output --format latex",
        "  kktid expand -a 'z + z^2 + z^3' -d 2 -n 2 -m 5 --format macaulay2 > eq.m2",
      ].join("\n"),
    )
    .action(async (options: ExpandOptions) => {
      const { runExpand } = await import("./expand.ts");
      finish(runExpand(options, io));
    });
}

function recheckCommand(io: Io, finish: (code: ExitCode) => void): Command {
  return new Command("recheck")
    .description("verify a certificate with code that shares nothing with what made it")
    .argument("<file>", "a certificate, or the JSON answer of check or recover")
    .option("--json", "one JSON document on stdout, nothing else")
    .option("--debug", "print the stack trace of an error")
    .addHelpText(
      "after",
      [
        "",
        "Exit status: 0 accepted, 1 rejected, 2 unreadable.",
        "",
        "Examples:",
        "  kktid check -a 'z + z^2 + z^3' -d 4 -n 4 -m 40 --certificate proof.json",
        "  kktid recheck proof.json",
      ].join("\n"),
    )
    .action(async (file: string, options: RecheckCommandOptions) => {
      const { runRecheck } = await import("./recheck.ts");
      finish(runRecheck(file, options, io));
    });
}

function recoverCommand(io: Io, finish: (code: ExitCode) => void): Command {
  const command = new Command("recover")
    .description("compute the training data of one network, with an error bound per sample")
    .argument("<network>", "network file (.npz, .safetensors, .pt, .json)");
  addNetworkOptions(command);
  addNetworkKnowledgeOptions(command)
    .option("-n, --samples <n>", "number of training samples: 4, 3..8 or auto", sampleRange)
    .option(
      "--accept-error <relative>",
      "largest error bound over the largest norm that counts as recovered",
      positiveNumber,
      1e-2,
    )
    .option("--max-starts <count>", "starts of the search", positiveInteger, 400)
    .option("--truth <file>", "true data to compare with; never used by the search")
    .option("--certificate <file>", "write the proof of the error bounds to a file, for kktid recheck")
    .option("--out <file>", "write the JSON document to a file as well");
  return addCommonOptions(command, 120)
    .addHelpText(
      "after",
      [
        "",
        "Exit status: 0 analysed, whatever the answer; 2 bad usage or input;",
        "  3 no numerical answer; 130 interrupted, best so far printed and saved.",
        "",
        "Examples:",
        "  kktid recover network.npz -a 'z + z^2 + z^3' -n 4",
        "  kktid recover network.pt -a 'z + z^2 + z^3' -n 6 \\",
        "    --setting gradient --gradient gradient.pt",
        "  kktid recover network.npz -a 'z + z^2 + z^3' -n 6 \\",
        "    --loss logistic --weight-decay 0.001 --domain sphere",
        "  kktid recover network.npz -a 'z + z^2 + z^3' -n 6 --known known.npz",
        "  kktid recover network.npz -a 'z + z^2 + z^3' -n auto \\",
        "    --truth training-data.npz --out result.json --certificate proof.json",
      ].join("\n"),
    )
    .action(async (file: string, options: RecoverCommandOptions) => {
      const { runRecover } = await import("./recover.ts");
      finish(runRecover(file, options, io));
    });
}

function sampleRange(text: string): SampleRange {
  if (text === "auto") return "auto";
  const range = /^(\d+)\.\.(\d+)$/.exec(text);
  if (range === null) {
    const samples = positiveInteger(text);
    return { from: samples, to: samples };
  }
  const [from, to] = [positiveInteger(range[1]!), positiveInteger(range[2]!)];
  if (from > to) throw new InvalidArgumentError(`expected a range from small to large, got "${text}".`);
  return { from, to };
}

/** One message for a known error; the stack only with --debug or for a bug of ours. */
function report(error: unknown, { stderr }: Io, debug: boolean): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof ToolError) {
    stderr.write(`kktid: ${error.message}\n`);
    if (error.hint !== undefined) stderr.write(`  ${error.hint}\n`);
  } else {
    const message = error instanceof Error ? error.message : String(error);
    stderr.write(`kktid: internal error: ${message}\n  please report it with the output of --debug\n`);
  }
  if (debug && error instanceof Error) stderr.write(`${error.stack}\n`);
  return 2;
}
