import { dot, maxAbs } from "../linalg/dense.ts";

/** A function to minimise: returns its value and writes its gradient. */
export type Evaluate = (point: Float64Array, gradient: Float64Array) => number;

export interface DescentLimits {
  readonly maxIterations: number;
  /** Stops once the largest entry of the gradient is below this factor times that at the start. */
  readonly reduction: number;
  readonly shouldStop: () => boolean;
  readonly onIteration: (iteration: number, value: number, gradient: number) => void;
}

export interface Descent {
  readonly point: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  readonly iterations: number;
  /** `no-descent`: the line search found no smaller value, which near a minimum is rounding. */
  readonly status: "reduced" | "no-descent" | "iteration-limit" | "stopped" | "nonfinite";
}

const MEMORY = 12;

/**
 * Limited-memory BFGS with a line search for the weak Wolfe conditions.
 *
 * Source: Nocedal & Wright, Numerical Optimization, 2nd ed. (2006), algorithm 7.5; the line search by doubling and
 * bisection is that of Lewis & Overton, Math. Program. 141 (2013), algorithm 2.6.
 */
export function minimiseLbfgs(evaluate: Evaluate, start: Float64Array, limits: DescentLimits): Descent {
  let point = start.slice();
  let gradient = new Float64Array(start.length);
  let value = evaluate(point, gradient);
  const first = maxAbs(gradient);
  const history = createHistory(start.length);
  const finish = (status: Descent["status"], iterations: number): Descent => ({
    point,
    value,
    gradient,
    iterations,
    status,
  });
  if (!Number.isFinite(value) || !Number.isFinite(first)) return finish("nonfinite", 0);
  for (let iteration = 0; iteration < limits.maxIterations; iteration++) {
    const size = maxAbs(gradient);
    if (size <= limits.reduction * first) return finish("reduced", iteration);
    if (limits.shouldStop()) return finish("stopped", iteration);
    limits.onIteration(iteration, value, size);
    const direction = history.direction(gradient);
    // Without curvature known yet the first step moves by at most one unit in the largest coordinate.
    const length = history.isEmpty() ? Math.min(1, 1 / size) : 1;
    const step = searchLine(evaluate, { point, value, gradient, direction }, length);
    if (step === null) {
      if (history.isEmpty()) return finish("no-descent", iteration);
      history.forget();
      continue;
    }
    history.remember(step.point, point, step.gradient, gradient);
    ({ point, value, gradient } = step);
  }
  return finish("iteration-limit", limits.maxIterations);
}

interface Position {
  readonly point: Float64Array<ArrayBuffer>;
  readonly value: number;
  readonly gradient: Float64Array<ArrayBuffer>;
}

const SUFFICIENT_DECREASE = 1e-4;
const CURVATURE = 0.9;
const MOST_TRIALS = 60;

/** A step that satisfies the weak Wolfe conditions; null where rounding hides every decrease. */
function searchLine(
  evaluate: Evaluate,
  { point, value, gradient, direction }: Position & { readonly direction: Float64Array },
  length: number,
): Position | null {
  const slope = dot(gradient, direction);
  if (!(slope < 0)) return null;
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let t = length;
  let best: Position | null = null;
  for (let trial = 0; trial < MOST_TRIALS; trial++) {
    const next = point.map((x, k) => x + t * direction[k]!);
    const nextGradient = new Float64Array(next.length);
    const nextValue = evaluate(next, nextGradient);
    if (!(nextValue <= value + SUFFICIENT_DECREASE * t * slope) || !Number.isFinite(maxAbs(nextGradient))) {
      high = t;
    } else {
      best = { point: next, value: nextValue, gradient: nextGradient };
      if (dot(nextGradient, direction) >= CURVATURE * slope) return best;
      low = t;
    }
    t = Number.isFinite(high) ? (low + high) / 2 : 2 * low;
  }
  return best;
}

interface History {
  isEmpty(): boolean;
  forget(): void;
  remember(next: Float64Array, point: Float64Array, nextGradient: Float64Array, gradient: Float64Array): void;
  /** Minus the inverse-Hessian estimate times the gradient. */
  direction(gradient: Float64Array): Float64Array;
}

function createHistory(size: number): History {
  let pairs: { readonly s: Float64Array; readonly y: Float64Array; readonly sy: number }[] = [];
  const alphas = new Float64Array(MEMORY);
  return {
    isEmpty: () => pairs.length === 0,
    forget() {
      pairs = [];
    },
    remember(next, point, nextGradient, gradient) {
      const s = next.map((x, k) => x - point[k]!);
      const y = nextGradient.map((g, k) => g - gradient[k]!);
      const sy = dot(s, y);
      if (sy > Number.EPSILON * dot(y, y)) pairs = [...pairs, { s, y, sy }].slice(-MEMORY);
    },
    direction(gradient) {
      const q = gradient.map((g) => -g);
      for (let i = pairs.length - 1; i >= 0; i--) {
        const { s, y, sy } = pairs[i]!;
        alphas[i] = dot(s, q) / sy;
        for (let k = 0; k < size; k++) q[k]! -= alphas[i]! * y[k]!;
      }
      const last = pairs.at(-1);
      const scale = last === undefined ? 1 : last.sy / dot(last.y, last.y);
      for (let k = 0; k < size; k++) q[k]! *= scale;
      for (const [i, { s, y, sy }] of pairs.entries()) {
        const beta = dot(y, q) / sy;
        for (let k = 0; k < size; k++) q[k]! += (alphas[i]! - beta) * s[k]!;
      }
      return q;
    },
  };
}
