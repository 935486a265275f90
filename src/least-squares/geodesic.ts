import { maxAbs, norm2 } from "../linalg/dense.ts";
import type { LinearModel } from "./linear-model.ts";
import type { StepRule } from "./step-rule.ts";

/** Length of the finite difference along the velocity, in units of the velocity (Transtrum & Sethna 2012, section 3). */
const DIFFERENCE = 0.1;
/** A correction longer than this times half the step is not trusted: the expansion does not converge there. */
const LARGEST_RATIO = 1.5;

/**
 * Second-order correction of a damped step v along the geodesic: the acceleration a solves the same damped system with
 * the directional second derivative of r, and the step becomes v + a/2.
 *
 * Source: Transtrum & Sethna, arXiv 1201.5885 (2012).
 */
export class GeodesicCorrection {
  private readonly velocity: Float64Array;
  private readonly ahead: Float64Array;
  private readonly slope: Float64Array;
  private readonly acceleration: Float64Array;

  private readonly evaluate: (p: Float64Array, out: Float64Array) => void;

  /** @param evaluate - the residual at the present point moved along p */
  constructor(rows: number, n: number, evaluate: (p: Float64Array, out: Float64Array) => void) {
    this.evaluate = evaluate;
    this.velocity = new Float64Array(n);
    this.ahead = new Float64Array(rows);
    this.slope = new Float64Array(rows);
    this.acceleration = new Float64Array(n);
  }

  /** Replaces the scaled step `s` by its corrected form, unless the correction is not small; `r` is the residual. */
  correct(model: LinearModel, rule: StepRule, r: Float64Array, s: Float64Array): void {
    if (rule.solveAgain === undefined) return;
    const { velocity, ahead, slope, acceleration } = this;
    const { n, scale } = model;
    for (let k = 0; k < n; k++) velocity[k] = s[k]! / scale[k]!;
    model.apply(velocity, slope);
    for (let k = 0; k < n; k++) velocity[k]! *= DIFFERENCE;
    this.evaluate(velocity, ahead);
    for (let i = 0; i < ahead.length; i++) {
      ahead[i] = (2 / DIFFERENCE) * ((ahead[i]! - r[i]!) / DIFFERENCE - slope[i]!);
    }
    rule.solveAgain(model.rotate(ahead, acceleration), acceleration);
    if (!(maxAbs(acceleration) > 0) || !(norm2(acceleration) <= LARGEST_RATIO * norm2(s))) return;
    for (let k = 0; k < n; k++) s[k]! += 0.5 * acceleration[k]!;
  }
}
