import { extname } from "node:path";
import { UsageError } from "../errors.ts";
import type { Verdict } from "../identifiability/result.ts";
import type { CommonOptions, NetworkKnowledgeOptions, NetworkOptions } from "./options.ts";
import type { SampleRange } from "./recover.ts";

/** What `report` can write. */
export const REPORT_FORMATS = ["latex", "pdf", "html", "markdown", "text", "sarif"] as const;

type ReportFormat = (typeof REPORT_FORMATS)[number];

/** Size of a sample as a picture. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

export interface ReportCommandOptions extends CommonOptions, NetworkOptions, NetworkKnowledgeOptions {
  readonly format?: ReportFormat;
  readonly out?: string;
  readonly fragment?: boolean;
  readonly image?: ImageSize;
  readonly answers?: string;
  readonly require?: Verdict;
  readonly samples?: SampleRange;
  readonly inputDim?: number;
  readonly width?: number;
  readonly outputs?: number;
  readonly frozenBias?: boolean;
  readonly count?: boolean;
  readonly data?: string;
  readonly truth?: string;
  readonly maxStarts: number;
  readonly acceptError: number;
}

const EXTENSIONS: Readonly<Record<string, ReportFormat>> = {
  ".tex": "latex",
  ".pdf": "pdf",
  ".html": "html",
  ".htm": "html",
  ".md": "markdown",
  ".txt": "text",
  ".sarif": "sarif",
};

/** Where a report goes, and as what. */
export interface Destination {
  readonly format: ReportFormat;
  /** Null for stdout. */
  readonly out: string | null;
}

/** @throws {@link UsageError} if the options contradict each other, or a format cannot go to stdout */
export function destinationOf(options: ReportCommandOptions): Destination {
  const { out, fragment, json } = options;
  const path = out === undefined || out === "-" ? null : out;
  const format = formatOf(options, path);
  if (fragment && format !== "latex") {
    throw new UsageError(`--fragment belongs to LaTeX, not to ${format}`, "pass --format latex, or leave it out");
  }
  if (path === null) requireStdout(format, json === true);
  return { format, out: path };
}

function formatOf({ format, fragment }: ReportCommandOptions, path: string | null): ReportFormat {
  if (format !== undefined) return format;
  const guessed = path === null ? undefined : EXTENSIONS[extname(path).toLowerCase()];
  if (guessed !== undefined) return guessed;
  if (fragment) return "latex";
  if (path === null) return "text";
  throw new UsageError(`--out ${path}: its extension names no format`, `pass --format ${REPORT_FORMATS.join("|")}`);
}

function requireStdout(format: ReportFormat, json: boolean): void {
  if (format === "pdf") throw new UsageError("--format pdf: is not text", "pass --out report.pdf");
  if (format === "latex") {
    throw new UsageError("--format latex: has pictures and a bibliography beside it", "pass --out report.tex");
  }
  if (json) throw new UsageError("--json prints what was written, so the report needs a file", "pass --out");
}
