import { runChecker } from "../recheck/run.ts";
import { readInput } from "./files.ts";
import type { ExitCode, Io } from "./io.ts";

export interface RecheckCommandOptions {
  readonly json?: boolean;
}

/** `kktid recheck FILE`: 0 accepted, 1 rejected, 2 unreadable. */
export function runRecheck(file: string, options: RecheckCommandOptions, io: Io): ExitCode {
  return runChecker({
    file,
    json: options.json === true,
    readFile: readInput,
    writeOutput: (text) => io.stdout.write(text),
    writeError: (text) => io.stderr.write(text),
  });
}
