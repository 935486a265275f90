import type { VerifyAnswer } from "../answers/verify-answer.ts";
import type { TextStyle } from "../report/style.ts";
import type { Claim } from "../verify/experiment.ts";
import { LARGEST_MARGIN } from "../verify/rows.ts";
import type { TestedClaim, TestedRow } from "../verify/run-claims.ts";

const WIDTH = 80;
/** Columns of trials, agreements and worst margin. */
const NUMBERS = 26;
const LABEL = WIDTH - NUMBERS;

/** The answer with what the self-tests of its rows showed. */
export interface TestedAnswer extends VerifyAnswer {
  readonly claims: readonly TestedClaim[];
}

/** How much is printed. */
export interface VerifyTextOptions {
  /** Every row; else satisfied and violated rows of a claim together, and those that failed. */
  readonly rows: boolean;
  /** Whether Ctrl-C ended it, and not the time. */
  readonly interrupted?: boolean;
}

/** The table of a run, within 80 columns. */
export function verifyText(answer: TestedAnswer, style: TextStyle, options: VerifyTextOptions): string {
  const { claims, passed, timings } = answer;
  const rows = claims.flatMap((claim) => claim.rows);
  const failed = claims.filter((claim) => !claim.passed && !isUnfinished(claim));
  const unfinished = claims.filter(isUnfinished);
  const trials = sum(rows, (row) => row.trials);
  const named = (some: readonly TestedClaim[], what: string): string[] =>
    some.length === 0
      ? []
      : [style.bad(`${countOf(some, "claim")} of ${claims.length} ${what}:`), ...some.map(({ id }) => `  ${id}`)];
  const verdict = passed
    ? [style.good("every claim agrees")]
    : [...named(failed, "fail"), ...named(unfinished, "unfinished")];
  return [
    head(),
    ...claims.flatMap((claim) => claimLines(claim, style, options)),
    "",
    ...(claims.some(({ ofSourcePaper }) => ofSourcePaper)
      ? ["* a claim of Shen, Wang, Qian & Lei (arXiv 2602.08723)"]
      : []),
    "+ hypothesis satisfied, - just violated; margin 1 is the border of agreement",
    `${countOf(claims, "claim")}, ${countOf(rows, "row")}, ${trials} trials, seed ${answer.seed}, ${timings.totalSeconds.toFixed(1)} s`,
    ...verdict,
    "",
  ].join("\n");
}

/** The names of the claims, each with its statement and page. */
export function claimsText(claims: readonly Claim[]): string {
  return `${claims
    .flatMap(({ id, statement, page, ofSourcePaper }) => [
      `${id}${ofSourcePaper ? " *" : ""}  (${page})`,
      ...wrapped(statement, WIDTH - 4).map((line) => `    ${line}`),
    ])
    .join("\n")}\n`;
}

function head(): string {
  return `${"claim".padEnd(LABEL)}${numbers("trials", "agree", "worst margin")}`;
}

function numbers(trials: string, agreements: string, margin: string): string {
  return `${trials.padStart(6)} ${agreements.padStart(5)} ${margin.padStart(12)}`;
}

/** Whether time was short for it, and nothing else is wrong. */
function isUnfinished(claim: TestedClaim): boolean {
  const failures = claim.rows.filter((row) => !row.passed);
  return failures.length > 0 && failures.every(isCutShort);
}

function isCutShort({ trials, agreements, sabotageDetected }: TestedRow): boolean {
  return agreements === trials && sabotageDetected === null;
}

function claimLines(claim: TestedClaim, style: TextStyle, { rows, interrupted }: VerifyTextOptions): string[] {
  const name = `${claim.id}${claim.ofSourcePaper ? " *" : ""}`;
  const flaw = isUnfinished(claim) ? style.open("UNFINISHED") : style.bad("FAILS");
  const title = style.bold(claim.passed ? name : `${name}  ${flaw}`);
  const why = interrupted ? "interrupted" : "the time was up";
  if (rows) return ["", title, ...claim.rows.flatMap((row) => rowLines(row, style, why))];
  const groups = (["satisfied", "violated"] as const).flatMap((hypothesis) => {
    const some = claim.rows.filter((row) => row.hypothesis === hypothesis);
    return some.length === 0 ? [] : [groupLine(hypothesis, some)];
  });
  const failures = claim.rows.filter((row) => !row.passed).flatMap((row) => rowLines(row, style, why));
  return [title, ...groups, ...failures];
}

function groupLine(hypothesis: TestedRow["hypothesis"], rows: readonly TestedRow[]): string {
  const margins = rows.map(({ worstMargin }) => worstMargin).filter((margin) => margin !== null);
  const text = `  ${signOf(hypothesis)} ${countOf(rows, "row")}, hypothesis ${hypothesis === "satisfied" ? "satisfied" : "just violated"}`;
  const trials = sum(rows, (row) => row.trials);
  const agreements = sum(rows, (row) => row.agreements);
  const margin = margins.length === 0 ? null : Math.min(...margins);
  return `${text.padEnd(LABEL)}${numbers(`${trials}`, `${agreements}`, marginText(margin))}`;
}

function rowLines(row: TestedRow, style: TextStyle, cutShort: string): string[] {
  const lines = wrapped(row.label, LABEL - 5);
  const last = lines.pop()!;
  const counts = numbers(`${row.trials}`, `${row.agreements}`, marginText(row.worstMargin));
  const first = `  ${signOf(row.hypothesis)} `;
  const indented = [...lines, last].map((line, k) => `${k === 0 ? first : "    "}${line}`);
  const table = [...indented.slice(0, -1), `${indented.at(-1)!.padEnd(LABEL)}${counts}`];
  return row.passed ? table : [...table, `    ${(isCutShort(row) ? style.open : style.bad)(failureOf(row, cutShort))}`];
}

function failureOf(row: TestedRow, cutShort: string): string {
  if (row.agreements < row.trials) return `${row.trials - row.agreements} trials disagree`;
  if (row.sabotageDetected === false) return "it does not notice a conclusion broken on purpose";
  return `${cutShort} after ${row.trials} of ${row.plannedTrials} trials`;
}

function countOf(list: readonly unknown[], noun: string): string {
  return `${list.length} ${noun}${list.length === 1 ? "" : "s"}`;
}

function signOf(hypothesis: TestedRow["hypothesis"]): string {
  return hypothesis === "satisfied" ? "+" : "-";
}

const SHORTEST_EXPONENTIAL = 1e4;

function marginText(margin: number | null): string {
  if (margin === null) return "exact";
  if (margin >= LARGEST_MARGIN) return "unlimited";
  return margin >= SHORTEST_EXPONENTIAL || margin < 0.01 ? margin.toExponential(1) : margin.toPrecision(3);
}

function sum<T>(list: readonly T[], value: (item: T) => number): number {
  return list.reduce((total, item) => total + value(item), 0);
}

/** The text in lines of at most this width, broken at spaces. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
