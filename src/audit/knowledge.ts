import { projectPoints, type ReducedSystem } from "../equations/reduction.ts";
import type { Setting } from "../equations/shape.ts";
import type { Loss } from "../equations/side-information.ts";
import { UsageError } from "../errors.ts";
import { maxAbs, norm2 } from "../linalg/dense.ts";
import type { DataSet } from "../network/data-set.ts";
import type { OutputLaw } from "../objective/output-targets.ts";
import type { OutputFacts, SideFacts } from "../objective/side-facts.ts";

/** What a user knows about the training of one network beside its weights. */
export interface NetworkKnowledge {
  /** Every ‖x_i‖ = 1, in the units of the file. */
  readonly unitNorms: boolean;
  /** Every coordinate of every sample lies between these. */
  readonly box: Box | null;
  readonly loss: Loss | null;
  /** μ of (μ/2)‖parameters‖² beside the mean loss. */
  readonly weightDecay: number | null;
  /** Whether the gradient of the batch is the mean or the sum over its samples. */
  readonly gradientOf: "mean" | "sum";
  /** Values that labels take; null where they are not known. Needed for mse, whose labels are real. */
  readonly labels: readonly number[] | null;
  /** Samples that are known, and their multipliers where the file has them. */
  readonly known: DataSet | null;
}

export interface Box {
  readonly low: number;
  readonly high: number;
}

/** Nothing but the weights. */
export const NOTHING_KNOWN: NetworkKnowledge = {
  unitNorms: false,
  box: null,
  loss: null,
  weightDecay: null,
  gradientOf: "mean",
  labels: null,
  known: null,
};

/** The question that knowledge has to fit. */
interface Asked {
  readonly setting: Setting;
  readonly samples: number;
  readonly inputDim: number;
  readonly outputs: number;
}

/**
 * Refuses knowledge that cannot be about this network.
 *
 * @throws {@link UsageError} naming the option
 */
export function requireUsable(knowledge: NetworkKnowledge, { setting, samples, inputDim, outputs }: Asked): void {
  requireLoss(knowledge, setting, outputs);
  const { known } = knowledge;
  if (known === null) return;
  if (known.samples > samples) {
    throw new UsageError(
      `--known: ${known.file} has ${known.samples} samples, more than -n ${samples}`,
      "-n counts the known samples as well",
    );
  }
  if (known.inputDim !== inputDim) {
    throw new UsageError(`--known: ${known.file} has ${known.inputDim} columns, the network has ${inputDim} inputs`);
  }
  if (known.multipliers !== null && known.multiplierOutputs !== outputs) {
    throw new UsageError(
      `--known: ${known.file} has ${known.multiplierOutputs} multipliers a sample, the network has ${outputs} outputs`,
    );
  }
}

function requireLoss({ loss, labels }: NetworkKnowledge, setting: Setting, outputs: number): void {
  if (loss === "softmax" && outputs < 2)
    throw new UsageError(`--loss softmax: expected at least 2 outputs, got ${outputs}`);
  if ((loss === "logistic" || loss === "hard-margin") && outputs !== 1) {
    throw new UsageError(`--loss ${loss}: expected one output, got ${outputs}`, "use softmax for several classes");
  }
  if (loss === "hard-margin" && setting !== "kkt") {
    throw new UsageError("--loss hard-margin: margins are equal at a kkt point only", "use --setting kkt");
  }
  if (labels !== null && loss !== "mse") {
    throw new UsageError(
      "--labels lists the real labels of --loss mse",
      "the labels of the other losses are read off the multipliers",
    );
  }
  if (labels !== null && outputs !== 1) throw new UsageError(`--labels: expected one output, got ${outputs}`);
}

/** Why knowledge that was given adds no equation; null where it does or where none was given. */
export function unusedReason(knowledge: NetworkKnowledge, setting: Setting): string | null {
  const { loss, weightDecay, labels } = knowledge;
  if (loss === null) {
    return weightDecay === null ? null : "the weight decay adds no equation without the loss (--loss)";
  }
  if (setting === "ntk")
    return "with --setting ntk the multipliers are sums over many steps: no equation links them to the loss";
  if (loss === "mse" && labels === null) {
    return "the labels of mse are unknown real numbers, one more unknown for each equation that the loss adds (--labels lists them)";
  }
  if (loss !== "hard-margin" && setting === "kkt" && weightDecay === null) {
    return "the loss adds no equation without the weight decay (--weight-decay)";
  }
  return null;
}

/** κ of κ g = −ℓ′: nμ for `kkt`, n or 1 for the mean or the sum of one batch; null where nothing links g to the loss. */
function multiplierScaleOf(knowledge: NetworkKnowledge, setting: Setting, samples: number): number | null {
  const { loss, weightDecay, gradientOf } = knowledge;
  if (loss === null || unusedReason(knowledge, setting) !== null) return null;
  if (loss === "hard-margin") return 0;
  if (setting === "gradient") return gradientOf === "mean" ? samples : 1;
  return samples * weightDecay!;
}

/** Whether the knowledge fixes the norm of every sample, where the equations of the layers leave it free. */
export function fixesScale(knowledge: NetworkKnowledge, setting: Setting): boolean {
  return knowledge.unitNorms || multiplierScaleOf(knowledge, setting, 1) !== null;
}

/** Names of the equations that knowledge adds, in the order of their rows. */
export function equationKinds(knowledge: NetworkKnowledge, setting: Setting): readonly string[] {
  const scale = multiplierScaleOf(knowledge, setting, 1);
  return [
    ...(scale === null ? [] : [knowledge.loss === "hard-margin" ? "margins" : "multipliers"]),
    ...(knowledge.unitNorms ? ["norms"] : []),
    ...(knowledge.known === null ? [] : ["known-samples"]),
  ];
}

/** Where the facts are read off: a data set that fits, or nearly, and the outputs of the network there. */
export interface FactsAt {
  readonly unknowns: Float64Array;
  /** f, n×C. */
  readonly outputs: Float64Array;
}

interface FactContext {
  readonly setting: Setting;
  readonly inputDim: number;
  readonly reduced: ReducedSystem;
}

/**
 * The facts as equations of single samples, known samples first.
 *
 * Labels are discrete: with logistic loss and margins the sign of g, with softmax the class with the largest multiplier;
 * with mse the listed value nearest to κ g + f.
 */
export function factsAt(
  knowledge: NetworkKnowledge,
  { unknowns, outputs: f }: FactsAt,
  context: FactContext,
): SideFacts {
  const { setting, reduced, inputDim } = context;
  const { outputs: C } = reduced.system.shape;
  const samples = f.length / C;
  const scale = multiplierScaleOf(knowledge, setting, samples);
  const { known, loss } = knowledge;
  return {
    unitNorms: knowledge.unitNorms,
    outputs: scale === null || loss === null ? null : outputFacts(),
    pins: known === null ? null : { points: projectPoints(reduced, known.X, inputDim), multipliers: known.multipliers },
  };

  function outputFacts(): OutputFacts {
    const law: OutputLaw = loss === "hard-margin" ? "margin" : loss!;
    const block = reduced.system.shape.inputDim + C;
    const labels = Float64Array.from({ length: samples }, (_, i) =>
      labelAt(law, unknowns.subarray(i * block, i * block + C), f[i * C]!, i),
    );
    return { law, multiplierScale: scale!, labels };
  }

  function labelAt(law: OutputLaw, g: Float64Array, value: number, i: number): number {
    const given = known !== null && i < known.samples ? (known.y?.[i] ?? null) : null;
    if (given !== null) return given;
    if (law === "softmax") return g.indexOf(g.reduce((most, entry) => Math.max(most, entry), Number.NEGATIVE_INFINITY));
    if (law === "mse") return nearest(knowledge.labels!, scale! * g[0]! + value);
    return g[0]! < 0 ? -1 : 1;
  }
}

function nearest(values: readonly number[], to: number): number {
  return values.reduce((best, value) => (Math.abs(value - to) < Math.abs(best - to) ? value : best));
}

/** How far outside a box a point is, relative to its width; 0 inside. */
export function outsideBox({ low, high }: Box, points: Float64Array, slack: number): number {
  const beyond = points.map((value) => Math.max(0, low - slack - value, value - slack - high));
  return maxAbs(beyond) / (high - low);
}

/** Largest share of a known sample that lies outside the span of the known side, in which every sample must lie. */
export function outsideSpanShare(known: DataSet, reduced: ReducedSystem): number {
  if (reduced.basis === null) return 0;
  const { inputDim: d, X, samples } = known;
  const inside = projectPoints(reduced, X, d);
  let largest = 0;
  for (let i = 0; i < samples; i++) {
    const whole = norm2(X.subarray(i * d, (i + 1) * d));
    const part = norm2(inside.subarray(i * reduced.inputDim, (i + 1) * reduced.inputDim)) * reduced.scale;
    if (whole > 0) largest = Math.max(largest, Math.sqrt(Math.max(0, 1 - (part / whole) ** 2)));
  }
  return largest;
}
