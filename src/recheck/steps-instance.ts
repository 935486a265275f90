import { readIndices, readInteger, readNullable, readObject } from "./fields.ts";
import { type ExactData, readData, requireApart, requireFits } from "./instance-data.ts";
import { knownBox } from "./instance-known.ts";
import { hermiteBox, kernelBox } from "./instance-matrices.ts";
import { type SpaceView, spanCoordinates, wholeSpace } from "./instance-space.ts";
import { listMoments, monomialsOfDegree } from "./monomials.ts";
import type { Problem } from "./problem.ts";
import { encloseSolution, requireFullColumnRank } from "./regular.ts";
import { reject, require } from "./rejection.ts";
import { degreeOf, degreesSeen, gaugeOf, momentCount, supportOf } from "./shape-facts.ts";
import { requireNoUses, type StepInput, type StepResult, soleFact } from "./steps.ts";

const COMMON_KEYS = ["id", "kind", "uses"];

/** Most columns of an interval matrix. */
const LARGEST_COLUMNS = 1500;

/** A data set solves a system within ρ of the file. */
export function checkDataFits({ problem, network, fields, used }: StepInput): StepResult {
  readObject(fields, [...COMMON_KEYS, "X", "multipliers"], "the step");
  requireNoUses(used);
  requireFits(problem, network!, readData(fields.get("X"), fields.get("multipliers"), problem));
  return {
    fact: { is: "data-fits" },
    sentence: `${problem.samples} samples solve, exactly, a system within ρ = ${network!.rho} of the file.`,
  };
}

/** Two data sets solve systems within ρ of the file. */
export function checkWitness({ problem, network, claim, fields, used }: StepInput): StepResult {
  readObject(fields, [...COMMON_KEYS, "first", "second"], "the step");
  requireNoUses(used);
  const read = (key: string): ExactData => {
    const data = readObject(fields.get(key), ["X", "multipliers"], key);
    return readData(data.get("X"), data.get("multipliers"), problem);
  };
  const [first, second] = [read("first"), read("second")];
  requireFits(problem, network!, first);
  requireFits(problem, network!, second);
  require(claim.distance !== null, "claim.distance: a witness needs one");
  requireApart(problem, first, second, claim.distance);
  return {
    fact: { is: "witness" },
    sentence: `Two data sets at a relative distance of at least ${claim.distance} solve systems within ρ = ${network!.rho}.`,
  };
}

/** The known side of the hidden layer has rank n: it shows the span of the samples. */
export function checkInstanceSpan({ problem, network, fields, used }: StepInput): StepResult {
  readObject(fields, [...COMMON_KEYS, "rows", "columns"], "the step");
  requireNoUses(used);
  const { samples, width, inputDim } = problem;
  const rows = readIndices(fields.get("rows"), "rows", { length: samples, bound: width });
  const columns = readIndices(fields.get("columns"), "columns", { length: samples, bound: inputDim });
  return {
    fact: { is: "instance-span", view: spanCoordinates(wholeSpace(problem, network!), rows, columns) },
    sentence: `The known side has rank ${samples} throughout the box: its rows span the samples of every solution.`,
  };
}

/** The space of a step: that of the span it uses, or the whole one. */
function viewOf({ problem, network, used }: StepInput): SpaceView {
  return used.length === 0 ? wholeSpace(problem, network!) : soleFact(used, "instance-span").view;
}

/** The equations determine all moments, for every system of the box. */
export function checkInstanceMoments(step: StepInput): StepResult {
  const { problem, network, fields } = step;
  readObject(fields, COMMON_KEYS, "the step");
  const view = viewOf(step);
  const count = momentCount(problem, view.inputDim);
  require(count <= LARGEST_COLUMNS, `${count} moments are not checked`);
  const left = requireFullColumnRank(hermiteBox(problem, network!, view), "the Hermite matrix");
  const moments = encloseSolution(left, knownBox(problem, network!, view), "the moments");
  return {
    fact: { is: "instance-moments", inputDim: view.inputDim, moments },
    sentence: `The Hermite matrix has full column rank ${count} throughout the box: the moments are determined.`,
  };
}

/** A flattening of T_p of rank n makes its decomposition unique. */
export function checkInstanceCatalecticant({ problem, fields, used }: StepInput): StepResult {
  readObject(fields, [...COMMON_KEYS, "output", "k", "rows", "columns"], "the step");
  const { inputDim, moments } = soleFact(used, "instance-moments");
  const { samples, outputs } = problem;
  const p = degreeOf(problem);
  require(degreesSeen(problem).includes(p), `no equation sees T_${p}`);
  const output = readInteger(fields.get("output"), "output", 0, outputs - 1);
  const k = readInteger(fields.get("k"), "k", 1);
  require(2 * k + 1 <= p, `k = ${k} needs degree ${2 * k + 1}`);
  const [lower, upper] = [monomialsOfDegree(inputDim, k), monomialsOfDegree(inputDim, p - k)];
  const rows = readIndices(fields.get("rows"), "rows", { length: samples, bound: lower.length });
  const columns = readIndices(fields.get("columns"), "columns", { length: samples, bound: upper.length });
  const index = new Map(
    listMoments(problem, inputDim).map((moment, at) => [`${moment.output}:${moment.monomial.exponents}`, at] as const),
  );
  const entry = (row: number, column: number): number => {
    const exponents = lower[row]!.exponents.map((exponent, v) => exponent + upper[column]!.exponents[v]!);
    return index.get(`${output}:${exponents}`) ?? reject("a moment of the flattening is not seen");
  };
  requireFullColumnRank(
    rows.map((row) => columns.map((column) => moments[entry(row, column)]!)),
    "the minor of the flattening",
  );
  return {
    fact: { is: "instance-catalecticant", k },
    sentence: `The (${k}, ${p - k}) flattening of T_${p} has rank ${samples} throughout the box: its terms are unique.`,
  };
}

/** A second degree fixes scale and sign. */
export function checkInstanceScales({ problem, fields, used }: StepInput): StepResult {
  readObject(fields, [...COMMON_KEYS, "degree"], "the step");
  const { k } = soleFact(used, "instance-catalecticant");
  const degree = readNullable(fields.get("degree"), (value) => readInteger(value, "degree", 1), "degree");
  const gauge = gaugeOf(problem);
  const p = degreeOf(problem);
  const fixing = degreesSeen(problem).filter((a) => a >= k && a < p);
  if (gauge.includes("scale")) {
    require(degree === null, "the scales are gauge");
  } else {
    require(degree !== null && fixing.includes(degree), "no such degree fixes the scales");
    const fixesSigns = gauge.includes("sign") || fixing.some((a) => (p - a) % 2 === 1);
    require(fixesSigns, "the signs stay open");
  }
  return {
    fact: { is: "instance-scales" },
    sentence: degree === null ? "The scales are gauge." : `The moments of degree ${degree} fix the scales.`,
  };
}

/** The kernel criterion: proofs/kernel-criterion.md. */
export function checkInstanceKernel({ problem, network, fields, used }: StepInput): StepResult {
  readObject(fields, COMMON_KEYS, "the step");
  const { view } = soleFact(used, "instance-span");
  require(degreeOf(problem) >= 3, "the kernel criterion needs degree 3");
  requireKernelSymmetries(problem);
  const matrix = kernelBox(problem, network!, view);
  require(matrix[0]!.length <= LARGEST_COLUMNS, `${matrix[0]!.length} columns are not checked`);
  requireFullColumnRank(matrix, "the kernel matrix");
  return {
    fact: { is: "instance-kernel" },
    sentence: `The kernel matrix has full column rank ${matrix[0]!.length} throughout the box: at most one data set fits.`,
  };
}

/** What the criterion leaves open, the symmetries of the hidden equations, must be gauge of all equations. */
function requireKernelSymmetries(problem: Problem): void {
  if (problem.bias !== "none") return;
  const gauge = gaugeOf(problem);
  const support = supportOf(problem);
  const parities = new Set(support.map((a) => a % 2));
  require(support.length >= 2 || gauge.includes("scale"), "the scales stay open");
  require(parities.size === 2 || gauge.includes("sign"), "the signs stay open");
}
