import { dot, norm2 } from "../linalg/dense.ts";
import { DampedFactor } from "./damped-factor.ts";
import type { LinearModel } from "./linear-model.ts";
import type { StepOutcome, StepRule } from "./step-rule.ts";
import { TrustRegionRadius } from "./trust-region-radius.ts";

/**
 * Powell's dogleg: the point at distance Δ on the path from the origin to the Cauchy point, the minimum of the model
 * along the gradient, and on to the Gauss–Newton step; the latter itself where it is short enough. One triangular solve
 * a linearisation, and none more after a refused step.
 *
 * Source: Powell, "A hybrid method for nonlinear equations" (1970), in Rabinowitz (ed.), Numerical Methods for Nonlinear
 * Algebraic Equations.
 */
export class Dogleg implements StepRule {
  readonly leastGain: number = TrustRegionRadius.leastGain;
  private readonly factor: DampedFactor;
  private readonly radius = new TrustRegionRadius();
  private readonly newton: Float64Array;
  private readonly image: Float64Array;
  private newtonLength = 0;
  private undamped = false;

  constructor(n: number) {
    this.factor = new DampedFactor(n);
    this.newton = new Float64Array(n);
    this.image = new Float64Array(n);
  }

  begin(model: LinearModel, { pointNorm }: { readonly pointNorm: number }): boolean {
    this.radius.start(pointNorm);
    this.factor.factorise(model.upper, 0);
    this.factor.solve(model.rotated, this.newton);
    for (let k = 0; k < this.newton.length; k++) this.newton[k] = -this.newton[k]!;
    this.newtonLength = norm2(this.newton);
    return true;
  }

  propose(model: LinearModel, s: Float64Array): boolean {
    const delta = this.radius.value;
    if (this.radius.exhausted) return false;
    this.undamped = this.newtonLength <= delta;
    if (this.undamped) {
      s.set(this.newton);
      return true;
    }
    const slope = norm2(model.gradient);
    if (slope === 0) return false;
    model.applyUpper(model.gradient, this.image);
    const cauchyLength = slope * (slope / norm2(this.image)) ** 2;
    const inner = Math.min(cauchyLength, delta) / slope;
    for (let k = 0; k < s.length; k++) s[k] = -inner * model.gradient[k]!;
    if (cauchyLength < delta && Number.isFinite(this.newtonLength)) this.followSecondLeg(s, cauchyLength, delta);
    return true;
  }

  learn(outcome: Readonly<StepOutcome>): void {
    this.radius.learn(outcome, this.undamped);
  }

  /** From the Cauchy point in `s` towards the Gauss–Newton step, up to length Δ. */
  private followSecondLeg(s: Float64Array, cauchyLength: number, delta: number): void {
    const { newton, image: leg } = this;
    for (let k = 0; k < s.length; k++) leg[k] = newton[k]! - s[k]!;
    const length = norm2(leg);
    const half = dot(s, leg) / length;
    // The larger root of t² + 2 t·half + cauchyLength² = Δ², written without cancellation.
    const room = (delta - cauchyLength) * (delta + cauchyLength);
    const root = Math.sqrt(half * half + room);
    const t = (half > 0 ? room / (half + root) : root - half) / length;
    for (let k = 0; k < s.length; k++) s[k]! += t * leg[k]!;
  }
}
