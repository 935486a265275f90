import type { Ring } from "../../algebra/ring.ts";
import { type MonomialTable, monomialsOfDegree } from "../../equations/monomials.ts";
import { integersOf } from "../../equations/ring-tools.ts";
import { symmetricDimension } from "../../equations/shape.ts";
import { type Frame, innerProduct, multiplierOf, pointOf } from "./frame.ts";

/** What may be determined although the data set is not. */
type QuantityKind =
  | "point"
  | "direction"
  | "multiplier"
  | "scaled-sample"
  | "squared-norm"
  | "inner-product"
  | "moment"
  | "weighted-norms"
  | "gram"
  | "span";

/** A function of the data set with values in some K^r. */
export interface Quantity {
  readonly kind: QuantityKind;
  /** The samples it depends on, from 0. */
  readonly samples: readonly number[];
  /** Degree of a moment; null for other kinds. */
  readonly degree: number | null;
}

/** Moments with more coordinates than this are not asked about. */
const LARGEST_MOMENT = 1500;

/** Inner products of more samples than this are only asked about together, as the Gram matrix. */
const MOST_PAIRED_SAMPLES = 12;

/** Sums that every data set has, whether an equation sees them or not. */
function sumQuantities({ inputDim, samples, degree }: Frame<unknown>): Quantity[] {
  const all = range(samples);
  const degrees = range(Math.max(2, degree) + 1).filter((k) => symmetricDimension(inputDim, k) <= LARGEST_MOMENT);
  return [
    ...degrees.map((k): Quantity => ({ kind: "moment", samples: all, degree: k })),
    { kind: "weighted-norms", samples: all, degree: null },
  ];
}

/** Every quantity of one data set: sample by sample, pair by pair, then those of the whole. */
export function quantitiesOfData(frame: Frame<unknown>): Quantity[] {
  const all = range(frame.samples);
  const pairs = frame.samples > MOST_PAIRED_SAMPLES ? [] : pairsOf(frame.samples);
  return [
    ...all.flatMap((i) => sampleQuantities(i)),
    ...pairs.map((samples): Quantity => ({ kind: "inner-product", samples, degree: null })),
    ...sumQuantities(frame),
    { kind: "gram", samples: all, degree: null },
    ...spanQuantity(frame, all),
  ];
}

/** One quantity of each kind: general samples are all alike. */
export function quantitiesOfShape(frame: Frame<unknown>): Quantity[] {
  const two = range(Math.min(2, frame.samples));
  return [
    ...sampleQuantities(0),
    ...(two.length === 2 ? [{ kind: "inner-product", samples: two, degree: null } as const] : []),
    ...sumQuantities(frame),
    { kind: "gram", samples: two, degree: null },
    ...spanQuantity(frame, [0]),
  ];
}

function sampleQuantities(i: number): Quantity[] {
  const kinds = ["point", "direction", "multiplier", "scaled-sample", "squared-norm"] as const;
  return kinds.map((kind) => ({ kind, samples: [i], degree: null }));
}

/** As many samples as dimensions span everything, which is no information. */
function spanQuantity({ samples, inputDim }: Frame<unknown>, of: readonly number[]): Quantity[] {
  return samples < inputDim ? [{ kind: "span", samples: of, degree: null }] : [];
}

/** Pairs i < k. */
export function pairsOf(samples: number): [number, number][] {
  return range(samples).flatMap((i) => range(samples - i - 1).map((k): [number, number] => [i, i + k + 1]));
}

export function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

/**
 * The derivative of a quantity along a velocity of the data; all zero where the quantity stays to first order.
 *
 * "direction" is x_i up to scale (x_i ∧ δx_i), "scaled-sample" is g_i ⊗ x_i^{⊗p} (p the top degree), "moment" is
 * Σ_i g_i ⊗ x_i^{⊗k}, "weighted-norms" is Σ_i g_i ‖x_i‖², "span" the projections of δx_i by `annihilators`.
 *
 * @param annihilators - a basis of the y with y·x_i = 0 for all samples; only "span" uses it
 * @remarks Every entry is a sum of products of the unknowns and the velocity with integer coefficients, so that the same
 * code over the absolute values bounds its rounding.
 * Source: proofs/partial-answers.md.
 */
export function differential<T>(
  frame: Frame<T>,
  quantity: Quantity,
  velocity: readonly T[],
  annihilators: readonly (readonly T[])[] = [],
): T[] {
  const { kind, samples } = quantity;
  const { ring, unknowns } = frame;
  const x = (i: number): T[] => pointOf(frame, unknowns, i);
  const move = (i: number): T[] => pointOf(frame, velocity, i);
  const [i = 0, k = i] = samples;
  const product = (a: number, b: number): T =>
    ring.add(innerProduct(ring, x(a), move(b)), innerProduct(ring, move(a), x(b)));
  switch (kind) {
    case "point":
      return move(i);
    case "multiplier":
      return multiplierOf(frame, velocity, i);
    case "direction":
      return wedge(ring, x(i), move(i));
    case "scaled-sample":
      return scaledSample(frame, velocity, i);
    case "squared-norm":
      return [product(i, i)];
    case "inner-product":
      return [product(i, k)];
    case "gram":
      return samples.flatMap((a) => samples.filter((b) => b >= a).map((b) => product(a, b)));
    case "moment":
      return momentDifferential(frame, quantity.degree!, velocity);
    case "weighted-norms":
      return weightedNorms(frame, velocity);
    case "span":
      return samples.flatMap((a) => annihilators.map((y) => innerProduct(ring, y, move(a))));
  }
}

/** x_e v_f − x_f v_e for e < f. */
function wedge<T>(ring: Ring<T>, x: readonly T[], v: readonly T[]): T[] {
  const minus = integersOf(ring)(-1);
  return pairsOf(x.length).map(([e, f]) =>
    ring.add(ring.multiply(x[e]!, v[f]!), ring.multiply(minus, ring.multiply(x[f]!, v[e]!))),
  );
}

/** x_e δg_c + p g_c δx_e: zero for all e and c exactly along the scale direction (−p g, x), where g and x are not zero. */
function scaledSample<T>(frame: Frame<T>, velocity: readonly T[], i: number): T[] {
  const { ring, unknowns, degree } = frame;
  const p = integersOf(ring)(degree);
  const g = multiplierOf(frame, unknowns, i);
  const x = pointOf(frame, unknowns, i);
  const byMultiplier = multiplierOf(frame, velocity, i);
  const byPoint = pointOf(frame, velocity, i);
  return g.flatMap((multiplier, c) =>
    x.map((coordinate, e) =>
      ring.add(ring.multiply(coordinate, byMultiplier[c]!), ring.multiply(p, ring.multiply(multiplier, byPoint[e]!))),
    ),
  );
}

/** Per output Σ_i (δg_i ‖x_i‖² + 2 g_i x_i·δx_i). */
function weightedNorms<T>(frame: Frame<T>, velocity: readonly T[]): T[] {
  const { ring, unknowns, samples, outputs } = frame;
  const sums = new Array<T>(outputs).fill(ring.zero);
  for (const i of range(samples).filter((sample) => moves(frame, velocity, sample))) {
    const x = pointOf(frame, unknowns, i);
    const half = innerProduct(ring, x, pointOf(frame, velocity, i));
    const value = innerProduct(ring, x, x);
    addTerm(frame, velocity, i, { value, slope: ring.add(half, half), sums, at: 0 });
  }
  return sums;
}

/** Whether a sample may move; one whose entries are the zero of the ring does not. */
function moves<T>(frame: Frame<T>, velocity: readonly T[], i: number): boolean {
  const still = (entry: T): boolean => entry === frame.ring.zero;
  return !multiplierOf(frame, velocity, i).every(still) || !pointOf(frame, velocity, i).every(still);
}

interface Term<T> {
  readonly value: T;
  readonly slope: T;
  /** Output by output, as many entries each; changed. */
  readonly sums: T[];
  /** The entry of each output. */
  readonly at: number;
}

/** Adds δg_i·value + g_i·slope to one entry of each output. */
function addTerm<T>(frame: Frame<T>, velocity: readonly T[], i: number, { value, slope, sums, at }: Term<T>): void {
  const { ring, unknowns, outputs } = frame;
  const stride = sums.length / outputs;
  const g = multiplierOf(frame, unknowns, i);
  const move = multiplierOf(frame, velocity, i);
  for (let c = 0; c < outputs; c++) {
    const term = ring.add(ring.multiply(move[c]!, value), ring.multiply(g[c]!, slope));
    sums[c * stride + at] = ring.add(sums[c * stride + at]!, term);
  }
}

/** Per output and monomial α of degree k: Σ_i (δg_i x_i^α + g_i ∂x_i^α·δx_i). */
function momentDifferential<T>(frame: Frame<T>, degree: number, velocity: readonly T[]): T[] {
  const { ring, unknowns, samples, outputs, inputDim } = frame;
  const table = monomialsOfDegree(inputDim, degree);
  const sums = new Array<T>(outputs * table.count).fill(ring.zero);
  for (const i of range(samples).filter((sample) => moves(frame, velocity, sample))) {
    const x = pointOf(frame, unknowns, i);
    const move = pointOf(frame, velocity, i);
    for (let at = 0; at < table.count; at++) {
      addTerm(frame, velocity, i, { ...monomialAlong(ring, table, at, { x, move }), sums, at });
    }
  }
  return sums;
}

/** A monomial at x and its derivative along `move`. */
function monomialAlong<T>(
  ring: Ring<T>,
  { starts, variables, exponents }: MonomialTable,
  at: number,
  { x, move }: { readonly x: readonly T[]; readonly move: readonly T[] },
): { value: T; slope: T } {
  let value = ring.one;
  let slope = ring.zero;
  // Product rule, one factor after the other.
  for (let s = starts[at]!; s < starts[at + 1]!; s++) {
    for (let power = 0; power < exponents[s]!; power++) {
      const factor = x[variables[s]!]!;
      slope = ring.add(ring.multiply(slope, factor), ring.multiply(value, move[variables[s]!]!));
      value = ring.multiply(value, factor);
    }
  }
  return { value, slope };
}
