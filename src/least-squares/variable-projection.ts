import { DimensionMismatchError } from "../errors.ts";
import { applyQ, applyQTransposed, factorQr, type QrFactors, solveUpper } from "../linalg/qr.ts";
import type { LeastSquaresProblem } from "./problem.ts";

/**
 * A separable problem: minimise ½‖Φ(θ) C − Y‖² over the nonlinear parameters θ and the coefficients C. Φ is m×k with
 * m ≥ k, C is k×q and Y m×q, for q right-hand sides that share θ.
 */
export interface SeparableProblem {
  readonly parameters: number;
  /** m. */
  readonly observations: number;
  /** k. */
  readonly functions: number;
  /** Y, m×q row-major. */
  readonly data: Float64Array;
  /** Φ(θ), m×k row-major. */
  basis(theta: Float64Array, out: Float64Array): Float64Array;
  /** ∂Φ/∂θ_l for l = 0, 1, …, one m×k row-major matrix after another. */
  basisDerivatives(theta: Float64Array, out: Float64Array): Float64Array;
}

export interface VariableProjection {
  /** The problem in θ alone: r(θ) = −P⊥ Y with P⊥ the projector off the columns of Φ(θ); m·q rows. */
  readonly problem: LeastSquaresProblem;
  /** The best coefficients for θ, k×q row-major. */
  coefficients(theta: Float64Array): Float64Array;
}

/**
 * Eliminates the coefficients of a separable problem, which are linear least squares for given θ. What is left has fewer
 * unknowns, needs no start for C, and is solved by any method.
 *
 * @param jacobian - "golub-pereyra", the derivative of P⊥ in full; "kaufman" drops the term −(Φ⁺)ᵀ (∂Φ)ᵀ r, which is
 *   of the size of the residual and does not change the gradient, since r is orthogonal to it
 * @throws {@link DimensionMismatchError} if `data` is not a multiple of m long, or m < k
 * Source: Golub & Pereyra, SIAM J. Numer. Anal. 10 (1973) 413–432; Kaufman, BIT 15 (1975) 49–57; several right-hand
 * sides: Kaufman & Sylvester, SIAM J. Matrix Anal. Appl. 13 (1992) 68–89.
 */
export function variableProjection(
  separable: SeparableProblem,
  jacobian: "golub-pereyra" | "kaufman" = "golub-pereyra",
): VariableProjection {
  const { parameters, observations: m, functions: k, data } = separable;
  if (m < k) throw new DimensionMismatchError("observations of a separable problem", k, m);
  if (data.length % m !== 0) throw new DimensionMismatchError("data", m * Math.ceil(data.length / m), data.length);
  const sides = data.length / m;
  const project = (theta: Float64Array): Fit => fitCoefficients(separable, theta);
  return {
    problem: {
      unknowns: parameters,
      rows: m * sides,
      residual(theta, out) {
        const { residuals } = project(theta);
        for (let s = 0; s < sides; s++) for (let i = 0; i < m; i++) out[i * sides + s] = residuals[s * m + i]!;
        return out;
      },
      jacobian(theta, out) {
        const { factors, coefficients, residuals } = project(theta);
        const derivatives = separable.basisDerivatives(theta, new Float64Array(parameters * m * k));
        const column = new Float64Array(m);
        for (let l = 0; l < parameters; l++) {
          const slope = derivatives.subarray(l * m * k, (l + 1) * m * k);
          for (let s = 0; s < sides; s++) {
            multiplyInto(slope, coefficients.subarray(s * k, (s + 1) * k), column);
            applyQTransposed(factors, column);
            column.fill(0, 0, k);
            if (jacobian === "golub-pereyra")
              subtractRangePart(factors, slope, residuals.subarray(s * m, (s + 1) * m), column);
            applyQ(factors, column);
            for (let i = 0; i < m; i++) out[(i * sides + s) * parameters + l] = column[i]!;
          }
        }
        return out;
      },
    },
    coefficients(theta) {
      const { coefficients } = project(theta);
      return Float64Array.from(
        { length: k * sides },
        (_, at) => coefficients[(at % sides) * k + Math.floor(at / sides)]!,
      );
    },
  };
}

/** One right-hand side after another. */
interface Fit {
  readonly factors: QrFactors;
  readonly coefficients: Float64Array;
  readonly residuals: Float64Array;
}

function fitCoefficients(separable: SeparableProblem, theta: Float64Array): Fit {
  const { observations: m, functions: k, data } = separable;
  const sides = data.length / m;
  const basis = separable.basis(theta, new Float64Array(m * k));
  const columns = new Float64Array(m * k);
  for (let i = 0; i < m; i++) for (let j = 0; j < k; j++) columns[j * m + i] = basis[i * k + j]!;
  const factors = factorQr(columns, m, k);
  const coefficients = new Float64Array(k * sides);
  const residuals = new Float64Array(m * sides);
  for (let s = 0; s < sides; s++) {
    const r = residuals.subarray(s * m, (s + 1) * m);
    for (let i = 0; i < m; i++) r[i] = -data[i * sides + s]!;
    applyQTransposed(factors, r);
    const c = solveUpper(factors, r, coefficients.subarray(s * k, (s + 1) * k));
    for (let j = 0; j < k; j++) c[j] = -c[j]!;
    r.fill(0, 0, k);
    applyQ(factors, r);
  }
  return { factors, coefficients, residuals };
}

/** out ← A c, A m×k row-major. */
function multiplyInto(A: Float64Array, c: Float64Array, out: Float64Array): void {
  const k = c.length;
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let j = 0; j < k; j++) sum += A[i * k + j]! * c[j]!;
    out[i] = sum;
  }
}

/** Sets the leading k entries of `column`, in the basis Q, to those of −(Φ⁺)ᵀ slopeᵀ r, which is Q [−R⁻ᵀ slopeᵀ r; 0]. */
function subtractRangePart(factors: QrFactors, slope: Float64Array, r: Float64Array, column: Float64Array): void {
  const { m, n: k, columns, diagonal } = factors;
  for (let j = 0; j < k; j++) {
    let sum = 0;
    for (let i = 0; i < m; i++) sum -= slope[i * k + j]! * r[i]!;
    for (let i = 0; i < j; i++) sum -= columns[j * m + i]! * column[i]!;
    column[j] = diagonal[j] === 0 ? 0 : sum / diagonal[j]!;
  }
}
