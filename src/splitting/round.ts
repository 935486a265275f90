import type { IterationObserver } from "../least-squares/iterate.ts";
import { type LevenbergMarquardtOptions, levenbergMarquardt } from "../least-squares/levenberg-marquardt.ts";
import type { Contraction } from "./contract.ts";
import { contractions } from "./contract.ts";
import type { Proposer, SplitProposal, SplittingState } from "./propose.ts";
import { type Family, objectiveAt, type ProblemFactory, wholeFamily } from "./split-sample.ts";

export interface RoundOptions {
  /** Stop as soon as ‖R‖ is at most this; 0 by default. */
  readonly targetResidual?: number;
  /** Levenberg–Marquardt iterations while the number of samples is not the one asked for; 40 by default. */
  readonly stageIterations?: number;
  /** … and at that number; 300 by default. */
  readonly finalIterations?: number;
  /** Distance below which two samples may be merged, relative; 0.1 by default. */
  readonly mergeRadius?: number;
  readonly shouldStop?: () => boolean;
  /** Sees the points of every descent, whatever the number of samples of the moment. */
  readonly onIterate?: IterationObserver;
  /** Hears what happens between the descents, before the next one starts. */
  readonly onEvent?: (event: SplittingEvent) => void;
}

/** A change of the number of samples; "undone": a round that was not worth keeping is taken back. */
type SplittingEvent = "split" | "merge" | "prune" | "undone";

const EVENT_OF: Readonly<Record<Contraction["kind"], SplittingEvent>> = { merged: "merge", pruned: "prune" };

/** What one split with its contraction led to. */
export interface Round {
  readonly u: Float64Array;
  /** F at the end, and of the family that was split. */
  readonly objective: number;
  readonly objectiveAtSplit: number;
  /** Samples of the family that was split. */
  readonly samples: number;
  readonly proposal: SplitProposal;
  readonly contraction: Contraction;
  /** What not to try again if this was no success. */
  readonly key: number;
}

/** Minimises with one sample more, gives one up, minimises again; null where nothing can be split. */
export function splitFirst(state: SplittingState, propose: Proposer, options: RoundOptions): Round | null {
  const { problemOf, family, objective } = state;
  const samples = family.weights.length;
  const proposal = propose(state);
  if (proposal === null) return null;
  options.onEvent?.("split");
  const { weights } = proposal.family;
  const grown = minimise(problemOf, proposal.family, stageLimits(options));
  const [best] = contractions(problemOf, { u: grown.u, weights }, options.mergeRadius ?? MERGE_RADIUS);
  if (best === undefined) {
    options.onEvent?.("undone");
    return null;
  }
  options.onEvent?.(EVENT_OF[best.contraction.kind]);
  const end = minimise(problemOf, wholeFamily(best.family.u, samples), finalLimits(options));
  const { contraction } = best;
  return { ...end, objectiveAtSplit: objective, samples, proposal, contraction, key: proposal.sample };
}

/**
 * Gives a sample up, minimises, splits one of the others, minimises again; null where no sample is left to be given up
 * or nothing can be split. The keys count the contractions, from the cheapest on.
 */
export function pruneFirst(state: SplittingState, propose: Proposer, options: RoundOptions): Round | null {
  const { problemOf, family, tried } = state;
  const samples = family.weights.length;
  const ways = contractions(problemOf, family, options.mergeRadius ?? MERGE_RADIUS);
  for (const [key, way] of ways.entries()) {
    if (tried.has(key) || samples === 1) continue;
    options.onEvent?.(EVENT_OF[way.contraction.kind]);
    const fewer = minimise(problemOf, wholeFamily(way.family.u, samples - 1), stageLimits(options));
    const reduced = wholeFamily(fewer.u, samples - 1);
    const proposal = propose({ ...state, family: reduced, objective: fewer.objective, tried: new Set() });
    if (proposal === null) {
      options.onEvent?.("undone");
      continue;
    }
    options.onEvent?.("split");
    const end = minimise(problemOf, wholeFamily(proposal.family.u, samples), finalLimits(options));
    const { contraction } = way;
    return { ...end, objectiveAtSplit: fewer.objective, samples: samples - 1, proposal, contraction, key };
  }
  return null;
}

/** Levenberg–Marquardt on a family. */
export function minimise(
  problemOf: ProblemFactory,
  { u, weights }: Family,
  limits: LevenbergMarquardtOptions,
): { readonly u: Float64Array; readonly objective: number } {
  if (weights.length === 0) return { u, objective: objectiveAt(problemOf, { u, weights }) };
  const { x, residualNorm } = levenbergMarquardt(problemOf(weights.length, weights), u, limits);
  return { u: x, objective: residualNorm ** 2 / 2 };
}

const MERGE_RADIUS = 0.1;
const STEP_TOLERANCE = 1e-9;
/** A step that lowers F by less than this share ends a stage: the next sample changes the picture … */
const STAGE_TOLERANCE = 1e-3;
/** … and by less than this, the descent. */
const FINAL_TOLERANCE = 1e-6;

export function stageLimits({ stageIterations = 40, ...options }: RoundOptions): LevenbergMarquardtOptions {
  return { maxIterations: stageIterations, costTolerance: STAGE_TOLERANCE, ...commonLimits(options) };
}

export function finalLimits({ finalIterations = 300, ...options }: RoundOptions): LevenbergMarquardtOptions {
  return { maxIterations: finalIterations, costTolerance: FINAL_TOLERANCE, ...commonLimits(options) };
}

function commonLimits({ targetResidual = 0, shouldStop, onIterate }: RoundOptions) {
  const stop = shouldStop === undefined ? {} : { shouldStop };
  const observe = onIterate === undefined ? {} : { onIterate };
  return { targetResidual, stepTolerance: STEP_TOLERANCE, ...stop, ...observe };
}
