import type { Ring } from "../../algebra/ring.ts";
import { integersOf } from "../../equations/ring-tools.ts";
import { type Frame, multiplierAt, pointAt } from "./frame.ts";
import type { Quantity } from "./quantities.ts";

/** Families of motions of one or two samples that have a name. */
export type MoveKind =
  | "scale"
  | "opposite-scale"
  | "mixing"
  | "mixing-of-points"
  | "linear-mixing"
  | "affine-mixing"
  | "single"
  | "joint";

/** A family of velocities, one for each tuple of samples. */
export interface NamedMove {
  readonly kind: Exclude<MoveKind, "single" | "joint">;
  /** Samples of a tuple; `ordered` pairs are (i, k) and (k, i). */
  readonly tuple: "one" | "pair" | "ordered-pair";
  velocity<T>(frame: Frame<T>, tuple: readonly number[]): T[];
  /** Whether the formula speaks of one output only. */
  readonly oneOutput: boolean;
  /** Degrees of the moments that it keeps for all data; p is the top degree. */
  keptDegrees(p: number): readonly number[];
}

/**
 * The named velocities, in the order in which they are tried. Each is a polynomial in the data:
 *
 * - scale of sample i: δg = −p g, δx = x;
 * - linear mixing: δx_i = x_k, δg_k = −g_i;
 * - affine mixing: δx_i = x_k − x_i, δg_i = g_i, δg_k = −g_i;
 * - mixing of the points alone: δx_i = g_k x_k, δx_k = −g_i x_i;
 * - opposite scale of i and k: g_k times the scale of i minus g_i times that of k, which keeps Σ g;
 * - mixing of i and k: δg_i = 2 g_i g_k = −δg_k, δx_i = g_k (x_k − x_i), δx_k = g_i (x_k − x_i), the tangent of a rotation
 *   (a hyperbolic one for multipliers of opposite sign) of the vectors √|g|·(1, x).
 *
 * Source: proofs/partial-answers.md, section "Named directions".
 */
export const NAMED_MOVES: readonly NamedMove[] = [
  {
    kind: "scale",
    tuple: "one",
    oneOutput: false,
    velocity: (frame, [i]) => scale(frame, i!, frame.ring.one),
    keptDegrees: (p) => [p],
  },
  { kind: "linear-mixing", tuple: "ordered-pair", oneOutput: false, velocity: linearMixing, keptDegrees: () => [1] },
  { kind: "affine-mixing", tuple: "ordered-pair", oneOutput: false, velocity: affineMixing, keptDegrees: () => [0, 1] },
  { kind: "mixing-of-points", tuple: "pair", oneOutput: true, velocity: mixingOfPoints, keptDegrees: () => [0, 2] },
  { kind: "opposite-scale", tuple: "pair", oneOutput: true, velocity: oppositeScale, keptDegrees: (p) => [0, p] },
  { kind: "mixing", tuple: "pair", oneOutput: true, velocity: mixing, keptDegrees: () => [0, 1, 2] },
];

/** Whether every velocity of a name keeps all moments of these degrees, for all data: it then is a null vector for any nodes. */
export function keepsMoments(kind: MoveKind, degrees: readonly number[], p: number): boolean {
  const move = NAMED_MOVES.find((named) => named.kind === kind);
  return move !== undefined && degrees.every((degree) => move.keptDegrees(p).includes(degree));
}

/** Whether a quantity stays along every velocity of a name, for all data, by the formulas of the move. */
export function keepsQuantity(kind: MoveKind, quantity: Quantity, p: number): boolean {
  switch (quantity.kind) {
    case "moment":
      return keepsMoments(kind, [quantity.degree!], p);
    case "weighted-norms":
      return keepsMoments(kind, [2], p);
    case "direction":
      return kind === "scale" || kind === "opposite-scale";
    case "scaled-sample":
      return kind === "scale";
    case "span":
      return kind !== "single" && kind !== "joint";
    default:
      return false;
  }
}

/** (−p g_i, x_i) times a factor, zero for the other samples. */
export function scale<T>(frame: Frame<T>, i: number, factor: T): T[] {
  const { ring, degree } = frame;
  const v = zeros(frame);
  addMultiplier(frame, v, i, { of: i, factor: ring.multiply(integersOf(ring)(-degree), factor) });
  addPoint(frame, v, i, { of: i, factor });
  return v;
}

function oppositeScale<T>(frame: Frame<T>, [i, k]: readonly number[]): T[] {
  const { ring } = frame;
  const first = scale(frame, i!, multiplier(frame, k!));
  const second = scale(frame, k!, negative(ring, multiplier(frame, i!)));
  return first.map((value, at) => ring.add(value, second[at]!));
}

function mixing<T>(frame: Frame<T>, [i, k]: readonly number[]): T[] {
  const { ring } = frame;
  const v = zeros(frame);
  const [gi, gk] = [multiplier(frame, i!), multiplier(frame, k!)];
  const twice = (g: T): T => ring.add(g, g);
  addMultiplier(frame, v, i!, { of: i!, factor: twice(gk) });
  addMultiplier(frame, v, k!, { of: k!, factor: negative(ring, twice(gi)) });
  for (const [sample, factor] of [[i!, gk] as const, [k!, gi] as const]) {
    addPoint(frame, v, sample, { of: k!, factor });
    addPoint(frame, v, sample, { of: i!, factor: negative(ring, factor) });
  }
  return v;
}

function mixingOfPoints<T>(frame: Frame<T>, [i, k]: readonly number[]): T[] {
  const v = zeros(frame);
  addPoint(frame, v, i!, { of: k!, factor: multiplier(frame, k!) });
  addPoint(frame, v, k!, { of: i!, factor: negative(frame.ring, multiplier(frame, i!)) });
  return v;
}

function linearMixing<T>(frame: Frame<T>, [i, k]: readonly number[]): T[] {
  const v = zeros(frame);
  addPoint(frame, v, i!, { of: k!, factor: frame.ring.one });
  addMultiplier(frame, v, k!, { of: i!, factor: negative(frame.ring, frame.ring.one) });
  return v;
}

function affineMixing<T>(frame: Frame<T>, tuple: readonly number[]): T[] {
  const v = linearMixing(frame, tuple);
  const [i] = tuple;
  addPoint(frame, v, i!, { of: i!, factor: negative(frame.ring, frame.ring.one) });
  addMultiplier(frame, v, i!, { of: i!, factor: frame.ring.one });
  return v;
}

interface Term<T> {
  /** The sample whose point or multiplier is added. */
  readonly of: number;
  readonly factor: T;
}

function addPoint<T>(frame: Frame<T>, v: T[], to: number, { of, factor }: Term<T>): void {
  add(frame, v, { to: pointAt(frame, to), from: pointAt(frame, of), length: frame.inputDim, factor });
}

function addMultiplier<T>(frame: Frame<T>, v: T[], to: number, { of, factor }: Term<T>): void {
  add(frame, v, { to: multiplierAt(frame, to), from: multiplierAt(frame, of), length: frame.outputs, factor });
}

function add<T>(
  { ring, unknowns }: Frame<T>,
  v: T[],
  { to, from, length, factor }: { to: number; from: number; length: number; factor: T },
): void {
  for (let k = 0; k < length; k++) v[to + k] = ring.add(v[to + k]!, ring.multiply(factor, unknowns[from + k]!));
}

function multiplier<T>(frame: Frame<T>, i: number): T {
  return frame.unknowns[multiplierAt(frame, i)]!;
}

function negative<T>(ring: Ring<T>, value: T): T {
  return ring.multiply(integersOf(ring)(-1), value);
}

function zeros<T>({ ring, unknowns }: Frame<T>): T[] {
  return new Array<T>(unknowns.length).fill(ring.zero);
}
