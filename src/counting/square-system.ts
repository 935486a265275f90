import {
  type Complex,
  type ComplexLu,
  complexMultiply,
  complexNorm,
  complexZeros,
  factorComplex,
  solveFactored,
} from "./complex-linear.ts";
import type { MomentFibre } from "./moment-fibre.ts";

/** As many equations A·M(y) = c as unknowns y, for any target c. */
export interface SquareSystem {
  readonly unknowns: number;
  /** A·M(y). */
  targetOf(y: Complex): Complex;
  /** Writes the Newton step for target c at y and returns its norm, NaN where the derivative is singular. */
  newtonStep(y: Complex, target: Complex, step: Complex): number;
  /** The change of y that changes the target by `change`, to first order; null at a singular point. */
  tangent(y: Complex, change: Complex): Complex | null;
}

/** @param matrix - A, unknowns × moments, row-major; zero entries cost nothing */
export function createSquareSystem(fibre: MomentFibre, matrix: Complex): SquareSystem {
  const { unknowns: u, moments } = fibre;
  const values = complexZeros(moments);
  const jacobian = complexZeros(moments * u);
  const square = complexZeros(u * u);
  const side = complexZeros(u);
  /** The factored derivative at y; `values` then holds the moments. */
  const factor = (y: Complex): ComplexLu | null => {
    fibre.differentiate(y, values, jacobian);
    complexMultiply(matrix, jacobian, [u, moments, u], square);
    return factorComplex(square, u);
  };
  return {
    unknowns: u,
    targetOf(y) {
      const at = fibre.evaluate(y, complexZeros(moments));
      return complexMultiply(matrix, at, [u, moments, 1], complexZeros(u));
    },
    newtonStep(y, target, step) {
      const lu = factor(y);
      if (lu === null) return Number.NaN;
      complexMultiply(matrix, values, [u, moments, 1], side);
      for (let i = 0; i < u; i++) {
        side.re[i] = target.re[i]! - side.re[i]!;
        side.im[i] = target.im[i]! - side.im[i]!;
      }
      return complexNorm(solveFactored(lu, side, step));
    },
    tangent(y, change) {
      const lu = factor(y);
      return lu === null ? null : solveFactored(lu, change, complexZeros(u));
    },
  };
}
