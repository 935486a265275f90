import type { Answer } from "../answers/parse-answer.ts";
import { UsageError } from "../errors.ts";
import type { HtmlAssets } from "../render/html/fonts.ts";
import type { Rendered } from "../render/rendered.ts";

/** How a report is written, and what it shows. */
export interface ReportOptions {
  /** `latex` and `markdown` have files beside the document: pictures, bibliography. */
  readonly format: "latex" | "html" | "markdown" | "text";
  /**
   * What the names of files beside the document begin with.
   *
   * @defaultValue `"report"`
   */
  readonly name?: string | undefined;
  /**
   * A piece to `\input` into a paper instead of an article (`latex`).
   *
   * @defaultValue false
   */
  readonly fragment?: boolean | undefined;
  /** Instead of the title that the answers give. */
  readonly title?: string | undefined;
  /** Size of the pictures that samples are; left out: decided by the data. */
  readonly image?: { readonly height: number; readonly width: number } | undefined;
  /** Style sheet and fonts of the formulas, for `html`: the page holds all that it needs. */
  readonly assets?: HtmlAssets | undefined;
  /** The Markdown of a page such as `"proofs/gauge.md"`, or null; with it the pages that are used are appended. */
  readonly proofPage?: ((path: string) => string | null) | undefined;
}

/**
 * Writes a report: the question, the verdict and why, the data and how well they are known, and how to recheck it.
 *
 * @example
 * ```ts
 * const { main, files } = await report([check(question), recover(question)], { format: "latex", name: "audit" });
 * ```
 * @param answers - one answer, or that of `check` and that of `recover` about the same network; as the calls give them, or
 * read from saved JSON with {@link parseAnswer}
 * @throws {@link UsageError} if the answers do not belong together, the format is unknown, or `html` lacks its assets
 */
export async function report(answers: Answer | readonly Answer[], options: ReportOptions): Promise<Rendered> {
  const { name = "report", fragment = false, title, image, proofPage } = options;
  const list = Array.isArray(answers) ? (answers as readonly Answer[]) : [answers as Answer];
  const { paperOf } = await import("../paper/paper.ts");
  const { reportInput } = await import("../paper/report-input.ts");
  const document = paperOf(reportInput(list), {
    ...(title === undefined ? {} : { title }),
    ...(image === undefined ? {} : { image }),
    proofPage: proofPage ?? (() => null),
  });
  switch (options.format) {
    case "latex":
      return (await import("../render/latex.ts")).renderLatex(document, { stem: name, fragment });
    case "html":
      return (await import("../render/html/page.ts")).renderHtml(document, assetsOf(options));
    case "markdown":
      return (await import("../render/markdown.ts")).renderMarkdown(document, { figures: "files", name });
    case "text":
      return (await import("../render/text.ts")).renderText(document);
    default:
      throw new UsageError(`format: expected latex, html, markdown or text, got ${String(options.format)}`);
  }
}

function assetsOf({ assets }: ReportOptions): HtmlAssets {
  if (assets !== undefined) return assets;
  throw new UsageError('format "html" needs assets', "the style sheet and the fonts of the package katex");
}
