import type { StepOutcome } from "./step-rule.ts";

/** Initial radius in units of ‖D x‖ (Moré 1978, section 7). */
const INITIAL_FACTOR = 100;
/** A radius below this part of the first step is of no use. */
const SMALLEST = 1e-40;

/**
 * The radius Δ of a trust region ‖D p‖ ≤ Δ: twice the step when the model predicts well, cut by a factor between 2 and
 * 10, from a parabola through the costs and the slope, when it does not.
 *
 * Source: Moré (1978), section 4.
 */
export class TrustRegionRadius {
  /** A step whose decrease is a smaller part of the predicted one is refused. */
  static readonly leastGain: number = 1e-4;
  value = 0;
  /** What the last change multiplied a damping parameter by that goes with the radius. */
  dampingFactor = 1;
  private first = 0;

  /** Sets the first radius; later calls do nothing. */
  start(pointNorm: number): void {
    if (this.value === 0) this.value = INITIAL_FACTOR * (pointNorm > 0 ? pointNorm : 1);
  }

  get exhausted(): boolean {
    return !(this.value > SMALLEST * this.first);
  }

  /** @param full - whether the step was as long as the rule wants it, inside the region */
  learn({ gain, costRatio, slope, length }: Readonly<StepOutcome>, full: boolean): void {
    if (this.first === 0) {
      this.value = Math.min(this.value, length);
      this.first = this.value;
    }
    this.dampingFactor = 1;
    if (!(gain > 0.25)) {
      const shrink = shrinkage(costRatio, slope);
      this.value = shrink * Math.min(this.value, 10 * length);
      this.dampingFactor = 1 / shrink;
    } else if (full || gain >= 0.75) {
      this.value = 2 * length;
      this.dampingFactor = 0.5;
    }
  }
}

/** Where the parabola with this slope at 0 and this cost at 1 is lowest, within [1/10, 1/2]. */
function shrinkage(costRatio: number, slope: number): number {
  const decrease = 1 - costRatio ** 2;
  if (decrease >= 0) return 0.5;
  if (!(costRatio < 10) || slope >= 0) return 0.1;
  return Math.max(0.1, (0.5 * slope) / (slope + 0.5 * decrease));
}
