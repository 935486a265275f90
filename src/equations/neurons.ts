import { maxAbs } from "../linalg/dense.ts";
import { type EquationShape, momentDegrees } from "./shape.ts";
import type { KktSystem } from "./system.ts";

/** Neurons grouped by the equations they give. */
export interface NeuronGroups {
  /** Number of groups: neurons that are active and pairwise different. */
  readonly distinct: number;
  /** Neurons that say nothing: a_j = 0, or w_j = 0 where that makes the equation empty. */
  readonly inactive: number;
  /** One neuron per group. */
  readonly representatives: readonly number[];
  /** Neurons closer than this count as one, relative to the largest node. */
  readonly tolerance: number;
  /** Largest distance inside a group and smallest between groups, relative: the gap that the count rests on. */
  readonly largestMerged: number;
  readonly smallestSeparate: number | null;
}

/**
 * A neuron at a stationary point is off by the error of the weights times the condition of its own equation
 * w = a∇P(w). A thousand leaves room for that condition and stays far below the distances of distinct neurons
 * (bench/results/networks.md).
 */
const CONDITION_ALLOWANCE = 1e3;

/**
 * Counts the distinct active neurons (proofs/distinct-neurons.md).
 *
 * Distinct means: the direction of w_j for one monomial without bias; w_j up to sign where all of D is even or all is
 * odd and no bias breaks it; else (w_j, b_j). A zero output weight gives no hidden equation; w_j = 0 gives none if
 * c_1 = 0 and there is no bias.
 *
 * @param entryError - relative error of the weights as a stationary point
 */
export function groupNeurons(system: KktSystem, entryError: number): NeuronGroups {
  const tolerance = CONDITION_ALLOWANCE * entryError;
  const nodes = comparableNodes(system, tolerance);
  const representatives: number[] = [];
  let largestMerged = 0;
  let smallestSeparate: number | null = null;
  for (const j of nodes.active) {
    let nearest = Number.POSITIVE_INFINITY;
    for (const k of representatives) nearest = Math.min(nearest, nodes.distance(j, k));
    if (nearest <= tolerance) {
      largestMerged = Math.max(largestMerged, nearest);
    } else {
      representatives.push(j);
      if (Number.isFinite(nearest)) smallestSeparate = Math.min(smallestSeparate ?? nearest, nearest);
    }
  }
  return {
    distinct: representatives.length,
    inactive: system.shape.width - nodes.active.length,
    representatives,
    tolerance,
    largestMerged,
    smallestSeparate,
  };
}

interface ComparableNodes {
  readonly active: readonly number[];
  /** Largest coordinate of the difference, relative to the largest node entry. */
  distance(j: number, k: number): number;
}

function comparableNodes(system: KktSystem, tolerance: number): ComparableNodes {
  const { shape, weights, bias, output } = system;
  const { width: m, inputDim: d, outputs } = shape;
  const { mirrored, byDirection } = symmetriesOfNodes(shape);
  const largest = Math.max(maxAbs(weights), maxAbs(bias)) || 1;
  const isSilent = silence(system, tolerance);
  const rows: { readonly node: Float64Array; readonly a: Float64Array }[] = [];
  const active: number[] = [];
  for (let j = 0; j < m; j++) {
    const node = Float64Array.of(...weights.subarray(j * d, (j + 1) * d), bias[j]!);
    const a = Float64Array.from({ length: outputs }, (_, c) => output[c * m + j]!);
    const scale = byDirection ? Math.hypot(...node) || 1 : largest;
    rows.push({ node: node.map((value) => value / scale), a: outputs > 1 ? direction(a) : new Float64Array(0) });
    if (!isSilent(node, a)) active.push(j);
  }
  // A neuron with an output weight gives its hidden equations, too: it represents one without.
  const reach = (j: number): number => (outputReaches(system, j, tolerance) ? 0 : 1);
  active.sort((j, k) => reach(j) - reach(k) || j - k);
  return {
    active,
    distance(j, k) {
      const [one, other] = [rows[j]!, rows[k]!];
      const byNode = separation(one.node, other.node, mirrored);
      return Math.max(byNode, separation(one.a, other.a, true));
    },
  };
}

/** Nodes that give the same equations: w and −w for degrees of one parity, w and sw for one monomial; T_0 tells them apart. */
function symmetriesOfNodes(shape: EquationShape): { mirrored: boolean; byDirection: boolean } {
  // An output bias shows T_0 on its own, whatever the neurons are.
  const ofNeurons = new Set([...shape.trained].filter((layer) => layer !== "output-bias"));
  const degrees = momentDegrees({ ...shape, trained: ofNeurons });
  const plain = shape.bias === "none";
  return {
    mirrored: plain && degrees.every((k) => (k - degrees[0]!) % 2 === 0),
    byDirection: plain && degrees.length === 1 && degrees[0]! > 0,
  };
}

/** Largest coordinate of the difference, or of the sum where opposite vectors count as one. */
function separation(a: Float64Array, b: Float64Array, mirrored: boolean): number {
  const plus = maxAbs(a.map((value, e) => value - b[e]!));
  return mirrored ? Math.min(plus, maxAbs(a.map((value, e) => value + b[e]!))) : plus;
}

/** With several outputs a hidden row depends on the direction of a_j as well, up to its sign. */
function direction(a: Float64Array): Float64Array {
  const size = Math.hypot(...a) || 1;
  return a.map((value) => value / size);
}

function outputReaches({ shape, output }: KktSystem, j: number, tolerance: number): boolean {
  const { outputs, width: m } = shape;
  const least = tolerance * maxAbs(output);
  for (let c = 0; c < outputs; c++) if (Math.abs(output[c * m + j]!) > least) return true;
  return false;
}

/**
 * Whether a neuron says nothing: a_j = 0 in hidden equations alone; w_j = 0 where the activation has no linear term; at a
 * stationary point of both layers w_j = 0 and a_j = 0 together, which solve their equations whatever P is if c_0 = 0.
 */
function silence(
  { shape, weights, bias, output }: KktSystem,
  tolerance: number,
): (w: Float64Array, a: Float64Array) => boolean {
  const { setting, trained, activation } = shape;
  const tiny = tolerance * Math.max(maxAbs(weights), maxAbs(bias));
  const tinyOutput = tolerance * maxAbs(output);
  const constant = activation.coefficients[0]!.numerator !== 0n;
  const deadAtZero = activation.support[0]! > 1 && !(constant && trained.has("output"));
  return (w, a) => {
    const noOutput = maxAbs(a) <= tinyOutput;
    const noWeight = maxAbs(w) <= tiny;
    if (noOutput && !trained.has("output")) return true;
    if (noWeight && deadAtZero) return true;
    return noWeight && noOutput && setting === "kkt" && !constant;
  };
}
