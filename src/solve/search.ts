import type { ReducedSystem } from "../equations/reduction.ts";
import { type EquationShape, equationCount, unknownCount } from "../equations/shape.ts";
import { UsageError } from "../errors.ts";
import type { SplitTree } from "../splitting/split-tree.ts";
import { excludedByRank } from "./exclusion.ts";
import { createHopelessness } from "./hopeless.ts";
import type { SearchPath } from "./path-recorder.ts";
import type { RefinedPoint } from "./refine.ts";
import { residualFloorAt } from "./residual-floor.ts";
import { evaluateInOrder, type ItemRunner, runSchedule, type ScheduleEntry } from "./schedule.ts";
import { createSearchContext, type SearchContext } from "./search-context.ts";
import { DEFAULT_SCHEDULE, strategyNamed } from "./strategies/default-schedule.ts";
import type { StrategyName } from "./strategy.ts";

export { residualFloorAt } from "./residual-floor.ts";

export interface SearchOptions {
  readonly samples: number;
  readonly seed: number;
  /** Half an ulp, relative, of the coarsest tensor. */
  readonly unitRoundoff: number;
  /** Assumed relative error of the weights as a stationary point; at least the unit roundoff. */
  readonly weightPrecision: number;
  readonly shouldStop: () => boolean;
  /** Attempts at most. */
  readonly maxStarts: number;
  /**
   * "determined" looks for the one solution, wherever it is; "nearby" takes the solution next to random points of
   * typical size, which is the tame choice where a continuum fits.
   */
  readonly aim: "determined" | "nearby";
  /** The one strategy to use; "auto", the default, is the schedule that measured best. */
  readonly strategy?: StrategyName | "auto" | undefined;
  /** `done` of at most `total` attempts. */
  readonly onProgress: (message: string, done?: number, total?: number) => void;
  /** Who evaluates the attempts; by default this thread, one after the other. */
  readonly runner?: ItemRunner | undefined;
}

export interface SearchResult {
  readonly reduced: ReducedSystem;
  /** Best data set met, in reduced coordinates; null if nothing was even tried. */
  readonly point: RefinedPoint | null;
  readonly reachedFloor: boolean;
  /** Root mean square residual below which the file's own rounding is all that is left. */
  readonly residualFloor: number;
  /** Strategy and methods that found the answer; empty where there is none. */
  readonly method: readonly string[];
  readonly starts: number;
  /** Linearisations of the equations of all samples, before refinement. */
  readonly evaluations: number;
  readonly splits: number;
  /** Sample splits of the attempt that found the answer. */
  readonly tree: SplitTree;
  /** The iterations that led to `point`. */
  readonly path: SearchPath;
}

/** Operations of one Levenberg–Marquardt step, as rows × unknowns², that keep a search within minutes. */
const STEP_LIMIT = 5e8;
/** Attempts for the best fit to show where no fit reaches the floor. */
const ATTEMPTS_WHEN_EXCLUDED = 2;

/** Whether n samples of a shape are few enough to search for. */
export function searchFits(shape: EquationShape, samples: number): boolean {
  const unknowns = unknownCount(shape, samples);
  return Math.max(equationCount(shape), unknowns) * unknowns ** 2 <= STEP_LIMIT;
}

/**
 * Looks for n samples that solve the equations to the rounding floor.
 *
 * @param reduced - the system in units of the typical point, see {@link inTypicalUnits}
 * @throws {@link UsageError} if the strategy that was asked for cannot be used on this system
 */
export function search(reduced: ReducedSystem, options: SearchOptions): SearchResult {
  const { samples, seed, weightPrecision, unitRoundoff, shouldStop, aim, onProgress } = options;
  const precision = Math.max(weightPrecision, unitRoundoff);
  const nearby = aim === "nearby";
  const context = createSearchContext({ reduced, samples, seed, precision, nearby, shouldStop });
  const excluded = excludedByRank(context);
  if (excluded !== null) onProgress(excluded);
  const limit = excluded === null ? options.maxStarts : Math.min(options.maxStarts, ATTEMPTS_WHEN_EXCLUDED);
  let tried = 0;
  const outcome = runSchedule(context, strategiesFor(context, options), {
    runner: options.runner ?? evaluateInOrder,
    limit,
    isHopeless: createHopelessness(),
    onEvaluation: ({ strategy, index }, { share, point }) => {
      tried++;
      const residual = share === null ? "nothing found" : `residual ${share.toExponential(1)}`;
      const refined = point === null ? "" : `, refined ${point.relativeResidual.toExponential(1)}`;
      onProgress(`attempt ${tried} (${strategy.name} ${index + 1}): ${residual}${refined}`, tried, limit);
    },
  });
  const { winner, point, starts, evaluations, splits, tree, path } = outcome;
  return {
    reduced,
    point,
    reachedFloor: winner !== null,
    residualFloor: point === null ? context.leastFloor : residualFloorAt(reduced.system, point.unknowns, precision),
    method: winner === null ? [] : methodOf(context, winner.strategy.method),
    starts,
    evaluations,
    splits,
    tree,
    path,
  };
}

function strategiesFor(context: SearchContext, { aim, strategy = "auto" }: SearchOptions): readonly ScheduleEntry[] {
  if (aim === "nearby") return [{ strategy: strategyNamed("random"), weight: 1 }];
  if (strategy === "auto") return DEFAULT_SCHEDULE;
  const chosen = strategyNamed(strategy);
  const obstacle = chosen.obstacle(context);
  if (obstacle !== null) {
    throw new UsageError(`--strategy ${strategy}: cannot be used here: ${obstacle}`, "leave it out, or use auto");
  }
  return [{ strategy: chosen, weight: 1 }];
}

function methodOf(context: SearchContext, strategy: readonly string[]): string[] {
  const metric = context.whitened() === null ? [] : ["whitened-moments"];
  return [...metric, ...strategy, "levenberg-marquardt"];
}
