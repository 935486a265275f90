import { addScaled, type Complex, complexNorm, complexZeros, copyComplex, interpolate } from "./complex-linear.ts";
import type { SquareSystem } from "./square-system.ts";

/** A solution to rounding, with what Newton's method did on the way. */
export interface Refined {
  readonly y: Complex;
  /** ‖last step‖/‖y‖. */
  readonly step: number;
  /** ‖second step‖·‖y‖/‖first step‖²: how far the map is from linear; 0 where one step was enough. */
  readonly curvature: number;
}

/** Largest first Newton step of a corrector, relative: keeps the predictor well inside the basin of its own path. */
const CORRECTION_LIMIT = 1e-3;
/** The local error of the predictor grows by 2⁵ when the step doubles; twice that is room enough. */
const DOUBLING = 64;
/** Relative size of a Newton step at which a point on a path is good enough: its square is rounding. */
const ON_PATH = 1e-8;
/** Relative step below which a Newton step that no longer shrinks is rounding, too. */
const NEARLY = 1e-6;
const CORRECTOR_STEPS = 4;
const FIRST_STEP = 0.05;
const LEAST_STEP = 1e-9;
const MOST_STEPS = 3000;

/**
 * Follows a solution of the first target along straight lines through the others to the last; null where the path is lost
 * or the time is up.
 *
 * Classical Runge–Kutta for Davidenko's equation, Newton's method, and a step that is halved on failure and doubled where
 * the prediction was much better than it need be.
 * Source: Sommese & Wampler, The Numerical Solution of Systems of Polynomials (2005), section 2.3.
 */
export function trackPath(
  system: SquareSystem,
  start: Complex,
  targets: readonly Complex[],
  shouldStop: () => boolean,
): Complex | null {
  let y: Complex | null = start;
  for (let leg = 1; leg < targets.length && y !== null; leg++) {
    y = trackLine(system, y, { from: targets[leg - 1]!, to: targets[leg]! }, shouldStop);
  }
  return y && (refine(system, y, targets.at(-1)!)?.y ?? null);
}

function trackLine(
  system: SquareSystem,
  start: Complex,
  { from, to }: { readonly from: Complex; readonly to: Complex },
  shouldStop: () => boolean,
): Complex | null {
  const change = addScaled(copyComplex(to), -1, from);
  const target = complexZeros(system.unknowns);
  let y = start;
  let [t, h] = [0, FIRST_STEP];
  for (let count = 0; t < 1; count++) {
    if (count === MOST_STEPS || h < LEAST_STEP || shouldStop()) return null;
    h = Math.min(h, 1 - t);
    const end = t + h > 1 - LEAST_STEP ? 1 : t + h;
    const next = predict(system, y, change, h);
    const correction = next === null ? null : correct(system, next, interpolate(from, to, end, target));
    if (next === null || correction === null) {
      h /= 2;
      continue;
    }
    y = next;
    t = end;
    if (correction < CORRECTION_LIMIT / DOUBLING) h *= 2;
  }
  return y;
}

/** The Runge–Kutta prediction after a step h, or null at a singular point. */
function predict(system: SquareSystem, y: Complex, change: Complex, h: number): Complex | null {
  const moved = (k: Complex, by: number): Complex => addScaled(copyComplex(y), by, k);
  const k1 = system.tangent(y, change);
  const k2 = k1 && system.tangent(moved(k1, h / 2), change);
  const k3 = k2 && system.tangent(moved(k2, h / 2), change);
  const k4 = k3 && system.tangent(moved(k3, h), change);
  if (k1 === null || k2 === null || k3 === null || k4 === null) return null;
  const next = moved(k1, h / 6);
  addScaled(next, h / 3, k2);
  addScaled(next, h / 3, k3);
  return addScaled(next, h / 6, k4);
}

/** Moves `y` onto the path: the size of the first Newton step, or null where Newton's method does not converge at once. */
function correct(system: SquareSystem, y: Complex, target: Complex): number | null {
  const step = complexZeros(system.unknowns);
  let first: number | null = null;
  let last = Number.POSITIVE_INFINITY;
  for (let k = 0; k < CORRECTOR_STEPS; k++) {
    const size = system.newtonStep(y, target, step) / complexNorm(y);
    if (!(size < CORRECTION_LIMIT)) return null;
    first ??= size;
    addScaled(y, 1, step);
    if (size < ON_PATH || (size < NEARLY && size > last / 4)) return first;
    last = size;
  }
  return null;
}

const REFINEMENT_STEPS = 8;
/** Relative step that counts as rounding. */
const ROUNDING = 1e-12;

/** Newton's method to rounding; null unless it converges from the start on. */
export function refine(system: SquareSystem, start: Complex, target: Complex): Refined | null {
  const y = copyComplex(start);
  const step = complexZeros(system.unknowns);
  let last = Number.POSITIVE_INFINITY;
  let curvature = 0;
  for (let k = 0; k < REFINEMENT_STEPS; k++) {
    const size = system.newtonStep(y, target, step) / complexNorm(y);
    if (!(size < 0.1)) return null;
    if (k === 1) curvature = size / last ** 2;
    addScaled(y, 1, step);
    if (size < ROUNDING || (last < NEARLY && size > last / 4)) return { y, step: size, curvature };
    last = size;
  }
  return null;
}
