import { derivatives, type Row } from "./matrices.ts";
import type { PrimeField } from "./modular.ts";
import type { Point, Sample } from "./point.ts";
import type { Problem } from "./problem.ts";
import { require } from "./rejection.ts";
import { hasMargins, multiplierScale } from "./shape-facts.ts";

/**
 * Rows that side information adds to the Jacobian: of all samples the multiplier or margin rows, then of all samples the
 * sphere row. Each row is zero outside the C + d columns of its sample.
 */
export function sideRows(problem: Problem, field: PrimeField, { neurons, samples }: Point, inputDim: number): Row[] {
  const C = problem.outputs;
  const [, slope] = derivatives(problem, field);
  /** ∇f_c(x) = Σ_j a_jc σ′(w_j·x + b_j) w_j, for all c. */
  const gradients = ({ x }: Sample): number[][] => {
    const slopes = neurons.map(({ w, b }) => field.evaluate(slope, field.add(field.dot(w, x), b)));
    return Array.from({ length: C }, (_, c) =>
      x.map((_, e) =>
        field.dot(
          neurons.map(({ a }, j) => field.multiply(a[c]!, slopes[j]!)),
          neurons.map(({ w }) => w[e]!),
        ),
      ),
    );
  };
  const rowOf = (i: number, byMultiplier: readonly number[], byPoint: readonly number[]): Row => {
    const own = [...byMultiplier, ...byPoint];
    return (column) => own[column - i * (C + inputDim)] ?? 0;
  };
  const zeros = new Array<number>(C).fill(0);
  const scale = multiplierScale(problem);
  const kappa = scale === null ? null : field.fromFraction(scale);
  require(kappa !== 0, `${field.prime} divides n times the weight decay`);
  const rows: Row[] = [];
  for (const [i, sample] of samples.entries()) {
    if (!hasMargins(problem) && kappa === null) break;
    const slopes = gradients(sample);
    if (hasMargins(problem)) rows.push(rowOf(i, zeros, slopes[0]!));
    if (kappa === null) continue;
    for (const [c, factors] of softmaxDerivative(field, sample, kappa).entries()) {
      const byMultiplier = zeros.map((_, k) => (k === c ? 1 : 0));
      const byPoint = sample.x.map((_, e) =>
        field.dot(
          factors,
          slopes.map((gradient) => gradient[e]!),
        ),
      );
      rows.push(rowOf(i, byMultiplier, byPoint));
    }
  }
  if (problem.sphere) for (const [i, { x }] of samples.entries()) rows.push(rowOf(i, zeros, x));
  return rows;
}

/**
 * κ⁻¹ (diag(s) − s sᵀ) with s_c = [label = c] − κ g_c: what one multiplier equation loses when the outputs move.
 */
function softmaxDerivative(field: PrimeField, { g, label }: Sample, kappa: number): number[][] {
  const inverse = field.inverse(kappa);
  const s = g.map((value, c) => field.add(c === label ? 1 : 0, field.negate(field.multiply(kappa, value))));
  return s.map((value, c) =>
    s.map((other, k) => {
      const product = field.negate(field.multiply(value, other));
      return field.multiply(inverse, c === k ? field.add(value, product) : product);
    }),
  );
}
