import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ToolError } from "../errors.ts";
import type { Rendered } from "../render/rendered.ts";
import { asksForAnotherRun, type TexWarning, texFailure, texWarnings } from "./tex-log.ts";

/** The LaTeX of this machine is missing, incomplete, or stopped at the document. */
class TexError extends ToolError {
  readonly code = "tex";
}

/** A PDF and what TeX complained about on the way. */
export interface CompiledPdf {
  readonly pdf: Uint8Array;
  readonly warnings: readonly TexWarning[];
}

export interface CompileOptions {
  /** Where to look for pdflatex and bibtex. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the .tex is kept if TeX stops at it, without the extension; null = nowhere. */
  readonly keepAs: string | null;
}

const MOST_RUNS = 4;
const SECONDS = 120;
const PACKAGES = "texlive-latex-base texlive-latex-recommended lmodern";
const WITHOUT = "--format latex and --format html work without TeX";

/**
 * Compiles LaTeX with pdflatex and bibtex in a folder of its own until the references settle. The same document gives
 * the same bytes: the clock that TeX sees stands still.
 *
 * @throws {@link TexError} if pdflatex or a package is missing, or TeX stops; the .tex is then kept
 */
export async function compilePdf({ main, files }: Rendered, options: CompileOptions): Promise<CompiledPdf> {
  const folder = mkdtempSync(join(tmpdir(), "kktid-tex-"));
  try {
    writeFileSync(join(folder, "report.tex"), main);
    for (const { name, bytes } of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    const log = await runUntilSettled(
      folder,
      options.env,
      files.some(({ name }) => name.endsWith(".bib")),
    );
    return { pdf: readFileSync(join(folder, "report.pdf")), warnings: texWarnings(log) };
  } catch (error) {
    if (!(error instanceof TexError) || options.keepAs === null) throw error;
    throw new TexError(error.message, keep(options.keepAs, folder, error), error.cause);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws {@link TexError} if there is no pdflatex: better before the work than after it */
export async function requireTex(env: CompileOptions["env"]): Promise<void> {
  await execute("pdflatex", ["--version"], tmpdir(), env);
}

/** Saves the document, the log included, from the folder that is about to go. */
function keep(path: string, folder: string, { hint }: TexError): string {
  const kept = [`${path}.tex`];
  copyFileSync(join(folder, "report.tex"), kept[0]!);
  if (existsSync(join(folder, "report.log"))) {
    copyFileSync(join(folder, "report.log"), `${path}.log`);
    kept.push(`${path}.log`);
  }
  return [...(hint === undefined ? [] : [hint]), `kept: ${kept.join(", ")}`].join("\n  ");
}

/** @returns the log of the last run */
async function runUntilSettled(folder: string, env: CompileOptions["env"], hasReferences: boolean): Promise<string> {
  let log = await latex(folder, env);
  if (hasReferences) await execute("bibtex", ["report"], folder, env);
  let runs = 1;
  let pending = hasReferences;
  while ((pending || asksForAnotherRun(log)) && runs < MOST_RUNS) {
    const before = auxiliary(folder);
    log = await latex(folder, env);
    runs++;
    pending = before !== auxiliary(folder);
  }
  return log;
}

/** What one run tells the next. */
function auxiliary(folder: string): string {
  const read = (name: string): string =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), "latin1") : "";
  return read("report.aux") + read("report.out");
}

async function latex(folder: string, env: CompileOptions["env"]): Promise<string> {
  const { code } = await execute(
    "pdflatex",
    ["-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "report.tex"],
    folder,
    env,
  );
  const path = join(folder, "report.log");
  const log = existsSync(path) ? readFileSync(path, "latin1") : "";
  if (code === 0) return log;
  const { message, missingFile } = texFailure(log);
  if (missingFile !== null) {
    throw new TexError(`pdflatex: ${missingFile} is not installed`, `on Debian: apt install ${PACKAGES}; ${WITHOUT}`);
  }
  throw new TexError(`pdflatex stopped: ${message === "" ? `exit status ${code}` : message}`, WITHOUT);
}

/** Runs a program to its end, whatever its status. */
function execute(
  program: string,
  args: readonly string[],
  cwd: string,
  env: CompileOptions["env"],
): Promise<{ readonly code: number }> {
  const settings = {
    cwd,
    timeout: 1000 * SECONDS,
    maxBuffer: 2 ** 26,
    env: {
      ...env,
      // Nothing of the clock, unbroken lines in the log, and no file of this machine but those of TeX.
      ...{ SOURCE_DATE_EPOCH: "0", FORCE_SOURCE_DATE: "1", TZ: "UTC", LC_ALL: "C" },
      ...{ max_print_line: "10000", error_line: "254", half_error_line: "238" },
      ...{ openin_any: "p", openout_any: "p", shell_escape: "f" },
    },
  };
  return new Promise((resolve, reject) => {
    execFile(program, [...args], settings, (error) => {
      if (error === null) resolve({ code: 0 });
      else if (error.code === ("ENOENT" as unknown)) reject(missing(program, error));
      else if (error.killed === true)
        reject(new TexError(`${program} did not end within ${SECONDS} s`, WITHOUT, error));
      else resolve({ code: typeof error.code === "number" ? error.code : 1 });
    });
  });
}

function missing(program: string, cause: unknown): TexError {
  return new TexError(`${program} is not installed`, `on Debian: apt install ${PACKAGES}; ${WITHOUT}`, cause);
}
