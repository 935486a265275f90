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
  const { equations, reduced, moments, gaugeDimension, equationGauge, neurons } = evidence;
  const { shape } = equations.system;
  const { trained, outputs: C, activation, inputDim: d } = shape;
  const isHidden = trained.has("hidden");
  const isLifted = isHidden && trained.has("bias");
  // With a trained bias the points are (x, 1), in the span of the rows of (G, β).
  const dimension = isLifted ? Math.min(samples, d + 1) : reduced.inputDim;
  const perNeuron = isHidden ? dimension + (trained.has("output") ? C : 0) : equationsPerNeuron(shape);
  // Euler: for one monomial w·G_j = p a·O_j.
  const dependent = isHidden && trained.has("output") && equationGauge.directionsPerSample > 0 ? 1 : 0;
  const rows = neurons.distinct * (perNeuron - dependent) + (trained.has("output-bias") ? C : 0);
  const most = isLifted ? C * binomial(dimension + activation.degree - 1, activation.degree) : moments?.rank.rank;
  const coordinates = isLifted ? dimension - 1 : dimension;
  return Math.min(rows, most ?? rows) - (samples * (coordinates + C) - gaugeDimension);
}

/** Whether data sets other than the one found must be expected: the weights do not show it to be the only one. */
export function othersExpected(evidence: NetworkEvidence, found: FittedData, samples: number): boolean {
  const { kernel, moments } = evidence;
  const flattening = moments?.catalecticant;
  const isUnique = kernel.holds || (flattening?.rank === samples && flattening.clear);
  return !isUnique && spareEquations(evidence, samples) + (found.knowledge?.rows ?? 0) <= 0;
}
