import { monomialsOfDegree } from "../../equations/monomials.ts";
import type { DataPoints } from "../../equations/ring-tools.ts";
import { type EquationShape, momentColumnCount, momentDegrees, unknownCount } from "../../equations/shape.ts";
import type { PrimeField } from "../../modular/prime-field.ts";

/**
 * Derivatives of the moment coordinates Σ_i g_i x_i^α by multipliers and points: the Jacobian at unlimited width.
 *
 * @returns transposed, row-major: rows sample by sample (C multipliers, then d coordinates), columns as in the Hermite
 * matrix (output by output, degree by degree)
 * Source: Terracini's lemma; proofs/decomposition.md.
 */
export function momentJacobian(
  field: PrimeField,
  shape: EquationShape,
  { points, multipliers }: DataPoints<number>,
): Float64Array {
  const { inputDim: d, outputs } = shape;
  const samples = multipliers.length / outputs;
  const cols = momentColumnCount(shape);
  const perOutput = cols / outputs;
  const perSample = d + outputs;
  const entries = new Float64Array(unknownCount(shape, samples) * cols);
  const moments = createMonomials(field, shape);
  for (let i = 0; i < samples; i++) {
    const { values, slopes } = moments(points.slice(i * d, (i + 1) * d));
    const top = i * perSample * cols;
    for (let c = 0; c < outputs; c++) {
      const byMultiplier = top + c * cols + c * perOutput;
      entries.set(values, byMultiplier);
      const g = multipliers[i * outputs + c]!;
      for (let e = 0; e < d; e++) {
        const byPoint = top + (outputs + e) * cols + c * perOutput;
        for (let k = 0; k < perOutput; k++) entries[byPoint + k] = field.mul(g, slopes[e * perOutput + k]!);
      }
    }
  }
  return entries;
}

/** The monomials of all moment degrees at a point, and their d partial derivatives (d × count, row-major). */
function createMonomials(
  field: PrimeField,
  shape: EquationShape,
): (x: readonly number[]) => { values: Float64Array; slopes: Float64Array } {
  const d = shape.inputDim;
  const degrees = momentDegrees(shape);
  const tables = degrees.map((degree) => monomialsOfDegree(d, degree));
  const count = tables.reduce((sum, table) => sum + table.count, 0);
  const largest = degrees.at(-1) ?? 0;
  return (x) => {
    const powers = x.map((entry) => {
      const list = [1];
      for (let k = 1; k <= largest; k++) list.push(field.mul(list[k - 1]!, entry));
      return list;
    });
    const values = new Float64Array(count);
    const slopes = new Float64Array(d * count);
    let column = 0;
    for (const { count: size, starts, variables, exponents } of tables) {
      for (let i = 0; i < size; i++, column++) {
        const [from, to] = [starts[i]!, starts[i + 1]!];
        const product = (lowered: number): number => {
          let value = 1;
          for (let s = from; s < to; s++) {
            value = field.mul(value, powers[variables[s]!]![exponents[s]! - (s === lowered ? 1 : 0)]!);
          }
          return value;
        };
        values[column] = product(-1);
        for (let s = from; s < to; s++) slopes[variables[s]! * count + column] = field.mul(exponents[s]!, product(s));
      }
    }
    return { values, slopes };
  };
}
