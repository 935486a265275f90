import { dot } from "../linalg/dense.ts";
import { type DifferencedProblem, withDifferencedCurvature } from "./differenced-curvature.ts";
import type { LinearModel } from "./linear-model.ts";
import type { LeastSquaresProblem } from "./problem.ts";
import { QuadraticSubproblem } from "./quadratic-subproblem.ts";
import type { StepOutcome, StepRule } from "./step-rule.ts";
import { TrustRegionRadius } from "./trust-region-radius.ts";

/**
 * Newton steps in a trust region: the model is the Taylor polynomial of ½‖r‖² with its whole Hessian JᵀJ + Σ r_e ∇²r_e,
 * assembled from n curvature products. Converges quadratically where the residual is large and Gauss–Newton is slow or
 * does not converge, and leaves saddle points.
 *
 * Source: Nocedal & Wright, Numerical Optimization, 2nd ed. (2006), section 10.3; Moré & Sorensen (1983).
 */
export class NewtonSteps implements StepRule {
  readonly leastGain: number = TrustRegionRadius.leastGain;
  private readonly problem: DifferencedProblem;
  private readonly subproblem: QuadraticSubproblem;
  private readonly radius = new TrustRegionRadius();
  private readonly hessian: Float64Array;
  private readonly unit: Float64Array;
  private readonly column: Float64Array;
  private residualSquare = 0;

  /** A problem without `curvature` gets it from differences of its Jacobian. */
  constructor(problem: LeastSquaresProblem) {
    const n = problem.unknowns;
    this.problem = withDifferencedCurvature(problem);
    this.subproblem = new QuadraticSubproblem(n);
    this.hessian = new Float64Array(n * n);
    this.unit = new Float64Array(n);
    this.column = new Float64Array(n);
  }

  begin(model: LinearModel, { x, r, pointNorm }: { x: Float64Array; r: Float64Array; pointNorm: number }): boolean {
    this.radius.start(pointNorm);
    this.residualSquare = dot(r, r);
    const { n, upper, scale } = model;
    const { hessian, unit, column } = this;
    for (let j = 0; j < n; j++) {
      unit[j] = 1 / scale[j]!;
      this.problem.curvature(x, r, unit, column);
      unit[j] = 0;
      for (let i = 0; i < n; i++) {
        if (!Number.isFinite(column[i]!)) return false;
        let sum = column[i]! / scale[i]!;
        for (let k = 0; k <= Math.min(i, j); k++) sum += upper[i * n + k]! * upper[j * n + k]!;
        hessian[i * n + j] = sum;
      }
    }
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const mean = 0.5 * (hessian[i * n + j]! + hessian[j * n + i]!);
        hessian[i * n + j] = mean;
        hessian[j * n + i] = mean;
      }
    }
    return true;
  }

  propose(model: LinearModel, s: Float64Array): boolean {
    return !this.radius.exhausted && this.subproblem.solve(this.hessian, model.gradient, this.radius.value, s);
  }

  predictedDecrease(model: LinearModel, s: Float64Array): number {
    const { hessian } = this;
    let sum = 0;
    for (let i = 0; i < s.length; i++) {
      let row = 2 * model.gradient[i]!;
      for (let j = 0; j < s.length; j++) row += hessian[i * s.length + j]! * s[j]!;
      sum -= row * s[i]!;
    }
    return sum / this.residualSquare;
  }

  learn(outcome: Readonly<StepOutcome>): void {
    this.radius.learn(outcome, this.subproblem.interior);
  }
}
