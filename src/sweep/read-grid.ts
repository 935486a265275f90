import { parse, YAMLParseError } from "yaml";
import { FileError, ToolError } from "../errors.ts";
import { activationOf, cellProblem } from "./cell-problem.ts";
import { empiricalProblems, planOf } from "./empirical-plan.ts";
import { type ActivationValue, type AxisValue, cellPositions, type Grid, type GridAxis, nameOfCell } from "./grid.ts";
import { type GridContent, gridSchema } from "./grid-schema.ts";

const FIELDS =
  "fields: title, seed, problem (activation, inputDim, samples, width, outputs, trained, bias, setting, domain, loss, " +
  "weightDecay, weightPrecision), x and y (parameter, values), " +
  "empirical (seeds, data, norm, loss, weightDecay, maxStarts, acceptError)";

const MOST_CELLS = 1e5;
const DEFAULT_SEED = 1;

/**
 * Reads a grid file.
 *
 * @param seed - in place of the seed in the file
 * @throws {@link FileError} with every problem at once, each with its field; or the line of a syntax error
 */
export function readGrid(bytes: Uint8Array, file: string, seed?: number): Grid {
  const result = gridSchema.safeParse(readYaml(bytes, file));
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => `${fieldPath(path)}: ${message}`);
    throw new FileError(file, problems.join("; "), FIELDS);
  }
  const content = result.data;
  const problems = [...crossProblems(content), ...empiricalProblems(content)];
  if (problems.length > 0) throw new FileError(file, problems.join("; "), FIELDS);
  const { problem, x, y } = content;
  const title = content.title ?? `${y.parameter} by ${x.parameter}`;
  const grid: Grid = {
    title,
    seed: seed ?? content.seed ?? DEFAULT_SEED,
    problem,
    x,
    y,
    empirical: planOf(content),
  };
  requireSoundCells(grid, file);
  return grid;
}

function readYaml(bytes: Uint8Array, file: string): unknown {
  try {
    return parse(new TextDecoder("utf8", { fatal: true }).decode(bytes));
  } catch (error) {
    const place = error instanceof YAMLParseError ? (error.message.split("\n")[0] ?? "") : "is not UTF-8 text";
    throw new FileError(file, place, undefined, error);
  }
}

/** x.values[2], as a reader would write it. */
function fieldPath(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return text.replace(/^\./, "") || "the document";
}

/** What each field may be by itself, but not beside the others. */
function crossProblems({ problem, x, y, empirical }: GridContent): string[] {
  const problems: string[] = [];
  const axes = [x, y];
  if (x.parameter === y.parameter) problems.push(`y.parameter: x has ${x.parameter} already; choose another`);
  for (const [k, { parameter }] of axes.entries()) {
    if (problem[parameter] === undefined) continue;
    problems.push(`problem.${parameter}: axis ${"xy"[k]} gives it; leave it out here`);
  }
  for (const field of ["activation", "inputDim", "samples", "width"] as const) {
    if (problem[field] !== undefined || axes.some(({ parameter }) => parameter === field)) continue;
    problems.push(`problem.${field}: is missing; add it, or an axis of it`);
  }
  const precision = axes.some(({ parameter }) => parameter === "weightPrecision") || problem.weightPrecision;
  if (precision && empirical === undefined) {
    problems.push("weightPrecision: only networks that are trained have one; add empirical, with seeds");
  }
  const cells = x.values.length * y.values.length;
  if (cells > MOST_CELLS) problems.push(`x and y: ${cells} cells are more than ${MOST_CELLS}; leave values out`);
  problems.push(...activationProblems(problem.activation, axes));
  return problems;
}

/** Every activation of the file that is no polynomial. */
function activationProblems(given: AxisValue | undefined, axes: readonly GridAxis[]): string[] {
  const written = [
    ...(given === undefined ? [] : [{ path: "problem.activation", value: given }]),
    ...axes.flatMap(({ parameter, values }, k) =>
      parameter === "activation" ? values.map((value, i) => ({ path: `${"xy"[k]}.values[${i}]`, value })) : [],
    ),
  ];
  return written.flatMap(({ path, value }) => {
    try {
      activationOf(value as ActivationValue);
      return [];
    } catch (error) {
      if (error instanceof ToolError) return [`${path}: ${error.message}`];
      throw error;
    }
  });
}

/** Cells whose values contradict each other are found before the first one is computed. */
function requireSoundCells(grid: Grid, file: string): void {
  const refused: { readonly name: string; readonly error: ToolError }[] = [];
  for (const position of cellPositions(grid)) {
    try {
      cellProblem(grid, position);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      refused.push({ name: nameOfCell(grid, position), error });
    }
  }
  const [first] = refused;
  if (first === undefined) return;
  const others = refused.length === 1 ? "" : ` (and ${refused.length - 1} other cells)`;
  throw new FileError(file, `the cell ${first.name}${others}: ${first.error.message}`, first.error.hint);
}
