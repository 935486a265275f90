import { listMoments, monomialsOfDegree } from "./equations.ts";
import { checkGlobalError } from "./global-error.ts";
import { checkFrame } from "./global-frame.ts";
import { checkGlobalRadius } from "./global-radius.ts";
import { readData, requireApart, requireFits } from "./instance-data.ts";
import { hermiteBox, kernelBox, knownBox, spanCoordinates, wholeSpace } from "./instance-space.ts";
import { indices, integer, object, orNull, reject, require } from "./json.ts";
import type { Problem } from "./problem.ts";
import { encloseSolution, requireFullColumnRank } from "./regular.ts";
import * as shape from "./shape.ts";
import type { Checked, Step } from "./steps.ts";
import { checkIsolatedZero } from "./steps-zero.ts";

/** The steps about instances by kind. */
export const INSTANCE_STEPS: ReadonlyMap<string, (step: Step) => Checked> = new Map([
  ["data-fits", checkDataFits],
  ["witness", checkWitness],
  ["instance-span", checkSpan],
  ["instance-moments", checkMoments],
  ["instance-catalecticant", checkCatalecticant],
  ["instance-scales", checkScales],
  ["instance-kernel", checkKernel],
  ["isolated-zero", checkIsolatedZero],
  ["instance-frame", checkFrame],
  ["global-error", checkGlobalError],
  ["global-radius", checkGlobalRadius],
]);

/** Most columns of an interval matrix. */
const LARGEST_COLUMNS = 1500;

/** A data set solves a system within ρ of the file. */
function checkDataFits(step: Step): Checked {
  const data = readData(step.fields("X", "multipliers"), step.problem);
  step.usesNothing();
  requireFits(step.problem, step.system, data);
  return [
    { is: "data-fits", data },
    `${data.length} samples solve, exactly, a system within ρ = ${step.system.rho} of the file.`,
  ];
}

/** Two data sets solve systems within ρ of the file. */
function checkWitness(step: Step): Checked {
  const fields = step.fields("first", "second");
  step.usesNothing();
  const { problem, system, claim } = step;
  const [first, second] = ["first", "second"].map((key) =>
    readData(fields.read(key, object(["X", "multipliers"])), problem),
  ) as [ReturnType<typeof readData>, ReturnType<typeof readData>];
  requireFits(problem, system, first);
  requireFits(problem, system, second);
  require(claim.distance !== null, "claim.distance: a witness needs one");
  requireApart(problem, first, second, claim.distance);
  const sentence = `Two data sets at a relative distance of at least ${claim.distance} solve systems within ρ = ${system.rho}.`;
  return [{ is: "witness" }, sentence];
}

/** The known side of the hidden layer has rank n: it shows the span of the samples. */
function checkSpan(step: Step): Checked {
  const fields = step.fields("rows", "columns");
  step.usesNothing();
  const { samples, width, inputDim } = step.problem;
  const [rows, columns] = [
    fields.read("rows", indices(samples, width)),
    fields.read("columns", indices(samples, inputDim)),
  ];
  const view = spanCoordinates(wholeSpace(step.problem, step.system), rows, columns);
  const sentence = `The known side has rank ${samples} throughout the box: its rows span the samples of every solution.`;
  return [{ is: "instance-span", view }, sentence];
}

/** The equations determine all moments, for every system of the box. */
function checkMoments(step: Step): Checked {
  step.fields();
  const { problem, system, used } = step;
  const view = used.length === 0 ? wholeSpace(problem, system) : step.uses("instance-span").view;
  const count = shape.momentCount(problem, view.inputDim);
  require(count <= LARGEST_COLUMNS, `${count} moments are not checked`);
  const left = requireFullColumnRank(hermiteBox(problem, view), "the Hermite matrix");
  const moments = encloseSolution(left, knownBox(problem, system, view), "the moments");
  const sentence = `The Hermite matrix has full column rank ${count} throughout the box: the moments are determined.`;
  return [{ is: "instance-moments", inputDim: view.inputDim, moments }, sentence];
}

/** A flattening of T_p of rank n makes its decomposition unique. */
function checkCatalecticant(step: Step): Checked {
  const fields = step.fields("output", "k", "rows", "columns");
  const { inputDim, moments } = step.uses("instance-moments");
  const { samples, outputs } = step.problem;
  const p = shape.degreeOf(step.problem);
  require(shape.degreesSeen(step.problem).includes(p), `no equation sees T_${p}`);
  const output = fields.read("output", integer(0, outputs - 1));
  const k = fields.read("k", integer(1));
  require(2 * k + 1 <= p, `k = ${k} needs degree ${2 * k + 1}`);
  const [lower, upper] = [monomialsOfDegree(inputDim, k), monomialsOfDegree(inputDim, p - k)];
  const rows = fields.read("rows", indices(samples, lower.length)).map((row) => lower[row]!.exponents);
  const columns = fields.read("columns", indices(samples, upper.length)).map((column) => upper[column]!.exponents);
  const index = new Map(
    listMoments(step.problem, inputDim).map((moment, at) => [`${moment.output}:${moment.monomial.exponents}`, at]),
  );
  const momentAt = (row: readonly number[], column: readonly number[]): number =>
    index.get(`${output}:${row.map((exponent, v) => exponent + column[v]!)}`) ?? reject("a moment is not seen");
  const minor = rows.map((row) => columns.map((column) => moments[momentAt(row, column)]!));
  requireFullColumnRank(minor, "the minor of the flattening");
  const sentence = `The (${k}, ${p - k}) flattening of T_${p} has rank ${samples} throughout the box: its terms are unique.`;
  return [{ is: "instance-catalecticant", k }, sentence];
}

/** A second degree fixes scale and sign. */
function checkScales(step: Step): Checked {
  const fields = step.fields("degree");
  const { k } = step.uses("instance-catalecticant");
  const degree = fields.read("degree", orNull(integer(1)));
  const gauge = shape.gaugeOf(step.problem);
  if (gauge.includes("scale")) {
    require(degree === null, "the scales are gauge");
    return [{ is: "instance-scales" }, "The scales are gauge."];
  }
  const p = shape.degreeOf(step.problem);
  const fixing = shape.degreesSeen(step.problem).filter((a) => a >= k && a < p);
  require(degree !== null && fixing.includes(degree), "no such degree fixes the scales");
  require(gauge.includes("sign") || fixing.some((a) => (p - a) % 2 === 1), "the signs stay open");
  return [{ is: "instance-scales" }, `The moments of degree ${degree} fix the scales.`];
}

/** The kernel criterion: proofs/kernel-criterion.md. */
function checkKernel(step: Step): Checked {
  step.fields();
  const { view } = step.uses("instance-span");
  require(shape.degreeOf(step.problem) >= 3, "the kernel criterion needs degree 3");
  requireKernelSymmetries(step.problem);
  const matrix = kernelBox(step.problem, view);
  const columns = matrix[0]!.length;
  require(columns <= LARGEST_COLUMNS, `${columns} columns are not checked`);
  requireFullColumnRank(matrix, "the kernel matrix");
  const sentence = `The kernel matrix has full column rank ${columns} throughout the box: at most one data set fits.`;
  return [{ is: "instance-kernel" }, sentence];
}

/** What the criterion leaves open, the symmetries of the hidden equations, must be gauge of all equations. */
function requireKernelSymmetries(problem: Problem): void {
  if (problem.bias !== "none") return;
  const gauge = shape.gaugeOf(problem);
  const support = shape.supportOf(problem);
  require(support.length >= 2 || gauge.includes("scale"), "the scales stay open");
  require(new Set(support.map((a) => a % 2)).size === 2 || gauge.includes("sign"), "the signs stay open");
}
