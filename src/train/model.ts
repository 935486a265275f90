import type { LossSum } from "./losses.ts";
import type { Layout, Tensors } from "./parameters.ts";
import type { Precise } from "./precise-losses.ts";

/** Everything the objective depends on beside θ. */
export interface Model {
  /** Coefficients of σ by ascending degree. */
  readonly coefficients: Float64Array;
  readonly samples: number;
  readonly inputDim: number;
  readonly width: number;
  readonly outputs: number;
  /** n×d */
  readonly X: Float64Array;
  readonly loss: LossSum;
  /** ∂ℓ/∂f, in double-double. */
  readonly preciseSlopes: (f: Precise) => Precise;
  /** Tensors that do not move keep these values. */
  readonly frozen: Tensors;
  readonly layout: Layout;
}

/** Values at all samples: σ, σ′, σ″ of every neuron (n×m), f and ∂L/∂f (n×C). */
export interface Pass {
  readonly value: Float64Array;
  readonly slope: Float64Array;
  readonly bend: Float64Array;
  readonly f: Float64Array;
  readonly pull: Float64Array;
}
