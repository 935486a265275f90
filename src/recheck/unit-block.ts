import { readIndices, readInteger, readObject } from "./fields.ts";
import { derivatives, type Row } from "./matrices.ts";
import { PRIME_LIMIT, PrimeField } from "./modular.ts";
import { type Neuron, readUnitPoint, type UnitPoint } from "./point.ts";
import type { Problem } from "./problem.ts";
import { require } from "./rejection.ts";
import { degreeOf, gaugeOf, hasSideInformation, supportOf } from "./shape-facts.ts";
import { requireNoUses, type StepInput, type StepResult } from "./steps.ts";
import { requireMinor } from "./steps-shape.ts";

/**
 * Full rank of the Jacobian from one of its blocks, at samples x_i = e_i: proofs/unit-points.md.
 *
 * With a trained bias the space is that of (x, 1), with nodes (w, b) and no bias. The hidden equations of coordinate 1
 * contain only the unknowns of sample 1 and coordinate 1 of the others; by symmetry one block stands for all n.
 */
export function checkUnitBlock({ problem, fields, used }: StepInput): StepResult {
  readObject(fields, ["id", "kind", "uses", "inputDim", "width", "prime", "point", "rows", "columns"], "the step");
  requireNoUses(used);
  const { samples: n, outputs } = problem;
  requireShape(problem);
  require(fields.get("inputDim") === n, `inputDim should be ${n}`);
  const width = readInteger(fields.get("width"), "width", 1, problem.width);
  const field = new PrimeField(readInteger(fields.get("prime"), "prime", 2, PRIME_LIMIT), degreeOf(problem));
  const point = readUnitPoint(fields.get("point"), problem, width, field);
  const count = outputs + 2 * n - 1;
  const rank = count - (leavesBlockScale(problem) ? 1 : 0);
  const rows = readIndices(fields.get("rows"), "rows", { length: rank, bound: width });
  const columns = readIndices(fields.get("columns"), "columns", { length: rank, bound: count });
  const all = blockRows(problem, field, point);
  requireMinor(
    field,
    rows.map((row) => all[row]!),
    columns,
  );
  return {
    fact: { is: "local-rank" },
    sentence: `At samples on the axes each block of the Jacobian has full rank ${rank}: a minor is nonzero modulo ${field.prime}.`,
  };
}

function requireShape(problem: Problem): void {
  const { trained, inputDim, samples } = problem;
  require(trained.has("hidden"), "the hidden layer gives no equations");
  require(!hasSideInformation(problem), "side information is not used with unit points");
  const room = inputDim + (trained.has("bias") ? 1 : 0);
  require(samples <= room, `${samples} samples are not independent in ${room} coordinates`);
}

/**
 * For one monomial the block leaves the scale of its sample open. It must be gauge, or fixed by the coordinate 1 of (x, 1).
 */
function leavesBlockScale(problem: Problem): boolean {
  const isMonomial = supportOf(problem).length === 1 && problem.bias !== "frozen";
  if (!isMonomial) return false;
  require(problem.bias === "trained" || gaugeOf(problem).includes("scale"), "unit points leave the scales open");
  return true;
}

/**
 * Derivatives of Σ_i (a·g_i) σ′(w·x_i + b) x_i1 at x_i = e_i, a row a neuron: by g_1 (C) and x_1 (n), then by x_i1, i ≥ 2.
 */
function blockRows(problem: Problem, field: PrimeField, { neurons, multipliers }: UnitPoint): Row[] {
  const [, first, second] = derivatives(problem, field);
  return neurons.map(({ w, b, a }: Neuron) => {
    const at = w.map((value) => field.add(value, b));
    const slopes = at.map((z) => field.evaluate(first, z));
    const ag = multipliers.map((g) => field.dot(a, g));
    const bend = field.multiply(ag[0]!, field.evaluate(second, at[0]!));
    const byOwnPoint = w.map((value, f) =>
      field.add(field.multiply(bend, value), f === 0 ? field.multiply(ag[0]!, slopes[0]!) : 0),
    );
    const byOthers = slopes.map((slope, i) => field.multiply(ag[i]!, slope)).slice(1);
    const row = [...a.map((value) => field.multiply(value, slopes[0]!)), ...byOwnPoint, ...byOthers];
    return (column) => row[column]!;
  });
}
