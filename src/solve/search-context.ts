import type { ReducedSystem } from "../equations/reduction.ts";
import {
  createMomentSystem,
  type MomentObjective,
  type MomentSystem,
  momentObjective,
  momentProblem,
  momentsFit,
} from "../objective/moment-metric.ts";
import type { SampleProblem } from "../objective/sample-problem.ts";
import { leastFloorAt } from "./residual-floor.ts";
import { createPointSampler, type PointSampler } from "./typical-units.ts";

/** What decides the answer of a search: everything else is derived from it. */
export interface SearchQuestion {
  /** In units of the typical point, see `inTypicalUnits`. */
  readonly reduced: ReducedSystem;
  readonly samples: number;
  readonly seed: number;
  /** Relative precision of the weights, at least half an ulp. */
  readonly precision: number;
  /** Whether random starts go to the raw equations, which keeps a fit near points of typical size. */
  readonly nearby: boolean;
  readonly shouldStop: () => boolean;
}

/**
 * What the strategies share about one system: quantities that depend on the question alone, computed when first asked
 * for. Two contexts of the same question are interchangeable, which is what lets threads have one each.
 */
export interface SearchContext extends SearchQuestion {
  readonly outputs: number;
  readonly inputDim: number;
  /** Least residual floor, root mean square of the scaled rows. */
  readonly leastFloor: number;
  /** Precision of the weights over that of doubles. */
  readonly tauFactor: number;
  /** Null where the moments are too many to be whitened. */
  moments(): MomentSystem | null;
  /** The equations in the metric of the moments; null where {@link moments} is. */
  whitened(): WhitenedEquations | null;
  /** Start points as the moments and the known side suggest them. */
  points(): PointSampler;
}

export interface WhitenedEquations {
  readonly objective: MomentObjective;
  /** The problem for k samples, one for each k. */
  problemFor(samples: number): SampleProblem;
  /** Residual norm at which a descent has arrived. */
  readonly target: number;
  /** Residual norm that noise at the least floor leaves. */
  readonly noise: number;
}

/** τ of the whitened metric for doubles (proofs/whitened-moments.md). */
const TAU = 1e-12;

export function createSearchContext(question: SearchQuestion): SearchContext {
  const { reduced, precision, nearby } = question;
  const { shape } = reduced.system;
  const leastFloor = leastFloorAt(precision);
  const tauFactor = precision / 2 ** -53;
  const moments = once(() => (momentsFit(shape) ? createMomentSystem(reduced.system) : null));
  const whitened = once(() => {
    const known = nearby ? null : moments();
    return known === null ? null : whiten(known, TAU * tauFactor, leastFloor);
  });
  return {
    ...question,
    outputs: shape.outputs,
    inputDim: reduced.inputDim,
    leastFloor,
    tauFactor,
    moments,
    whitened,
    points: once(() => createPointSampler(reduced, moments(), precision)),
  };
}

function whiten(moments: MomentSystem, tau: number, leastFloor: number): WhitenedEquations {
  const objective = momentObjective(moments, tau, tau / 10);
  const problems = new Map<number, SampleProblem>();
  const noise = leastFloor * objective.noiseGain;
  return {
    objective,
    target: 0.3 * noise,
    noise,
    problemFor(samples) {
      const known = problems.get(samples);
      if (known !== undefined) return known;
      const problem = momentProblem(objective, samples);
      problems.set(samples, problem);
      return problem;
    },
  };
}

/** The value of `compute`, computed at the first call. */
function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | null = null;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}
