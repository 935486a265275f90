import { levenbergMarquardt } from "../least-squares/levenberg-marquardt.ts";
import { norm2 } from "../linalg/dense.ts";
import { equationProblem } from "../objective/equation-objective.ts";
import type { SplitTree } from "../splitting/split-tree.ts";
import { descend } from "./descent.ts";
import { NO_PATH, PathRecorder, type SearchPath } from "./path-recorder.ts";
import { type RefinedPoint, refine, refineFromMoments } from "./refine.ts";
import { residualFloorAt } from "./residual-floor.ts";
import type { SearchContext, WhitenedEquations } from "./search-context.ts";
import type { Attempt, Strategy } from "./strategy.ts";

/** One attempt of one strategy: what a thread can be given to do. */
export interface ScheduleItem {
  readonly strategy: Strategy;
  readonly index: number;
}

/** What became of one item: data, so that it can be sent between threads. */
export interface Evaluation {
  /** Local searches made. */
  readonly starts: number;
  /** Linearisations of the equations of all samples together. */
  readonly evaluations: number;
  /** Sample splits of the attempt. */
  readonly tree: SplitTree;
  /** Residual of the descent over that of no data at all, in the metric of the descent; null where nothing was tried. */
  readonly share: number | null;
  /** Where the descent ended. */
  readonly unknowns: Float64Array | null;
  /** The refined point; null where the share says that refinement is futile. */
  readonly point: RefinedPoint | null;
  readonly reachedFloor: boolean;
  /** The iterations of attempt, descent and refinement. */
  readonly path: SearchPath;
}

/** A whitened residual within this factor of what noise at the floor of its own point leaves is worth a refinement. */
const NOISE_MARGIN = 2;
/** So is one that explains all but this share of the known side, which leaves room for rounding of the metric itself. */
const ROUNDING_SHARE = 1e-10;
const DESCENT_ITERATIONS = 300;
const RAW_ITERATIONS = 150;
/** Residual of a raw descent, over that of no data, that is worth a refinement. */
const RAW_SHARE = 1e-2;

/** Makes the attempt, descends from it, and refines where that looks worth while. Pure: same context and item, same result. */
export function evaluateItem(context: SearchContext, { strategy, index }: ScheduleItem): Evaluation {
  const recorder = new PathRecorder();
  const attempt = strategy.attempt(context, index, recorder);
  if (attempt === null) return NOTHING;
  const recorded = { ...attempt, recorder };
  const whitened = context.whitened();
  return whitened === null ? descendRaw(context, recorded) : descendWhitened(context, whitened, recorded);
}

interface RecordedAttempt extends Attempt {
  readonly recorder: PathRecorder;
}

const NOTHING: Evaluation = {
  starts: 0,
  evaluations: 0,
  tree: [],
  share: null,
  unknowns: null,
  point: null,
  reachedFloor: false,
  path: NO_PATH,
};

function descendWhitened(context: SearchContext, whitened: WhitenedEquations, attempt: RecordedAttempt): Evaluation {
  const { shouldStop } = context;
  const { recorder } = attempt;
  const { objective, target, noise } = whitened;
  const { x, residualNorm, iterations } = descend(whitened.problemFor(context.samples), attempt.unknowns, {
    maxIterations: DESCENT_ITERATIONS,
    targetResidual: target,
    stepTolerance: 1e-9,
    shouldStop,
    onIterate: recorder.beginElsewhere("descent"),
  });
  const share = objective.targetNorm > 0 ? residualNorm / objective.targetNorm : 0;
  const found = { starts: attempt.starts, evaluations: iterations, tree: attempt.tree ?? [], share, unknowns: x };
  const floor = residualFloorAt(context.reduced.system, x, context.precision);
  const promising = residualNorm <= (NOISE_MARGIN * noise * floor) / context.leastFloor || share <= ROUNDING_SHARE;
  return promising ? judge(context, found, recorder) : unjudged(found, recorder);
}

/** Without stages: on the raw equations descents that end at a solution creep as well, and refinement takes them on. */
function descendRaw(context: SearchContext, attempt: RecordedAttempt): Evaluation {
  const { samples, shouldStop } = context;
  const { recorder } = attempt;
  const { system } = context.reduced;
  const problem = equationProblem(system, samples);
  const { x, residualNorm, iterations } = levenbergMarquardt(problem, attempt.unknowns, {
    maxIterations: RAW_ITERATIONS,
    stepTolerance: 1e-9,
    shouldStop,
    onIterate: recorder.begin("descent", problem.rows),
  });
  const share = residualNorm / (norm2(system.targets.map((value, r) => value * system.rowScale[r]!)) || 1);
  const found = { starts: attempt.starts, evaluations: iterations, tree: attempt.tree ?? [], share, unknowns: x };
  return share <= RAW_SHARE ? judge(context, found, recorder) : unjudged(found, recorder);
}

/** What a descent found, before a refinement. */
type Found = Omit<Evaluation, "unknowns" | "point" | "reachedFloor" | "path"> & { readonly unknowns: Float64Array };

function unjudged(found: Found, recorder: PathRecorder): Evaluation {
  return { ...found, point: null, reachedFloor: false, path: recorder.path() };
}

/** Refines where a descent ended, and compares with the floor. */
function judge(context: SearchContext, found: Found, recorder: PathRecorder): Evaluation {
  const point = refineEnd(context, found.unknowns, recorder);
  const floor = residualFloorAt(context.reduced.system, point.unknowns, context.precision);
  return { ...found, point, reachedFloor: point.relativeResidual <= floor, path: recorder.path() };
}

function refineEnd(context: SearchContext, unknowns: Float64Array, recorder: PathRecorder): RefinedPoint {
  const { reduced, tauFactor, shouldStop } = context;
  const moments = context.whitened() === null ? null : context.moments();
  if (moments === null) return refine(reduced.system, unknowns, shouldStop, { recorder });
  return refineFromMoments(reduced.system, moments, unknowns, { tauFactor, shouldStop, recorder });
}

/** A strategy with the number of its attempts in a row. */
export interface ScheduleEntry {
  readonly strategy: Strategy;
  readonly weight: number;
}

/** The attempts of the strategies that can be used, in turn, `weight` each: the same items in every thread. */
export function* scheduleOf(context: SearchContext, entries: readonly ScheduleEntry[]): Generator<ScheduleItem> {
  const usable = entries.filter(({ strategy }) => strategy.obstacle(context) === null);
  const next = new Map(usable.map(({ strategy }) => [strategy, 0]));
  for (let offered = true; offered; ) {
    offered = false;
    for (const { strategy, weight } of usable) {
      for (let k = 0; k < weight; k++) {
        const index = next.get(strategy)!;
        if (index >= strategy.attempts) break;
        next.set(strategy, index + 1);
        offered = true;
        yield { strategy, index };
      }
    }
  }
}

/** An item with what became of it. */
export interface EvaluatedItem {
  readonly item: ScheduleItem;
  readonly evaluation: Evaluation;
}

/** Evaluates the items of a schedule, on any thread, and hands them out in its order until nobody asks for more. */
export type ItemRunner = (context: SearchContext, entries: readonly ScheduleEntry[]) => Iterable<EvaluatedItem>;

/** The runner that does one item after the other, when it is asked for. */
export function* evaluateInOrder(context: SearchContext, entries: readonly ScheduleEntry[]): Generator<EvaluatedItem> {
  for (const item of scheduleOf(context, entries)) {
    if (context.shouldStop()) return;
    yield { item, evaluation: evaluateItem(context, item) };
  }
}

/** What a run of a schedule found. */
export interface ScheduleOutcome {
  /** The first item of the schedule that reached the floor, or null. */
  readonly winner: ScheduleItem | null;
  /** Best point met, by its residual. */
  readonly point: RefinedPoint | null;
  readonly starts: number;
  readonly evaluations: number;
  readonly splits: number;
  /** Splits of the attempt that reached the floor. */
  readonly tree: SplitTree;
  /** How `point` was reached. */
  readonly path: SearchPath;
}

export interface RunOptions {
  /** Items at most. */
  readonly limit: number;
  /** Whether these evaluations, in the order of the schedule, leave no hope for more. */
  readonly isHopeless: (evaluations: readonly Evaluation[]) => boolean;
  readonly onEvaluation: (item: ScheduleItem, evaluation: Evaluation) => void;
  readonly runner: ItemRunner;
}

/** Takes evaluated items until one reaches the floor; what was never refined is, where it is the best. */
export function runSchedule(
  context: SearchContext,
  entries: readonly ScheduleEntry[],
  { limit, isHopeless, onEvaluation, runner }: RunOptions,
): ScheduleOutcome {
  const lighten = createPathFilter();
  const done: EvaluatedItem[] = [];
  const evaluations: Evaluation[] = [];
  for (const { item, evaluation: complete } of runner(context, entries)) {
    const evaluation = lighten(complete);
    done.push({ item, evaluation });
    evaluations.push(evaluation);
    onEvaluation(item, evaluation);
    if (evaluation.reachedFloor) return outcomeOf(evaluations, { item, evaluation });
    if (done.length >= limit || isHopeless(evaluations) || context.shouldStop()) break;
  }
  const last = bestUnrefined(done);
  if (last === null) return outcomeOf(evaluations, null);
  const { evaluation } = last;
  const judged = judge(context, { ...evaluation, unknowns: evaluation.unknowns! }, new PathRecorder(evaluation.path));
  return outcomeOf(
    [...evaluations, { ...judged, starts: 0, evaluations: 0, tree: [] }],
    judged.reachedFloor ? last : null,
  );
}

/** Takes away the paths that cannot be the one shown: of evaluations with a better one before them by both measures. */
function createPathFilter(): (evaluation: Evaluation) => Evaluation {
  let [leastShare, leastResidual] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  return (evaluation) => {
    const { share, point, reachedFloor } = evaluation;
    const [ofShare, ofResidual] = [share ?? leastShare, point?.relativeResidual ?? leastResidual];
    if (!reachedFloor && !(ofShare < leastShare) && !(ofResidual < leastResidual)) {
      return { ...evaluation, path: NO_PATH };
    }
    leastShare = Math.min(leastShare, ofShare);
    leastResidual = Math.min(leastResidual, ofResidual);
    return evaluation;
  };
}

/** The evaluation with the lowest share, if nothing with a lower one was refined. */
function bestUnrefined(done: readonly EvaluatedItem[]) {
  const tried = done.filter(({ evaluation }) => evaluation.share !== null);
  const best = tried.reduce<(typeof tried)[number] | null>(
    (least, entry) => (least === null || entry.evaluation.share! < least.evaluation.share! ? entry : least),
    null,
  );
  return best === null || best.evaluation.point !== null ? null : best;
}

function outcomeOf(evaluations: readonly Evaluation[], winner: EvaluatedItem | null): ScheduleOutcome {
  const total = (part: (evaluation: Evaluation) => number): number =>
    evaluations.reduce((sum, evaluation) => sum + part(evaluation), 0);
  const refined = evaluations.filter(({ point }) => point !== null);
  const best = refined.reduce<Evaluation | null>(
    (a, b) => (a === null || b.point!.relativeResidual < a.point!.relativeResidual ? b : a),
    null,
  );
  const shown = winner === null ? best : evaluations.at(-1)!;
  return {
    winner: winner?.item ?? null,
    point: shown?.point ?? null,
    path: shown?.path ?? NO_PATH,
    starts: total(({ starts }) => starts),
    evaluations: total((evaluation) => evaluation.evaluations),
    splits: total(({ tree }) => tree.length),
    tree: winner?.evaluation.tree ?? [],
  };
}
