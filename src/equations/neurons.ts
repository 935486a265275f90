import { maxAbs } from "../linalg/dense.ts";
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

function comparableNodes({ shape, weights, bias, output }: KktSystem, tolerance: number): ComparableNodes {
  const { width: m, inputDim: d, outputs, activation, trained } = shape;
  const { support } = activation;
  const oneMonomial = shape.bias === "none" && support.length === 1;
  const mirrored = shape.bias === "none" && support.every((k) => (k - support[0]!) % 2 === 0);
  const largest = Math.max(maxAbs(weights), maxAbs(bias));
  const largestOutput = maxAbs(output);
  const silentAtZero = shape.bias === "frozen" ? false : support[0]! > 1;
  const rows: Float64Array[] = [];
  const active: number[] = [];
  for (let j = 0; j < m; j++) {
    const row = new Float64Array(d + 1);
    row.set(weights.subarray(j * d, (j + 1) * d));
    row[d] = bias[j]!;
    const size = maxAbs(row);
    let outputSize = 0;
    for (let c = 0; c < outputs; c++) outputSize = Math.max(outputSize, Math.abs(output[c * m + j]!));
    const silent = outputSize <= tolerance * largestOutput && !trained.has("output");
    const dead = silentAtZero && size <= tolerance * largest;
    const scale = oneMonomial ? Math.hypot(...row) : largest;
    rows.push(scale > 0 ? row.map((value) => value / scale) : row);
    if (!silent && !dead && !emptyAtStationaryPoint(shape.setting, outputSize, size, tolerance)) active.push(j);
  }
  return {
    active,
    distance(j, k) {
      let plus = 0;
      let minus = 0;
      for (let e = 0; e <= d; e++) {
        plus = Math.max(plus, Math.abs(rows[j]![e]! - rows[k]![e]!));
        minus = Math.max(minus, Math.abs(rows[j]![e]! + rows[k]![e]!));
      }
      return mirrored ? Math.min(plus, minus) : plus;
    },
  };
}

/** With both layers trained, w = 0 and a = 0 solve w = a∇P(w), a = P(w) whatever P is (without a constant term). */
function emptyAtStationaryPoint(setting: string, outputSize: number, size: number, tolerance: number): boolean {
  return setting === "kkt" && outputSize <= tolerance && size <= tolerance;
}
