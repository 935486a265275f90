import { dot, maxAbs } from "../linalg/dense.ts";
import type { Descent } from "./lbfgs.ts";
import { type NewtonSystem, newtonSystem } from "./newton-systems.ts";
import type { Objective } from "./objective.ts";

export interface NewtonLimits {
  readonly maxIterations: number;
  readonly shouldStop: () => boolean;
  readonly onIteration: (iteration: number, value: number, gradient: number) => void;
}

/** A relative change of the objective below this is rounding. */
const ROUNDING = 1e-13;
/** Shifts below this factor times the largest diagonal entry count as none. */
const LEAST_SHIFT = 1e-15;
const MOST_TRIALS = 60;

/**
 * Newton's method with a shifted Hessian H + τI, which ends where neither the objective nor its gradient gets smaller: at
 * the rounding floor of doubles. τ follows the ratio of the measured to the predicted decrease and is raised until the
 * matrix is positive definite, so that saddle points are left.
 *
 * Source: Nielsen, Damping parameter in Marquardt's method, IMM-REP-1999-05 (the rule for τ).
 */
export function minimiseNewton(objective: Objective, start: Descent, limits: NewtonLimits): Descent {
  let { point, value, gradient } = start;
  let shift = 0;
  const finish = (status: Descent["status"], iterations: number): Descent => ({
    point,
    value,
    gradient,
    iterations,
    status,
  });
  for (let iteration = 0; iteration < limits.maxIterations; iteration++) {
    const size = maxAbs(gradient);
    if (size === 0) return finish("reduced", iteration);
    if (limits.shouldStop()) return finish("stopped", iteration);
    limits.onIteration(iteration, value, size);
    objective.linearise(point);
    const next = findStep(objective, newtonSystem(objective), { point, value, gradient }, shift);
    if (next === null) return finish("reduced", iteration);
    ({ point, value, gradient, shift } = next);
  }
  return finish("iteration-limit", limits.maxIterations);
}

type Position = Pick<Descent, "point" | "value" | "gradient">;
type Step = Position & { readonly shift: number };

/** Raises the shift until a step makes the objective, or where that is rounding its gradient, smaller; null if none does. */
function findStep(objective: Objective, system: NewtonSystem, at: Position, firstShift: number): Step | null {
  let shift = firstShift;
  let growth = 2;
  for (let trial = 0; trial < MOST_TRIALS; trial++) {
    const outcome = tryShift(objective, system, at, shift);
    if (typeof outcome === "object") return outcome;
    if (outcome === "nothing-to-gain") return null;
    shift = shift === 0 ? 1e-10 * system.scale : growth * shift;
    growth *= 2;
  }
  return null;
}

function tryShift(
  objective: Objective,
  system: NewtonSystem,
  { point, value, gradient }: Position,
  shift: number,
): Step | "worse" | "nothing-to-gain" {
  const down = gradient.map((g) => -g);
  const step = system.solve(down, shift);
  if (step === null) return "worse";
  const next = point.map((x, k) => x + step[k]!);
  const nextGradient = new Float64Array(next.length);
  const nextValue = objective.evaluate(next, nextGradient);
  // The model predicts the decrease ½ sᵀHs + τ sᵀs = ½ (rᵀs + τ sᵀs).
  const predicted = 0.5 * (dot(down, step) + shift * dot(step, step));
  const ratio = (value - nextValue) / predicted;
  const rounding = ROUNDING * Math.abs(value);
  const isFlat = Math.abs(nextValue - value) <= rounding;
  if (isFlat ? maxAbs(nextGradient) > 0.7 * maxAbs(gradient) : !(ratio > 1e-4)) {
    return predicted <= 1e-3 * rounding ? "nothing-to-gain" : "worse";
  }
  const lower = isFlat ? 0 : shift * Math.max(1 / 9, 1 - (2 * ratio - 1) ** 3);
  return {
    point: next,
    value: nextValue,
    gradient: nextGradient,
    shift: lower < LEAST_SHIFT * system.scale ? 0 : lower,
  };
}
