import type { InstanceQuestion } from "../audit/network-evidence.ts";
import type { Setting, TrainedLayer } from "../equations/shape.ts";
import type { Loss } from "../equations/side-information.ts";
import type { DataInput, NetworkInput, PartialNetworkInput, ScalerInput } from "./inputs.ts";

/** Options that say what is computed with, not what is asked. */
export interface RunOptions {
  /**
   * Seed of everything random: the same options and seed give the same answer, timings aside.
   *
   * @defaultValue 1
   */
  readonly seed?: number | undefined;
  /**
   * After this time the best answer so far is given.
   *
   * @defaultValue 60 for `check`, 120 for `recover`
   */
  readonly maxSeconds?: number | undefined;
  /** Asked now and then; true ends the work with the best answer so far. */
  readonly shouldStop?: (() => boolean) | undefined;
  /** Told what is being done, in a few words. */
  readonly onProgress?: ((message: string) => void) | undefined;
}

/** What the equations of a shape depend on besides its sizes. */
export interface EquationOptions {
  /** A polynomial in z with rational coefficients, such as `"z + z^2/2"`. */
  readonly activation: string;
  /**
   * Where the equations come from: a stationary point of loss plus weight decay (`kkt`), lazy training (`ntk`), or one
   * gradient.
   *
   * @defaultValue `"kkt"`
   */
  readonly setting?: Setting | undefined;
  /**
   * Layers that give equations.
   *
   * @defaultValue `["hidden"]`; for a network in `ntk` and `gradient` every layer that differs or has a gradient
   */
  readonly trained?: readonly TrainedLayer[] | undefined;
}

/** What is known of the training beside the weights. */
export interface KnowledgeOptions {
  /** Loss of the training; `hard-margin`: all y_i f(x_i) = 1. */
  readonly loss?: Loss | undefined;
  /** μ of (μ/2)‖parameters‖²: a positive number, or an exact string such as `"1/100"`. */
  readonly weightDecay?: number | string | undefined;
}

/** A question about almost every network and data set of a shape. */
export interface ShapeOptions extends EquationOptions, KnowledgeOptions, RunOptions {
  /** d; may be left to `data`. */
  readonly inputDim?: number | undefined;
  /** n; may be left to `data`. */
  readonly samples?: number | undefined;
  /** m, hidden neurons. */
  readonly width: number;
  /**
   * C.
   *
   * @defaultValue 1
   */
  readonly outputs?: number | undefined;
  /**
   * A hidden bias that was not trained, and so is a known shift.
   *
   * @defaultValue false
   */
  readonly frozenBias?: boolean | undefined;
  /**
   * `sphere`: every sample has norm 1.
   *
   * @defaultValue `"free"`
   */
  readonly domain?: "free" | "sphere" | undefined;
  /** These very samples instead of almost all. */
  readonly data?: DataInput | undefined;
  /**
   * Count the data sets that share the equations of a random instance; for small shapes.
   *
   * @defaultValue false
   */
  readonly count?: boolean | undefined;
}

/** A network, and everything that is known of how it was trained. */
export interface NetworkOptions extends EquationOptions, KnowledgeOptions, RunOptions {
  /** The trained weights. */
  readonly network: NetworkInput;
  /** Weights before training, for `ntk`. */
  readonly init?: PartialNetworkInput | undefined;
  /** Gradient of the batch, for `gradient`. */
  readonly gradient?: PartialNetworkInput | undefined;
  /** Trained layers without weight decay (`kkt`). */
  readonly unpenalised?: readonly TrainedLayer[] | undefined;
  /** Names of tensors that are not found by themselves. */
  readonly tensorNames?:
    | {
        readonly hiddenWeight?: string | undefined;
        readonly hiddenBias?: string | undefined;
        readonly outputWeight?: string | undefined;
        readonly outputBias?: string | undefined;
      }
    | undefined;
  /**
   * ρ, the relative error that the weights may have.
   *
   * @defaultValue half an ulp of the format of the weights
   */
  readonly weightPrecision?: number | undefined;
  /**
   * How to look for data sets; `auto` takes the schedule that measured best.
   *
   * @defaultValue `"auto"`
   */
  readonly strategy?: NonNullable<InstanceQuestion["search"]>["strategy"];
  /**
   * Where the samples lie: anywhere, on the unit sphere, or in a box.
   *
   * @defaultValue `"free"`
   */
  readonly domain?: "free" | "sphere" | { readonly low: number; readonly high: number } | undefined;
  /** Values that the labels take, for `mse`. */
  readonly labels?: readonly number[] | undefined;
  /**
   * Whether the gradient is the mean or the sum over its batch.
   *
   * @defaultValue `"mean"`
   */
  readonly gradientOf?: "mean" | "sum" | undefined;
  /** Samples that are known; `samples` counts them. */
  readonly known?: DataInput | undefined;
  /** Standardisation of the data; with it known, given and recovered samples are in raw units. */
  readonly scaler?: ScalerInput | undefined;
}

/** A question about one network. */
export interface NetworkCheckOptions extends NetworkOptions {
  /** n, the number of training samples. */
  readonly samples: number;
  /** The training data, if they are at hand: local statements are made there instead of at data that the solver finds. */
  readonly data?: DataInput | undefined;
}

/** A shape, or one network. */
export type CheckOptions = ShapeOptions | NetworkCheckOptions;

/** What to recover, and what counts as recovered. */
export interface RecoverOptions extends NetworkOptions {
  /** n, the ends of a range for it, or `"auto"`: from the least number that the weights allow. */
  readonly samples: number | readonly [from: number, to: number] | "auto";
  /**
   * Largest error bound, over the largest norm of a sample, that counts as recovered.
   *
   * @defaultValue 0.01
   */
  readonly acceptError?: number | undefined;
  /**
   * Starts of the search.
   *
   * @defaultValue 400
   */
  readonly maxStarts?: number | undefined;
  /** The true data, to compare with; the search never sees them. */
  readonly truth?: DataInput | undefined;
}

/** The equations of a shape. */
export interface ExpandOptions extends EquationOptions {
  /** d for equations in coordinates; left out: tensor notation in every dimension. */
  readonly inputDim?: number | undefined;
  /** @defaultValue 1 */
  readonly outputs?: number | undefined;
  /**
   * A hidden bias that was not trained, and so is a known shift.
   *
   * @defaultValue false
   */
  readonly frozenBias?: boolean | undefined;
  /** n, to count equations and unknowns; samples of a program. */
  readonly samples?: number | undefined;
  /** m, to count equations and unknowns; neurons of a program. */
  readonly width?: number | undefined;
  /**
   * Seed of the instance in a program.
   *
   * @defaultValue 1
   */
  readonly seed?: number | undefined;
}
