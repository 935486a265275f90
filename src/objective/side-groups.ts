import type { EquationShape } from "../equations/shape.ts";
import { dot, norm2 } from "../linalg/dense.ts";
import { DoubleDouble } from "../linalg/double-double.ts";
import type { BlockLayout, SampleEquations } from "./sample-objective.ts";
import type { KnownPoints, SideRowOptions, SideRows } from "./side-facts.ts";

/** Side rows of one kind. */
export interface RowGroup extends SampleEquations, Pick<SideRows, "activeRows" | "preciseValue"> {
  readonly addArgumentMoves?: SideRows["addArgumentMoves"];
}

/** Normalising a vector leaves about this many roundings in its norm. */
const NORM_ROUNDINGS = 2;

/** (‖x‖² − 1)/2 = 0 in the file's units. */
export function normRows(
  { inputDim: d, outputs: C }: EquationShape,
  { scale, level, unitRoundoff }: SideRowOptions,
): RowGroup {
  const weight = level / (NORM_ROUNDINGS * unitRoundoff);
  const metric = scale * scale;
  const square = new DoubleDouble();
  const entry = new DoubleDouble();
  return {
    rowsPerSample: 1,
    activeRows: (samples) => samples,
    value(u, { at }, out, row) {
      const x = u.subarray(at + C, at + C + d);
      out[row] = (weight * (metric * dot(x, x) - 1)) / 2;
    },
    preciseValue(u, correction, { at }, out, row) {
      square.set(-1);
      for (let e = at + C; e < at + C + d; e++) {
        entry.set(u[e]!).add(correction[e]!);
        entry.multiply(scale);
        const { hi, lo } = entry;
        entry.multiply(hi, lo);
        square.add(entry.hi, entry.lo);
      }
      out[row] = (weight * square.value) / 2;
    },
    fillJacobian(u, { at }, out, { offset }: BlockLayout) {
      out.fill(0, offset, offset + C);
      for (let e = 0; e < d; e++) out[offset + C + e] = weight * metric * u[at + C + e]!;
    },
    addCurvature(_, __, weights, { v, out }) {
      for (let e = 0; e < d; e++) out[C + e]! += weights[0]! * weight * metric * v[C + e]!;
    },
  };
}

/** x − p = 0 for the samples that are known, and g − ĝ = 0 where their multipliers are; rows of zeros for the others. */
export function pinRows(
  { inputDim: d, outputs: C }: EquationShape,
  { points, multipliers }: KnownPoints,
  at: Float64Array,
  { level, unitRoundoff }: SideRowOptions,
): RowGroup {
  const known = points.length / d;
  const rowsPerSample = d + (multipliers === null ? 0 : C);
  const blocks = at.length / (C + d);
  const weightsOf = (values: Float64Array, width: number): Float64Array =>
    Float64Array.from({ length: Math.min(known, blocks) }, (_, i) => {
      const size = norm2(values.subarray(i * width, (i + 1) * width));
      return level / (unitRoundoff * (size || 1));
    });
  const byPoint = weightsOf(points, d);
  const byMultiplier = multipliers === null ? null : weightsOf(multipliers, C);
  /** Row k of a known sample: which entry of its block it pins, to what, and with which weight. */
  const pin = (index: number, k: number): { readonly entry: number; readonly to: number; readonly weight: number } =>
    k < d
      ? { entry: C + k, to: points[index * d + k]!, weight: byPoint[index]! }
      : { entry: k - d, to: multipliers![index * C + k - d]!, weight: byMultiplier![index]! };
  return {
    rowsPerSample,
    activeRows: (samples) => Math.min(known, samples) * rowsPerSample,
    value(u, { index, at: from }, out, row) {
      for (let k = 0; k < rowsPerSample; k++) {
        if (index >= known) out[row + k] = 0;
        else {
          const { entry, to, weight } = pin(index, k);
          out[row + k] = weight * (u[from + entry]! - to);
        }
      }
    },
    preciseValue(u, correction, { index, at: from }, out, row) {
      for (let k = 0; k < rowsPerSample; k++) {
        if (index >= known) out[row + k] = 0;
        else {
          const { entry, to, weight } = pin(index, k);
          out[row + k] = weight * (u[from + entry]! - to + correction[from + entry]!);
        }
      }
    },
    fillJacobian(_, { index }, out, { stride, offset }: BlockLayout) {
      for (let k = 0; k < rowsPerSample; k++) {
        const to = offset + k * stride;
        out.fill(0, to, to + C + d);
        if (index >= known) continue;
        const { entry, weight } = pin(index, k);
        out[to + entry] = weight;
      }
    },
    addCurvature: () => undefined,
  };
}
