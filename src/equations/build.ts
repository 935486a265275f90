import type { Activation } from "../algebra/activation.ts";
import { TensorError, UsageError } from "../errors.ts";
import { maxAbs } from "../linalg/dense.ts";
import type { LayerTensors, TwoLayerNetwork } from "../network/network.ts";
import type { EquationShape, Setting, TrainedLayer } from "./shape.ts";
import type { KktSystem } from "./system.ts";

/** Everything that a user knows about one network. */
export interface NetworkQuestion {
  readonly setting: Setting;
  readonly activation: Activation;
  readonly network: TwoLayerNetwork;
  /** Weights before training, for `ntk`. */
  readonly init?: LayerTensors | undefined;
  /** Gradient of the loss, for `gradient`. */
  readonly gradient?: LayerTensors | undefined;
  /** Layers that give equations; the default depends on the setting. */
  readonly trained?: ReadonlySet<TrainedLayer> | undefined;
  /** Layers trained without penalty: their equations have 0 on the known side (`kkt` only). */
  readonly unpenalised?: ReadonlySet<TrainedLayer> | undefined;
}

/** A system of equations with the relative precision of its numbers. */
export interface NetworkEquations {
  readonly system: KktSystem;
  /** Half an ulp, relative, of the coarsest tensor that was read. */
  readonly unitRoundoff: number;
}

const TENSOR_OF: Record<TrainedLayer, "hiddenWeight" | "hiddenBias" | "outputWeight" | "outputBias"> = {
  hidden: "hiddenWeight",
  bias: "hiddenBias",
  output: "outputWeight",
  "output-bias": "outputBias",
};

/**
 * Builds the equations of a network in its setting (proofs/moment-expansion.md, "Three settings").
 *
 * @throws {@link UsageError} if the setting lacks its file
 * @throws {@link TensorError} if a trained layer is missing, a known side is zero throughout, or powers of the weights
 * overflow
 */
export function buildEquations(question: NetworkQuestion): NetworkEquations {
  const { setting, activation, network } = question;
  const base = baseNodes(question);
  rejectOverflow(question, base);
  const trained = question.trained ?? defaultLayers(question);
  const known = new Map([...trained].map((layer) => [layer, knownSide(question, layer)] as const));
  const biasVector = base.hiddenBias;
  const shape: EquationShape = {
    setting,
    activation,
    inputDim: network.inputDim,
    width: network.width,
    outputs: network.outputs,
    trained,
    bias: trained.has("bias") ? "trained" : biasVector !== null && maxAbs(biasVector) > 0 ? "frozen" : "none",
  };
  rejectZeroSide(question, known);
  const { targets, rowScale } = stackKnownSide(shape, known);
  const sizes = new Map([...trained].map((layer) => [layer, roundedSize(question, layer)] as const));
  return {
    system: {
      shape,
      weights: base.hiddenWeight,
      bias: biasVector ?? new Float64Array(network.width),
      output: base.outputWeight,
      targets,
      rowScale,
      targetSize: stackKnownSide(shape, sizes).targets,
    },
    unitRoundoff: Math.max(
      network.unitRoundoff,
      question.init?.unitRoundoff ?? 0,
      setting === "gradient" ? question.gradient!.unitRoundoff : 0,
    ),
  };
}

interface BaseNodes {
  readonly hiddenWeight: Float64Array;
  readonly hiddenBias: Float64Array | null;
  readonly outputWeight: Float64Array;
}

/** The nodes: trained weights, or for `ntk` the initial ones (a layer missing from the initial file did not move). */
function baseNodes({ setting, network, init, gradient }: NetworkQuestion): BaseNodes {
  if (setting === "gradient" && gradient === undefined) {
    throw new UsageError("setting gradient needs the gradient of the batch", "pass --gradient FILE");
  }
  if (setting !== "ntk") return network;
  if (init === undefined) throw new UsageError("setting ntk needs the initial weights", "pass --init FILE");
  return {
    hiddenWeight: init.hiddenWeight ?? network.hiddenWeight,
    hiddenBias: init.hiddenBias ?? network.hiddenBias,
    outputWeight: init.outputWeight ?? network.outputWeight,
  };
}

/** Default layers: hidden for `kkt`; every layer that differs (`ntk`) or has a gradient (`gradient`). */
function defaultLayers({ setting, network, init, gradient }: NetworkQuestion): ReadonlySet<TrainedLayer> {
  if (setting === "kkt") return new Set(["hidden"]);
  const layers: TrainedLayer[] = [];
  for (const layer of ["hidden", "bias", "output", "output-bias"] as const) {
    const name = TENSOR_OF[layer];
    if (setting === "gradient" && gradient![name] !== null) layers.push(layer);
    if (setting === "ntk" && differs(init![name], network[name])) layers.push(layer);
  }
  return new Set(layers);
}

function differs(before: Float64Array | null, after: Float64Array | null): boolean {
  return before !== null && after !== null && before.some((value, i) => value !== after[i]);
}

/** The known side of one layer: weights, displacement, or minus the gradient. */
function knownSide(question: NetworkQuestion, layer: TrainedLayer): Float64Array {
  const { setting, network, init, gradient, unpenalised } = question;
  const name = TENSOR_OF[layer];
  const missing = (file: string): never => {
    throw new TensorError(
      file,
      layer,
      `--trained names the ${layer} layer, but the file has none`,
      `leave ${layer} out of --trained, or name its tensor`,
    );
  };
  const trained = network[name];
  if (setting === "gradient") {
    const side = gradient![name] ?? missing(gradient!.file);
    return side.map((value) => -value);
  }
  if (trained === null) return missing(network.file);
  if (setting === "ntk") {
    const before = init![name] ?? missing(init!.file);
    return trained.map((value, i) => value - before[i]!);
  }
  return unpenalised?.has(layer) ? new Float64Array(trained.length) : trained;
}

/** Size of the numbers whose rounding the known side carries: both weights for a displacement. */
function roundedSize(question: NetworkQuestion, layer: TrainedLayer): Float64Array {
  const { setting, network, init } = question;
  if (setting !== "ntk") return knownSide(question, layer).map(Math.abs);
  const before = init![TENSOR_OF[layer]]!;
  return network[TENSOR_OF[layer]]!.map((value, i) => Math.hypot(value, before[i]!));
}

/** Exponent of ten that products of powers of the weights may reach before sums of their squares overflow. */
const LARGEST_EXPONENT = 140;

function rejectOverflow({ network, activation }: NetworkQuestion, { hiddenWeight, outputWeight }: BaseNodes): void {
  const tensors = [
    [network.names.hiddenWeight, hiddenWeight],
    [network.names.outputWeight, outputWeight],
  ] as const;
  for (const [name, values] of tensors) {
    const size = maxAbs(values);
    if (size === 0 || Math.log10(size) * (activation.degree + 1) < LARGEST_EXPONENT) continue;
    throw new TensorError(
      network.file,
      name ?? "weights",
      `has entries of ${size.toExponential(0)}, whose powers of degree ${activation.degree} overflow`,
      "rescale the weights, or check that the file is what it seems",
    );
  }
}

function rejectZeroSide(question: NetworkQuestion, known: ReadonlyMap<TrainedLayer, Float64Array>): void {
  const file = question.setting === "gradient" ? question.gradient!.file : question.network.file;
  if (known.size === 0) {
    throw new UsageError(
      `${file}: no layer gives equations`,
      question.setting === "ntk"
        ? "the initial and the final weights are the same; is this the right --init FILE?"
        : "name the trained layers with --trained",
    );
  }
  if ([...known.values()].every((side) => maxAbs(side) === 0)) {
    throw new TensorError(
      file,
      [...known.keys()].join(", "),
      "all entries are zero, so the equations say nothing about the training data",
      question.setting === "kkt" ? "an untrained or collapsed network leaves no trace of its data" : undefined,
    );
  }
}

function stackKnownSide(
  shape: EquationShape,
  known: ReadonlyMap<TrainedLayer, Float64Array>,
): { targets: Float64Array; rowScale: Float64Array } {
  const { inputDim: d, width: m, outputs } = shape;
  const largest = Math.max(...[...known.values()].map(maxAbs));
  const targets: number[] = [];
  const rowScale: number[] = [];
  const push = (layer: TrainedLayer, count: number, indexOf: (k: number) => number): void => {
    const side = known.get(layer);
    if (side === undefined) return;
    // A layer trained without penalty has a known side of zeros; it takes the largest scale of the others.
    const scale = 1 / (maxAbs(side) || largest);
    for (let k = 0; k < count; k++) {
      targets.push(side[indexOf(k)]!);
      rowScale.push(scale);
    }
  };
  for (let j = 0; j < m; j++) {
    push("hidden", d, (e) => j * d + e);
    push("bias", 1, () => j);
    push("output", outputs, (c) => c * m + j);
  }
  push("output-bias", outputs, (c) => c);
  return { targets: Float64Array.from(targets), rowScale: Float64Array.from(rowScale) };
}
