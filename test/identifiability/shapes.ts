import fc from "fast-check";
import { parseActivation } from "../../src/algebra/activation.ts";
import type { EquationShape, Setting, TrainedLayer } from "../../src/equations/shape.ts";
import { checkShape, type ShapeDecision } from "../../src/identifiability/check-shape.ts";

export interface ShapeOptions {
  readonly activation: string;
  readonly inputDim: number;
  readonly width?: number;
  readonly trained?: readonly TrainedLayer[];
  readonly setting?: Setting;
  readonly outputs?: number;
  readonly frozenBias?: boolean;
}

export function shapeOf(options: ShapeOptions): EquationShape {
  const trained = new Set<TrainedLayer>(options.trained ?? ["hidden"]);
  return {
    setting: options.setting ?? "gradient",
    activation: parseActivation(options.activation),
    inputDim: options.inputDim,
    width: options.width ?? 1,
    outputs: options.outputs ?? 1,
    trained,
    bias: trained.has("bias") ? "trained" : options.frozenBias ? "frozen" : "none",
  };
}

export interface Question extends ShapeOptions {
  readonly samples: number;
  readonly seed?: number;
}

export function check(question: Question): ShapeDecision {
  return checkShape({ shape: shapeOf(question), samples: question.samples, seed: question.seed ?? 1 });
}

/** z^a + z^b + …, with a constant 1 for degree 0. */
export function sumOfPowers(degrees: readonly number[]): string {
  return degrees.map((k) => (k === 0 ? "1" : `z^${k}`)).join(" + ");
}

/** 0 + 1 + … + p, or from 1. */
export function degreesUpTo(p: number, from: 0 | 1 = 0): number[] {
  return Array.from({ length: p + 1 - from }, (_, k) => k + from);
}

export function conditionOf(decision: ShapeDecision, id: string): ShapeDecision["conditions"][number] | undefined {
  return decision.conditions.find((condition) => condition.id === id);
}

const layers = fc.constantFrom<readonly TrainedLayer[]>(
  ["hidden"],
  ["hidden", "output"],
  ["hidden", "bias"],
  ["hidden", "bias", "output"],
  ["output"],
  ["hidden", "output-bias"],
  ["hidden", "bias", "output", "output-bias"],
);

/** Small shapes of every kind. */
export const questions: fc.Arbitrary<Question & { readonly width: number }> = fc.record({
  activation: fc
    .subarray([0, 1, 2, 3, 4], { minLength: 1 })
    .filter((list) => list.some((k) => k > 0))
    .map(sumOfPowers),
  inputDim: fc.integer({ min: 1, max: 4 }),
  samples: fc.integer({ min: 1, max: 6 }),
  width: fc.integer({ min: 1, max: 9 }),
  trained: layers,
  outputs: fc.integer({ min: 1, max: 2 }),
  frozenBias: fc.boolean(),
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
});
