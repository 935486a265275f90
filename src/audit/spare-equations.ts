import { binomial, equationsPerNeuron } from "../equations/shape.ts";
import type { FittedData } from "./fitted-data.ts";
import type { NetworkEvidence } from "./network-evidence.ts";

/**
 * Equations that n samples leave over once they have used up as many as they have unknowns, no dependent ones counted.
 *
 * Where none is left, nearly every known side has a data set: a fit shows nothing, and data sets come in finite numbers,
 * several more often than not. Source: proofs/counting.md, section "No equation to spare".
 */
export function spareEquations(evidence: NetworkEvidence, samples: number): number {
  const { equations, reduced, gaugeDimension, neurons } = evidence;
  const { shape } = equations.system;
  const { trained, outputs, activation, inputDim: d } = shape;
  const isHidden = trained.has("hidden");
  // The known side of the output layer is Σ_i σ(w·x_i) g_iᵀ: with n < C samples it lies in the span of their multipliers.
  const C = trained.has("output") ? Math.min(outputs, samples) : outputs;
  const isLifted = isHidden && trained.has("bias");
  // With a trained bias the points are (x, 1), in the span of the rows of (G, β).
  const dimension = isLifted ? Math.min(samples, d + 1) : reduced.inputDim;
  const perNeuron = isHidden
    ? dimension + (trained.has("output") ? C : 0)
    : equationsPerNeuron({ ...shape, outputs: C });
  // Euler: for one monomial w·G_j + b β_j = p a·O_j.
  const isHomogeneous = activation.support.length === 1 && shape.bias !== "frozen";
  const dependent = isHomogeneous && isHidden && trained.has("output") ? 1 : 0;
  const rows = neurons.distinct * (perNeuron - dependent) + (trained.has("output-bias") ? C : 0);
  const most = isLifted
    ? C * binomial(dimension + activation.degree - 1, activation.degree)
    : momentRank(evidence, C / outputs);
  const coordinates = isLifted ? dimension - 1 : dimension;
  return Math.min(rows, most ?? rows) - (samples * (coordinates + C) - gaugeDimension);
}

/** Rank of the Hermite matrix, for a share of its outputs; null where it is too large. */
function momentRank({ moments }: NetworkEvidence, share: number): number | null {
  return moments === null ? null : Math.round(moments.rank.rank * share);
}

/** Whether data sets other than the one found must be expected: the weights do not show it to be the only one. */
export function othersExpected(evidence: NetworkEvidence, found: FittedData, samples: number): boolean {
  const { kernel, moments } = evidence;
  const flattening = moments?.catalecticant;
  const isUnique = kernel.holds || (flattening?.rank === samples && flattening.clear);
  return !isUnique && spareEquations(evidence, samples) + (found.knowledge?.rows ?? 0) <= 0;
}
