import type { EquationShape } from "../equations/shape.ts";
import { activationDerivatives, floatCoefficients } from "../equations/system.ts";
import { dot, norm2 } from "../linalg/dense.ts";
import { computeSvd, solveTruncated } from "../linalg/svd.ts";
import type { Random } from "../random.ts";
import type { PlainData } from "./fitted-data.ts";

/** A neuron with w = a ∇P(w). */
interface StationaryNeuron {
  readonly weight: Float64Array;
  readonly output: number;
}

const STARTS = 60;
const ITERATIONS = 40;
/** Residual of w = a ∇P(w), relative to ‖w‖: a few roundings of the terms of ∇P. */
const RESIDUAL = 64 * Number.EPSILON;

/** Only where w = a ∇P(w) is all there is to solve: `kkt`, one output, the hidden weights trained, no bias. */
function hasStationaryNodes({ setting, outputs, bias, trained }: EquationShape): boolean {
  return setting === "kkt" && outputs === 1 && bias === "none" && trained.size === 1 && trained.has("hidden");
}

/**
 * Neurons at which the data are stationary: critical points of P(w) = Σ_i g_i σ(w·x_i) on spheres of random radii, where
 * w = a ∇P(w) for some a, by Newton's method from random starts.
 *
 * @returns m neurons as weights m×d and output weights; null for other shapes than `kkt` with one output, no bias and only
 * the hidden weights trained, or if a neuron was not found
 * @remarks Exact up to rounding: with these output weights, the hidden weights are their own known side.
 * Source: proofs/partial-answers.md, section "Examples for a shape".
 */
export function stationaryNodes(
  shape: EquationShape,
  data: PlainData,
  random: Random,
): { readonly hiddenWeight: Float64Array; readonly outputWeight: Float64Array } | null {
  if (!hasStationaryNodes(shape)) return null;
  const neurons: StationaryNeuron[] = [];
  while (neurons.length < shape.width) {
    const neuron = findNeuron(shape, data, random, neurons);
    if (neuron === null) return null;
    neurons.push(neuron);
  }
  return {
    hiddenWeight: Float64Array.from(neurons.flatMap(({ weight }) => Array.from(weight))),
    outputWeight: Float64Array.from(neurons, ({ output }) => output),
  };
}

/** A neuron in a new direction if one is met: a monomial has finitely many, and coincident neurons say nothing new. */
function findNeuron(
  shape: EquationShape,
  data: PlainData,
  random: Random,
  known: readonly StationaryNeuron[],
): StationaryNeuron | null {
  let repeated: StationaryNeuron | null = null;
  for (let start = 0; start < STARTS; start++) {
    const radius = 0.5 + random.uniform();
    const direction = Float64Array.from({ length: shape.inputDim }, () => random.normal());
    const weight = direction.map((value) => (value * radius) / norm2(direction));
    const found = newton(shape, data, weight);
    if (found === null) continue;
    if (!known.some(({ weight: other }) => isParallel(found.weight, other))) return found;
    repeated = found;
  }
  return repeated;
}

const PARALLEL = 1e-6;

function isParallel(a: Float64Array, b: Float64Array): boolean {
  return 1 - Math.abs(dot(a, b)) / (norm2(a) * norm2(b)) < PARALLEL;
}

/** Newton's method for w − a ∇P(w) = 0 and ‖w‖² = ‖w₀‖²; null where it does not reach rounding. */
function newton(shape: EquationShape, data: PlainData, start: Float64Array): StationaryNeuron | null {
  const d = start.length;
  const squared = dot(start, start);
  let weight = start;
  let { gradient, bend } = derivatives(shape, data, weight);
  let output = dot(weight, gradient) / dot(gradient, gradient);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const residual = new Float64Array(d + 1);
    for (let e = 0; e < d; e++) residual[e] = weight[e]! - output * gradient[e]!;
    residual[d] = (dot(weight, weight) - squared) / 2;
    if (norm2(residual.subarray(0, d)) <= RESIDUAL * norm2(weight)) return { weight, output };
    const step = solveBordered({ weight, output, gradient, bend }, residual);
    weight = weight.map((value, e) => value - step[e]!);
    output -= step[d]!;
    if (!Number.isFinite(output) || !weight.every(Number.isFinite)) return null;
    ({ gradient, bend } = derivatives(shape, data, weight));
  }
  return null;
}

interface NewtonPoint extends StationaryNeuron {
  readonly gradient: Float64Array;
  readonly bend: Float64Array;
}

/** The step of the system with Jacobian [I − a ∇²P, −∇P; wᵀ, 0]. */
function solveBordered({ weight, output, gradient, bend }: NewtonPoint, residual: Float64Array): Float64Array {
  const d = weight.length;
  const n = d + 1;
  const J = new Float64Array(n * n);
  for (let e = 0; e < d; e++) {
    for (let f = 0; f < d; f++) J[e * n + f] = (e === f ? 1 : 0) - output * bend[e * d + f]!;
    J[e * n + d] = -gradient[e]!;
    J[d * n + e] = weight[e]!;
  }
  return solveTruncated(computeSvd(J, n, n), residual, n);
}

/** ∇P and the second derivatives of P, d×d. */
function derivatives(
  shape: EquationShape,
  { points, multipliers }: PlainData,
  w: Float64Array,
): { gradient: Float64Array; bend: Float64Array } {
  const d = w.length;
  const gradient = new Float64Array(d);
  const bend = new Float64Array(d * d);
  const coefficients = floatCoefficients(shape);
  const s = new Float64Array(3);
  for (const [i, g] of multipliers.entries()) {
    const x = points.subarray(i * d, (i + 1) * d);
    activationDerivatives(coefficients, dot(w, x), s);
    for (let e = 0; e < d; e++) {
      gradient[e]! += g * s[1]! * x[e]!;
      for (let f = 0; f < d; f++) bend[e * d + f]! += g * s[2]! * x[e]! * x[f]!;
    }
  }
  return { gradient, bend };
}
