import { levenbergMarquardt } from "../../least-squares/levenberg-marquardt.ts";
import { escapeBySplitting } from "../../splitting/escape.ts";
import type { SplitTree } from "../../splitting/split-tree.ts";
import type { PathRecorder } from "../path-recorder.ts";
import type { SearchContext } from "../search-context.ts";
import { stackPoints, startAtPoints } from "../starts.ts";
import { type Attempt, randomFor, type Strategy } from "../strategy.ts";

const DESCENT_ITERATIONS = 300;
const DESCENT_TOLERANCE = 1e-6;
/** A round costs what a fresh start does, and the first one or two gain most (bench/results/splitting.md). */
const SPLITS_PER_START = 2;

/** An attempt with the record of its splits. */
export interface SplittingAttempt extends Attempt {
  readonly tree: SplitTree;
}

/**
 * A random start, and where that gets stuck, positive splits along the least curvature, with several outputs of the
 * multipliers as well.
 *
 * Not part of the default schedule: it finds more per start than a random start, but less per unit of compute, and far
 * less than growing by atoms (bench/results/splitting.md).
 */
export const sampleSplitting: Strategy = {
  name: "splitting",
  method: ["sample-splitting"],
  attempts: Number.POSITIVE_INFINITY,
  obstacle: (context) => (context.whitened() === null ? "the moments are too many to be whitened" : null),
  attempt: attemptBySplitting,
};

/** One attempt of {@link sampleSplitting}, with its tree. */
export function attemptBySplitting(context: SearchContext, index: number, recorder?: PathRecorder): SplittingAttempt {
  const { samples, outputs, shouldStop } = context;
  const { problemFor, target } = context.whitened()!;
  const random = randomFor("splitting", context, index);
  const points = Array.from({ length: samples }, () => context.points().isotropic(random));
  const observe = recorder?.beginElsewhere("random start");
  const start = levenbergMarquardt(problemFor(samples), startAtPoints(context, stackPoints(points)), {
    maxIterations: DESCENT_ITERATIONS,
    targetResidual: target,
    stepTolerance: 1e-9,
    costTolerance: DESCENT_TOLERANCE,
    shouldStop,
    ...(observe && { onIterate: observe }),
  });
  const onIterate = recorder?.beginElsewhere("splitting");
  const { u, tree } = escapeBySplitting(problemFor, start.x, {
    maxSplits: SPLITS_PER_START,
    targetResidual: target,
    rule: { coordinates: outputs > 1 ? "joint" : "points" },
    random,
    shouldStop,
    ...(recorder && onIterate && { onIterate, onEvent: (name) => recorder.event(name) }),
  });
  return { unknowns: u, starts: 1, tree };
}
