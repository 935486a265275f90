import { upperBound } from "../interval/interval.ts";
import type { NewtonOperator, NotCertified, UnknownLayout } from "./newton-operator.ts";

/** The one zero: bounds of its distance, unknown by unknown, in a region that holds no other. */
export interface Enclosure {
  /** Half-widths, the same for all coordinates of a sample and for all its multipliers. */
  readonly region: Float64Array;
  readonly distance: Float64Array;
  /** How much u ↦ u − A F(u) contracts within the distance, below 1. */
  readonly contraction: number;
}

/** Largest f(1)/t and contraction that count, so that a checker with somewhat wider bounds comes to the same answer. */
const MARGIN = 0.9;
/** Multiples of the least conceivable region that are tried until the test succeeds. */
const FIRST_REGIONS = [4, 2, 1.5] as const;
const LARGEST_GROWTH = 2 ** 50;
const GROWTHS = 8;

/**
 * Shows that the equations have exactly one zero in a region, and where.
 *
 * With bounds Y, L, Q, B of displacement, linear part, curvature and remainder of the half-widths t, any zero within s·t,
 * s ≤ 1, is within f(s) = Y + sL + s²Q + s³B. If f(1) < t and f(s) ≤ s·t, all zeros of the region are within f(s), and if
 * L + 2sQ + 3s²B < t there is exactly one.
 *
 * Source: proofs/certified-samples.md.
 */
export function encloseZero(newton: NewtonOperator): Enclosure | NotCertified {
  // Curvature is homogeneous, so that it is bounded only once, whatever the size of the region.
  const shape = levelled(newton, newton.displacement);
  const parts = { shape, linear: newton.linear(shape), curvature: newton.curvature(shape) };
  let needed = Number.POSITIVE_INFINITY;
  for (const multiple of FIRST_REGIONS) {
    const attempt = attemptAt(newton, parts, multiple);
    needed = Math.min(needed, attempt.needed);
    if (attempt.enclosure !== null) return grow(newton, parts, { multiple, enclosure: attempt.enclosure });
  }
  return { failed: `the test does not contract: it needs a factor below 1 and got ${needed.toPrecision(2)}` };
}

interface Parts {
  readonly shape: Float64Array;
  readonly linear: Float64Array;
  readonly curvature: Float64Array;
}

interface Grown {
  readonly multiple: number;
  readonly enclosure: Enclosure;
}

/** Enlarges the region, first to where the curvature alone would fill half of it, then by less. */
function grow(newton: NewtonOperator, parts: Parts, first: Grown): Enclosure {
  const { shape, curvature } = parts;
  const share = curvature.reduce((most, value, k) => Math.max(most, value / shape[k]!), 0);
  let multiple = Math.min(LARGEST_GROWTH, 1 / (2 * share));
  for (let step = 0; step < GROWTHS && multiple > first.multiple; step++, multiple /= 4) {
    const { enclosure } = attemptAt(newton, parts, multiple);
    if (enclosure !== null) return enclosure;
  }
  return first.enclosure;
}

/** The largest bound of the coordinates of every sample, and of its multipliers, in place of each of them. */
function levelled({ unknowns, inputDim, outputs }: UnknownLayout, bounds: Float64Array): Float64Array {
  const block = inputDim + outputs;
  const groupOf = (unknown: number): number => 2 * Math.floor(unknown / block) + (unknown % block < outputs ? 0 : 1);
  const largest = new Map<number, number>();
  unknowns.forEach((unknown, k) => {
    largest.set(groupOf(unknown), Math.max(largest.get(groupOf(unknown)) ?? 0, bounds[k]!));
  });
  return Float64Array.from(unknowns, (unknown) => largest.get(groupOf(unknown))!);
}

interface Attempt {
  readonly enclosure: Enclosure | null;
  /** The larger of max f(1)/t and the contraction. */
  readonly needed: number;
}

const SHRINKINGS = 40;

/** The test in a multiple of a region; s is found by using f repeatedly: f(1) ≤ s·t makes f(s) ≤ f(1) ≤ s·t. */
function attemptAt(newton: NewtonOperator, { shape, linear, curvature }: Parts, multiple: number): Attempt {
  const region = shape.map((value) => value * multiple);
  const L = linear.map((value) => upperBound(value * multiple));
  const Q = curvature.map((value) => upperBound(value * multiple ** 2));
  const B = newton.remainder(region);
  const share = (values: Float64Array): number =>
    values.reduce((largest, value, k) => Math.max(largest, upperBound(value / region[k]!)), 0);
  const f = (s: number): Float64Array =>
    newton.displacement.map((value, k) => upperBound(value + s * (L[k]! + s * (Q[k]! + s * B[k]!))));
  let s = share(f(1));
  if (!(s <= MARGIN)) return { enclosure: null, needed: s };
  for (let step = 0; step < SHRINKINGS; step++) s = Math.min(s, share(f(s)));
  const contraction = share(L.map((value, k) => upperBound(value + s * (2 * Q[k]! + 3 * s * B[k]!))));
  if (!(contraction <= MARGIN)) return { enclosure: null, needed: contraction };
  return { enclosure: { region, distance: f(s), contraction }, needed: s };
}
