import type { KktSystem } from "../equations/system.ts";
import type { IterationObserver } from "../least-squares/iterate.ts";
import { norm2 } from "../linalg/dense.ts";
import { equationProblem } from "../objective/equation-objective.ts";

/** How the residual fell on the way to an answer: one curve a stage, and what happened between iterations. */
export interface Convergence {
  readonly runs: readonly ConvergenceRun[];
  readonly events: readonly { readonly step: number; readonly name: string }[];
}

interface ConvergenceRun {
  /** Name of the stage, such as "descent". */
  readonly name: string;
  /** `step` counts the iterations and events of all stages, ascending; the first point of a stage is where it starts. */
  readonly points: readonly ConvergencePoint[];
}

/** Root mean square of the equations' scaled residual, in units of the largest entry of each tensor. */
interface ConvergencePoint {
  readonly step: number;
  readonly residual: number;
}

/** A point whose residual in the unit of the others is not computed yet. */
interface IteratePoint {
  readonly step: number;
  readonly unknowns: Float64Array;
}

type PathPoint = ConvergencePoint | IteratePoint;

/** A {@link Convergence} to be: plain data, so that it can be sent between threads. */
export interface SearchPath {
  readonly runs: readonly { readonly name: string; readonly points: readonly PathPoint[] }[];
  readonly events: Convergence["events"];
}

export const NO_PATH: SearchPath = { runs: [], events: [] };

/** Points of one run at most. */
const MOST_POINTS = 400;

/**
 * Writes down the iterations of one attempt.
 *
 * A descent in the metric of the equations tells their residual; one in another metric leaves its iterates, of which the
 * residual is computed for the one attempt that is shown ({@link convergenceOf}). Of a run of more than 400 points every
 * second is dropped, as often as it takes; its first and its last point always stay.
 */
export class PathRecorder {
  private readonly runs: SearchPath["runs"][number][];
  private readonly events: SearchPath["events"][number][];
  private run: Run | null = null;
  private step: number;

  /** @param before - a path to be continued */
  constructor({ runs, events }: SearchPath = NO_PATH) {
    this.runs = [...runs];
    this.events = [...events];
    this.step = Math.max(runs.at(-1)?.points.at(-1)?.step ?? 0, events.at(-1)?.step ?? 0);
  }

  /** Starts a run on `rows` scaled equations. */
  begin(name: string, rows: number): IterationObserver {
    return this.start(name, (step, _, norm) => ({ step, residual: norm / Math.sqrt(rows) }));
  }

  /** Starts a run in another metric. */
  beginElsewhere(name: string): IterationObserver {
    return this.start(name, (step, x) => ({ step, unknowns: x.slice() }));
  }

  /** A whole run at once, from its residual norms on `rows` scaled equations. */
  add(name: string, rows: number, norms: readonly number[]): void {
    const observe = this.begin(name, rows);
    for (const [iteration, norm] of norms.entries()) observe(NOTHING, norm, iteration);
  }

  /** An event takes a step of its own: the next descent starts after it. */
  event(name: string): void {
    this.step++;
    this.events.push({ step: this.step, name });
  }

  path(): SearchPath {
    this.close();
    return { runs: this.runs, events: this.events };
  }

  private start(name: string, pointOf: PointMaker): IterationObserver {
    this.close();
    const run = new Run(name);
    this.run = run;
    return (x, norm, iteration) => {
      if (iteration > 0) this.step++;
      // Where one descent goes on from the end of another the point is there already.
      if (Number.isFinite(norm) && run.lastStep < this.step) run.push(pointOf(this.step, x, norm));
    };
  }

  private close(): void {
    const points = this.run?.points() ?? [];
    if (points.length > 0) this.runs.push({ name: this.run!.name, points });
    this.run = null;
  }
}

type PointMaker = (step: number, x: Float64Array, norm: number) => PathPoint;

const NOTHING = new Float64Array(0);

/** Points of one run, thinned. */
class Run {
  readonly name: string;
  lastStep = -1;
  private kept: PathPoint[] = [];
  private last: PathPoint | null = null;
  private count = 0;
  private stride = 1;

  constructor(name: string) {
    this.name = name;
  }

  push(point: PathPoint): void {
    this.lastStep = point.step;
    const isKept = this.count % this.stride === 0;
    this.count++;
    this.last = isKept ? null : point;
    if (!isKept) return;
    this.kept.push(point);
    if (this.kept.length < MOST_POINTS) return;
    this.last = this.kept.at(-1)!;
    this.kept = this.kept.filter((_, at) => at % 2 === 0);
    if (this.kept.at(-1) === this.last) this.last = null;
    this.stride *= 2;
  }

  points(): PathPoint[] {
    return this.last === null ? this.kept : [...this.kept, this.last];
  }
}

/** The path with every residual in the unit of `relativeResidual`; null for a path without points. */
export function convergenceOf(system: KktSystem, { runs, events }: SearchPath): Convergence | null {
  if (runs.length === 0) return null;
  const block = system.shape.inputDim + system.shape.outputs;
  const residualAt = (unknowns: Float64Array): number => {
    const problem = equationProblem(system, unknowns.length / block);
    return norm2(problem.residual(unknowns, new Float64Array(problem.rows))) / Math.sqrt(problem.rows);
  };
  const measured = runs.map(({ name, points }) => ({
    name,
    points: points
      .map((point) => ("residual" in point ? point : { step: point.step, residual: residualAt(point.unknowns) }))
      .filter(({ residual }) => Number.isFinite(residual)),
  }));
  return { runs: measured.filter(({ points }) => points.length > 0), events };
}
