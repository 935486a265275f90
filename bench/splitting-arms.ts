import { levenbergMarquardt } from "../src/least-squares/levenberg-marquardt.ts";
import { norm2 } from "../src/linalg/dense.ts";
import { applyQTransposed, factorQr, solveUpper } from "../src/linalg/qr.ts";
import { imageOf, type SampleProblem } from "../src/objective/sample-problem.ts";
import { createRandom } from "../src/random.ts";
import type { SearchContext, WhitenedEquations } from "../src/solve/search-context.ts";
import { stackPoints, startAtPoints } from "../src/solve/starts.ts";
import { growingByAtoms } from "../src/solve/strategies/atoms.ts";
import { randomStarts } from "../src/solve/strategies/random.ts";
import type { Strategy } from "../src/solve/strategy.ts";
import { contractions } from "../src/splitting/contract.ts";
import { escapeBy, escapeBySplitting, type SplittingOptions, type SplittingResult } from "../src/splitting/escape.ts";
import { growBySplitting } from "../src/splitting/grow.ts";
import type { Proposer, SplitRule } from "../src/splitting/propose.ts";
import { objectiveAt, wholeFamily } from "../src/splitting/split-sample.ts";
import type { SplitTree } from "../src/splitting/split-tree.ts";

/** Work done so far: Jacobians, each counted as k/n for k samples. */
export interface Meter {
  steps: number;
}

/** What an arm has to work with: the whitened equations of one network, metered. */
export interface ArmSpace {
  readonly context: SearchContext;
  readonly whitened: WhitenedEquations;
}

interface Attempt {
  readonly u: Float64Array;
  readonly residualNorm: number;
  readonly tree?: SplitTree;
}

/** One attempt of an arm, the start of this index with all that follows from it. */
export type Arm = (arm: ArmSpace, index: number) => Attempt;

export function armSpace(context: SearchContext, meter: Meter, shouldStop: () => boolean): ArmSpace {
  const { samples } = context;
  const plain = context.whitened()!;
  const problems = new Map<number, SampleProblem>();
  const problemFor = (k: number): SampleProblem => {
    const known = problems.get(k);
    if (known !== undefined) return known;
    const problem = plain.problemFor(k);
    const metered: SampleProblem = {
      ...problem,
      jacobian(u, out) {
        meter.steps += k / samples;
        return problem.jacobian(u, out);
      },
    };
    problems.set(k, metered);
    return metered;
  };
  const whitened = { ...plain, problemFor };
  return { context: { ...context, whitened: () => whitened, shouldStop }, whitened };
}

/** The stopping rules of the search that is in use (src/solve/schedule.ts). */
const DESCENT = { maxIterations: 300, stepTolerance: 1e-9, costTolerance: 1e-6 };
const STAGE = { maxIterations: 40, stepTolerance: 1e-9, costTolerance: 1e-3 };
const MERGE_RADIUS = 0.1;
const MAX_SPLITS = 8;

function descend(
  { context, whitened }: ArmSpace,
  samples: number,
  start: Float64Array,
  limits: typeof DESCENT,
): Attempt {
  const { shouldStop } = context;
  const options = { ...limits, targetResidual: whitened.target, shouldStop };
  const { x, residualNorm } = levenbergMarquardt(whitened.problemFor(samples), start, options);
  return { u: x, residualNorm };
}

const fromStrategy =
  ({ attempt }: Strategy): Arm =>
  (arm, index) =>
    descend(arm, arm.context.samples, attempt(arm.context, index)!.unknowns, DESCENT);

const randomPoints = ({ context }: ArmSpace, count: number, index: number): Float64Array => {
  const random = createRandom(context.seed, 1000 + index);
  const points = Array.from({ length: count }, () => context.points().isotropic(random));
  return startAtPoints(context, stackPoints(points));
};

/** 2n random candidates, then one less at a time, each time the one that costs least. */
const twice: Arm = (arm, index) => {
  const { context, whitened } = arm;
  const n = context.samples;
  let solution = descend(arm, 2 * n, randomPoints(arm, 2 * n, index), DESCENT);
  for (let k = 2 * n - 1; k >= n; k--) {
    const [best] = contractions(whitened.problemFor, wholeFamily(solution.u, k + 1), MERGE_RADIUS);
    if (best === undefined) return { ...solution, residualNorm: Number.POSITIVE_INFINITY };
    solution = descend(arm, k, best.family.u, k === n ? DESCENT : STAGE);
  }
  return solution;
};

const optionsOf = ({ context, whitened }: ArmSpace, index: number, rule: SplitRule): SplittingOptions => ({
  maxSplits: MAX_SPLITS,
  targetResidual: whitened.target,
  mergeRadius: MERGE_RADIUS,
  random: createRandom(context.seed, 5000 + index),
  shouldStop: context.shouldStop,
  rule,
});

type Continuation = (arm: ArmSpace, u: Float64Array, index: number) => SplittingResult;

/** What follows a start that ended above the target. */
const continued =
  (first: Arm, next: Continuation): Arm =>
  (arm, index) => {
    const start = first(arm, index);
    return start.residualNorm <= arm.whitened.target ? start : next(arm, start.u, index);
  };

type Changes = Pick<SplittingOptions, "order" | "maxSplits">;

const bySplits =
  (rule: SplitRule, changes: Changes = {}): Continuation =>
  (arm, u, index) =>
    escapeBySplitting(arm.whitened.problemFor, u, { ...optionsOf(arm, index, rule), ...changes });

/** The best of some random points, with the multipliers that fit the residual best, as a family of one more. */
const pointProposer =
  ({ context, whitened }: ArmSpace, choices: number): Proposer =>
  ({ family, objective, random }) => {
    const n = family.weights.length;
    const problem = whitened.problemFor(n);
    const residual = problem.residual(family.u, new Float64Array(problem.rows));
    let best: { readonly gain: number; readonly block: Float64Array } | null = null;
    for (let choice = 0; choice < choices; choice++) {
      const atom = fitAtom(problem, residual, context.points().isotropic(random));
      if (best === null || atom.gain > best.gain) best = atom;
    }
    const u = new Float64Array(family.u.length + problem.block);
    u.set(family.u);
    u.set(best!.block, n * problem.block);
    const grown = wholeFamily(u, n + 1);
    const measuredDecrease = objective - objectiveAt(whitened.problemFor, grown);
    const nothing = { share: 0, eigenvalue: 0, directionNorm: 0, epsilon: 0, predictedDecrease: 0 };
    return { family: grown, sample: n, record: { sample: n, ...nothing, measuredDecrease } };
  };

/** A point as a block (g, x) with the multipliers that take most of the residual, and what they take. */
function fitAtom(
  { objective, rows, block }: SampleProblem,
  residual: Float64Array,
  x: Float64Array,
): { readonly gain: number; readonly block: Float64Array } {
  const { outputs } = objective;
  const m = Math.max(rows, outputs);
  const columns = new Float64Array(m * outputs);
  const image = imageOf(objective, x, 0);
  for (let c = 0; c < outputs; c++) columns.set(image.subarray(c * rows, (c + 1) * rows), c * m);
  const right = new Float64Array(m);
  right.set(residual.map((value) => -value));
  const factors = factorQr(columns, m, outputs);
  const rotated = applyQTransposed(factors, right);
  const atom = new Float64Array(block);
  atom.set(solveUpper(factors, rotated, new Float64Array(outputs)));
  atom.set(x, outputs);
  return { gain: norm2(rotated.subarray(0, outputs)), block: atom };
}

const byPoints =
  (choices: number, changes: Changes = {}): Continuation =>
  (arm, u, index) =>
    escapeBy(pointProposer(arm, choices), arm.whitened.problemFor, u, { ...optionsOf(arm, index, {}), ...changes });

const growSplits =
  (rule: SplitRule): Arm =>
  (arm, index) => {
    const { problemFor } = arm.whitened;
    const { samples, inputDim, outputs } = arm.context;
    const grown = growBySplitting(problemFor, randomPoints(arm, 1, index), samples, optionsOf(arm, index, rule));
    const whole = grown.u.length === samples * (inputDim + outputs);
    return whole ? grown : { ...grown, residualNorm: Number.POSITIVE_INFINITY };
  };

const restart = fromStrategy(randomStarts);
const atoms = fromStrategy(growingByAtoms);

/** The arms of the comparison, by name. */
export const ARMS: Readonly<Record<string, Arm>> = {
  restart,
  "2n, pruned to n": twice,
  "random-direction splits": continued(restart, bySplits({ direction: "random" })),
  "random new points": continued(restart, byPoints(1)),
  "eigenvector splits": continued(restart, bySplits({})),
  "one eigenvector split": continued(restart, bySplits({}, { maxSplits: 1 })),
  "joint splits": continued(restart, bySplits({ coordinates: "joint" })),
  "signed splits": continued(restart, bySplits({ signs: "signed" })),
  "prune first, eigenvector split": continued(restart, bySplits({}, { order: "prune-first" })),
  "prune first, random new point": continued(restart, byPoints(1, { order: "prune-first" })),
  "grow by splits": growSplits({}),
  "grow by signed splits": growSplits({ signs: "signed" }),
  "grow by atoms": atoms,
  "grow by atoms, then 2 eigenvector splits": continued(atoms, bySplits({}, { maxSplits: 2 })),
  "grow by atoms, then 2 random-direction splits": continued(
    atoms,
    bySplits({ direction: "random" }, { maxSplits: 2 }),
  ),
};
