import type { KktSystem } from "../equations/system.ts";
import type { OutputLaw } from "./output-targets.ts";
import type { SampleAddress, SampleEquations } from "./sample-objective.ts";

/** What is known of single samples beside the equations of the layers, in the coordinates of one system. */
export interface SideFacts {
  /** ‖x_i‖ = 1 for all samples, in the units of the file. */
  readonly unitNorms: boolean;
  /** How multipliers and outputs hang together. */
  readonly outputs: OutputFacts | null;
  /** The first samples are known. */
  readonly pins: KnownPoints | null;
}

export interface OutputFacts {
  readonly law: OutputLaw;
  /** κ: nμ for `kkt`, n or 1 for the mean or the sum of gradients; not used by the law "margin". */
  readonly multiplierScale: number;
  /** Of all samples in their order, see `createOutputTargets`. */
  readonly labels: Float64Array;
}

export interface KnownPoints {
  /** k×d row-major, in the coordinates of the system. */
  readonly points: Float64Array;
  /** k×C; null where only the points are known. */
  readonly multipliers: Float64Array | null;
}

export interface SideRowOptions {
  readonly system: KktSystem;
  /** Output bias of the network, length C; null without one. */
  readonly outputBias: Float64Array | null;
  /** ‖x‖ in the file's units = `scale`·‖x‖ in those of the system. */
  readonly scale: number;
  readonly facts: SideFacts;
  /** Relative error of the weights, which f inherits. */
  readonly weightError: number;
  /** Half an ulp of the file: relative error of norms and of known samples. */
  readonly unitRoundoff: number;
  /** Standard deviation that every row is scaled to: that of the scaled equations of the layers. */
  readonly level: number;
}

/** Side equations, each scaled so that its own rounding has the standard deviation `level`. */
export interface SideRows extends SampleEquations {
  readonly level: number;
  /** Rows of n samples that say something: a known sample has rows that the others lack. */
  activeRows(samples: number): number;
  /** As `value`, at u + correction and rounded once. */
  preciseValue(u: Float64Array, correction: Float64Array, sample: SampleAddress, out: Float64Array, row: number): void;
  /** Adds to `out` how the rows change when the argument w_j·x of every neuron moves by `moves`. */
  addArgumentMoves(u: Float64Array, sample: SampleAddress, moves: Float64Array, out: Float64Array, row: number): void;
}
