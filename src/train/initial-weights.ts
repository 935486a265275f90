import { norm2 } from "../linalg/dense.ts";
import { createRandom } from "../random.ts";
import type { Tensors } from "./parameters.ts";
import type { CheckedProblem } from "./training-problem.ts";

/** √(mean ‖x_i‖²), the length that the initial weights and the search are scaled with; 1 if all points are zero. */
export function typicalNorm(X: Float64Array, samples: number): number {
  return norm2(X) / Math.sqrt(samples) || 1;
}

/** Rounds to the format that weights are stored in. */
export function roundTo(precision: "float64" | "float32", values: Float64Array): Float64Array {
  return precision === "float32" ? values.map(Math.fround) : values;
}

/**
 * Random weights: w ~ N(0, (s/r)² I) with the typical norm r of the points, so that w·x is about s for data of any
 * norm; b ~ N(0, s²); a ~ N(0, 1/m); no output bias. All are rounded to the format of the file, since frozen layers enter
 * the equations as they are stored.
 */
export function initialWeights(problem: CheckedProblem): Tensors {
  const { inputDim, width, outputs, samples, X, initScale, precision, seed, hasHiddenBias } = problem;
  const draw = (stream: number, length: number, size: number): Float64Array => {
    const random = createRandom(seed, stream);
    return roundTo(
      precision,
      Float64Array.from({ length }, () => size * random.normal()),
    );
  };
  return {
    hidden: draw(1, width * inputDim, initScale / typicalNorm(X, samples)),
    bias: hasHiddenBias ? draw(2, width, initScale) : new Float64Array(width),
    output: draw(3, outputs * width, 1 / Math.sqrt(width)),
    "output-bias": new Float64Array(outputs),
  };
}
