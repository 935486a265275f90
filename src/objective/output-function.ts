import { activationDerivatives, floatCoefficients, type KktSystem } from "../equations/system.ts";
import { dot } from "../linalg/dense.ts";
import { DoubleDouble } from "../linalg/double-double.ts";

/** The outputs f_c(x) of the network that the nodes of a system are, at the point of a block (g, x) at offset `at`. */
export interface OutputFunction {
  /** f, length C, and ∇f, C×d row-major, filled by `evaluate`. */
  readonly values: Float64Array;
  readonly slopes: Float64Array;
  evaluate(u: Float64Array, at: number): void;
  /** Adds Σ_c factors_c ∇²f_c(x) ξ to `out` at `offset`; ξ has d entries. */
  addCurvature(u: Float64Array, at: number, factors: Float64Array, xi: Float64Array, out: Float64Array): void;
  /** f at u + correction, as unevaluated sums high + low. */
  precise(u: Float64Array, correction: Float64Array, at: number, out: PreciseValues): void;
  /** Variance of each f_c if every weight and every term has an independent relative error of variance 1/3. */
  variances(u: Float64Array, at: number): Float64Array;
  /** Change of each f_c when the argument of neuron j moves by `moves`_j. */
  moved(u: Float64Array, at: number, moves: Float64Array): Float64Array;
}

interface PreciseValues {
  readonly high: Float64Array;
  readonly low: Float64Array;
}

/**
 * f_c(x) = Σ_j a_cj σ(w_j·x + b_j) + outputBias_c, in the coordinates of the system.
 *
 * @param outputBias - length C, or null
 * @remarks For `kkt` and `gradient` the nodes are the trained weights; for `ntk` they are not, and this is not f.
 */
export function createOutputFunction(system: KktSystem, outputBias: Float64Array | null): OutputFunction {
  const { shape, weights, bias, output } = system;
  const { inputDim: d, outputs: C, width: m } = shape;
  const coefficients = floatCoefficients(shape);
  const s = new Float64Array(3);
  const values = new Float64Array(C);
  const slopes = new Float64Array(C * d);
  const argument = (u: Float64Array, at: number, j: number): number => {
    let z = bias[j]!;
    for (let e = 0; e < d; e++) z += weights[j * d + e]! * u[at + C + e]!;
    return z;
  };
  /** Calls `visit` with s = (σ, σ′, σ″) of every neuron. */
  const eachNeuron = (u: Float64Array, at: number, visit: (j: number) => void): void => {
    for (let j = 0; j < m; j++) {
      activationDerivatives(coefficients, argument(u, at, j), s);
      visit(j);
    }
  };
  return {
    values,
    slopes,
    evaluate(u, at) {
      for (let c = 0; c < C; c++) values[c] = outputBias?.[c] ?? 0;
      slopes.fill(0);
      eachNeuron(u, at, (j) => {
        for (let c = 0; c < C; c++) {
          const a = output[c * m + j]!;
          values[c]! += a * s[0]!;
          for (let e = 0; e < d; e++) slopes[c * d + e]! += a * s[1]! * weights[j * d + e]!;
        }
      });
    },
    addCurvature(u, at, factors, xi, out) {
      eachNeuron(u, at, (j) => {
        const w = weights.subarray(j * d, (j + 1) * d);
        let factor = 0;
        for (let c = 0; c < C; c++) factor += factors[c]! * output[c * m + j]!;
        const along = factor * s[2]! * dot(w, xi);
        for (let e = 0; e < d; e++) out[C + e]! += along * w[e]!;
      });
    },
    precise: preciseOutputs(system, coefficients, outputBias),
    variances(u, at) {
      const sums = Float64Array.from({ length: C }, (_, c) => (outputBias?.[c] ?? 0) ** 2);
      eachNeuron(u, at, (j) => {
        let byWeights = bias[j]! ** 2;
        for (let e = 0; e < d; e++) byWeights += (weights[j * d + e]! * u[at + C + e]!) ** 2;
        for (let c = 0; c < C; c++) {
          const a = output[c * m + j]!;
          sums[c]! += (shape.activation.degree * a * s[0]!) ** 2 + (a * s[1]!) ** 2 * byWeights;
        }
      });
      return sums.map((sum) => sum / 3);
    },
    moved(u, at, moves) {
      const change = new Float64Array(C);
      eachNeuron(u, at, (j) => {
        for (let c = 0; c < C; c++) change[c]! += output[c * m + j]! * s[1]! * moves[j]!;
      });
      return change;
    },
  };
}

function preciseOutputs(
  { shape, weights, bias, output }: KktSystem,
  coefficients: Float64Array,
  outputBias: Float64Array | null,
): OutputFunction["precise"] {
  const { inputDim: d, outputs: C, width: m } = shape;
  const z = new DoubleDouble();
  const value = new DoubleDouble();
  const term = new DoubleDouble();
  const sums = Array.from({ length: C }, () => new DoubleDouble());
  /** σ(z_j) in `value`. */
  const activate = (u: Float64Array, correction: Float64Array, at: number, j: number): void => {
    z.set(bias[j]!);
    for (let e = 0; e < d; e++) {
      z.addProduct(weights[j * d + e]!, u[at + C + e]!);
      z.addProduct(weights[j * d + e]!, correction[at + C + e]!);
    }
    value.set(0);
    for (let k = coefficients.length - 1; k >= 0; k--) value.multiply(z.hi, z.lo).add(coefficients[k]!);
  };
  return (u, correction, at, { high, low }) => {
    for (const [c, sum] of sums.entries()) sum.set(outputBias?.[c] ?? 0);
    for (let j = 0; j < m; j++) {
      activate(u, correction, at, j);
      for (let c = 0; c < C; c++) {
        term.copy(value).multiply(output[c * m + j]!);
        sums[c]!.add(term.hi, term.lo);
      }
    }
    for (const [c, sum] of sums.entries()) {
      high[c] = sum.hi;
      low[c] = sum.lo;
    }
  };
}
