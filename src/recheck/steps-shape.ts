import { type DecompositionClaim, requireDecomposition, THEOREMS } from "./decomposition.ts";
import { readIndices, readInteger, readNullable, readObject, readWord } from "./fields.ts";
import { dataSideRows, hermiteRows, jacobianRows, knownSideRows, type Row } from "./matrices.ts";
import { isRegular, PRIME_LIMIT, PrimeField } from "./modular.ts";
import { type Point, readPoint } from "./point.ts";
import type { Problem } from "./problem.ts";
import { BOUNDS, compareCount } from "./rank-bounds.ts";
import { require } from "./rejection.ts";
import {
  degreeOf,
  degreesSeen,
  equationCount,
  equationsPerNeuron,
  freeUnknowns,
  hasSideInformation,
  leavesScales,
  momentCount,
  sideRowsPerSample,
} from "./shape-facts.ts";
import { sideRows } from "./side-rows.ts";
import { requireNoUses, type StepInput, type StepResult, soleFact, spaceOf } from "./steps.ts";
import type { JsonObject } from "./strict-json.ts";

const MATRICES = ["hermite", "jacobian", "data-side", "known-side"] as const;
type MatrixName = (typeof MATRICES)[number];

/** Limits that keep a forged certificate from taking the machine down: half a gigabyte for a minor, or for exponents. */
const LARGEST_SIZE = 8000;
const LARGEST_MOMENT_TABLE = 5e7;

const COMMON_KEYS = ["id", "kind", "uses"];

/** A minor of one of the four matrices, nonzero modulo a prime: the rank is full outside a proper algebraic set. */
export function checkGenericFullRank(step: StepInput): StepResult {
  const { problem, fields } = step;
  const matrix = readWord(fields.get("matrix"), MATRICES, "matrix");
  readObject(fields, [...COMMON_KEYS, ...keysOf(matrix)], "the step");
  const inputDim = requireSpace(step, matrix);
  const width = matrix === "data-side" ? 0 : readInteger(fields.get("width"), "width", 1, problem.width);
  const samples = requireSamples(problem, fields, matrix);
  const sides = matrix === "jacobian" && hasSideInformation(problem);
  requireSideSpace(problem, inputDim, sides);
  const field = readField(problem, fields);
  const point = readPoint(fields.get("point"), problem, { inputDim, width, samples, sideRows: sides }, field);
  const size = sizeOf(problem, matrix, { inputDim, width, samples });
  require(size.rank >= 1 && size.rank <= LARGEST_SIZE, `a minor of size ${size.rank} is not checked`);
  const moments = momentCount(problem, inputDim);
  require(matrix !== "data-side" || moments * inputDim <= LARGEST_MOMENT_TABLE, `${moments} moments are not checked`);
  const rows = readIndices(fields.get("rows"), "rows", { length: size.rank, bound: size.rows });
  const columns = readIndices(fields.get("columns"), "columns", { length: size.rank, bound: size.columns });
  const all = rowsOf(problem, field, { matrix, point, inputDim, sides });
  requireMinor(
    field,
    rows.map((row) => all[row]!),
    columns,
  );
  return {
    fact: { is: "full-rank", matrix },
    sentence:
      `The ${matrix} matrix of ${matrix === "data-side" ? `${samples} samples` : `${width} neurons`} in dimension ` +
      `${inputDim} has full rank ${size.rank} in general: a minor is nonzero modulo ${field.prime}.`,
  };
}

function keysOf(matrix: MatrixName): string[] {
  const keys = ["matrix", "inputDim", "samples", "width", "prime", "point", "rows", "columns"];
  if (matrix === "hermite") return keys.filter((key) => key !== "samples");
  return matrix === "data-side" ? keys.filter((key) => key !== "width") : keys;
}

/** Hermite and Jacobian may be those of the reduced space; the known side and the data side are of the whole one. */
function requireSpace(step: StepInput, matrix: MatrixName): number {
  const mayReduce = matrix === "hermite" || matrix === "jacobian";
  if (!mayReduce) requireNoUses(step.used);
  const space = spaceOf(step);
  require(space >= 1, "a reduction to a single point leaves no matrix");
  require(step.fields.get("inputDim") === space, `inputDim should be ${space}`);
  return space;
}

function requireSamples({ samples }: Problem, fields: JsonObject, matrix: MatrixName): number {
  if (matrix === "hermite") return 0;
  const expected = matrix === "data-side" ? samples + 1 : samples;
  require(fields.get("samples") === expected, `samples should be ${expected}`);
  return expected;
}

/** Side rows are those of the whole space; the sphere in one dimension is two points, of which none is general. */
function requireSideSpace(problem: Problem, inputDim: number, sides: boolean): void {
  if (!sides) return;
  require(inputDim === problem.inputDim, "side rows are not reduced");
  require(!problem.sphere || inputDim >= 2, "the sphere in one dimension has no general points");
}

function readField(problem: Problem, fields: JsonObject): PrimeField {
  return new PrimeField(readInteger(fields.get("prime"), "prime", 2, PRIME_LIMIT), degreeOf(problem));
}

interface MatrixSize {
  readonly rows: number;
  readonly columns: number;
  /** The rank that the claim needs. */
  readonly rank: number;
}

interface MatrixPlace {
  readonly inputDim: number;
  readonly width: number;
  readonly samples: number;
}

function sizeOf(problem: Problem, matrix: MatrixName, { inputDim, width, samples }: MatrixPlace): MatrixSize {
  const equations = equationCount(problem, width, inputDim);
  const moments = momentCount(problem, inputDim);
  const unknowns = samples * (inputDim + problem.outputs);
  const needed = freeUnknowns(problem, { samples, inputDim });
  switch (matrix) {
    case "hermite":
      return { rows: equations, columns: moments, rank: moments };
    case "jacobian":
      return { rows: equations + samples * sideRowsPerSample(problem), columns: unknowns, rank: needed };
    case "data-side":
      return { rows: moments, columns: unknowns, rank: samples * (inputDim + problem.outputs) - scales() };
    case "known-side":
      return { rows: width, columns: inputDim + (problem.trained.has("bias") ? 1 : 0), rank: samples };
  }

  /** The moments alone leave the scales open whatever the side information says. */
  function scales(): number {
    return leavesScales(problem) ? samples : 0;
  }
}

interface MatrixAtPoint {
  readonly matrix: MatrixName;
  readonly point: Point;
  readonly inputDim: number;
  readonly sides: boolean;
}

function rowsOf(problem: Problem, field: PrimeField, { matrix, point, inputDim, sides }: MatrixAtPoint): Row[] {
  switch (matrix) {
    case "hermite":
      return hermiteRows(problem, field, point, inputDim);
    case "jacobian":
      return [
        ...jacobianRows(problem, field, point, inputDim),
        ...(sides ? sideRows(problem, field, point, inputDim) : []),
      ];
    case "data-side":
      return dataSideRows(problem, field, point, inputDim);
    case "known-side":
      return knownSideRows(problem, field, point);
  }
}

/** @throws {@link Rejection} if the minor of these rows and columns is zero modulo the prime */
export function requireMinor(field: PrimeField, rows: readonly Row[], columns: readonly number[]): void {
  const minor = rows.map((row) => Float64Array.from(columns, (column) => row(column)));
  require(isRegular(field, minor), `the minor is zero modulo ${field.prime}`);
}

/** The known side of rank n shows the span, or affine hull, of every n samples that fit. */
export function checkReduction({ problem, fields, used }: StepInput): StepResult {
  readObject(fields, [...COMMON_KEYS, "dimension"], "the step");
  require(soleFact(used, "full-rank").matrix === "known-side", "should use the known side");
  require(problem.trained.has("hidden"), "the hidden layer gives no equations");
  require(!problem.sphere, "points on the sphere are not general");
  const { samples, inputDim } = problem;
  const affine = problem.trained.has("bias");
  const dimension = affine ? samples - 1 : samples;
  require(dimension < inputDim, `${samples} samples fill the space`);
  require(fields.get("dimension") === dimension, `dimension should be ${dimension}`);
  return {
    fact: { is: "reduction", dimension },
    sentence: `The known side shows the ${affine ? "affine hull" : "span"} of the samples, of dimension ${dimension}.`,
  };
}

/** In a space of dimension 0 only T_0 is unknown: the output layer shows it whole, a hidden neuron one combination. */
export function checkSinglePoint({ problem, fields, used }: StepInput): StepResult {
  readObject(fields, COMMON_KEYS, "the step");
  require(soleFact(used, "reduction").dimension === 0, "the reduction is not to a single point");
  const { trained, width, outputs } = problem;
  const seen = trained.has("output") || trained.has("output-bias") || width >= outputs;
  require(seen, `${width} neurons do not show ${outputs} multipliers`);
  return { fact: { is: "single-point" }, sentence: "The sample is known, and the equations determine its multiplier." };
}

/** m ≥ r + 1 general nodes: no other candidate P agrees at all of them. */
export function checkGeneralNodes(step: StepInput): StepResult {
  const { problem, fields } = step;
  readObject(fields, COMMON_KEYS, "the step");
  const { setting, samples, outputs, width } = problem;
  const inputDim = spaceOf(step);
  require(setting !== "kkt", "the nodes of kkt are not general");
  require(equationsPerNeuron(problem, inputDim) >= 1, "the neurons give no equations");
  const dimension = samples * (inputDim + outputs - (leavesScales(problem) ? 1 : 0));
  require(width >= dimension + 1, `${width} neurons are not more than the ${dimension} dimensions of the candidates`);
  return {
    fact: { is: "general-nodes" },
    sentence: `${width} general nodes exceed the dimension ${dimension} of the set of candidates: only one fits.`,
  };
}

/** A theorem says that the moments of n general samples determine them. */
export function checkUniqueDecomposition({ problem, fields, used }: StepInput): StepResult {
  readObject(fields, [...COMMON_KEYS, "theorem", "degree", "variables", "scaleDegree"], "the step");
  const small = (key: string): number | null =>
    readNullable(fields.get(key), (value) => readInteger(value, key, 0), key);
  const claim: DecompositionClaim = {
    theorem: readWord(fields.get("theorem"), THEOREMS, "theorem"),
    degree: small("degree"),
    variables: small("variables"),
    scaleDegree: small("scaleDegree"),
  };
  if (claim.theorem === "massarenti-mella") {
    require(soleFact(used, "full-rank").matrix === "data-side", "should use the data side of n + 1 samples");
  } else requireNoUses(used);
  requireDecomposition(problem, claim);
  return {
    fact: { is: "unique-decomposition" },
    sentence: `The moments determine the ${problem.samples} samples up to the gauge (${claim.theorem}).`,
  };
}

/** A theorem bounds the rank of the Jacobian below what a discrete fibre needs. */
export function checkCounting({ problem, fields, used }: StepInput): StepResult {
  readObject(fields, [...COMMON_KEYS, "bound"], "the step");
  requireNoUses(used);
  const bound = readWord(fields.get("bound"), BOUNDS, "bound");
  const { most, needed } = compareCount(problem, bound);
  require(most < needed, `the bound ${bound} allows rank ${most}, and ${needed} is needed`);
  return {
    fact: { is: "continuum" },
    sentence: `At most ${most} independent equations (${bound}) face ${needed} unknowns: almost all data lie in a continuum.`,
  };
}

/** Moments up to degree 2 of one output, or up to degree 1, are left unchanged by mixing the samples. */
export function checkQuadraticMixing({ problem, fields, used }: StepInput): StepResult {
  readObject(fields, COMMON_KEYS, "the step");
  requireNoUses(used);
  require(!hasSideInformation(problem), "side information may forbid mixing");
  require(problem.samples >= 2, "there is nothing to mix");
  const degree = degreesSeen(problem).at(-1)!;
  require(degree <= 1 || (degree === 2 && problem.outputs === 1), `degree ${degree} is not mixed`);
  return {
    fact: { is: "continuum" },
    sentence: `Mixing the samples changes no moment of degree at most ${degree}.`,
  };
}
