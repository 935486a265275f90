import { dot, norm2 } from "../linalg/dense.ts";
import type { Domain } from "./domain.ts";
import { GeodesicCorrection } from "./geodesic.ts";
import { LinearModel } from "./linear-model.ts";
import { evaluateResidual, type LeastSquaresProblem } from "./problem.ts";
import { solutionAt } from "./solution.ts";
import type { LeastSquaresSolution, LeastSquaresStatus } from "./status.ts";
import type { StepOutcome, StepRule } from "./step-rule.ts";

/** Options of every method of this folder; all tests are relative, so that units do not matter. */
export interface LeastSquaresOptions {
  /** Linearisations at most. */
  readonly maxIterations: number;
  /** Stop as soon as ‖r‖ is at most this; 0 by default. */
  readonly targetResidual?: number;
  /** Stop when the scaled step is below this times the scaled point; 4ε by default. */
  readonly stepTolerance?: number;
  /** Stop when ‖r‖² falls by less than this part of it, predicted and actual; 0 (never) by default. */
  readonly costTolerance?: number;
  /** Stop when no column of J makes a cosine above this with r; 0 by default. */
  readonly gradientTolerance?: number;
  readonly shouldStop?: () => boolean;
  readonly onIterate?: IterationObserver;
}

/**
 * Sees every point of a descent: the start as iteration 0, and each point that a step was taken to. `x` is the solver's
 * own array, to be copied and not to be changed.
 */
export type IterationObserver = (x: Float64Array, residualNorm: number, iteration: number) => void;

export interface IterationParts {
  readonly problem: LeastSquaresProblem;
  readonly domain: Domain;
  readonly rule: StepRule;
  /** Second-order correction of damped steps along the geodesic. */
  readonly geodesic?: boolean;
}

/**
 * The loop that all methods share: linearise, try steps until the cost falls, test, repeat.
 *
 * The cost never rises from one iteration to the next. Nothing is allocated after
 * the start but what a QR factorisation needs.
 *
 * @param start - initial point, length `unknowns`, not changed; the nearest point of the domain is used
 */
export function iterate(
  parts: IterationParts,
  start: Float64Array,
  options: LeastSquaresOptions,
): LeastSquaresSolution {
  const { maxIterations, targetResidual = 0, gradientTolerance = 0, shouldStop } = options;
  const run = new Iteration(parts, start, options);
  if (!Number.isFinite(run.cost)) return run.finish("nonfinite-residual");
  while (run.iterations < maxIterations) {
    if (run.cost <= targetResidual) return run.finish("target-reached");
    if (shouldStop?.()) return run.finish("stopped");
    if (!run.linearise()) return run.finish("nonfinite-jacobian");
    if (run.model.gradientCosine <= gradientTolerance) return run.finish("gradient-converged");
    const status = run.descend();
    if (status !== "descended") return run.finish(status);
  }
  return run.finish(run.cost <= targetResidual ? "target-reached" : "iteration-limit");
}

class Iteration {
  readonly model: LinearModel;
  cost: number;
  iterations = 0;
  private readonly parts: IterationParts;
  private readonly options: LeastSquaresOptions;
  private readonly geodesic: GeodesicCorrection | undefined;
  private x: Float64Array;
  private r: Float64Array;
  private trial: Float64Array;
  private trialResidual: Float64Array;
  private readonly s: Float64Array;
  private readonly p: Float64Array;
  private readonly outcome: StepOutcome = { gain: 0, costRatio: 1, slope: 0, length: 0, accepted: false };
  private readonly evaluations = { residual: 0, jacobian: 0 };
  private stepNorm = 0;
  /** Whether the model belongs to x. */
  private current = false;

  constructor(parts: IterationParts, start: Float64Array, options: LeastSquaresOptions) {
    const { problem, domain, geodesic } = parts;
    const { rows, unknowns } = problem;
    this.parts = parts;
    this.options = options;
    this.model = new LinearModel(problem, domain);
    const ahead = (step: Float64Array, out: Float64Array): void => {
      domain.move(this.x, step, this.trial);
      this.evaluate(this.trial, out);
    };
    this.geodesic = geodesic ? new GeodesicCorrection(rows, domain.dimension, ahead) : undefined;
    this.x = domain.project(start);
    this.r = new Float64Array(rows);
    this.trial = new Float64Array(unknowns);
    this.trialResidual = new Float64Array(rows);
    this.s = new Float64Array(domain.dimension);
    this.p = new Float64Array(domain.dimension);
    this.cost = this.evaluate(this.x, this.r);
    options.onIterate?.(this.x, this.cost, 0);
  }

  linearise(): boolean {
    this.evaluations.jacobian++;
    this.current = true;
    const { model, x, r } = this;
    if (!model.linearise(x, r)) return false;
    this.iterations++;
    return this.parts.rule.begin(model, { x, r, pointNorm: this.pointNorm() });
  }

  /** Tries steps until one lowers the cost, and takes it. */
  descend(): "descended" | LeastSquaresStatus {
    const { model, s, outcome } = this;
    const { rule } = this.parts;
    const { stepTolerance = 4 * Number.EPSILON, costTolerance = 0, shouldStop } = this.options;
    const pointNorm = this.pointNorm();
    while (rule.propose(model, s)) {
      const predicted = this.tryStep();
      // A step that the domain cut to nothing is not a short step.
      const small = Math.max(this.stepNorm, outcome.length) <= stepTolerance * pointNorm;
      const decrease = 1 - outcome.costRatio ** 2;
      const level = Math.abs(decrease) <= costTolerance && predicted <= costTolerance && outcome.gain <= 2;
      rule.learn(outcome);
      if (outcome.accepted) this.take();
      if (small) return "step-converged";
      if (level) return "cost-converged";
      if (outcome.accepted) return "descended";
      if (shouldStop?.()) return "stopped";
    }
    return "damping-limit";
  }

  finish(status: LeastSquaresStatus): LeastSquaresSolution {
    const { x, r, cost, iterations, evaluations, stepNorm, model } = this;
    if (!this.current && status !== "nonfinite-residual") {
      evaluations.jacobian++;
      model.measure(x, r);
    }
    return solutionAt(model, { x, residualNorm: cost, status, iterations, evaluations, stepNorm });
  }

  /** Evaluates the proposed step into `trial` and fills `outcome`; returns the predicted relative decrease of ‖r‖². */
  private tryStep(): number {
    const { model, s, p, outcome } = this;
    const { rule, domain } = this.parts;
    outcome.length = norm2(s);
    let predicted = this.predict();
    outcome.slope = this.slope();
    this.geodesic?.correct(model, rule, this.r, s);
    for (let k = 0; k < p.length; k++) p[k] = s[k]! / model.scale[k]!;
    domain.move(this.x, p, this.trial);
    if (this.shortened()) {
      predicted = this.predict();
      outcome.slope = this.slope();
    }
    this.stepNorm = norm2(s);
    const cost = this.evaluate(this.trial, this.trialResidual);
    outcome.costRatio = Number.isFinite(cost) ? cost / this.cost : Number.POSITIVE_INFINITY;
    outcome.gain = predicted > 0 ? (1 - outcome.costRatio ** 2) / predicted : Number.NEGATIVE_INFINITY;
    outcome.accepted = cost < this.cost && outcome.gain >= rule.leastGain;
    return predicted;
  }

  private slope(): number {
    return dot(this.model.gradient, this.s) / this.cost / this.cost;
  }

  private predict(): number {
    const { rule } = this.parts;
    return rule.predictedDecrease?.(this.model, this.s) ?? this.model.predictedDecrease(this.s);
  }

  /** Whether the domain cut the step p; `s` is then what was left of it. */
  private shortened(): boolean {
    const { s, p, model } = this;
    let cut = false;
    for (let k = 0; k < p.length; k++) {
      const moved = p[k]! * model.scale[k]!;
      // p·D of an uncut step differs from s by a rounding.
      if (Math.abs(moved - s[k]!) <= 2 * Number.EPSILON * Math.abs(s[k]!)) continue;
      s[k] = moved;
      cut = true;
    }
    return cut;
  }

  private take(): void {
    [this.x, this.trial] = [this.trial, this.x];
    [this.r, this.trialResidual] = [this.trialResidual, this.r];
    this.cost = norm2(this.r);
    this.current = false;
    this.options.onIterate?.(this.x, this.cost, this.iterations);
  }

  private evaluate(x: Float64Array, out: Float64Array): number {
    this.evaluations.residual++;
    return norm2(evaluateResidual(this.parts.problem, x, out));
  }

  private pointNorm(): number {
    return this.parts.domain.scaledNorm(this.x, this.model.columnNorms);
  }
}
