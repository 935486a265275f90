import { type KktSystem, packUnknowns } from "../equations/system.ts";
import { applyQTransposed, factorQr, solveUpper } from "../linalg/qr.ts";
import { equationProblem } from "../objective/equation-objective.ts";

/**
 * Multipliers that fit the equations best at given points: the equations are linear in them.
 *
 * @param points - n×d row-major
 * @returns n×C
 */
export function fitMultipliersAt(system: KktSystem, points: Float64Array): Float64Array {
  const { inputDim: d, outputs } = system.shape;
  const samples = points.length / d;
  const count = samples * outputs;
  const { rows, residual } = equationProblem(system, samples);
  const m = Math.max(rows, count);
  const columns = new Float64Array(m * count);
  const zero = residual(packUnknowns(system.shape, points, new Float64Array(count)), new Float64Array(rows));
  for (let k = 0; k < count; k++) {
    const unit = new Float64Array(count);
    unit[k] = 1;
    const image = residual(packUnknowns(system.shape, points, unit), new Float64Array(rows));
    for (let r = 0; r < rows; r++) columns[k * m + r] = image[r]! - zero[r]!;
  }
  const right = new Float64Array(m);
  for (let r = 0; r < rows; r++) right[r] = -zero[r]!;
  const factors = factorQr(columns, m, count);
  return solveUpper(factors, applyQTransposed(factors, right), new Float64Array(count));
}
