import type { Layer, Problem } from "./problem.ts";

/** One equation: the derivative of P by w_e, b or a_c of a neuron, or Σ_i g_ic; what does not apply is −1. */
export interface Equation {
  readonly layer: Layer;
  readonly neuron: number;
  /** e, for hidden. */
  readonly coordinate: number;
  /** c, for output and output-bias. */
  readonly output: number;
}

/** The equations in their order: neuron by neuron hidden (d), bias (1), output (C); then the output bias (C). */
export function listEquations({ trained, outputs }: Problem, width: number, inputDim: number): Equation[] {
  const none = -1;
  const byOutput = (layer: Layer, neuron: number): Equation[] =>
    Array.from({ length: outputs }, (_, output) => ({ layer, neuron, coordinate: none, output }));
  const ofNeuron = (neuron: number): Equation[] => [
    ...Array.from({ length: trained.has("hidden") ? inputDim : 0 }, (_, coordinate) => ({
      layer: "hidden" as const,
      neuron,
      coordinate,
      output: none,
    })),
    ...(trained.has("bias") ? [{ layer: "bias" as const, neuron, coordinate: none, output: none }] : []),
    ...(trained.has("output") ? byOutput("output", neuron) : []),
  ];
  return [
    ...Array.from({ length: width }, (_, neuron) => ofNeuron(neuron)).flat(),
    ...(trained.has("output-bias") ? byOutput("output-bias", none) : []),
  ];
}
