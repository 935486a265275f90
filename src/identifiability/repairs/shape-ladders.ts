import { type Activation, activationFromCoefficients } from "../../algebra/activation.ts";
import { one, type Rational, zero } from "../../algebra/rational.ts";
import { type EquationShape, TRAINED_LAYERS, type TrainedLayer } from "../../equations/shape.ts";
import type { RepairKind } from "../result.ts";

/** A changed shape. */
export interface Rung {
  readonly text: string;
  readonly shape: EquationShape;
  readonly threshold: number | null;
}

/** Changes of one kind, the smallest first. */
export interface Ladder {
  readonly kind: RepairKind;
  readonly rungs: readonly Rung[];
}

/** The largest degree that an activation may have. */
const LARGEST_DEGREE = 12;

/** Steps tried of a change that could go on for ever. */
const MOST_STEPS = 3;

/** Shapes that see more of the same samples: a further degree, a bias, another layer, other numbers of outputs. */
export function richerShapes(shape: EquationShape): Ladder[] {
  return [{ kind: "degree", rungs: furtherDegrees(shape) }, ...furtherLayers(shape), ...otherOutputs(shape)];
}

/** Shapes that show less: lower degrees, one parity, no bias, fewer layers, other numbers of outputs. */
export function poorerShapes(shape: EquationShape): Ladder[] {
  return [
    { kind: "degree", rungs: lowerDegrees(shape) },
    { kind: "parity", rungs: singleParity(shape) },
    ...withoutBias(shape),
    ...fewerLayers(shape),
    ...otherOutputs(shape),
  ];
}

function furtherDegrees(shape: EquationShape): Rung[] {
  const { coefficients, degree } = shape.activation;
  const last = Math.min(degree + MOST_STEPS, LARGEST_DEGREE);
  return Array.from({ length: last - degree }, (_, i) => {
    const gap: Rational[] = Array.from({ length: i }, () => zero);
    return withActivation(shape, activationFromCoefficients([...coefficients, ...gap, one]));
  });
}

function withActivation(shape: EquationShape, activation: Activation): Rung {
  return { text: `the activation ${activation.text}`, shape: { ...shape, activation }, threshold: activation.degree };
}

function lowerDegrees(shape: EquationShape): Rung[] {
  const { coefficients, support } = shape.activation;
  return support
    .slice(0, -1)
    .reverse()
    .map((degree) => withActivation(shape, activationFromCoefficients(coefficients.slice(0, degree + 1))));
}

/** Only the degrees of the parity of the top one; those of the other are what dropping the top degree leaves, or fewer. */
function singleParity(shape: EquationShape): Rung[] {
  const { coefficients, degree, support } = shape.activation;
  const isKept = (k: number): boolean => (degree - k) % 2 === 0;
  if (support.every(isKept)) return [];
  const kept = activationFromCoefficients(coefficients.map((c, k) => (isKept(k) ? c : zero)));
  return [{ ...withActivation(shape, kept), threshold: null }];
}

const LAYER_NAMES: Readonly<Record<TrainedLayer, string>> = {
  hidden: "the hidden layer",
  bias: "the hidden bias",
  output: "the output layer",
  "output-bias": "the output bias",
};

function furtherLayers(shape: EquationShape): Ladder[] {
  return TRAINED_LAYERS.filter((layer) => !shape.trained.has(layer)).flatMap((layer): Ladder[] => {
    if (layer === "bias" && !shape.trained.has("hidden")) return [];
    const text = layer === "bias" ? "a trained hidden bias" : `equations from ${LAYER_NAMES[layer]} as well`;
    const trained = new Set([...shape.trained, layer]);
    const bias = layer === "bias" ? "trained" : shape.bias;
    const rungs = [{ text, shape: { ...shape, trained, bias }, threshold: null } as const];
    return [{ kind: layer === "bias" ? "bias" : "layers", rungs }];
  });
}

function withoutBias(shape: EquationShape): Ladder[] {
  if (shape.bias === "none") return [];
  const trained = without(shape.trained, ["bias"]);
  if (trained.size === 0) return [];
  const changed = { ...shape, trained, bias: "none" } as const;
  return [{ kind: "bias", rungs: [{ text: "no hidden bias", shape: changed, threshold: null }] }];
}

function fewerLayers(shape: EquationShape): Ladder[] {
  if (shape.trained.size < 2) return [];
  return [...shape.trained].map((layer): Ladder => {
    const trained = without(shape.trained, [layer]);
    // A bias that gives no equations is still a known shift.
    const bias = layer === "bias" ? "frozen" : shape.bias;
    const text = `no equations from ${LAYER_NAMES[layer]} (frozen or not published)`;
    return { kind: "layers", rungs: [{ text, shape: { ...shape, trained, bias }, threshold: null }] };
  });
}

function without(layers: ReadonlySet<TrainedLayer>, dropped: readonly TrainedLayer[]): Set<TrainedLayer> {
  return new Set([...layers].filter((layer) => !dropped.includes(layer)));
}

/** More outputs give more equations and more unknowns, fewer outputs the reverse: either may serve either aim. */
function otherOutputs(shape: EquationShape): Ladder[] {
  const rung = (outputs: number): Rung => ({
    text: changeOf(outputs - shape.outputs),
    shape: { ...shape, outputs },
    threshold: outputs,
  });
  const steps = Array.from({ length: MOST_STEPS }, (_, i) => i + 1);
  return [
    { kind: "outputs", rungs: steps.map((step) => rung(shape.outputs + step)) },
    { kind: "outputs", rungs: steps.filter((step) => step < shape.outputs).map((step) => rung(shape.outputs - step)) },
  ];
}

function changeOf(difference: number): string {
  const size = Math.abs(difference);
  const count = size === 1 ? "one" : size;
  if (difference > 0) return `${count} more network output${size === 1 ? "" : "s"}`;
  return size === 1 ? "one network output fewer" : `${count} network outputs fewer`;
}
