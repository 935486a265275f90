import type { Problem } from "./problem.ts";
import { singleTensor } from "./rank-bounds.ts";
import { require } from "./rejection.ts";
import {
  degreesSeen,
  hasMargins,
  hasSideInformation,
  leavesScales,
  momentCount,
  symmetricDimension,
} from "./shape-facts.ts";

export const THEOREMS = ["one-sample", "jennrich", "kruskal", "subgeneric", "perfect", "massarenti-mella"] as const;
type Theorem = (typeof THEOREMS)[number];

/** What a `unique-decomposition` step says. */
export interface DecompositionClaim {
  readonly theorem: Theorem;
  readonly degree: number | null;
  readonly variables: number | null;
  readonly scaleDegree: number | null;
}

/**
 * Requires every hypothesis of the theorem, that the moments of n general samples determine these samples up to the
 * gauge: proofs/decomposition.md.
 *
 * @throws {@link Rejection} naming the hypothesis that does not hold
 */
export function requireDecomposition(problem: Problem, claim: DecompositionClaim): void {
  const degrees = degreesSeen(problem);
  require(degrees.at(-1)! >= 1, "no equation sees the points");
  requireScalesWithSide(problem);
  const isPair = problem.sphere && problem.inputDim === 1 && problem.samples > 1;
  require(!isPair, "the sphere in one dimension has no general points");
  if (claim.theorem === "massarenti-mella") requireMassarentiMella(problem, claim);
  else if (claim.theorem === "one-sample") requireOneSample(problem, claim);
  else requireTensor(problem, claim);
}

/** Two scales can satisfy one multiplier equation; norms and margins leave only the sign. */
function requireScalesWithSide(problem: Problem): void {
  const open = leavesScales(problem) && hasSideInformation(problem) && !problem.sphere && !hasMargins(problem);
  require(!open, "the multiplier equations do not make the scales unique");
}

function requireOneSample(problem: Problem, { degree, variables, scaleDegree }: DecompositionClaim): void {
  require(problem.samples === 1, "the theorem is for one sample");
  require(degree === null && variables === null, "one sample has neither degree nor variables");
  require(scaleDegree === lowerDegree(problem), `the scale degree should be ${lowerDegree(problem)}`);
}

/** One symmetric tensor of general terms, or a matrix pencil of several outputs, is unique; then the scales are. */
function requireTensor(problem: Problem, { theorem, degree, variables, scaleDegree }: DecompositionClaim): void {
  const p = degreesSeen(problem).at(-1)!;
  require(degree === p, `the tensor has degree ${p}`);
  const whole = singleTensor(problem);
  const isWhole = whole !== null && variables === whole.variables && scaleDegree === null;
  if (!isWhole) {
    require(variables === problem.inputDim, `the tensor does not have ${variables} variables`);
    require(scaleDegree !== null &&
      scaleDegree === lowerDegree(problem), "the scale degree is not the one that counts");
  }
  if (problem.sphere) {
    // The directions of points on the sphere are general, the points (x, 1) are only independent.
    require(variables === problem.inputDim || theorem === "jennrich", "points on the sphere are not general");
  }
  requireUnique(theorem, { v: variables!, p, n: problem.samples, C: problem.outputs });
}

/** The largest degree seen below p whose n tensors g_i ⊗ x_i^{⊗a} are independent in general, n ≤ C·N_a; else null. */
function lowerDegree(problem: Problem): number | null {
  const { samples, outputs, inputDim } = problem;
  const lower = degreesSeen(problem).slice(0, -1);
  return lower.findLast((a) => samples <= outputs * symmetricDimension(inputDim, a)) ?? null;
}

interface Tensor {
  /** Variables, degree, terms, outputs. */
  readonly v: number;
  readonly p: number;
  readonly n: number;
  readonly C: number;
}

/** The hypotheses of the theorems on one tensor of general terms. */
function requireUnique(theorem: Theorem, { v, p, n, C }: Tensor): void {
  const isListed = (...table: readonly string[]): boolean => table.includes(`${v},${p},${n}`);
  const hypotheses: Partial<Record<Theorem, readonly (readonly [boolean, string])[]>> = {
    jennrich: [
      [p >= 3 || (p === 2 && C >= 2), "degree 3, or degree 2 and two outputs"],
      [n <= v, `n ≤ ${v}`],
    ],
    kruskal: [
      [p === 2 && C >= 2, "degree 2 and two outputs"],
      [Math.min(C, n) + 2 * Math.min(v, n) >= 2 * n + 2, "min(C, n) + 2 min(v, n) ≥ 2n + 2"],
    ],
    subgeneric: [
      [p >= 3 && v >= 2, "degree 3 and two variables"],
      [n * v < symmetricDimension(v, p), "a subgeneric number of terms"],
      [!isListed("3,6,9", "4,4,8", "6,3,9"), "a case with one decomposition"],
    ],
    perfect: [[(v === 2 && p >= 3 && p === 2 * n - 1) || isListed("4,3,5", "3,5,7"), "a perfect case"]],
  };
  for (const [holds, hypothesis] of hypotheses[theorem]!) require(holds, `the theorem ${theorem} needs ${hypothesis}`);
}

/** Hypotheses beside the full data-side rank at n + 1 samples, which is a step of its own. */
function requireMassarentiMella(problem: Problem, { degree, variables, scaleDegree }: DecompositionClaim): void {
  const degrees = degreesSeen(problem);
  const { samples, outputs, inputDim } = problem;
  require(degree === null && variables === null && scaleDegree === null, "Massarenti–Mella has no degree or variables");
  require(!problem.sphere, "points on the sphere are not general");
  require(degrees.at(-1)! >= 3 || (degrees.at(-1) === 2 && outputs >= 2), "Massarenti–Mella needs degree 3");
  const positive = degrees.filter((l) => l >= 1).length;
  require(outputs >= 2 || positive >= 2, "the Gauss map may be degenerate");
  const dimension = inputDim + outputs - (leavesScales(problem) ? 1 : 0);
  require((samples + 1) * dimension <= momentCount(problem, inputDim), "n + 1 samples do not fit into the moments");
}
