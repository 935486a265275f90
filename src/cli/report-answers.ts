import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { type Answer, parseAnswer } from "../answers/parse-answer.ts";
import { FileError, ResourceLimitError, UsageError } from "../errors.ts";
import { type CheckOptions, documentCheck } from "./check.ts";
import { readInput, reasonOf } from "./files.ts";
import { documentRecovery } from "./recover.ts";
import type { ReportCommandOptions } from "./report-options.ts";
import type { Progress } from "./terminal.ts";

/** An answer and the name it is known by. */
export interface NamedAnswer {
  readonly name: string;
  readonly answer: Answer;
  /** As it was read or computed. */
  readonly text: string;
}

/** What a report is made of. */
export interface ReportAnswers {
  readonly answers: readonly NamedAnswer[];
  /** The network that was analysed now; null for saved answers and for shapes. */
  readonly network: string | null;
}

/**
 * Reads saved answers, or runs check and recover. Computed answers go through JSON as well, so that both give the same
 * report.
 *
 * @throws {@link UsageError} if several files are not answers about the same problem
 */
export function answersFor(files: readonly string[], options: ReportCommandOptions, progress: Progress): ReportAnswers {
  const saved = files.map((file) => savedAnswer(file, options));
  const answers = saved.filter((answer) => answer !== null);
  if (files.length > 0 && answers.length === files.length) {
    requireOneProblem(answers);
    refuseQuestion(options);
    return { answers, network: null };
  }
  if (files.length > 1) {
    const other = files[saved.indexOf(null)]!;
    throw new UsageError(`${other} is no JSON answer of kktid, so it cannot stand beside other files`, "name it alone");
  }
  const [target] = files;
  const isShape = target === undefined || /\.ya?ml$/i.test(target);
  return isShape ? shapeAnswers(target, options, progress) : networkAnswers(target, options, progress);
}

/** Options that change an answer, which a saved one would ignore without a word. */
const QUESTION_OPTIONS: Readonly<Partial<Record<keyof ReportCommandOptions, string>>> = {
  activation: "-a",
  samples: "-n",
  inputDim: "-d",
  width: "-m",
  outputs: "--outputs",
  trained: "--trained",
  setting: "--setting",
  init: "--init",
  gradient: "--gradient",
  data: "--data",
  truth: "--truth",
  known: "--known",
  scaler: "--scaler",
  loss: "--loss",
  weightDecay: "--weight-decay",
  weightPrecision: "--weight-precision",
  labels: "--labels",
  count: "--count",
};

/** @throws {@link UsageError} if an option asks for something else than what was saved */
function refuseQuestion(options: ReportCommandOptions): void {
  const names = Object.keys(QUESTION_OPTIONS) as (keyof typeof QUESTION_OPTIONS)[];
  const given = names.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  throw new UsageError(
    `${QUESTION_OPTIONS[given]} changes nothing in a saved answer`,
    "leave it out, or name the network file to compute again",
  );
}

/** The answer in a file, or null for a network or a problem file. */
function savedAnswer(file: string, options: ReportCommandOptions): NamedAnswer | null {
  if (file !== "-" && extname(file).toLowerCase() !== ".json") return null;
  const text = new TextDecoder().decode(file === "-" ? readStandardInput() : readInput(file));
  // A network may be JSON, too; it then comes with its activation.
  if (options.activation !== undefined && !namesSchema(text)) return null;
  return { name: file, answer: parseAnswer(text, file === "-" ? "stdin" : file), text };
}

function readStandardInput(): Uint8Array {
  try {
    return readFileSync(0);
  } catch (error) {
    throw new FileError("stdin", reasonOf(error), undefined, error);
  }
}

function namesSchema(text: string): boolean {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === "object" && document !== null && "schema" in document;
  } catch {
    return false;
  }
}

function requireOneProblem(answers: readonly NamedAnswer[]): void {
  const [first, ...others] = answers;
  for (const other of others) {
    const both = [first!, other].map(({ name }) => name).join(" and ");
    if (!("problem" in first!.answer) || !("problem" in other.answer)) {
      throw new UsageError(`${both} do not go into one report`, "only an answer of check and one of recover do");
    }
    const same = answers.filter(({ answer }) => answer.schema === other.answer.schema);
    if (same.length > 1) {
      const names = same.map(({ name }) => name).join(" and ");
      throw new UsageError(`${names} are both ${other.answer.schema}`, "make one report of each");
    }
    requireSame(first!.answer.problem, other.answer.problem, both);
  }
}

/** Fields that say which equations were asked about. */
const PROBLEM_FIELDS = [
  ...(["setting", "inputDim", "samples", "width", "outputs", "activation", "trained", "bias"] as const),
];

function requireSame(
  left: Readonly<Record<string, unknown>> | object,
  right: Readonly<Record<string, unknown>> | object,
  names: string,
): void {
  const value = (problem: object, field: string): string =>
    JSON.stringify((problem as Readonly<Record<string, unknown>>)[field]);
  const field = PROBLEM_FIELDS.find((name) => value(left, name) !== value(right, name));
  if (field === undefined) return;
  throw new UsageError(
    `${names} are about different problems: ${field} is ${value(left, field)} and ${value(right, field)}`,
    "make one report of each",
  );
}

function shapeAnswers(target: string | undefined, options: ReportCommandOptions, progress: Progress): ReportAnswers {
  if (options.truth !== undefined) throw new UsageError("--truth belongs to a network file", "leave it out");
  return {
    answers: [throughJson("check", documentCheck(target, checkOptions(options), progress).document)],
    network: null,
  };
}

/**
 * Check and recover. What recover was told includes what check was told, so that only recover says what is of no use.
 * Certificates name their files as seen from the folder where the answers are kept.
 */
function networkAnswers(target: string, options: ReportCommandOptions, progress: Progress): ReportAnswers {
  const checked = { ...checkOptions(options), ...certificateIn(options, "check"), hideUnused: true };
  const searched = { ...options, ...certificateIn(options, "recover") };
  // The shape's options are refused before the search, not after it.
  if (checked.samples !== undefined) {
    const { document } = documentCheck(target, checked, progress);
    const recovered = recoveryOrRefusal(target, searched, progress);
    if (typeof recovered !== "string") {
      return { answers: [throughJson("check", document), throughJson("recover", recovered)], network: target };
    }
    progress.note(`kktid: ${recovered}; the report is of check alone`);
    const notes = [`The training data were not searched for: ${recovered}.`];
    return { answers: [throughJson("check", { ...document, notes })], network: target };
  }
  const recovered = documentRecovery(target, searched, progress);
  const samples = recovered.problem.samples;
  const check = throughJson("check", documentCheck(target, { ...checked, samples }, progress).document);
  return { answers: [check, throughJson("recover", recovered.document)], network: target };
}

/** The document of recover, or why there are too many unknowns for a search. */
function recoveryOrRefusal(target: string, options: ReportCommandOptions, progress: Progress): object | string {
  try {
    return documentRecovery(target, options, progress).document;
  } catch (error) {
    if (error instanceof ResourceLimitError) return error.message;
    throw error;
  }
}

/** Where the certificate of a command stands in the folder of `--answers`. */
function certificateIn({ answers }: ReportCommandOptions, command: string): { readonly certificate?: string } {
  return answers === undefined ? {} : { certificate: join(answers, `${command}.json`) };
}

/** The options that check has; without a single number of samples where that is looked for. */
function checkOptions(options: ReportCommandOptions): Omit<CheckOptions, "detail" | "require"> {
  const {
    samples,
    domain,
    labels: _,
    known: _known,
    scaler: _scaler,
    localSteps: _steps,
    gradientOf: _of,
    ...rest
  } = options;
  const single = typeof samples === "object" && samples.from === samples.to ? { samples: samples.from } : {};
  const where = domain === "free" || domain === "sphere" ? { domain } : {};
  const { truth: _truth, ...shared } = rest;
  return { ...shared, ...single, ...where };
}

function throughJson(name: string, document: object): NamedAnswer {
  const text = JSON.stringify(document);
  return { name, answer: parseAnswer(text, name), text };
}
