import { norm2 } from "../linalg/dense.ts";
import type { SampleObjective } from "../objective/sample-objective.ts";
import type { Random } from "../random.ts";
import { type CurvatureOptions, curvaturesAt, type SampleCurvatures, type SplitDirection } from "./least-curvature.ts";
import { backtrackSplit, type Family, type ProblemFactory } from "./split-sample.ts";
import type { SplitRecord } from "./split-tree.ts";

/** Where a run by splitting stands. */
export interface SplittingState {
  readonly problemOf: ProblemFactory;
  readonly family: Family;
  /** F of the family. */
  readonly objective: number;
  /** Samples that were tried since the last success. */
  readonly tried: ReadonlySet<number>;
  readonly random: Random;
}

/** Anything that adds a sample to a family; null where there is nothing to add. */
export type Proposer = (state: SplittingState) => SplitProposal | null;

/** Which splits may be made. */
export interface SplitRule {
  /**
   * "positive": halves along negative curvature. "signed": also multipliers 2g and −g along positive curvature, legal
   * where multipliers are free in sign.
   */
  readonly signs?: "positive" | "signed";
  /** Whether multipliers are split along with the points; see {@link CurvatureOptions}. */
  readonly coordinates?: "points" | "joint";
  /** "least-curvature": the eigenvector; "random": any direction, as a control. */
  readonly direction?: "least-curvature" | "random";
  /** Largest step, relative to ‖x_i‖; 0.5 by default. */
  readonly largestStep?: number;
  /** Least decrease that the largest step promises, relative to F; 1e-3 by default. */
  readonly leastGain?: number;
}

/** A family of one sample more, and what the tree says of it. */
export interface SplitProposal {
  readonly family: Family;
  /** The sample that was split. */
  readonly sample: number;
  readonly record: Pick<
    SplitRecord,
    "sample" | "share" | "eigenvalue" | "directionNorm" | "epsilon" | "predictedDecrease" | "measuredDecrease"
  >;
}

/** A split that second order promises a decrease for. */
interface Candidate {
  readonly sample: number;
  readonly share: number;
  readonly found: SplitDirection;
  /** Largest ε. */
  readonly largestEpsilon: number;
  /** Promised change of F at the largest ε, negative. */
  readonly promise: number;
}

const POSITIVE_SHARE = 0.5;
const SIGNED_SHARE = 2;

/**
 * The most promising split of a sample not yet tried, with the step that backtracking finds; null if there is none.
 *
 * A positive definite S_i yields no positive split of sample i: its eigenvalues promise no decrease.
 */
export function proposeSplit(state: SplittingState, rule: SplitRule): SplitProposal | null {
  const { problemOf, family, objective, tried } = state;
  const problem = problemOf(family.weights.length, family.weights);
  const { objective: samples } = problem;
  const residual = problem.residual(family.u, new Float64Array(problem.rows));
  const curvatures = curvaturesAt(samples, residual);
  const { leastGain = 1e-3 } = rule;
  const candidates = family.weights.reduce<Candidate[]>((list, _, sample) => {
    return tried.has(sample) ? list : list.concat(candidatesOf(samples, family.u, sample, { curvatures, rule }));
  }, []);
  const promising = candidates.filter(({ promise }) => -promise >= leastGain * objective);
  for (const candidate of promising.sort((a, b) => a.promise - b.promise)) {
    const { sample, share, largestEpsilon } = candidate;
    const chosen = rule.direction === "random" ? anyDirection(state, candidate, curvatures) : candidate.found;
    const { direction, eigenvalue } = chosen;
    const change = (Math.sign(share * (1 - share)) * eigenvalue) / 2;
    const shape = { outputs: samples.outputs, inputDim: samples.inputDim, share };
    const search = { ...shape, direction, change, largestEpsilon };
    const step = backtrackSplit(problemOf, family, { sample, before: objective }, search);
    if (!(step.measuredDecrease > 0) && rule.direction !== "random") continue;
    const { epsilon, predictedDecrease, measuredDecrease } = step;
    const directionNorm = norm2(direction);
    const record = { sample, share, eigenvalue, directionNorm, epsilon, predictedDecrease, measuredDecrease };
    return { family: step.family, sample, record };
  }
  return null;
}

/** The splits of one sample that second order speaks for. */
function candidatesOf(
  { outputs: C, inputDim: d }: SampleObjective,
  u: Float64Array,
  sample: number,
  { curvatures, rule }: { readonly curvatures: SampleCurvatures; readonly rule: SplitRule },
): Candidate[] {
  const { signs = "positive", coordinates = "points", largestStep = 0.5 } = rule;
  const at = sample * (C + d);
  // Joint directions are in units of ‖x‖ already.
  const largestEpsilon =
    coordinates === "joint" ? largestStep : largestStep * (norm2(u.subarray(at + C, at + C + d)) || 1);
  const candidate = (share: number, extreme: CurvatureOptions["extreme"]): Candidate => {
    const found = curvatures.extreme(u, sample, { coordinates, extreme: extreme! });
    const promise = (Math.sign(share * (1 - share)) * found.eigenvalue * largestEpsilon ** 2) / 2;
    return { sample, share, found, largestEpsilon, promise };
  };
  const positive = candidate(POSITIVE_SHARE, "least");
  const candidates = signs === "signed" ? [positive, candidate(SIGNED_SHARE, "largest")] : [positive];
  return candidates.filter(({ promise }) => promise < 0);
}

/** A random direction as long as the one found, for the control. */
function anyDirection(
  { family, random }: SplittingState,
  { sample, found }: Candidate,
  curvatures: SampleCurvatures,
): SplitDirection {
  const drawn = found.direction.map((value) => (value === 0 ? 0 : random.normal()));
  const factor = norm2(found.direction) / norm2(drawn);
  const direction = drawn.map((value) => value * factor);
  return { ...found, direction, eigenvalue: curvatures.along(family.u, sample, direction) };
}
