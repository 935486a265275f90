import { maxAbs } from "../linalg/dense.ts";
import { minimiseLbfgs } from "./lbfgs.ts";
import type { Model } from "./model.ts";
import { minimiseNewton } from "./newton.ts";
import { newtonSystem } from "./newton-systems.ts";
import { createObjective, type Objective } from "./objective.ts";
import { preciseEquations } from "./precise-gradient.ts";
import type { Precise } from "./precise-losses.ts";
import { createSpanCoordinates, type SpanCoordinates } from "./span-coordinates.ts";
import type { TrainingLimits, TrainingStatus } from "./training-problem.ts";

/** A point where ∇L vanishes, with more digits than a double. */
export interface StationaryPoint {
  readonly status: TrainingStatus;
  readonly theta: Precise;
  readonly iterations: { readonly gradient: number; readonly newton: number };
}

/** L-BFGS hands over to Newton once the gradient has shrunk by this factor: Newton then needs a few steps. */
const GRADIENT_REDUCTION = 1e-6;
const MOST_DESCENT_STEPS = 2000;
const MOST_NEWTON_STEPS = 500;
/** Weights this far below the initial ones are on their way to zero. */
const COLLAPSE = 1e-9;

/**
 * Minimises L from `start`: L-BFGS, then Newton, then Newton on ∇L = 0 with the gradient in double-double.
 *
 * @param start - θ, length of the model's layout
 */
export function findStationaryPoint(model: Model, start: Float64Array, limits: TrainingLimits): StationaryPoint {
  const { maxIterations, shouldStop = () => false, onProgress = () => undefined } = limits;
  const span = createSpanCoordinates(model);
  const objective = createObjective(span.model);
  const tell = (phase: string) => (iteration: number, value: number, gradient: number) =>
    onProgress(`${phase}, step ${iteration}: objective ${value.toPrecision(6)}, gradient ${gradient.toExponential(1)}`);
  const descent = minimiseLbfgs((theta, gradient) => objective.evaluate(theta, gradient), span.reduce(start), {
    maxIterations: maxIterations ?? MOST_DESCENT_STEPS,
    reduction: GRADIENT_REDUCTION,
    shouldStop,
    onIteration: tell("L-BFGS"),
  });
  if (descent.status === "nonfinite") {
    return { status: "diverged", theta: exactly(start), iterations: { gradient: 0, newton: 0 } };
  }
  const minimum = minimiseNewton(objective, descent, {
    maxIterations: maxIterations === undefined ? MOST_NEWTON_STEPS : maxIterations - descent.iterations,
    shouldStop,
    onIteration: tell("Newton"),
  });
  const iterations = { gradient: descent.iterations, newton: minimum.iterations };
  const restored = exactly(span.restore(minimum.point, start));
  if (hasCollapsed(model, restored.value, start)) return { status: "collapsed", theta: restored, iterations };
  if (minimum.status === "stopped" || minimum.status === "iteration-limit") {
    return { status: minimum.status, theta: restored, iterations };
  }
  objective.linearise(minimum.point);
  const { theta, reached } = polish(model, span, { solve: definiteSystem(objective), shouldStop }, restored);
  if (hasCollapsed(model, theta.value, start)) return { status: "collapsed", theta, iterations };
  if (!reached && shouldStop()) return { status: "stopped", theta, iterations };
  return { status: reached ? "stationary" : "iteration-limit", theta, iterations };
}

/** Whether weight decay drove a whole layer, other than an output bias that started there, to zero. */
function hasCollapsed({ layout }: Model, theta: Float64Array, start: Float64Array): boolean {
  return layout.segments.some(
    ({ start: from, end, decay }) =>
      decay > 0 && maxAbs(theta.subarray(from, end)) < COLLAPSE * maxAbs(start.subarray(from, end)),
  );
}

function exactly(value: Float64Array): Precise {
  return { value, correction: new Float64Array(value.length) };
}

type Solve = (r: Float64Array) => Float64Array;

/** H⁻¹, with the least shift that makes H positive definite: a valley of stationary points has flat directions. */
function definiteSystem(objective: Objective): Solve {
  const system = newtonSystem(objective);
  return (r) => {
    for (let shift = 0; shift < system.scale; shift = Math.max(4 * shift, 1e-13 * system.scale)) {
      const step = system.solve(r, shift);
      if (step !== null) return step;
    }
    return r.map((value) => value / system.scale);
  };
}

const MOST_POLISHING_STEPS = 30;
/** Far below the rounding of doubles, and above that of double-double. */
const POLISHED = 1e-22;

/**
 * Newton with a fixed Hessian and gradients in double-double, until they get no smaller.
 *
 * @returns the best point, and whether its equations hold to the rounding of doubles
 */
function polish(
  model: Model,
  span: SpanCoordinates,
  { solve, shouldStop }: { readonly solve: Solve; readonly shouldStop: () => boolean },
  start: Precise,
): { readonly theta: Precise; readonly reached: boolean } {
  let best = start;
  let residual = preciseEquations(model, best).residual;
  let size = relativeSize(model, best, residual);
  for (let step = 0; step < MOST_POLISHING_STEPS && size > POLISHED && !shouldStop(); step++) {
    const next = addStep(best, correctionOf(model, span, solve, residual));
    const nextResidual = preciseEquations(model, next).residual;
    const nextSize = relativeSize(model, next, nextResidual);
    if (!(nextSize < 0.5 * size)) break;
    best = next;
    residual = nextResidual;
    size = nextSize;
  }
  return { theta: best, reached: size <= Number.EPSILON / 16 };
}

/** −H⁻¹∇L inside the span of the points; outside of it H is the decay alone. */
function correctionOf(
  { samples: n, layout }: Model,
  span: SpanCoordinates,
  solve: Solve,
  residual: Float64Array,
): Float64Array {
  const step = span.pushForward(solve(span.pullBack(residual)));
  const decay = layout.segments.find(({ layer }) => layer === "hidden")?.decay ?? 0;
  const outside = span.outsideSpan(residual);
  return step.map((value, k) => -(value + (decay === 0 ? 0 : outside[k]! / decay)) / n);
}

function addStep({ value, correction }: Precise, step: Float64Array): Precise {
  const high = new Float64Array(value.length);
  const low = new Float64Array(value.length);
  for (let k = 0; k < value.length; k++) {
    // Two-sum: the rounding of the sum joins the correction.
    const change = correction[k]! + step[k]!;
    const sum = value[k]! + change;
    const back = sum - value[k]!;
    low[k] = value[k]! - (sum - back) + (change - back);
    high[k] = sum;
  }
  return { value: high, correction: low };
}

/**
 * Largest |∇L| over decay times the largest entry of its tensor; a layer without decay takes the size and the decay of
 * the largest other one.
 *
 * @param residual - n·∇L
 */
export function relativeSize({ samples: n, layout }: Model, theta: Precise, residual: Float64Array): number {
  const scales = layout.segments.map(({ start, end, decay }) => decay * maxAbs(theta.value.subarray(start, end)));
  const largest = Math.max(...scales);
  let relative = 0;
  for (const [s, { start, end }] of layout.segments.entries()) {
    const size = maxAbs(residual.subarray(start, end));
    if (size > 0) relative = Math.max(relative, size / n / (scales[s]! || largest));
  }
  return relative;
}
