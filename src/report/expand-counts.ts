import type { Expansion } from "../expansion/expansion.ts";

/** Numbers of samples and neurons to count for; null leaves n and m open. */
export interface ExpansionSizes {
  readonly samples: number | null;
  readonly width: number | null;
}

/** What a shape counts to; a number is null where its dimension, n or m is not given. */
export interface ExpansionCounts {
  /** N, coordinates of all moment tensors seen: columns of the Hermite matrix. */
  readonly momentColumns: number | null;
  readonly equationsPerNeuron: number | null;
  readonly equationsOfOutputBias: number;
  readonly equations: number | null;
  readonly unknownsPerSample: number | null;
  readonly unknowns: number | null;
  /** Least number of neurons whose equations are as many as the moments. */
  readonly leastWidth: number | null;
}

export function expansionCounts(
  { shape, coordinates }: Expansion,
  { samples, width }: ExpansionSizes,
): ExpansionCounts {
  const { outputs, trained, inputDim } = shape;
  const momentColumns = coordinates?.moments.length ?? null;
  const equationsPerNeuron = coordinates?.equationsPerNeuron ?? null;
  const equationsOfOutputBias = trained.has("output-bias") ? outputs : 0;
  const unknownsPerSample = inputDim === null ? null : inputDim + outputs;
  const both = (a: number | null, b: number | null, combine: (a: number, b: number) => number): number | null =>
    a === null || b === null ? null : combine(a, b);
  const least = (columns: number, perNeuron: number): number =>
    Math.max(1, Math.ceil((columns - equationsOfOutputBias) / perNeuron));
  return {
    momentColumns,
    equationsPerNeuron,
    equationsOfOutputBias,
    equations: both(width, equationsPerNeuron, (m, each) => m * each + equationsOfOutputBias),
    unknownsPerSample,
    unknowns: both(samples, unknownsPerSample, (n, each) => n * each),
    leastWidth: equationsPerNeuron === 0 ? null : both(momentColumns, equationsPerNeuron, least),
  };
}

/** N_k as a formula in d. */
export function generalSize(k: number): string {
  if (k === 0) return "1";
  if (k === 1) return "d";
  return k === 2 ? "d(d+1)/2" : `C(d+${k - 1}, ${k})`;
}

/** Equations per neuron as a formula in d. */
export function generalEquationsPerNeuron({ trained, outputs }: Expansion["shape"]): string {
  const constant = (trained.has("bias") ? 1 : 0) + (trained.has("output") ? outputs : 0);
  if (!trained.has("hidden")) return `${constant}`;
  return constant === 0 ? "d" : `d + ${constant}`;
}
