import type { Fraction } from "./numbers.ts";
import type { Problem } from "./problem.ts";

/** The numbers that docs/certificates.md says are recomputed: degrees seen, gauge, unknowns, side rows. */

type Symmetry = "permutation" | "sign" | "scale";

/** p. */
export function degreeOf({ activation }: Problem): number {
  return activation.length - 1;
}

/** D: the degrees k ≥ 1 with c_k ≠ 0. */
export function supportOf({ activation }: Problem): number[] {
  return [...activation.keys()].filter((k) => k >= 1 && activation[k]!.numerator !== 0n);
}

/** L: the degrees of the moment tensors that some equation sees, ascending. */
export function degreesSeen(problem: Problem): number[] {
  const { trained, bias, activation } = problem;
  const p = degreeOf(problem);
  const support = supportOf(problem);
  const isSeen = (l: number): boolean => {
    if (l === 0) {
      const throughOutput = trained.has("output") && (bias !== "none" || activation[0]!.numerator !== 0n);
      return trained.has("bias") || trained.has("output-bias") || throughOutput;
    }
    if (trained.has("hidden") || trained.has("output")) return bias !== "none" || support.includes(l);
    return trained.has("bias") && l < p;
  };
  return Array.from({ length: p + 1 }, (_, l) => l).filter(isSeen);
}

/** Whether only one moment of positive degree is seen, so that the equations leave the scale of every sample open. */
export function leavesScales(problem: Problem): boolean {
  const degrees = degreesSeen(problem);
  return degrees.length === 1 && degrees[0]! > 0;
}

/** Symmetries that neither equations nor side information exclude. */
export function gaugeOf(problem: Problem): Symmetry[] {
  const degrees = degreesSeen(problem);
  const oneParity = degrees.every((degree) => degree % 2 === degrees[0]! % 2);
  const gauge: Symmetry[] = ["permutation"];
  if (oneParity) gauge.push("sign");
  if (leavesScales(problem) && !hasSideInformation(problem)) gauge.push("scale");
  return gauge;
}

/** Unknowns less the gauge dimension in a space of dimension d: the rank that leaves nothing open. */
export function freeUnknowns(problem: Problem, inputDim: number): number {
  const scales = gaugeOf(problem).includes("scale") ? 1 : 0;
  return problem.samples * (inputDim + problem.outputs - scales);
}

/** Dimensions of what one sample adds to the moments: its unknowns, less the scale where the moments leave it open. */
export function momentsPerSample(problem: Problem, inputDim: number): number {
  return inputDim + problem.outputs - (leavesScales(problem) ? 1 : 0);
}

/** N_l = C(d + l − 1, l), the coordinates of a symmetric tensor of degree l in d variables. */
export function symmetricDimension(variables: number, degree: number): number {
  let value = 1n;
  for (let k = 1n; k <= BigInt(degree); k++) value = (value * (BigInt(variables) + k - 1n)) / k;
  return Number(value);
}

/** N: the columns of the Hermite matrix in a space of dimension d. */
export function momentCount(problem: Problem, inputDim: number): number {
  const perOutput = degreesSeen(problem).reduce((sum, l) => sum + symmetricDimension(inputDim, l), 0);
  return perOutput * problem.outputs;
}

/** Equations of one neuron in a space of dimension d. */
export function equationsPerNeuron({ trained, outputs }: Problem, inputDim: number): number {
  return (trained.has("hidden") ? inputDim : 0) + (trained.has("bias") ? 1 : 0) + (trained.has("output") ? outputs : 0);
}

/** The symmetric tensor that holds all moments: T_p alone in d variables, or T_0 … T_p together in d + 1. */
export function singleTensor(problem: Problem): { readonly variables: number; readonly degree: number } | null {
  const degrees = degreesSeen(problem);
  const degree = degrees.at(-1)!;
  if (degree === 0) return null;
  if (degrees.length === 1) return { variables: problem.inputDim, degree };
  return degrees.length === degree + 1 ? { variables: problem.inputDim + 1, degree } : null;
}

/** κ of the multiplier equations g_ic = ([label_i = c] − softmax_c f(x_i)) / κ; null where there are none. */
export function multiplierScale({ setting, loss, samples, weightDecay }: Problem): Fraction | null {
  if (loss !== "logistic" && loss !== "softmax") return null;
  const n = BigInt(samples);
  if (setting === "gradient") return { numerator: n, denominator: 1n };
  if (setting !== "kkt" || weightDecay === null) return null;
  return { numerator: n * weightDecay.numerator, denominator: weightDecay.denominator };
}

/** Whether all samples are known to have the same margin. */
export function hasMargins({ loss }: Problem): boolean {
  return loss === "hard-margin";
}

/** Equations that the side information adds for one sample. */
export function sideRowsPerSample(problem: Problem): number {
  const multipliers = multiplierScale(problem) === null ? 0 : problem.outputs;
  return multipliers + (hasMargins(problem) ? 1 : 0) + (problem.sphere ? 1 : 0);
}

export function hasSideInformation(problem: Problem): boolean {
  return sideRowsPerSample(problem) > 0;
}
