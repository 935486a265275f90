import { UsageError } from "../errors.ts";
import { toolStamp } from "../library/tool.ts";
import { CLAIMS } from "../verify/claims.ts";
import type { Claim } from "../verify/experiment.ts";
import { requireFolderOf, writeOutput } from "./files.ts";
import { isInterrupted } from "./interruption.ts";
import type { ExitCode, Io } from "./io.ts";
import type { CommonOptions } from "./options.ts";
import { progressFor, styleFor } from "./terminal.ts";
import { claimsText, type TestedAnswer, verifyText } from "./verify-text.ts";
import { testClaims } from "./verify-threads.ts";

export interface VerifyCommandOptions extends CommonOptions {
  readonly long?: boolean;
  readonly list?: boolean;
  readonly rows?: boolean;
  readonly out?: string;
}

/**
 * `kktid verify`: the experiments of the claims named, or of all.
 *
 * @param registry - the claims that there are
 * @returns 0 if every claim agrees, else 1; rows that time or Ctrl-C did not allow are printed as unfinished
 * @throws {@link UsageError} if a claim does not exist
 */
export function runVerify(
  names: readonly string[],
  options: VerifyCommandOptions,
  io: Io,
  registry: readonly Claim[] = CLAIMS,
): ExitCode {
  const started = performance.now();
  const claims = selectClaims(names, registry);
  if (options.list) {
    io.stdout.write(options.json ? `${JSON.stringify(listOf(claims))}\n` : claimsText(claims));
    return 0;
  }
  if (options.out !== undefined) requireFolderOf(options.out);
  const progress = progressFor(io, options.quiet === true || options.json === true);
  const long = options.long === true;
  const tested = testClaims(claims, {
    seed: options.seed,
    long,
    deadline: Date.now() + 1000 * options.maxSeconds,
    threads: options.threads,
    onRow: ({ claim, experiment }, done, total) =>
      progress.show(`testing ${claim.id}: ${experiment.label}`, done, total),
  });
  progress.clear();
  const passed = tested.every((claim) => claim.passed);
  const answer: TestedAnswer = {
    schema: "kktid.verify/1",
    tool: toolStamp(),
    seed: options.seed,
    long,
    claims: tested,
    passed,
    timings: { totalSeconds: (performance.now() - started) / 1000 },
  };
  if (options.json) io.stdout.write(`${JSON.stringify(answer)}\n`);
  else {
    const text = { rows: options.rows === true || names.length > 0, interrupted: isInterrupted() };
    io.stdout.write(verifyText(answer, styleFor(io), text));
  }
  if (options.out !== undefined) writeOutput(options.out, `${JSON.stringify(answer)}\n`);
  return passed ? 0 : 1;
}

/** The document of `--list --json`, schema kktid.claims/1. */
function listOf(claims: readonly Claim[]): object {
  return {
    schema: "kktid.claims/1",
    tool: toolStamp(),
    claims: claims.map(({ id, statement, ofSourcePaper, page }) => ({ id, statement, ofSourcePaper, page })),
  };
}

/** The claims named, in the order of the registry. */
function selectClaims(names: readonly string[], registry: readonly Claim[]): readonly Claim[] {
  const known = registry.map(({ id }) => id);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const what = unknown.length === 1 ? `${unknown[0]} is no claim` : `${unknown.join(", ")} are no claims`;
    throw new UsageError(what, `choose from:\n    ${known.join("\n    ")}`);
  }
  return names.length === 0 ? registry : registry.filter(({ id }) => names.includes(id));
}
