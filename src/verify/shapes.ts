import { activationFromCoefficients, parseActivation } from "../algebra/activation.ts";
import { rational } from "../algebra/rational.ts";
import type { EquationShape, Setting, TrainedLayer } from "../equations/shape.ts";

/** A shape in few words. */
export interface ShapeText {
  /** A polynomial, or the degrees with coefficient 1. */
  readonly activation: string | readonly number[];
  readonly inputDim: number;
  readonly width?: number;
  readonly outputs?: number;
  readonly trained?: readonly TrainedLayer[];
  readonly frozenBias?: boolean;
  readonly setting?: Setting;
}

/** The shape: setting `gradient`, one neuron, one output, hidden layer trained, unless said otherwise. */
export function shapeOf(text: ShapeText): EquationShape {
  const trained = new Set<TrainedLayer>(text.trained ?? ["hidden"]);
  return {
    setting: text.setting ?? "gradient",
    activation: typeof text.activation === "string" ? parseActivation(text.activation) : sumOfPowers(text.activation),
    inputDim: text.inputDim,
    width: text.width ?? 1,
    outputs: text.outputs ?? 1,
    trained,
    bias: trained.has("bias") ? "trained" : text.frozenBias === true ? "frozen" : "none",
  };
}

/** Σ z^k over the degrees. */
function sumOfPowers(degrees: readonly number[]): EquationShape["activation"] {
  const largest = Math.max(...degrees);
  return activationFromCoefficients(
    Array.from({ length: largest + 1 }, (_, k) => rational(degrees.includes(k) ? 1n : 0n)),
  );
}

/** 0, 1, …, p, or from another degree on. */
export function degreesUpTo(p: number, from = 0): number[] {
  return Array.from({ length: p + 1 - from }, (_, k) => k + from);
}

/** "{1, 2, 3}" */
export function setText(degrees: readonly number[]): string {
  return `{${degrees.join(", ")}}`;
}
