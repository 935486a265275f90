import { list, type Row } from "./equations.ts";
import { type Fields, indices, integer, listOf, object, require } from "./json.ts";
import {
  dataSideRows,
  hermiteRows,
  jacobianRows,
  knownSideRows,
  type MatrixName,
  type Place,
  type Point,
  sideRows,
} from "./matrices.ts";
import { isRegular, PRIME_LIMIT, PrimeField } from "./modular.ts";
import { dot } from "./numbers.ts";
import type { Problem } from "./problem.ts";
import * as shape from "./shape.ts";
import { type Checked, type Step, spaceOf } from "./steps.ts";

/** Limits that keep a forged certificate from taking the machine down: half a gigabyte for a minor, or for exponents. */
const LARGEST_SIZE = 8000;
const LARGEST_MOMENT_TABLE = 5e7;

/** What a matrix depends on, whether it may be that of a reduced space, its rows, its columns and the rank needed. */
interface Matrix {
  readonly hasSamples: boolean;
  readonly hasNeurons: boolean;
  readonly reduces: boolean;
  readonly rows: (place: Place) => readonly Row<number>[];
  readonly size: (question: MinorQuestion) => { readonly columns: number; readonly rank: number };
}

interface MinorQuestion {
  readonly problem: Problem;
  readonly inputDim: number;
  readonly width: number;
  readonly samples: number;
}

const MATRICES: Readonly<Record<MatrixName, Matrix>> = {
  hermite: {
    ...{ hasSamples: false, hasNeurons: true, reduces: true, rows: hermiteRows },
    size: ({ problem, inputDim }) => {
      const moments = shape.momentCount(problem, inputDim);
      return { columns: moments, rank: moments };
    },
  },
  jacobian: {
    ...{ hasSamples: true, hasNeurons: true, reduces: true },
    rows: (place) => [...jacobianRows(place), ...sideRows(place)],
    size: ({ problem, inputDim, samples }) => ({
      columns: samples * (inputDim + problem.outputs),
      rank: shape.freeUnknowns(problem, inputDim),
    }),
  },
  "data-side": {
    ...{ hasSamples: true, hasNeurons: false, reduces: false, rows: dataSideRows },
    size: ({ problem, inputDim, samples }) => ({
      columns: samples * (inputDim + problem.outputs),
      // The moments alone leave the scales open whatever the side information says.
      rank: samples * shape.momentsPerSample(problem, inputDim),
    }),
  },
  "known-side": {
    ...{ hasSamples: true, hasNeurons: true, reduces: false, rows: knownSideRows },
    size: ({ problem, inputDim, samples }) => ({
      columns: inputDim + (problem.trained.has("bias") ? 1 : 0),
      rank: samples,
    }),
  },
};

/** A minor of one of the four matrices, nonzero modulo a prime: the rank is full outside a proper algebraic set. */
export function checkGenericFullRank(step: Step): Checked {
  const { problem } = step;
  const name = step.word("matrix", Object.keys(MATRICES) as MatrixName[]);
  const { hasSamples, hasNeurons, reduces, rows: rowsOf, size: sizeOf } = MATRICES[name];
  const counts = [hasSamples ? "samples" : [], hasNeurons ? "width" : []].flat();
  const fields = step.fields("matrix", "inputDim", ...counts, "prime", "point", "rows", "columns");
  if (!reduces) step.usesNothing();
  const inputDim = spaceOf(step);
  require(fields.get("inputDim") === inputDim && inputDim >= 1, `inputDim should be ${inputDim}, and positive`);
  const width = hasNeurons ? fields.read("width", integer(1, problem.width)) : 0;
  // Which of the two numbers is needed, the theorem says that uses the data side.
  const most = problem.samples + (name === "data-side" ? 1 : 0);
  const samples = hasSamples ? fields.read("samples", integer(problem.samples, most)) : 0;
  const field = readField(problem, fields);
  const point = readMatrixPoint(fields, name, { problem, inputDim, width, samples }, field);
  const size = sizeOf({ problem, inputDim, width, samples });
  require(size.rank >= 1 && size.rank <= LARGEST_SIZE, `a minor of size ${size.rank} is not checked`);
  const moments = shape.momentCount(problem, inputDim);
  require(name !== "data-side" || moments * inputDim <= LARGEST_MOMENT_TABLE, `${moments} moments are not checked`);
  requireMinor(fields, field, size, rowsOf({ problem, field, point, inputDim }));
  return [
    { is: "full-rank", matrix: name, field, point },
    `The ${name} matrix of ${hasNeurons ? `${width} neurons` : `${samples} samples`} in dimension ${inputDim} has ` +
      `full rank ${size.rank} in general: a minor is nonzero modulo ${field.prime}.`,
  ];
}

function readField(problem: Problem, fields: Fields): PrimeField {
  return new PrimeField(fields.read("prime", integer(2, PRIME_LIMIT)), shape.degreeOf(problem));
}

/** The point of one of the four matrices; with side rows it has labels, and is on the sphere where they say so. */
function readMatrixPoint(fields: Fields, name: MatrixName, question: MinorQuestion, field: PrimeField): Point {
  const { problem, inputDim } = question;
  const { hasNeurons, hasSamples } = MATRICES[name];
  const hasSides = name === "jacobian" && shape.hasSideInformation(problem);
  require(!hasSides || inputDim === problem.inputDim, "side rows are not reduced");
  const keys = [
    ...(hasNeurons ? ["weights", ...(problem.bias === "none" ? [] : ["bias"]), "output"] : []),
    ...(hasSamples ? ["points", "multipliers"] : []),
    ...(hasSides && shape.multiplierScale(problem) !== null ? ["labels"] : []),
  ];
  const point = readPoint(fields.read("point", object(keys)), keys, question, field);
  if (!hasSides || !problem.sphere) return point;
  require(inputDim >= 2, "the sphere in one dimension has no general points");
  for (const [i, { x }] of point.samples.entries())
    require(dot(field, x, x) === 1, `point: sample ${i} is off the sphere`);
  return point;
}

/** Reads a point with these coordinates, all in [0, p); the others are zero. */
function readPoint(fields: Fields, keys: readonly string[], question: MinorQuestion, { prime }: PrimeField): Point {
  const { problem, inputDim: d, width: m, samples: n } = question;
  const C = problem.outputs;
  const read = (key: string, length: number, bound = prime): number[] =>
    keys.includes(key) ? fields.read(key, listOf(integer(0, bound - 1), length)) : new Array<number>(length).fill(0);
  const [weights, bias, output] = [read("weights", m * d), read("bias", m), read("output", C * m)];
  const [points, multipliers, labels] = [read("points", n * d), read("multipliers", n * C), read("labels", n, C + 1)];
  return {
    neurons: list(m, (j) => ({
      w: weights.slice(j * d, (j + 1) * d),
      b: bias[j]!,
      a: list(C, (c) => output[c * m + j]!),
    })),
    samples: list(n, (i) => ({
      x: points.slice(i * d, (i + 1) * d),
      g: multipliers.slice(i * C, (i + 1) * C),
      label: labels[i]!,
    })),
  };
}

/** Requires that the minor of the rows and columns named, of the size that the rank needs, is nonzero. */
function requireMinor(
  fields: Fields,
  field: PrimeField,
  { columns: count, rank }: ReturnType<Matrix["size"]>,
  all: readonly Row<number>[],
): void {
  const rows = fields.read("rows", indices(rank, all.length));
  const columns = fields.read("columns", indices(rank, count));
  const minor = rows.map((row) => Float64Array.from(columns, (column) => all[row]!(column)));
  require(isRegular(field, minor), `the minor is zero modulo ${field.prime}`);
}

/**
 * Full rank of the Jacobian from one of its blocks, at samples x_i = e_i: proofs/unit-points.md.
 *
 * With a trained bias the space is that of (x, 1), with nodes (w, b) and no bias. The hidden equations of coordinate 1
 * contain only g_1, x_1 and coordinate 1 of the other samples; by symmetry one block stands for all n.
 */
export function checkUnitBlock(step: Step): Checked {
  const fields = step.fields("inputDim", "width", "prime", "point", "rows", "columns");
  step.usesNothing();
  const { problem } = step;
  const { samples: n, outputs: C, trained, bias } = problem;
  require(trained.has("hidden"), "the hidden layer gives no equations");
  require(!shape.hasSideInformation(problem), "side information is not used with unit points");
  const room = problem.inputDim + (bias === "trained" ? 1 : 0);
  require(n <= room, `${n} samples are not independent in ${room} coordinates`);
  require(fields.get("inputDim") === n, `inputDim should be ${n}`);
  const width = fields.read("width", integer(1, problem.width));
  const count = C + 2 * n - 1;
  const rank = count - (leavesBlockScale(problem) ? 1 : 0);
  require(rank <= Math.min(width, LARGEST_SIZE), `a minor of size ${rank} of ${width} rows is not checked`);
  const field = readField(problem, fields);
  const keys = ["weights", ...(bias === "frozen" ? ["bias"] : []), "output", "multipliers"];
  const size = { problem, inputDim: n, width, samples: n };
  const { neurons, samples } = readPoint(fields.read("point", object(keys)), keys, size, field);
  const unit = { neurons, samples: samples.map((sample, i) => ({ ...sample, x: list(n, (e) => (e === i ? 1 : 0)) })) };
  const hiddenOnly: Problem = { ...problem, trained: new Set(["hidden"]) };
  const rows = jacobianRows({ problem: hiddenOnly, field, point: unit, inputDim: n });
  // Of the other samples only coordinate 1, the first after their multipliers.
  const place = (column: number): number => (column < C + n ? column : (column - C - n + 1) * (C + n) + C);
  const block = list(width, (j) => (column: number) => rows[j * n]!(place(column)));
  requireMinor(fields, field, { columns: count, rank }, block);
  return [
    { is: "local-rank" },
    `At samples on the axes each block of the Jacobian has full rank ${rank}: a minor is nonzero modulo ${field.prime}.`,
  ];
}

/** For one monomial the block leaves the scale of its sample open: it must be gauge, or fixed by the 1 of (x, 1). */
function leavesBlockScale(problem: Problem): boolean {
  if (shape.supportOf(problem).length > 1 || problem.bias === "frozen") return false;
  require(problem.bias === "trained" || shape.gaugeOf(problem).includes("scale"), "unit points leave the scales open");
  return true;
}
