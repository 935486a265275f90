import { mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
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
import { progressFor } from "./terminal.ts";
import { compilePdf, requireTex } from "./tex-run.ts";

/** `kktid report`. */
export async function runReport(files: readonly string[], options: ReportCommandOptions, io: Io): Promise<ExitCode> {
  const destination = destinationOf(options);
  if (destination.out !== null) requireReportFile(destination.out);
  if (destination.format === "pdf") await requireTex(io.env);
  const progress = progressFor(io, options.quiet === true || options.json === true);
  const found = answersFor(files, options, progress);
  progress.clear();
  const verdict = requiredVerdict(found.answers, options.require);
  const rendered = await render(found, destination, options, io);
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

async function render(
  { answers, network }: ReportAnswers,
  { format, out }: Destination,
  { image, fragment }: ReportCommandOptions,
  io: Io,
): Promise<Rendered> {
  const plain = answers.map(({ answer }) => answer);
  if (image !== undefined) requireImage(plain, image);
  if (format === "sarif") {
    const artifact = network ?? artifactOf(plain) ?? answers[0]!.name;
    return { main: `${JSON.stringify(sarifOf(plain, artifact), null, 2)}\n`, files: [] };
  }
  const document = paperOf(reportInput(plain), { image: image ?? null, proofPage: readProofPage });
  const stem = out === null ? "report" : stemOf(out);
  switch (format) {
    case "latex":
      return renderLatex(document, { stem, fragment: fragment === true, fonts: readFigureFonts() });
    case "pdf":
      return pdf(document, out!, io);
    case "html":
      return renderHtml(document, readHtmlAssets());
    case "markdown":
      return renderMarkdown(document, { figures: out === null ? "omit" : "files", name: stem });
    case "text":
      return renderText(document);
  }
}

/** The pages of the LaTeX report; what TeX complained about goes to stderr. */
async function pdf(document: ReportDocument, out: string, { env, stderr }: Io): Promise<Rendered> {
  const stem = stemOf(out);
  const latex = await renderLatex(document, { stem, fonts: readFigureFonts() });
  const compiled = await compilePdf(latex, { env, keepAs: join(dirname(out), `${stem}.failed`) });
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

/** Saves the answers that were computed or read, each as it is. */
function keepAnswers(folder: string, answers: readonly NamedAnswer[]): void {
  try {
    mkdirSync(folder, { recursive: true });
    if (!statSync(folder).isDirectory()) throw new FileError(folder, "is no folder");
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(folder, `cannot be written: ${reasonOf(error)}`, undefined, error);
  }
  for (const { answer, text } of answers) {
    const [, kind] = /^kktid\.(\w+)\//.exec(answer.schema)!;
    writeOutput(join(folder, `${kind}.json`), `${text.trimEnd()}\n`);
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
