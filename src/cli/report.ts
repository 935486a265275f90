import { mkdirSync, statSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import type { Answer } from "../answers/parse-answer.ts";
import type { ReportDocument } from "../document/tree.ts";
import { FileError, UsageError } from "../errors.ts";
import type { Verdict } from "../identifiability/result.ts";
import { toolStamp } from "../library/tool.ts";
import { paperOf } from "../paper/paper.ts";
import { reportInput } from "../paper/report-input.ts";
import { artifactOf, sarifOf } from "../paper/sarif.ts";
import { renderHtml } from "../render/html/page.ts";
import { renderLatex } from "../render/latex.ts";
import { renderMarkdown } from "../render/markdown.ts";
import type { Rendered } from "../render/rendered.ts";
import { renderText } from "../render/text.ts";
import { meetsRequirement } from "./check.ts";
import { reasonOf, writeOutput } from "./files.ts";
import { readHtmlAssets } from "./html-assets.ts";
import type { ExitCode, Io } from "./io.ts";
import { answersFor, type NamedAnswer, type ReportAnswers } from "./report-answers.ts";
import { readFigureFonts, readProofPage } from "./report-assets.ts";
import { requireReportFile, stemOf, type WrittenFile, writeRendered } from "./report-files.ts";
import { type Destination, destinationOf, type ImageSize, type ReportCommandOptions } from "./report-options.ts";
import { type Progress, progressFor } from "./terminal.ts";
import { compilePdf, requireTex } from "./tex-run.ts";

/** `kktid report`. */
export async function runReport(files: readonly string[], options: ReportCommandOptions, io: Io): Promise<ExitCode> {
  const destination = destinationOf(options);
  if (destination.out !== null) requireReportFile(destination.out);
  if (options.answers !== undefined) requireAnswersFolder(options.answers);
  if (destination.format === "pdf") await requireTex(io.env);
  const progress = progressFor(io, options.quiet === true || options.json === true);
  const found = answersFor(files, options, progress);
  progress.clear();
  const verdict = requiredVerdict(found.answers, options.require);
  const rendered = await render(found, destination, options, { io, progress });
  const written = write(rendered, destination, io);
  if (options.answers !== undefined) keepAnswers(options.answers, found.answers);
  if (options.json) io.stdout.write(`${JSON.stringify(summaryOf(written, destination, options, verdict))}\n`);
  return verdict === null || meetsRequirement(verdict, options.require, io) ? 0 : 1;
}

/** The verdict of the answers; a requirement without one is refused before anything is written. */
function requiredVerdict(answers: readonly NamedAnswer[], required: Verdict | undefined): Verdict | null {
  const check = answers.find(({ answer }) => answer.schema === "kktid.check/1")?.answer;
  if (check?.schema === "kktid.check/1") return check.verdict;
  if (required !== undefined) {
    throw new UsageError("--require needs the verdict of check", "give the answer of kktid check --json as well");
  }
  return null;
}

/** Where warnings and progress go. */
interface Output {
  readonly io: Io;
  readonly progress: Progress;
}

async function render(
  { answers, network }: ReportAnswers,
  { format, out }: Destination,
  { image, fragment, answers: folder }: ReportCommandOptions,
  { io, progress }: Output,
): Promise<Rendered> {
  const plain = answers.map(({ answer }) => answer);
  if (image !== undefined) requireImage(plain, image);
  if (format === "sarif") {
    const artifact = network ?? artifactOf(plain) ?? answers[0]!.name;
    return { main: `${JSON.stringify(sarifOf(plain, artifact), null, 2)}\n`, files: [] };
  }
  const document = paperOf(reportInput(plain), {
    image: image ?? null,
    proofPage: readProofPage,
    saved: savedAs(answers, folder),
  });
  const stem = out === null ? "report" : stemOf(out);
  switch (format) {
    case "latex":
      return renderLatex(document, { stem, fragment: fragment === true, fonts: readFigureFonts() });
    case "pdf":
      return pdf(document, out!, { io, progress });
    case "html":
      return renderHtml(document, readHtmlAssets());
    case "markdown":
      return renderMarkdown(document, { figures: out === null ? "omit" : "files", name: stem });
    case "text":
      return renderText(document);
  }
}

/** The pages of the LaTeX report; what TeX complained about goes to stderr. */
async function pdf(document: ReportDocument, out: string, { io, progress }: Output): Promise<Rendered> {
  const { env, stderr } = io;
  const stem = stemOf(out);
  const latex = await renderLatex(document, { stem, fonts: readFigureFonts() });
  progress.show("running pdflatex");
  const compiled = await compilePdf(latex, { env, keepAs: join(dirname(out), `${stem}.failed`) }).finally(
    progress.clear,
  );
  for (const { message } of compiled.warnings) stderr.write(`kktid: pdflatex: ${message}\n`);
  return { main: compiled.pdf, files: [] };
}

/** @throws {@link UsageError} if samples do not have as many coordinates as the picture has pixels */
function requireImage(answers: readonly Answer[], { height, width }: ImageSize): void {
  for (const answer of answers) {
    if (!("problem" in answer))
      throw new UsageError("--image is about samples, and this answer has none", "leave it out");
    const { inputDim } = answer.problem;
    if (height * width !== inputDim) {
      throw new UsageError(
        `--image ${height}x${width} has ${height * width} pixels, but samples have d = ${inputDim} coordinates`,
        "pass HEIGHTxWIDTH with HEIGHT·WIDTH = d, or leave it out",
      );
    }
  }
}

function write(rendered: Rendered, { out }: Destination, io: Io): WrittenFile[] {
  if (out !== null) return writeRendered(out, rendered);
  const { main } = rendered;
  io.stdout.write(typeof main === "string" ? main : new TextDecoder().decode(main));
  return [];
}

/** The files of the answers by their command: in the folder of `--answers`, or where they were read. */
function savedAs(answers: readonly NamedAnswer[], folder: string | undefined): Readonly<Record<string, string>> {
  const named = answers.map(({ answer, name }) => {
    const file = fileNameOf(answer);
    const read = extname(name).toLowerCase() === ".json" ? name : file;
    return [answer.schema, folder === undefined ? read : join(folder, file)] as const;
  });
  return Object.fromEntries(named);
}

/** Name of the file of an answer, such as check.json. */
function fileNameOf({ schema }: Answer): string {
  return `${/^kktid\.(\w+)\//.exec(schema)![1]}.json`;
}

/** @throws {@link FileError} if the folder of `--answers` is a file: before the work, not after */
function requireAnswersFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new FileError(folder, "is a file", "--answers names a folder");
  }
}

/** Saves the answers that were computed or read, each as it is. */
function keepAnswers(folder: string, answers: readonly NamedAnswer[]): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new FileError(folder, `cannot be written: ${reasonOf(error)}`, undefined, error);
  }
  for (const { answer, text } of answers) {
    writeOutput(join(folder, fileNameOf(answer)), `${text.trimEnd()}\n`);
  }
}

function summaryOf(
  files: readonly WrittenFile[],
  { format }: Destination,
  { require: required }: ReportCommandOptions,
  verdict: Verdict | null,
): object {
  return { schema: "kktid.report/1", tool: toolStamp(), format, files, verdict, required: required ?? null };
}
