import { norm2 } from "../linalg/dense.ts";
import { DampedFactor } from "./damped-factor.ts";
import type { LinearModel } from "./linear-model.ts";
import type { StepOutcome, StepRule } from "./step-rule.ts";
import { TrustRegionRadius } from "./trust-region-radius.ts";

/** The length of a step may miss the radius by this part of it. */
const LENGTH_TOLERANCE = 0.1;
const MOST_TRIALS = 10;

/**
 * Levenberg–Marquardt steps whose damping λ follows from a trust region: λ = 0 where the Gauss–Newton step is short
 * enough, else ‖s(λ)‖ = Δ up to a tenth, by Newton's method on the secular equation.
 *
 * Source: Moré (1978), section 5 (Hebden's iteration with safeguards).
 */
export class TrustRegionDamping implements StepRule {
  readonly leastGain: number = TrustRegionRadius.leastGain;
  private readonly factor: DampedFactor;
  private readonly radius = new TrustRegionRadius();
  private readonly probe: Float64Array;
  private damping = 0;

  constructor(n: number) {
    this.factor = new DampedFactor(n);
    this.probe = new Float64Array(n);
  }

  begin(_model: LinearModel, { pointNorm }: { readonly pointNorm: number }): boolean {
    this.radius.start(pointNorm);
    return true;
  }

  propose(model: LinearModel, s: Float64Array): boolean {
    const delta = this.radius.value;
    if (this.radius.exhausted) return false;
    const newton = this.stepFor(model, 0, s);
    if (newton <= (1 + LENGTH_TOLERANCE) * delta) {
      this.damping = 0;
      return true;
    }
    this.solveSecular(model, s, newton);
    return true;
  }

  learn(outcome: Readonly<StepOutcome>): void {
    this.radius.learn(outcome, this.damping === 0);
    this.damping *= this.radius.dampingFactor;
  }

  solveAgain(rotated: Float64Array, s: Float64Array): void {
    this.factor.solve(rotated, s);
    for (let k = 0; k < s.length; k++) s[k] = -s[k]!;
  }

  /** Finds λ with ‖s(λ)‖ ≈ Δ, between bounds that every trial narrows; `newton` is ‖s(0)‖ > Δ. */
  private solveSecular(model: LinearModel, s: Float64Array, newton: number): void {
    const delta = this.radius.value;
    const gradientNorm = norm2(model.gradient);
    let excess = newton - delta;
    const convex = !this.factor.singular && Number.isFinite(newton);
    let lower = convex ? this.newtonChange(s, newton) : 0;
    let upper = gradientNorm / delta;
    let lambda = Math.min(Math.max(this.damping, lower), upper) || gradientNorm / newton;
    for (let trial = 1; ; trial++) {
      if (!(lambda > 0)) lambda = Math.max(Number.MIN_VALUE, 0.001 * upper);
      const previous = excess;
      const length = this.stepFor(model, lambda, s);
      excess = length - delta;
      const close = Math.abs(excess) <= LENGTH_TOLERANCE * delta;
      const deficient = lower === 0 && excess <= previous && previous < 0;
      if (close || deficient || trial === MOST_TRIALS) break;
      if (excess > 0) lower = Math.max(lower, lambda);
      else upper = Math.min(upper, lambda);
      lambda = Math.max(lower, lambda + this.newtonChange(s, length));
    }
    this.damping = lambda;
  }

  /** Newton's change of λ for 1/Δ − 1/‖s(λ)‖ = 0, from the factor that gave s. */
  private newtonChange(s: Float64Array, length: number): number {
    const { probe, factor, radius } = this;
    for (let k = 0; k < s.length; k++) probe[k] = s[k]! / length;
    const slope = norm2(factor.solveTransposed(probe));
    return (length - radius.value) / radius.value / slope / slope;
  }

  private stepFor(model: LinearModel, lambda: number, s: Float64Array): number {
    this.factor.factorise(model.upper, lambda);
    this.solveAgain(model.rotated, s);
    return norm2(s);
  }
}
