import type { EquationShape, TrainedLayer } from "../equations/shape.ts";
import { TRAINED_LAYERS } from "../equations/shape.ts";

export interface ToolStamp {
  readonly name: "kktid";
  readonly version: string;
}

/** What was asked, as every JSON answer repeats it. */
export interface ProblemStatement {
  readonly setting: EquationShape["setting"];
  readonly inputDim: number;
  readonly samples: number;
  readonly width: number;
  readonly outputs: number;
  readonly activation: string;
  readonly support: readonly number[];
  readonly trained: readonly TrainedLayer[];
  readonly bias: EquationShape["bias"];
  readonly domain: "free";
}

export function stateProblem(shape: EquationShape, samples: number): ProblemStatement {
  return {
    setting: shape.setting,
    inputDim: shape.inputDim,
    samples,
    width: shape.width,
    outputs: shape.outputs,
    activation: shape.activation.text,
    support: shape.activation.support,
    trained: TRAINED_LAYERS.filter((layer) => shape.trained.has(layer)),
    bias: shape.bias,
    domain: "free",
  };
}

const SETTING_NAMES = {
  kkt: "stationary point (kkt)",
  ntk: "lazy training (ntk)",
  gradient: "one batch gradient",
} as const;

/** One or two lines that say what was asked. */
export function describeProblem(problem: ProblemStatement): string[] {
  const { inputDim, samples, width, outputs, activation, trained, setting, bias } = problem;
  const shape = `d = ${inputDim}, n = ${samples}, m = ${width}${outputs > 1 ? `, C = ${outputs}` : ""}`;
  return [
    `σ(z) = ${activation}; ${shape}`,
    `${SETTING_NAMES[setting]}; equations from: ${trained.join(", ")}${bias === "frozen" ? "; hidden bias known" : ""}`,
  ];
}
