import type { NeuronGroups } from "../equations/neurons.ts";
import type { AnswerStamp } from "../report/check-json.ts";
import { formatNumber } from "../report/numbers.ts";
import type { TextStyle } from "../report/style.ts";
import type { CheckedProblem, Training } from "../train/training-problem.ts";

/** Everything that `train` reports. */
export interface TrainingReport {
  readonly training: Training;
  readonly problem: Pick<
    CheckedProblem,
    "setting" | "activation" | "inputDim" | "samples" | "width" | "outputs" | "loss" | "weightDecay" | "precision"
  > & { readonly unpenalised: ReadonlySet<string>; readonly hasFrozenBias: boolean };
  /** Null where the weights are not stationary. */
  readonly neurons: NeuronGroups | null;
  /** Samples whose label the trained model predicts; null where labels are no classes. */
  readonly correct: number | null;
  readonly files: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

/** The document of `train --json`, schema kktid.train/1. */
export function trainJson(report: TrainingReport, stamp: AnswerStamp): object {
  const { training, problem, neurons, correct } = report;
  const outputs = problem.outputs;
  const sizes = multiplierSizes(training.multipliers, outputs);
  return {
    schema: "kktid.train/1",
    tool: stamp.tool,
    inputHash: stamp.inputHash,
    seed: stamp.seed,
    problem: {
      setting: problem.setting,
      inputDim: problem.inputDim,
      samples: problem.samples,
      width: problem.width,
      outputs,
      activation: problem.activation.text,
      loss: problem.loss,
      weightDecay: problem.weightDecay,
      trained: [...training.trained],
      unpenalised: [...problem.unpenalised],
      frozenBias: problem.hasFrozenBias,
      dtype: problem.precision,
    },
    status: training.status,
    loss: training.loss,
    objective: training.objective,
    accuracy: correct === null ? null : correct / problem.samples,
    equationResidual: training.equationResidual,
    relativeGradient: training.relativeGradient,
    iterations: training.iterations,
    neurons: neurons === null ? null : { distinct: neurons.distinct, inactive: neurons.inactive },
    multipliers: Array.from({ length: problem.samples }, (_, i) => {
      const g = training.multipliers.subarray(i * outputs, (i + 1) * outputs);
      return outputs === 1 ? g[0]! : Array.from(g);
    }),
    smallestMultiplier: sizes.smallest,
    largestMultiplier: sizes.largest,
    files: report.files,
    notes: report.notes,
    timings: { totalSeconds: stamp.totalSeconds },
  };
}

function multiplierSizes(multipliers: Float64Array, outputs: number): { smallest: number; largest: number } {
  const sizes = Array.from({ length: multipliers.length / outputs }, (_, i) =>
    Math.hypot(...multipliers.subarray(i * outputs, (i + 1) * outputs)),
  );
  return { smallest: Math.min(...sizes), largest: Math.max(...sizes) };
}

/** The answer of `train` as text. */
export function trainText(report: TrainingReport, style: TextStyle): string {
  const { training, problem, neurons, correct } = report;
  const done = training.status === "stationary";
  const headline = `${problem.setting}: ${describeStatus(report)}`;
  const sizes = multiplierSizes(training.multipliers, problem.outputs);
  const lines: (readonly [string, string])[] = [
    ["network", `${problem.activation.text}, d = ${problem.inputDim}, m = ${problem.width}, C = ${problem.outputs}`],
    ["trained", describeLayers(report)],
    ["samples", `${problem.samples}${correct === null ? "" : `, ${correct} of them on the right side`}`],
    ["loss", `${formatNumber(training.loss, 3)} ${problem.loss}, ${formatNumber(training.objective, 3)} with penalty`],
    ["equations", `largest residual ${formatNumber(training.equationResidual)} of the largest entry`],
  ];
  if (training.relativeGradient !== null) {
    lines.push(["gradient", `${formatNumber(training.relativeGradient)} of μ times the largest entry, as stored`]);
  }
  const { gradient, newton } = training.iterations;
  if (gradient + newton > 0) lines.push(["steps", `${gradient} L-BFGS, ${newton} Newton`]);
  if (neurons !== null) lines.push(["neurons", `${neurons.distinct} distinct of ${problem.width}`]);
  lines.push(["multipliers", `${formatNumber(sizes.smallest, 2)} to ${formatNumber(sizes.largest, 2)} in size`]);
  for (const [what, path] of Object.entries(report.files)) lines.push(["wrote", `${path} (${what})`]);
  const body = lines.map(([label, text]) => `  ${style.faint(label.padEnd(12))} ${text}`);
  return `${[(done ? style.good : style.bad)(headline), "", ...body].join("\n")}\n`;
}

function describeLayers({ training, problem }: TrainingReport): string {
  const layers = [...training.trained].map((layer) => (problem.unpenalised.has(layer) ? `${layer} (no decay)` : layer));
  const frozen = problem.hasFrozenBias ? "; hidden bias frozen" : "";
  const decay = problem.setting === "gradient" ? "" : `; weight decay ${formatNumber(problem.weightDecay)}`;
  return `${layers.join(", ")}${frozen}${decay}`;
}

function describeStatus({ training, problem }: TrainingReport): string {
  switch (training.status) {
    case "stationary":
      return problem.setting === "gradient"
        ? "the gradient of one batch at random weights"
        : `trained to stationarity, rounded to ${problem.precision}`;
    case "iteration-limit":
      return "not stationary: the steps ran out";
    case "stopped":
      return "not stationary: stopped before the end";
    case "diverged":
      return "diverged";
    case "collapsed":
      return "collapsed to zero";
  }
}
