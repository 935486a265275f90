import { realRing } from "../algebra/ring.ts";
import { hermiteMatrix } from "./hermite.ts";
import { type MonomialTable, monomialsOfDegree } from "./monomials.ts";
import { type EquationShape, momentColumnCount, momentDegrees } from "./shape.ts";
import type { KktSystem } from "./system.ts";

/**
 * Moment coordinates in the Bombieri scaling: √(l!/α!)·Σ_i g_i x_i^α, so that the Euclidean norm of the coordinates of
 * one degree is the Frobenius norm of the tensor T_l. Layout: output by output, degree by degree, monomial by monomial.
 */
export interface MomentMap {
  readonly columns: number;
  /** Columns of one output. */
  readonly perOutput: number;
  readonly tables: readonly MonomialTable[];
  /** √(l!/α!) per column of one output. */
  readonly weights: Float64Array;
  /** Writes the scaled monomials of `x` (d coordinates at `offset`), length perOutput. */
  monomials(x: Float64Array, offset: number, out: Float64Array): Float64Array;
  /** Writes their derivatives, row-major d×perOutput: row e holds ∂/∂x_e. */
  derivatives(x: Float64Array, offset: number, out: Float64Array): Float64Array;
}

export function createMomentMap(shape: EquationShape): MomentMap {
  const { inputDim: d, outputs } = shape;
  const tables = momentDegrees(shape).map((l) => monomialsOfDegree(d, l));
  const columns = momentColumnCount(shape);
  const perOutput = columns / outputs;
  const weights = new Float64Array(perOutput);
  let column = 0;
  for (const table of tables) for (const multinomial of table.multinomials) weights[column++] = Math.sqrt(multinomial);
  const stride = shape.activation.degree + 1;
  const powers = new Float64Array(d * stride);
  const fillPowers = (x: Float64Array, offset: number): void => {
    for (let e = 0; e < d; e++) {
      powers[e * stride] = 1;
      for (let k = 1; k < stride; k++) powers[e * stride + k] = powers[e * stride + k - 1]! * x[offset + e]!;
    }
  };
  return {
    columns,
    perOutput,
    tables,
    weights,
    monomials(x, offset, out) {
      fillPowers(x, offset);
      let at = 0;
      for (const { count, starts, variables, exponents } of tables) {
        for (let i = 0; i < count; i++, at++) {
          let value = weights[at]!;
          for (let s = starts[i]!; s < starts[i + 1]!; s++) value *= powers[variables[s]! * stride + exponents[s]!]!;
          out[at] = value;
        }
      }
      return out;
    },
    derivatives(x, offset, out) {
      fillPowers(x, offset);
      out.fill(0);
      let at = 0;
      for (const table of tables) {
        for (let i = 0; i < table.count; i++, at++) {
          for (let s = table.starts[i]!; s < table.starts[i + 1]!; s++) {
            out[table.variables[s]! * perOutput + at] = weights[at]! * table.exponents[s]! * lowered(table, i, s);
          }
        }
      }
      return out;
    },
  };

  /** Monomial i of a table with one power of its factor s taken away, at the current powers. */
  function lowered({ starts, variables, exponents }: MonomialTable, i: number, s: number): number {
    let value = 1;
    for (let t = starts[i]!; t < starts[i + 1]!; t++) {
      value *= powers[variables[t]! * stride + exponents[t]! - (t === s ? 1 : 0)]!;
    }
    return value;
  }
}

/** The Hermite matrix in the scaled moment coordinates with the row factors of the system: M×columns, row-major. */
export function scaledHermiteMatrix(system: KktSystem, map: MomentMap): Float64Array {
  const { shape, weights, bias, output, rowScale } = system;
  const { rows, cols, entries } = hermiteMatrix(realRing, shape, {
    weights: Array.from(weights),
    bias: Array.from(bias),
    output: Array.from(output),
  });
  const H = Float64Array.from(entries);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) H[r * cols + c]! *= rowScale[r]! / map.weights[c % map.perOutput]!;
  }
  return H;
}
