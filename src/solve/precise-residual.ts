import type { KktSystem } from "../equations/system.ts";
import { floatCoefficients, rowCount } from "../equations/system.ts";
import { DoubleDouble } from "../linalg/double-double.ts";

/**
 * The residual of a system evaluated in double-double and rounded once: its rounding error is that of the numbers in
 * the file, not of the evaluation. Same layout and scaling as the plain residual.
 *
 * @param correction - low-order part of the unknowns: the point is unknowns + correction
 */
export function preciseResidual(
  { shape, weights, bias, output, targets, rowScale, ...rest }: KktSystem,
  unknowns: Float64Array,
  correction: Float64Array,
): Float64Array {
  const { inputDim: d, outputs, width: m, trained } = shape;
  const block = d + outputs;
  const samples = unknowns.length / block;
  const rows = rowCount({ shape, weights, bias, output, targets, rowScale, ...rest });
  const sums = Array.from({ length: rows }, (_, r) => new DoubleDouble().set(-targets[r]!));
  const coefficients = floatCoefficients(shape);
  const z = new DoubleDouble();
  const value = new DoubleDouble();
  const slope = new DoubleDouble();
  const weight = new DoubleDouble();
  const term = new DoubleDouble();
  for (let i = 0; i < samples; i++) {
    const at = i * block;
    let row = 0;
    for (let j = 0; j < m; j++) {
      z.set(bias[j]!);
      for (let e = 0; e < d; e++) {
        z.addProduct(weights[j * d + e]!, unknowns[at + outputs + e]!);
        z.addProduct(weights[j * d + e]!, correction[at + outputs + e]!);
      }
      horner(coefficients, z, value, slope);
      weight.set(0);
      for (let c = 0; c < outputs; c++) {
        weight.addProduct(output[c * m + j]!, unknowns[at + c]!);
        weight.addProduct(output[c * m + j]!, correction[at + c]!);
      }
      weight.multiply(slope.hi, slope.lo);
      if (trained.has("hidden")) {
        for (let e = 0; e < d; e++) {
          term.copy(weight).multiply(unknowns[at + outputs + e]!, correction[at + outputs + e]!);
          sums[row++]!.add(term.hi, term.lo);
        }
      }
      if (trained.has("bias")) sums[row++]!.add(weight.hi, weight.lo);
      if (trained.has("output")) {
        for (let c = 0; c < outputs; c++) {
          term.copy(value).multiply(unknowns[at + c]!, correction[at + c]!);
          sums[row++]!.add(term.hi, term.lo);
        }
      }
    }
    if (trained.has("output-bias")) {
      for (let c = 0; c < outputs; c++) sums[row++]!.add(unknowns[at + c]!, correction[at + c]!);
    }
  }
  return Float64Array.from(sums, (sum, r) => sum.value * rowScale[r]!);
}

/** σ(z) and σ′(z) together. */
function horner(coefficients: Float64Array, z: DoubleDouble, value: DoubleDouble, slope: DoubleDouble): void {
  value.set(0);
  slope.set(0);
  for (let k = coefficients.length - 1; k >= 0; k--) {
    slope.multiply(z.hi, z.lo).add(value.hi, value.lo);
    value.multiply(z.hi, z.lo).add(coefficients[k]!);
  }
}
