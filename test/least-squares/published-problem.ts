import type { LeastSquaresProblem } from "../../src/least-squares/problem.ts";

/** A published test problem: minimise ½‖r‖², where the published figures are those of Σ r². */
export interface PublishedProblem extends LeastSquaresProblem {
  readonly name: string;
  readonly start: readonly number[];
  /**
   * Published minima of Σ r², cut off or rounded after the last digit, whose unit is given: local ones and limits at
   * infinity as well.
   */
  readonly minima: readonly { readonly value: number; readonly unit: number }[];
  /** Published minimisers, where there are any. */
  readonly minimisers: readonly (readonly number[])[];
  /** Whether J has full rank at the minimisers. */
  readonly regular: boolean;
}

export interface Definition extends Omit<PublishedProblem, "unknowns" | "residual" | "jacobian"> {
  residuals(x: Float64Array): readonly number[];
  /** Rows of the Jacobian. */
  slopes(x: Float64Array): readonly (readonly number[])[];
}

export function define({ residuals, slopes, ...rest }: Definition): PublishedProblem {
  return {
    ...rest,
    unknowns: rest.start.length,
    residual(x, out) {
      out.set(residuals(x));
      return out;
    },
    jacobian(x, out) {
      out.set(slopes(x).flat());
      return out;
    },
  };
}

/** 1, 2, …, count. */
export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

export const exactly = (value: number): PublishedProblem["minima"][number] => ({ value, unit: 0 });

/** A figure printed to six digits: off by at most one unit of its sixth. */
export const printed = (value: number): PublishedProblem["minima"][number] => ({
  value,
  unit: 10 ** (Math.floor(Math.log10(value)) - 5),
});

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The starts of algorithm 566: x₀, 10 x₀, 100 x₀; all ones times the factor where x₀ = 0. */
export const startFactors: readonly number[] = [1, 10, 100];

export function startAt(problem: PublishedProblem, factor: number): Float64Array {
  const zero = problem.start.every((value) => value === 0);
  return Float64Array.from(problem.start, (value) => (zero && factor > 1 ? factor : value * factor));
}
