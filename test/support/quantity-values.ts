import { type Ring, realRing } from "../../src/algebra/ring.ts";
import type { Quantity } from "../../src/identifiability/partial/quantities.ts";

/** A data set by sample: multipliers and points. */
export interface SampleList<T> {
  readonly g: readonly (readonly T[])[];
  readonly x: readonly (readonly T[])[];
}

/** Splits unknowns laid out sample by sample, C multipliers before d coordinates. */
export function samplesOf<T>(unknowns: readonly T[], d: number, outputs: number): SampleList<T> {
  const block = d + outputs;
  const rows = Array.from({ length: unknowns.length / block }, (_, i) => unknowns.slice(i * block, (i + 1) * block));
  return { g: rows.map((row) => row.slice(0, outputs)), x: rows.map((row) => row.slice(outputs)) };
}

/**
 * The value of a quantity that is a polynomial of the data, from its definition, a moment as a full tensor; null for the
 * direction, the sample up to scale and the span.
 */
export function polynomialValue<T>(
  ring: Ring<T>,
  { kind, samples, degree }: Quantity,
  { g, x }: SampleList<T>,
): T[] | null {
  const dot = (a: readonly T[], b: readonly T[]): T =>
    a.reduce((sum, value, k) => ring.add(sum, ring.multiply(value, b[k]!)), ring.zero);
  const overSamples = (term: (i: number) => T[]): T[] =>
    g.map((_, i) => term(i)).reduce((sum, next) => sum.map((value, k) => ring.add(value, next[k]!)));
  const [i = 0, k = i] = samples;
  switch (kind) {
    case "point":
      return [...x[i]!];
    case "multiplier":
      return [...g[i]!];
    case "squared-norm":
      return [dot(x[i]!, x[i]!)];
    case "inner-product":
      return [dot(x[i]!, x[k]!)];
    case "gram":
      return samples.flatMap((a) => samples.map((b) => dot(x[a]!, x[b]!)));
    case "moment":
      return overSamples((a) => g[a]!.flatMap((multiplier) => tensor(ring, multiplier, x[a]!, degree!)));
    case "weighted-norms":
      return overSamples((a) => g[a]!.map((multiplier) => ring.multiply(multiplier, dot(x[a]!, x[a]!))));
    default:
      return null;
  }
}

/** Entries of g·x^{⊗k}. */
export function tensor<T>(ring: Ring<T>, g: T, x: readonly T[], degree: number): T[] {
  let entries = [g];
  for (let k = 0; k < degree; k++) entries = entries.flatMap((entry) => x.map((value) => ring.multiply(entry, value)));
  return entries;
}

/** A data set in doubles, row by row as a witness holds it. */
interface RealData {
  readonly points: Float64Array;
  readonly multipliers: Float64Array;
}

/**
 * Values of a quantity in doubles: constant exactly where the quantity is, a direction as a unit vector, a sample up to
 * its scale as g ⊗ x^{⊗p}, the span as the orthogonal projector onto it.
 */
function realValues(
  quantity: Quantity,
  { points, multipliers }: RealData,
  { inputDim: d, outputs, degree }: { readonly inputDim: number; readonly outputs: number; readonly degree: number },
): number[] {
  const rows = (values: Float64Array, width: number): number[][] =>
    Array.from({ length: values.length / width }, (_, i) => [...values.subarray(i * width, (i + 1) * width)]);
  const [g, x] = [rows(multipliers, outputs), rows(points, d)];
  const i = quantity.samples[0]!;
  if (quantity.kind === "scaled-sample")
    return g[i]!.flatMap((multiplier) => tensor(realRing, multiplier, x[i]!, degree));
  if (quantity.kind === "direction") return x[i]!.map((value) => value / Math.hypot(...x[i]!));
  if (quantity.kind === "span") return projector(x);
  return polynomialValue(realRing, quantity, { g, x })!;
}

/** Entries of the orthogonal projector onto the span of independent rows, by Gram–Schmidt taken twice. */
function projector(rows: readonly (readonly number[])[]): number[] {
  const orthonormal: number[][] = [];
  const along = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, v, k) => sum + v * b[k]!, 0);
  for (const row of rows) {
    let rest = [...row];
    for (const q of [...orthonormal, ...orthonormal]) {
      const factor = along(rest, q);
      rest = rest.map((value, k) => value - factor * q[k]!);
    }
    orthonormal.push(rest.map((value) => value / Math.hypot(...rest)));
  }
  return rows[0]!.flatMap((_, e) =>
    rows[0]!.map((_value, f) => orthonormal.reduce((sum, q) => sum + q[e]! * q[f]!, 0)),
  );
}

/** The largest change of a quantity along a path of data sets, over its largest size. */
export function spreadAlong(
  path: readonly { readonly data: RealData }[],
  quantity: Quantity,
  sizes: { readonly inputDim: number; readonly outputs: number; readonly degree: number },
): number {
  const values = path.map(({ data }) => realValues(quantity, data, sizes));
  const size = Math.max(...values.map((list) => Math.hypot(...list)));
  const move = Math.max(...values.map((list) => Math.hypot(...list.map((value, k) => value - values[0]![k]!))));
  return move / size;
}
