import { monomialsOfDegree } from "../equations/monomials.ts";
import { primeRing } from "../identifiability/ranks/prime-ring.ts";
import type { Draw } from "./experiment.ts";
import { powersOf, randomVectors, rankOf, relationsOf } from "./modular.ts";

/** A sum of powers Σ_i g_i x_i^{⊗p} modulo the prime of the draw. */
export interface PowerSum {
  readonly degree: number;
  readonly points: readonly (readonly number[])[];
  readonly multipliers: readonly number[];
  /** The tensor as found otherwise, Σ_i g_i x_i^α in the order of the monomials; left out = made of the samples. */
  readonly tensor?: readonly number[];
}

/**
 * Whether the tensor alone, by one pencil of its flattenings for every coordinate, has exactly the samples as its
 * decomposition: T_η of rank n, and x_f/η(x) the n different eigenvalues of T_f against T_η for every coordinate f of at
 * least one of which all differ. Then no other n samples have the same tensor.
 *
 * @param k - power of the rows of the flattening; p ≥ 2k + 1
 * Source: proofs/catalecticant.md (k = 1: Jennrich)
 */
export function pencilFindsSamples(draw: Draw, sum: PowerSum, k: number): boolean {
  const { field } = draw;
  const variables = sum.points[0]!.length;
  const n = sum.points.length;
  const slices = Array.from({ length: variables }, (_, f) => contractedFlattening(draw, sum, k, f));
  const combined = (factors: readonly number[]): number[][] =>
    slices[0]!.map((row, r) =>
      row.map((_, c) =>
        factors.reduce((total, factor, f) => field.add(total, field.mul(factor, slices[f]![r]![c]!)), 0),
      ),
    );
  const eta = randomVectors(draw, 1, variables)[0]!;
  if (rankOf(field, combined(eta)) !== n) return false;
  const value = (form: readonly number[], x: readonly number[]): number =>
    form.reduce((total, c, e) => field.add(total, field.mul(c, x[e]!)), 0);
  const xi = randomVectors(draw, 1, variables)[0]!;
  const ratios = sum.points.map((x) => field.mul(value(xi, x), field.inverse(value(eta, x))));
  if (new Set(ratios).size !== n) return false;
  const units = Array.from({ length: variables }, (_, f) => eta.map((_, e) => (e === f ? 1 : 0)));
  return sum.points.every((x) => {
    const scale = field.inverse(value(eta, x));
    return [xi, ...units].every((form) => {
      const ratio = field.mul(value(form, x), scale);
      const factors = form.map((c, e) => field.sub(c, field.mul(ratio, eta[e]!)));
      return rankOf(field, combined(factors)) < n;
    });
  });
}

/** Rank of the (k, p − k) flattening of the tensor. */
export function flatteningRank({ field }: Draw, sum: PowerSum, k: number): number {
  const tensor = coordinates(field, sum);
  const variables = sum.points[0]!.length;
  const right = exponentsOf(variables, sum.degree - k);
  const rows = exponentsOf(variables, k).map((a) => right.map((b) => tensor.get(plus(a, b).join())!));
  return rankOf(field, rows);
}

/** The tensor with its last factor at coordinate f and the others grouped k against p − k − 1. */
function contractedFlattening({ field }: Draw, sum: PowerSum, k: number, f: number): number[][] {
  const tensor = coordinates(field, sum);
  const variables = sum.points[0]!.length;
  const unit = Array.from({ length: variables }, (_, e) => (e === f ? 1 : 0));
  const right = exponentsOf(variables, sum.degree - k - 1).map((b) => plus(b, unit));
  return exponentsOf(variables, k).map((a) => right.map((b) => tensor.get(plus(a, b).join())!));
}

/** Σ_i g_i x_i^α by exponent vector: all that the tensor is. */
function coordinates(field: Draw["field"], sum: PowerSum): Map<string, number> {
  const { degree, points, multipliers, tensor } = sum;
  const exponents = exponentsOf(points[0]!.length, degree);
  if (tensor !== undefined) return new Map(exponents.map((alpha, at) => [alpha.join(), tensor[at]!]));
  const ring = primeRing(field);
  const powers = points.map((x) => powersOf(ring, x, degree));
  return new Map(
    exponents.map((alpha, at) => [
      alpha.join(),
      powers.reduce((total, values, i) => field.add(total, field.mul(multipliers[i]!, values[at]!)), 0),
    ]),
  );
}

const plus = (a: readonly number[], b: readonly number[]): number[] => a.map((value, e) => value + b[e]!);

/** Exponent vectors of a degree in the order of the monomials. */
function exponentsOf(variables: number, degree: number): number[][] {
  const { count, starts, variables: at, exponents } = monomialsOfDegree(variables, degree);
  return Array.from({ length: count }, (_, i) => {
    const alpha = new Array<number>(variables).fill(0);
    for (let s = starts[i]!; s < starts[i + 1]!; s++) alpha[at[s]!] = exponents[s]!;
    return alpha;
  });
}

/**
 * Two different data sets of n samples with the same moments of the given degrees on 2n given points, the first n against
 * the last n: a linear relation between their moments in which no coefficient vanishes. Null where there is none.
 */
export function secondDataSet(
  draw: Draw,
  points: readonly (readonly number[])[],
  degrees: readonly number[],
): { readonly first: number[]; readonly second: number[] } | null {
  const { field, random } = draw;
  const ring = primeRing(field);
  const moments = points.map((x) => degrees.flatMap((degree) => powersOf(ring, x, degree)));
  const basis = relationsOf(field, moments);
  if (basis.length === 0) return null;
  const factors = basis.map(() => field.random(random));
  const relation = points.map((_, k) =>
    basis.reduce((sum, vector, b) => field.add(sum, field.mul(factors[b]!, vector[k]!)), 0),
  );
  if (relation.includes(0)) return null;
  const n = points.length / 2;
  return { first: relation.slice(0, n), second: relation.slice(n).map((value) => field.sub(0, value)) };
}
