import { formatRational } from "../algebra/rational.ts";
import type { ProblemAnswer } from "../answers/problem-answer.ts";
import { type EquationShape, TRAINED_LAYERS } from "../equations/shape.ts";
import { type Knowledge, NO_KNOWLEDGE } from "../equations/side-information.ts";

export function stateProblem(
  shape: EquationShape,
  samples: number,
  { domain, loss, weightDecay }: Knowledge = NO_KNOWLEDGE,
): ProblemAnswer {
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
    domain,
    loss,
    weightDecay: weightDecay === null ? null : formatRational(weightDecay),
  };
}

const SETTING_NAMES = {
  kkt: "stationary point (kkt)",
  ntk: "lazy training (ntk)",
  gradient: "one batch gradient",
} as const;

/** A loss with unknown labels, or without what its multipliers are scaled by, or a weight decay alone. */
function givesNoEquation({ loss, weightDecay, setting, domain }: ProblemAnswer): boolean {
  if ((loss === null && weightDecay === null) || domain === "sphere" || loss === "hard-margin") return false;
  const classes = loss === "logistic" || loss === "softmax";
  return !classes || setting === "ntk" || (setting === "kkt" && weightDecay === null);
}

/** Up to three lines that say what was asked. */
export function describeProblem(problem: ProblemAnswer): string[] {
  const { inputDim, samples, width, outputs, activation, trained, setting, bias } = problem;
  const { domain, loss, weightDecay } = problem;
  const known = [
    ...(loss === null ? [] : [`${loss} loss`]),
    ...(weightDecay === null ? [] : [`weight decay ${weightDecay}`]),
    ...(givesNoEquation(problem) ? ["no equation follows"] : []),
    ...(domain === "sphere" ? ["norms 1"] : []),
  ];
  const shape = `d = ${inputDim}, n = ${samples}, m = ${width}${outputs > 1 ? `, C = ${outputs}` : ""}`;
  return [
    `σ(z) = ${activation}; ${shape}`,
    `${SETTING_NAMES[setting]}; equations from: ${trained.join(", ")}${bias === "frozen" ? "; hidden bias known" : ""}`,
    ...(known.length === 0 ? [] : [`known besides: ${known.join(", ")}`]),
  ];
}
