import { FileError } from "../src/errors.ts";

/** One NIST StRD nonlinear regression file. */
export interface NistDataSet {
  readonly name: string;
  /** Start 1 and start 2. */
  readonly starts: readonly [Float64Array, Float64Array];
  readonly certified: Float64Array;
  readonly residualSumOfSquares: number;
  readonly observations: readonly { readonly response: number; readonly predictors: readonly number[] }[];
}

/**
 * Reads a NIST StRD file of nonlinear regression, whose head says on which lines the starts, certified values and data
 * stand.
 *
 * @throws {@link FileError} naming the line that is missing or not in the format
 */
export function parseNistFile(text: string, file: string): NistDataSet {
  const lines = text.split(/\r?\n/);
  const fail = (line: number, problem: string): never => {
    throw new FileError(file, `line ${line}: ${problem}`, "expected a NIST StRD nonlinear regression file");
  };
  const lineAt = (line: number): string => lines[line - 1] ?? fail(line, "missing, the file ends before it");
  const number = (word: string, line: number): number => {
    const value = /^[+-]?(\d+\.?\d*|\.\d+)([Ee][+-]?\d+)?$/.test(word) ? Number(word) : Number.NaN;
    return Number.isFinite(value) ? value : fail(line, `"${word}" is not a number`);
  };
  const find = (pattern: RegExp, what: string): { line: number; words: readonly string[] } => {
    const at = lines.findIndex((line) => pattern.test(line));
    return at < 0 ? fail(1, `no ${what} in the file`) : { line: at + 1, words: pattern.exec(lines[at]!)!.slice(1) };
  };
  const range = (what: string): { from: number; to: number } => {
    const { line, words } = find(new RegExp(`${what}\\s*\\(lines\\s+(\\d+)\\s+to\\s+(\\d+)\\)`, "i"), `${what} range`);
    const [from, to] = words.map((word) => number(word, line)) as [number, number];
    return to >= from ? { from, to } : fail(line, `the ${what} range ${from} to ${to} is empty`);
  };

  const { words } = find(/Dataset Name:\s+(\S+)/, "dataset name");
  const parameters = range("Starting Values");
  const table: number[][] = [];
  for (let line = parameters.from; line <= parameters.to; line++) {
    const row = /^\s*b(\d+)\s*=\s*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s*$/.exec(lineAt(line));
    if (row === null) return fail(line, "expected 'bK = start start certified deviation'");
    if (Number(row[1]) !== table.length + 1) fail(line, `expected parameter b${table.length + 1}, got b${row[1]}`);
    table.push(row.slice(2).map((word) => number(word, line)));
  }
  const sum = find(/Residual Sum of Squares:\s+(\S+)/, "residual sum of squares");
  const count = find(/Number of Observations:\s+(\S+)/, "number of observations");
  const data = range("Data");
  const observations = [];
  let width = 0;
  for (let line = data.from; line <= data.to; line++) {
    const values = lineAt(line)
      .trim()
      .split(/\s+/)
      .map((word) => number(word, line));
    width ||= values.length;
    if (values.length < 2 || values.length !== width)
      fail(line, `expected ${Math.max(width, 2)} numbers, got ${values.length}`);
    observations.push({ response: values[0]!, predictors: values.slice(1) });
  }
  if (observations.length !== number(count.words[0]!, count.line)) {
    fail(count.line, `${count.words[0]} observations announced, ${observations.length} found`);
  }
  const column = (k: number): Float64Array => Float64Array.from(table, (row) => row[k]!);
  return {
    name: words[0]!,
    starts: [column(0), column(1)],
    certified: column(2),
    residualSumOfSquares: number(sum.words[0]!, sum.line),
    observations,
  };
}
