import type { Tool } from "../answers/tool.ts";
import type { EquationShape, Setting, TrainedLayer } from "../equations/shape.ts";
import type { Gauge } from "../identifiability/result.ts";
import type { ExpansionCounts } from "../report/expand-counts.ts";

/** The document of `expand --json`, schema kktid.expand/1. Rationals are strings such as "3/2"; indices count from 1. */
export interface ExpandAnswer {
  readonly schema: "kktid.expand/1";
  readonly tool: Tool;
  readonly problem: {
    readonly setting: Setting;
    readonly inputDim: number | null;
    readonly samples: number | null;
    readonly width: number | null;
    readonly outputs: number;
    readonly activation: string;
    readonly support: readonly number[];
    readonly trained: readonly TrainedLayer[];
    readonly bias: EquationShape["bias"];
  };
  /** Moment tensors T_k that some equation sees. */
  readonly tensors: readonly {
    readonly degree: number;
    readonly coordinates: number | null;
    readonly seenBy: readonly TrainedLayer[];
  }[];
  /** Coefficients of s_l(b) by power of b; null where there is no hidden bias. */
  readonly taylor: readonly (readonly string[])[] | null;
  readonly equations: readonly TensorEquationAnswer[];
  /** Null without an input dimension. */
  readonly coordinates: {
    readonly moments: readonly (MomentAnswer & { readonly name: string })[];
    readonly equations: readonly CoordinateEquationAnswer[];
  } | null;
  readonly counts: ExpansionCounts;
  readonly gauge: { readonly symmetries: readonly Gauge[]; readonly directionsPerSample: number };
}

/** The equation of one layer in tensor notation. */
export interface TensorEquationAnswer {
  readonly layer: TrainedLayer;
  /** Left side. */
  readonly known: string;
  /** "weighted": Σ_c a_jc over the outputs. "each": one equation for every output. */
  readonly outputs: "weighted" | "each";
  /** The whole equation. */
  readonly text: string;
  readonly terms: readonly {
    readonly degree: number;
    /** Slots of the tensor that the weight vector fills. */
    readonly arguments: number;
    readonly factor: readonly string[];
  }[];
}

/** One coordinate of the equation of a layer. */
export interface CoordinateEquationAnswer {
  readonly layer: TrainedLayer;
  readonly coordinate: number;
  readonly known: string;
  readonly text: string;
  readonly terms: readonly {
    readonly coefficient: string;
    readonly moment: MomentAnswer;
    readonly monomial: { readonly w: readonly number[]; readonly b: number; readonly a: number | null };
  }[];
}

/** A coordinate of a moment tensor. */
export interface MomentAnswer {
  readonly degree: number;
  readonly exponents: readonly number[];
  readonly output: number;
}
