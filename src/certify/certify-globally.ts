import { symmetricDimension } from "../equations/shape.ts";
import { multiply, norm2, transpose } from "../linalg/dense.ts";
import { boxAround, type SystemBox } from "./box.ts";
import type { InstanceClaim } from "./claim.ts";
import { residualOf } from "./fit.ts";
import { type ErrorChoice, errorsBelow, type GlobalErrors, type PrintedPoints } from "./global-error.ts";
import { type Frame, frameAround } from "./global-frame.ts";
import { kernelFunctional, type MomentFunctional, momentFunctional } from "./global-functional.ts";
import { approximateInverse } from "./global-inverse.ts";
import { proveSpan } from "./span.ts";

/** Every n samples that solve some system within ρ of the file lie within δ_i of the printed ones. */
export interface GlobalCertificate {
  readonly rho: number;
  readonly route: "kernel" | "moments";
  /** δ_i, Euclidean, in the units of the file; after the best order, and the best sign or scale where these are gauge. */
  readonly perSample: Float64Array;
  /** Bounds of |g_ic − ĝ_ic|; null where the scale is gauge. */
  readonly multipliers: Float64Array | null;
  /** The choices that a checker repeats the argument from. */
  readonly choice: ErrorChoice;
  readonly frame: Frame | null;
}

/** Why no bound was proved. */
export interface GlobalFailure {
  readonly failed: string;
}

/**
 * Bounds the distance of every data set of n samples that solves some system within ρ of the file from the one given.
 *
 * @param claim - its `data` are the printed samples; they need not solve anything for the bound to hold, but raise ρ to
 * their residual
 * Source: proofs/global-error.md.
 */
export function certifyGlobally(
  claim: InstanceClaim,
  shouldStop: () => boolean = () => false,
): GlobalCertificate | GlobalFailure {
  const { equations, data } = claim;
  if (data === null) return { failed: "no data set is printed" };
  const residual = residualOf(equations.system, data);
  if (residual === null) return { failed: "the residual of the printed data set is not evaluated exactly" };
  return boundErrors(claim, Math.max(claim.rho, equations.unitRoundoff, residual), shouldStop);
}

/**
 * Bounds are evaluated for a somewhat larger ρ than is claimed: a checker that rounds in other places and by more, with
 * somewhat wider intervals, needs the room.
 */
const RHO_ALLOWANCE = 1.25;
const ROUNDING_ALLOWANCE = 2 ** -49;

/** The bound of {@link certifyGlobally} at one ρ. */
export function boundErrors(
  { equations, samples, data, gauge }: InstanceClaim,
  rho: number,
  shouldStop: () => boolean = () => false,
): GlobalCertificate | GlobalFailure {
  if (data === null) return { failed: "no data set is printed" };
  const { shape } = equations.system;
  if (shape.activation.degree < 3) return { failed: "all degrees are at most 2: the samples mix" };
  const spaces = spacesOf(boxAround(equations.system, RHO_ALLOWANCE * rho + ROUNDING_ALLOWANCE), samples, data.points);
  let best: GlobalCertificate | null = null;
  let reason = "the equations do not determine the moments throughout the box";
  for (const space of spaces) {
    const printed: PrintedPoints = { ...data, inputDim: shape.inputDim, gauge, ...space };
    for (const functional of functionalsOf(space.box, samples)) {
      reason = "the discs of the samples are not separated throughout the box";
      if (shouldStop()) return best ?? { failed: "the time is over" };
      const found = bestErrors(functional, printed);
      if (found === null || (best !== null && norm2(found.errors.points) >= norm2(best.perSample))) continue;
      const { points: perSample, multipliers } = found.errors;
      best = { rho, route: functional.route, perSample, multipliers, choice: found.choice, frame: space.frame };
    }
  }
  return best ?? { failed: reason };
}

interface Found {
  readonly choice: ErrorChoice;
  readonly errors: GlobalErrors;
}

/** The least errors over the direct pencils of the first output that gives any; else over the others. */
function bestErrors(functional: MomentFunctional, printed: PrintedPoints): Found | null {
  const choices = choicesFor(functional, printed);
  for (const isDirect of [true, false]) {
    for (let output = 0; output < functional.outputs; output++) {
      let best: Found | null = null;
      for (const choice of choices.filter((other) => other.isDirect === isDirect)) {
        const errors = errorsBelow(functional, printed, { ...choice, output });
        if (errors === null || (best !== null && norm2(errors.points) >= norm2(best.errors.points))) continue;
        best = { choice: { ...choice, output }, errors };
      }
      if (best !== null) return best;
    }
  }
  return null;
}

/** What the equations determine throughout the box, by either route. */
function functionalsOf(box: SystemBox, samples: number): MomentFunctional[] {
  const byKernel = samples > box.shape.inputDim ? null : kernelFunctional(box);
  return [byKernel, momentFunctional(box)].filter((functional) => functional !== null);
}

interface Space extends Pick<PrintedPoints, "local" | "vectors"> {
  readonly box: SystemBox;
  readonly frame: Frame | null;
}

/** Coordinates of the span of the samples, where it is proved and smaller; else those of the file. */
function spacesOf(box: SystemBox, samples: number, points: Float64Array): Space[] {
  const whole = { box, frame: null, local: points, vectors: null };
  const span = samples < box.shape.inputDim ? proveSpan(box, samples) : null;
  if (span === null) return [whole];
  return (["axes", "samples"] as const).flatMap((style) => {
    const frame = frameAround(box, span, points, style);
    if (frame === null) return [];
    return [{ box: frame.box, frame, local: coordinatesIn(frame, points), vectors: frame.vectors }];
  });
}

/** The printed points in the coordinates of a frame, n×n, in doubles. */
function coordinatesIn({ vectors: { rows: n, cols: d, mid } }: Frame, points: Float64Array): Float64Array {
  const inverse = approximateInverse(transpose(mid, n, d), d, n);
  return inverse === null ? points : multiply(points, transpose(inverse, n, d), { rows: n, cols: d, width: n });
}

/** The pencils that may tell n samples apart, with the least degrees that have room for them. */
function choicesFor(
  { route, variables: v, degrees }: MomentFunctional,
  { local, gauge }: PrintedPoints,
): Omit<ErrorChoice, "output">[] {
  const n = local.length / v;
  if (v === 1 && n > 1) return [];
  let rowDegree = 1;
  while (symmetricDimension(v, rowDegree) < n) rowDegree++;
  const columnDegree = rowDegree;
  if (route === "kernel" && columnDegree > 1) return [];
  const eta = etaFor(local, v);
  const least = rowDegree + columnDegree;
  const direct = degrees
    .filter((degree) => degree >= least && degrees.includes(degree + 1))
    .map((degree) => ({ degree, isDirect: true, scaleDegree: null }));
  const others = degrees.filter((degree) => degree >= columnDegree);
  const projective = degrees
    .filter((degree) => degree > least)
    .flatMap((degree) => {
      const scaleDegrees = gauge.includes("scale") ? [null] : others.filter((other) => other !== degree);
      return scaleDegrees.map((scaleDegree) => ({ degree, isDirect: false, scaleDegree }));
    });
  return [...direct, ...projective].map((choice) => ({ ...choice, rowDegree, columnDegree, eta }));
}

/** A covector far from vanishing at the points: η·x_i ≈ 1 where they are independent, else the best point itself. */
function etaFor(points: Float64Array, v: number): Float64Array {
  const n = points.length / v;
  const inverse = n <= v ? approximateInverse(transpose(points, n, v), v, n) : null;
  if (inverse !== null) return Float64Array.from({ length: v }, (_, e) => sumOf(n, (i) => inverse[i * v + e]!));
  const rows = Array.from({ length: n }, (_, i) => points.slice(i * v, (i + 1) * v));
  const worst = (eta: Float64Array): number =>
    Math.min(...rows.map((x) => Math.abs(sumOf(v, (e) => x[e]! * eta[e]!)) / norm2(x))) / norm2(eta);
  return rows.reduce((best, eta) => (worst(eta) > worst(best) ? eta : best));
}

function sumOf(count: number, term: (k: number) => number): number {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += term(k);
  return sum;
}
