import { realRing } from "../algebra/ring.ts";
import { momentDegrees } from "../equations/shape.ts";
import type { KktSystem } from "../equations/system.ts";
import { type Frame, pointOf } from "../identifiability/partial/frame.ts";
import type { Judgement, KernelSpace } from "../identifiability/partial/kernel-space.ts";
import { differential, type Quantity, range } from "../identifiability/partial/quantities.ts";
import { dot, norm2 } from "../linalg/dense.ts";
import { computeSvd } from "../linalg/svd.ts";
import { equationProblem } from "../objective/equation-objective.ts";

/** The null space of a Jacobian in doubles, with the angle by which rounding may have turned it. */
export interface FloatKernel extends KernelSpace<number> {
  /** Bound of the sine of the angle between the computed null space and that of the exact equations. */
  readonly angle: number;
}

/** Sines up to this many angles count as zero, and above its square as not zero. */
const MARGIN = 10;

/**
 * The null space at a data set in doubles.
 *
 * Unknowns are measured so that the columns of the Jacobian have norm one. Its entries are known to `rankTolerance`
 * times the largest singular value, which turns the null space by at most that over the smallest value kept.
 *
 * @param rankTolerance - singular values below this share of the largest are zero
 * Source: Wedin, BIT 12 (1972), sin Θ theorem; proofs/partial-answers.md, section "In floating point".
 */
export function floatKernel(system: KktSystem, unknowns: Float64Array, rankTolerance: number): FloatKernel {
  const { inputDim, outputs } = system.shape;
  const block = inputDim + outputs;
  const samples = unknowns.length / block;
  const n = unknowns.length;
  const problem = equationProblem(system, samples);
  const { rows } = problem;
  const J = problem.jacobian(unknowns, new Float64Array(rows * n));
  const unit = normaliseColumns(J, rows, n);
  const { S, rank, nullVectors } = nullVectorsOf(J, rows, n, { tolerance: rankTolerance });
  const angle = rank === 0 ? 0 : (rankTolerance * S[0]!) / S[rank - 1]!;
  const tolerance = MARGIN * angle;
  const degree = momentDegrees(system.shape).at(-1) ?? 0;
  const frame: Frame<number> = {
    ring: realRing,
    inputDim,
    outputs,
    samples,
    degree,
    unknowns: Array.from(unknowns),
  };
  const annihilators = annihilatorsOf(frame, rankTolerance);
  const inUnits = (v: readonly number[]): Float64Array => unitVector(v.map((value, k) => value / unit[k]!));
  return {
    frame,
    angle,
    basis: nullVectors.map((v) => Array.from(v, (value, k) => value * unit[k]!)),
    contains: (velocity) => norm2(withoutSpan(inUnits(velocity), nullVectors)) <= tolerance,
    independent: (vectors) => independentVectors(vectors.map(inUnits), tolerance),
    supportedOn(moving) {
      if (nullVectors.length === 0) return [];
      const fixed = range(samples).filter((i) => !moving.includes(i));
      const outside = Float64Array.from(
        fixed.flatMap((i) => Array.from({ length: block }, (_, k) => nullVectors.map((v) => v[i * block + k]!)).flat()),
      );
      const combinations = nullVectorsOf(outside, fixed.length * block, nullVectors.length, {
        tolerance,
        size: 1,
      }).nullVectors;
      return combinations.map((combination) => {
        const sum = new Float64Array(n);
        for (const [b, v] of nullVectors.entries()) addTo(sum, combination[b]!, v);
        return Array.from(sum, (value, k) => (moving.includes(Math.floor(k / block)) ? value * unit[k]! : 0));
      });
    },
    probes: (velocities) => velocities,
    judge(quantity, velocities) {
      if (velocities.length === 0) return "determined";
      const gradients = gradientsOf(frame, quantity, { unit, annihilators });
      const sines = velocities.flatMap((velocity) => sinesAgainst(gradients, inUnits(velocity)));
      return judgeSine(Math.max(0, ...sines), tolerance);
    },
  };
}

function judgeSine(sine: number, tolerance: number): Judgement {
  if (sine <= tolerance) return "determined";
  return sine > MARGIN * tolerance ? "free" : "undecided";
}

/** |∇q·v| / ‖∇q‖ of each component, for a velocity of norm one; 0 for a component that never changes. */
function sinesAgainst(gradients: readonly Float64Array[], velocity: Float64Array): number[] {
  return gradients.map((gradient) => {
    const size = norm2(gradient);
    return size > 0 ? Math.abs(dot(gradient, velocity)) / size : 0;
  });
}

/** The gradients of the components of a quantity in the units of the unknowns, from its derivative along the axes. */
function gradientsOf(
  frame: Frame<number>,
  quantity: Quantity,
  { unit, annihilators }: { readonly unit: Float64Array; readonly annihilators: readonly number[][] },
): Float64Array[] {
  const n = frame.unknowns.length;
  const gradients: Float64Array[] = [];
  for (let k = 0; k < n; k++) {
    const axis = new Array<number>(n).fill(0);
    axis[k] = unit[k]!;
    for (const [component, value] of differential(frame, quantity, axis, annihilators).entries()) {
      gradients[component] ??= new Float64Array(n);
      gradients[component][k] = value;
    }
  }
  return gradients;
}

function normaliseColumns(J: Float64Array, rows: number, n: number): Float64Array {
  const unit = new Float64Array(n);
  const column = new Float64Array(rows);
  for (let k = 0; k < n; k++) {
    for (let r = 0; r < rows; r++) column[r] = J[r * n + k]!;
    unit[k] = 1 / (norm2(column) || 1);
    for (let r = 0; r < rows; r++) J[r * n + k]! *= unit[k]!;
  }
  return unit;
}

/** Right singular vectors whose values are at most `tolerance` times `size`, by default the largest value. */
function nullVectorsOf(
  A: Float64Array,
  rows: number,
  n: number,
  { tolerance, size }: { readonly tolerance: number; readonly size?: number },
): { S: Float64Array; rank: number; nullVectors: Float64Array[] } {
  // Rows of zeros make the decomposition one of all n right vectors.
  const tall = Math.max(rows, n);
  const padded = new Float64Array(tall * n);
  padded.set(A);
  const { S, Vt, k } = computeSvd(padded, tall, n);
  const zero = tolerance * (size ?? S[0] ?? 0);
  let rank = 0;
  while (rank < k && S[rank]! > zero) rank++;
  const nullVectors = Array.from({ length: n - rank }, (_, i) => Vt.slice((rank + i) * n, (rank + i + 1) * n));
  return { S, rank, nullVectors };
}

function unitVector(v: readonly number[]): Float64Array {
  const vector = Float64Array.from(v);
  const size = norm2(vector);
  return size > 0 ? vector.map((value) => value / size) : vector;
}

function addTo(sum: Float64Array, factor: number, v: Float64Array): void {
  for (let k = 0; k < sum.length; k++) sum[k]! += factor * v[k]!;
}

/** What is left of a vector after projection off orthonormal ones, twice for the rounding. */
function withoutSpan(v: Float64Array, orthonormal: readonly Float64Array[]): Float64Array {
  const rest = v.slice();
  for (let pass = 0; pass < 2; pass++) {
    for (const direction of orthonormal) addTo(rest, -dot(direction, rest), direction);
  }
  return rest;
}

/** Vectors that keep more than `tolerance` of their length off the span of those before them. */
function independentVectors(vectors: readonly Float64Array[], tolerance: number): number[] {
  const orthonormal: Float64Array[] = [];
  return vectors.flatMap((vector, k) => {
    const rest = withoutSpan(vector, orthonormal);
    const size = norm2(rest);
    if (size <= Math.max(tolerance, Number.EPSILON * vector.length)) return [];
    orthonormal.push(rest.map((value) => value / size));
    return [k];
  });
}

/** An orthonormal basis of the vectors orthogonal to all samples. */
function annihilatorsOf(frame: Frame<number>, tolerance: number): number[][] {
  const { samples, inputDim, unknowns } = frame;
  if (samples >= inputDim) return [];
  const points = Float64Array.from(range(samples).flatMap((i) => pointOf(frame, unknowns, i)));
  const { nullVectors } = nullVectorsOf(points, samples, inputDim, { tolerance });
  return nullVectors.map((v) => Array.from(v));
}
