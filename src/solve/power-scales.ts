import { symmetricDimension } from "../equations/shape.ts";
import { dot, norm2 } from "../linalg/dense.ts";
import { applyQTransposed, factorQr, solveUpper } from "../linalg/qr.ts";
import type { MomentSystem } from "../objective/moment-metric.ts";
import { symmetricPower, tensorOf } from "./moment-tensors.ts";

/** A number κ s^l for some l. */
export interface PowerValue {
  readonly degree: number;
  readonly value: number;
}

/**
 * The s of numbers κ s^l: its size from the slope of their logarithms, its sign from two degrees of different parity.
 *
 * @returns 1 where fewer than two are not zero
 */
export function scaleOfPowers(powers: readonly PowerValue[]): number {
  const used = powers.filter(({ value }) => value !== 0 && Number.isFinite(value));
  if (used.length < 2) return 1;
  const mean = (part: (power: PowerValue) => number): number =>
    used.reduce((sum, power) => sum + part(power), 0) / used.length;
  const degree = mean((power) => power.degree);
  const level = mean(({ value }) => Math.log(Math.abs(value)));
  const spread = mean((power) => (power.degree - degree) ** 2);
  const slope = mean((power) => (power.degree - degree) * (Math.log(Math.abs(power.value)) - level)) / spread;
  const top = used.at(-1)!;
  const other = used.findLast((power) => (top.degree - power.degree) % 2 !== 0);
  return other !== undefined && top.value * other.value < 0 ? -Math.exp(slope) : Math.exp(slope);
}

/**
 * Gives directions their lengths: the moments of each degree l are Σ_i (g_i s_i^l) x̂_i^{⊗l}, linear in g_i s_i^l.
 *
 * @param directions - unit vectors
 * @param T - moments in Bombieri coordinates
 * @returns the points s_i x̂_i; degrees in which the x̂_i^{⊗l} are dependent by number do not count
 */
export function scaleDirections(
  directions: readonly Float64Array[],
  T: Float64Array,
  { map, system }: MomentSystem,
): Float64Array[] {
  const n = directions.length;
  const { outputs, inputDim: d } = system.shape;
  const weights = map.tables.flatMap((table, t) => {
    if (symmetricDimension(d, table.degree) < n) return [];
    const columns = new Float64Array(table.count * n);
    for (const [i, x] of directions.entries()) columns.set(symmetricPower(table, x), i * table.count);
    const factors = factorQr(columns, table.count, n);
    const tensor = tensorOf(T, map, t);
    const byOutput = Array.from({ length: outputs }, (_, c) => {
      const right = tensor.slice(c * table.count, (c + 1) * table.count);
      return solveUpper(factors, applyQTransposed(factors, right), new Float64Array(n));
    });
    return [{ degree: table.degree, byOutput }];
  });
  const ofSample = (i: number, { byOutput }: (typeof weights)[number]): Float64Array =>
    Float64Array.from(byOutput, (values) => values[i]!);
  return directions.map((x, i) => {
    const top = weights.at(-1);
    if (top === undefined) return x;
    const along = ofSample(i, top);
    const length = norm2(along) || 1;
    const s = scaleOfPowers(
      weights.map((weight) => ({ degree: weight.degree, value: dot(along, ofSample(i, weight)) / length })),
    );
    return x.map((value) => value * s);
  });
}
