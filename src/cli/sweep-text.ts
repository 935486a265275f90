import type { SweepAnswer, SweepAxis, SweepBoundary } from "../answers/sweep-answer.ts";
import { VERDICTS, type Verdict } from "../identifiability/result.ts";
import { nameOfAxis } from "../paper/phase-diagram.ts";
import type { TextStyle } from "../report/style.ts";
import type { CellResult } from "../sweep/cell-result.ts";
import type { Grid } from "../sweep/grid.ts";

/** What the summary of a sweep is made of. */
export interface SweepSummary {
  readonly answer: SweepAnswer;
  readonly grid: Grid;
  /** In grid order. */
  readonly cells: readonly CellResult[];
  /** Cells of the whole grid. */
  readonly total: number;
  /** Borders that are no lines. */
  readonly dropped: readonly string[];
  readonly files: readonly string[];
  readonly gridFile: string;
}

const LETTERS: Readonly<Record<Verdict, string>> = {
  "globally-identifiable": "G",
  "locally-identifiable": "L",
  nonidentifiable: "N",
  inconclusive: "?",
};
const MISSING = "·";
const WIDTH = 80;

/** The summary on a terminal: the phases as letters, how many cells have which verdict, borders, files. */
export function sweepText(summary: SweepSummary, style: TextStyle): string {
  const { answer, cells, total, dropped, files, gridFile } = summary;
  const lines = [
    style.bold(`SWEEP ${clip(answer.title, 50)}: ${cells.length} of ${total} cells`),
    ...axisLines(answer),
    "",
    ...phaseLines(answer, (cell) => LETTERS[cell.verdict], style),
    "",
    ...verdictLines(cells),
    ...empiricalLines(summary, style),
    ...boundaryLines(answer, dropped),
    ...(files.length === 0 ? [] : ["", "Files", ...files.map((file) => `  ${file}`)]),
    "",
    "One cell again, counted from 0 along both axes",
    `  kktid sweep ${gridFile} --cell X,Y`,
    ...exampleLines(cells),
  ];
  return `${lines.join("\n")}\n`;
}

function axisLines({ x, y }: SweepAnswer): string[] {
  return (["x", "y"] as const).map((name) => {
    const { parameter, values } = name === "x" ? x : y;
    const [first, last] = [values[0], values.at(-1)];
    const range = values.length === 1 ? `${first}` : `${first} to ${last}, ${values.length} values`;
    return clip(`  ${name === "x" ? "across" : "up"}: ${nameOfAxis(parameter)}, ${range}`, WIDTH);
  });
}

/** Columns are named by their numbers where these are short, else by letters that a legend explains. */
function phaseLines({ x, y, cells }: SweepAnswer, letter: (cell: CellResult) => string, style: TextStyle): string[] {
  const rowNames = y.values.map((value) => clip(`${value}`, 24));
  const margin = Math.max(...rowNames.map(({ length }) => length)) + 2;
  const space = x.values.length * 2 + margin + 2 <= WIDTH ? " " : "";
  const columns = Math.min(x.values.length, Math.floor((WIDTH - margin - 2) / (1 + space.length)));
  const at = new Map((cells as readonly CellResult[]).map((cell) => [`${cell.x},${cell.y}`, cell]));
  const row = (j: number): string =>
    Array.from({ length: columns }, (_, i) => {
      const cell = at.get(`${i},${j}`);
      return cell === undefined ? MISSING : coloured(letter(cell), cell.verdict, style);
    }).join(space);
  const rows = y.values.map((_, j) => `  ${rowNames[j]!.padStart(margin - 2)} │${space}${row(j)}`).reverse();
  const rule = `${" ".repeat(margin)} └${"─".repeat(columns * (1 + space.length))}`;
  const { names, legend } = columnNames(x, columns, space.length + 1);
  const hidden = x.values.length - columns;
  return [
    ...rows,
    rule,
    `${" ".repeat(margin + 2)}${space}${names}`.trimEnd(),
    ...legend,
    ...(hidden === 0 ? [] : [`  (${hidden} columns more are in the files)`]),
  ];
}

function coloured(letter: string, verdict: Verdict, style: TextStyle): string {
  if (verdict === "globally-identifiable" || verdict === "locally-identifiable") return style.good(letter);
  return verdict === "nonidentifiable" ? style.bad(letter) : style.open(letter);
}

function columnNames({ values }: SweepAxis, columns: number, pitch: number): { names: string; legend: string[] } {
  const shown = values.slice(0, columns);
  if (shown.every((value) => typeof value === "number")) {
    const longest = Math.max(...shown.map((value) => `${value}`.length));
    const every = Math.ceil((longest + 1) / pitch);
    return {
      names: shown.map((value, i) => (i % every === 0 ? `${value}`.padEnd(every * pitch) : "")).join(""),
      legend: [],
    };
  }
  const letters = shown.map((_, i) => String.fromCharCode("a".charCodeAt(0) + (i % 26)));
  return {
    names: letters.join(" ".repeat(pitch - 1)),
    legend: shown.map((value, i) => clip(`    ${letters[i]}  ${value}`, WIDTH)),
  };
}

function verdictLines(cells: readonly CellResult[]): string[] {
  const counts = VERDICTS.map((verdict) => cells.filter((cell) => cell.verdict === verdict).length);
  return VERDICTS.flatMap((verdict, k) =>
    counts[k] === 0 ? [] : [`  ${LETTERS[verdict]}  ${verdict.padEnd(22)} ${`${counts[k]}`.padStart(6)}`],
  );
}

/** The share of networks whose data came back, in tenths: 9 is 90 % or more, * all of them. */
function empiricalLines({ answer, cells, grid }: SweepSummary, style: TextStyle): string[] {
  if (grid.empirical === null) return [];
  const { seeds } = grid.empirical;
  const sum = (of: (cell: CellResult) => number): number => cells.reduce((total, cell) => total + of(cell), 0);
  const wrong = sum(({ empirical }) => empirical!.wrong);
  const wrongLine = `  claimed, but beyond a bound        ${wrong}`;
  const tenths = ({ empirical }: CellResult): string => {
    if (empirical === null || empirical.trials === 0) return "-";
    const share = empirical.successes / empirical.trials;
    return share === 1 ? "*" : `${Math.floor(10 * share)}`;
  };
  return [
    "",
    style.bold(`Recovered, of ${seeds} networks a cell (* all, 0 to 9 tenths, - none to attack)`),
    ...phaseLines(answer, tenths, style),
    "",
    `  recovered within the error bounds  ${sum(({ empirical }) => empirical!.successes)} of ${sum(({ empirical }) => empirical!.trials)}`,
    wrong === 0 ? wrongLine : style.bad(wrongLine),
    `  not trained to a stationary point  ${sum(({ empirical }) => empirical!.untrained)}`,
  ];
}

function boundaryLines({ x, y, boundaries }: SweepAnswer, dropped: readonly string[]): string[] {
  if (boundaries.length + dropped.length === 0) return [];
  const describe = ({ name, along, thresholds }: SweepBoundary): string[] => {
    const [from, to] = along === "x" ? [x, y] : [y, x];
    const values = thresholds.map((threshold) => threshold ?? "–").join(" ");
    return [
      ...wrapped(name, "  "),
      ...wrapped(`for each value of ${from.parameter}, from ${to.parameter} ${values}`, "    ", "      "),
    ];
  };
  return [
    "",
    "Borders by theorems",
    ...boundaries.flatMap(describe),
    ...dropped.flatMap((name) => wrapped(`not drawn, as it is no line here: ${name}`, "  ", "    ")),
  ];
}

/** The command of one cell: the middle one. */
function exampleLines(cells: readonly CellResult[]): string[] {
  const cell = cells[Math.floor(cells.length / 2)];
  return cell === undefined
    ? []
    : [`its verdict alone, such as that of ${cell.x},${cell.y}`, ...commandLines(cell.command)];
}

/** A command in lines that a shell joins again; options stay with their values. */
export function commandLines(command: string): string[] {
  const lines: string[] = [];
  let line = " ";
  for (const part of command.split(/ (?=-)(?=(?:[^']*'[^']*')*[^']*$)/)) {
    if (line.length + part.length + 3 > WIDTH) {
      lines.push(`${line} \\`);
      line = "   ";
    }
    line += ` ${part}`;
  }
  return [...lines, line];
}

const clip = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length - 1)}…`);

/** Words in lines of a terminal, the first behind `indent`, the others behind `next`. */
function wrapped(text: string, indent: string, next: string = indent): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    if (line.trim() !== "" && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = next;
    }
    line += line.trim() === "" ? word : ` ${word}`;
  }
  return [...lines, line];
}
