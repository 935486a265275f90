import { Command, CommanderError } from "commander";
import { ToolError } from "../errors.ts";
import { checkCommand } from "./check-command.ts";
import { completeCommand, completionCommand } from "./completion.ts";
import { expandCommand } from "./expand-command.ts";
import { isInterrupted } from "./interruption.ts";
import type { ExitCode, Io } from "./io.ts";
import { recheckCommand } from "./recheck-command.ts";
import { recoverCommand } from "./recover-command.ts";
import { reportCommand } from "./report-command.ts";
import { sweepCommand } from "./sweep-command.ts";
import { trainCommand } from "./train-command.ts";
import { verifyCommand } from "./verify-command.ts";
import { readVersion } from "./version.ts";

/** Every command, in the order of the help. */
const COMMANDS: readonly ((io: Io, finish: (code: ExitCode) => void) => Command)[] = [
  checkCommand,
  recoverCommand,
  recheckCommand,
  expandCommand,
  trainCommand,
  reportCommand,
  sweepCommand,
  verifyCommand,
  completionCommand,
];

/** Columns of a help page. */
const HELP_WIDTH = 80;

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
    await program.parseAsync(withoutStrayHelp(program, argv), { from: "user" });
    return isInterrupted() ? 130 : exitCode;
  } catch (error) {
    const code = report(error, io, argv.includes("--debug"));
    return isInterrupted() ? 130 : code;
  }
}

/** `help NAME` of a command that does not exist is that command itself: the complaint has a suggestion. */
function withoutStrayHelp(program: Command, argv: readonly string[]): string[] {
  const [first, name] = argv;
  if (first !== "help" || name === undefined) return [...argv];
  if (name === "help") return ["--help"];
  return program.commands.some((command) => command.name() === name) ? [...argv] : [name];
}

function createProgram(io: Io, finish: (code: ExitCode) => void): Command {
  const program = new Command("kktid")
    .description(
      "Are the training data of a two-layer polynomial network determined by its weights, and what are they?",
    )
    .version(readVersion(), "--version", "print the version")
    .showHelpAfterError("(kktid --help lists the commands and options)");
  for (const create of COMMANDS) program.addCommand(create(io, finish));
  program.addCommand(completeCommand(io, finish), { hidden: true });
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
    });
  }
  return program;
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
